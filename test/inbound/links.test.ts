// A signed link from the mail program to the bonus: who counts as a person, what a spoiled link does,
// and where a visitor can never be sent.
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT, type JWTPayload } from 'jose'
import { pino } from 'pino'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { scannerExamples } from '../../src/links/automatic.ts'
import { createLogger } from '../../src/ops/logging.ts'
import { sendRaw } from '../support/raw-http.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { createWire, type Wire } from '../support/wire.ts'

const secret = 'link-secret-0123456789-abcdefghijklmnop'
const otherSecret = 'other-secret-0123456789-abcdefghijklmno'
const landing = 'https://shop.example.com/Welcome?from=mail&x=%20#top'
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1' }
const keyOf = (name: string) => `${name}-key-0123456789abcdef`
const source = (name: string, settings: string, credentials: string) => `
  - name: ${name}
    provider: signed-link
    key: ${keyOf(name)}
    settings: { ${settings} }
    credentials: [${credentials}]
    rules: [{ events: [link.clicked], when: { path: $.campaign, op: ne, value: other }, email: [$.email], campaign: spring }]`
const config = `
partner: acme
campaigns: [{ name: spring, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:${source('mail', `landing_url: '${landing}'`, `{ secret: ${secret} }`)}${source('asks', `landing_url: '${landing}', confirm: page`, `{ secret: ${secret} }`)}${source('other', `landing_url: '${landing}'`, `{ secret: ${otherSecret} }`)}${source('keys', `landing_url: '${landing}', algorithms: ES256`, `{ jwks: { keys: [${JSON.stringify(jwk)}] } }`)}${source('bare', `landing_url: '${landing}'`, '')}
  - name: shop
    provider: stripe
    key: ${keyOf('shop')}
    credentials: [{ secret: whsec_x }]
`
const person =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36'
let wire: Wire
let it: TestRelay
const lines: string[] = []

beforeAll(async () => {
  wire = await createWire(inject('server'))
  const log = createLogger('debug')
  Object.assign(Reflect.get(log, pino.symbols.streamSym), {
    write: (line: string) => lines.push(line),
  })
  it = await startTestRelay(config, {}, wire.port, log)
})
afterAll(async () => {
  await it.close()
  await wire.close()
})

type Claims = Record<string, string | number | undefined>
const inADay = () => Math.floor(Date.now() / 1000) + 86_400
/** undefined: not in the token. */
const claimsOf = (claims: Claims): JWTPayload =>
  ({
    email: 'anna@example.com',
    campaign: 'spring',
    jti: randomUUID(),
    exp: inADay(),
    ...claims,
  }) as JWTPayload
const tokenOf = (claims: Claims = {}, signedWith = secret) =>
  new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(signedWith))

interface Going {
  source?: string
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT'
  headers?: Record<string, string>
  more?: string
}
/** undici's `request` follows nothing and adds no User-Agent of its own. */
async function go(token: string | undefined, going: Going = {}) {
  const { source: name = 'mail', method = 'GET', headers = {}, more = '' } = going
  const query = token === undefined ? '' : `t=${token}`
  const answer = await request(`${it.url}/go/${keyOf(name)}?${query}${more}`, {
    method,
    headers: { 'user-agent': person, ...headers },
  })
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() }
}

const rows = (text: string) => it.installation.db.work.unsafe(text)
const eventsOf = (jti: unknown) =>
  rows(`select e.*, b.body, b.method, b.headers from events e join event_bodies b on b.id = e.body_id
    where event_key = '${String(jti)}'`)
const countOf = async (table: 'events' | 'rejections') =>
  Number((await rows(`select count(*) as n from ${table}`))[0]?.['n'])
/** Rejections are written beside the answer. */
const rejectionAfter = (before: number) =>
  until(async () => {
    if ((await countOf('rejections')) <= before) return false
    const [newest] = await rows('select * from rejections order by id desc limit 1')
    return newest
  })

describe('a click', () => {
  test('is recorded, sent on to the configured page exactly, and grants', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti, email: 'Click@Example.com' })
    const answer = await go(token)
    expect(answer.status).toBe(302)
    expect(answer.headers).toMatchObject({
      location: landing,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    })
    expect(await eventsOf(jti)).toMatchObject([
      { type: 'link.clicked', trust: 'signed', state: 'matched', occurred_at: null, method: 'GET' },
    ])
    await until(async () =>
      it.moab.registrations().some(({ email }) => email === 'Click@example.com'),
    )
  })

  test('keeps the token as its body, to be read again, and nowhere else', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    await go(token, {
      headers: {
        referer: `https://mail.example/?u=/go/x?t=${token}`,
        'x-original-uri': token,
        cookie: 'a=b',
      },
    })
    const [event] = await eventsOf(jti)
    expect(event?.['body'].toString()).toBe(token)
    expect(event?.['headers']).toMatchObject({ referer: ['[left out]'], 'user-agent': [person] })
    expect(JSON.stringify(event?.['headers'])).not.toContain(token)
  })

  test('that is repeated is no second event, but sent on all the same', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    const answers = await Promise.all(Array.from({ length: 5 }, () => go(token)))
    for (const answer of answers)
      expect([answer.status, answer.headers['location']]).toEqual([302, landing])
    expect(await eventsOf(jti)).toMatchObject([{ copies: 5 }])
  })

  test('without an id counts once as well, whatever is added to the address', async () => {
    const token = await tokenOf({ jti: undefined, email: 'noid@example.com' })
    const before = await countOf('events')
    for (const more of ['', '&utm_source=mail', '&fbclid=1']) await go(token, { more })
    expect(await countOf('events')).toBe(before + 1)
  })

  test('on two links of one person is two events and one grant', async () => {
    const email = 'twice@example.com'
    for (const jti of [randomUUID(), randomUUID()]) {
      await go(await tokenOf({ jti, email }))
      expect(await eventsOf(jti)).toHaveLength(1)
    }
    expect(await rows(`select 1 from grants where email = '${email}'`)).toHaveLength(1)
  })

  test('can be told by its label', async () => {
    const jti = randomUUID()
    await go(await tokenOf({ jti, campaign: 'other' }))
    expect(await eventsOf(jti)).toMatchObject([{ state: 'unmatched' }])
  })

  test('on a link that the partner made with a key of its own counts', async () => {
    const jti = randomUUID()
    const token = await new SignJWT(claimsOf({ jti }))
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(pair.privateKey)
    expect((await go(token, { source: 'keys' })).status).toBe(302)
    expect(await eventsOf(jti)).toHaveLength(1)
  })

  test.each([
    [
      'an Android phone called CUBOT',
      'Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/120 Mobile Safari/537.36',
    ],
    ['Yandex Browser', 'Mozilla/5.0 (Windows NT 10.0) Chrome/138 YaBrowser/25.8.0.0 Safari/537.36'],
    [
      'Safari',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1',
    ],
    [
      'the browser in Telegram',
      'Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari/537.36 Telegram-Android/11.4 (Samsung)',
    ],
    [
      'the browser in VK',
      'Mozilla/5.0 (Linux; Android 13; wv) Chrome/126 Mobile Safari/537.36 VKAndroidApp/8.90',
    ],
    [
      'the browser in Facebook',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148 [FBAN/FBIOS;FBAV/450.0]',
    ],
    [
      'the Google app',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) GSA/300.0 Mobile/15E148 Safari/604.1',
    ],
  ])('from %s counts', async (_, agent) => {
    const jti = randomUUID()
    await go(await tokenOf({ jti }), { headers: { 'user-agent': agent } })
    expect(await eventsOf(jti)).toHaveLength(1)
  })
})

describe('what is no person gets the redirect and nothing else', () => {
  const automatic: [string, Going][] = [
    ['HEAD', { method: 'HEAD' }],
    ...['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip'].map(
      (said): [string, Going] => [`Sec-Purpose: ${said}`, { headers: { 'sec-purpose': said } }],
    ),
    ['Purpose: prefetch', { headers: { purpose: 'prefetch' } }],
    ['X-Purpose: preview', { headers: { 'x-purpose': 'preview' } }],
    ['X-Moz: prefetch', { headers: { 'x-moz': 'prefetch' } }],
    ...[
      ...scannerExamples,
      'TelegramBot (like TwitterBot)',
      'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
      'Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0)',
      'LinkedInBot/1.0 (compatible; Mozilla/5.0)',
      'SkypeUriPreview Preview/0.5',
      'Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    ].map((agent): [string, Going] => [agent, { headers: { 'user-agent': agent } }]),
  ]
  test.each(automatic)('%s', async (_, going) => {
    for (const name of ['mail', 'asks']) {
      const jti = randomUUID()
      const [events, rejections] = [await countOf('events'), await countOf('rejections')]
      const answer = await go(await tokenOf({ jti }), { ...going, source: name })
      expect([answer.status, answer.headers['location']]).toEqual([302, landing])
      await go('spoiled', { ...going, source: name })
      expect([await countOf('events'), await countOf('rejections')]).toEqual([events, rejections])
    }
  })

  test('and the person who comes afterwards counts', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    await go(token, { method: 'HEAD' })
    await go(token, { headers: { 'sec-purpose': 'prefetch' } })
    await go(token)
    expect(await eventsOf(jti)).toMatchObject([{ copies: 1 }])
  })
})

describe('a link that is not right lands all the same, leaves a rejection, grants nothing', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const bare = (header: object, key?: string) => {
    const text = `${part(header)}.${part(claimsOf({ email: 'spoiled@example.com' }))}`
    return `${text}.${key === undefined ? '' : createHmac('sha256', key).update(text).digest('base64url')}`
  }
  const spoiled = { email: 'spoiled@example.com' }
  const publicPem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const cases: [string, () => Promise<string | undefined> | string | undefined, string, string?][] =
    [
      ['no token', () => undefined, 'token_missing'],
      ['an empty one', () => '', 'token_missing'],
      [
        'expired',
        () => tokenOf({ ...spoiled, exp: Math.floor(Date.now() / 1000) - 120 }),
        'token_expired',
      ],
      ['without an end', () => tokenOf({ ...spoiled, exp: undefined }), 'claim_mismatch'],
      [
        'tampered',
        async () => `${(await tokenOf(spoiled)).slice(0, -6)}AAAAAA`,
        'signature_mismatch',
      ],
      ['of another source', () => tokenOf(spoiled, otherSecret), 'signature_mismatch'],
      ['alg none', () => bare({ alg: 'none' }), 'algorithm_not_allowed'],
      ['HS512', () => bare({ alg: 'HS512' }, secret), 'algorithm_not_allowed'],
      [
        'signed with a public key',
        () => bare({ alg: 'HS256' }, publicPem),
        'algorithm_not_allowed',
        'keys',
      ],
      ['garbage', () => 'not-a-token', 'token_malformed'],
      [
        'a fragment that became part of it',
        async () => `%23t=${await tokenOf(spoiled)}`,
        'token_malformed',
      ],
      ['not UTF-8', () => '%ff%00', 'token_malformed'],
      ['of 8 kB', () => 'eyJ'.padEnd(8192, 'A'), 'token_malformed'],
      [
        'several',
        async () => `${await tokenOf(spoiled)}&t=${await tokenOf(spoiled)}`,
        'header_repeated',
      ],
    ]
  test.each(cases)('%s', async (_, make, reason, name = 'mail') => {
    const [events, rejections] = [await countOf('events'), await countOf('rejections')]
    const token = await make()
    const answer = await go(token, {
      source: name,
      headers: { referer: (token?.length ?? 0) < 2000 ? `x?t=${token ?? ''}` : '' },
    })
    expect([answer.status, answer.headers['location']]).toEqual([302, landing])
    const rejection = await rejectionAfter(rejections)
    expect(rejection).toMatchObject({ reason, method: 'GET', body_bytes: 0 })
    if (token !== undefined && token.length > 20)
      expect(JSON.stringify(rejection)).not.toContain(token.slice(0, 200))
    expect(await countOf('events')).toBe(events)
    expect(await rows(`select 1 from grants where email = 'spoiled@example.com'`)).toHaveLength(0)
  })

  test.each([
    [limits.linkTokenCharsMax, 1],
    [limits.linkTokenCharsMax + 1, 0],
  ])('a token of %d characters makes %d events', async (length, events) => {
    const jti = `long-${length}`
    const token = await tokenOfLength(length, jti)
    expect(token).toHaveLength(length)
    expect((await go(token)).status).toBe(302)
    expect(await eventsOf(jti)).toHaveLength(events)
  })

  /** Padded in its header and its claims: one alone does not reach every length. */
  async function tokenOfLength(length: number, jti: string): Promise<string> {
    const exp = inADay()
    for (const kid of ['', 'k', 'kk', 'kkk', 'kkkk']) {
      const padded = (pad: number) =>
        new SignJWT(claimsOf({ jti, exp, pad: 'x'.repeat(pad) }))
          .setProtectedHeader({ alg: 'HS256', kid })
          .sign(Buffer.from(secret))
      const room = Math.floor(((length - (await padded(0)).length) * 3) / 4)
      for (const pad of [room - 1, room, room + 1]) {
        const token = await padded(pad)
        if (token.length === length) return token
      }
    }
    throw new Error('no token of this length')
  }
})

describe('nobody can be sent elsewhere', () => {
  const evil = 'https://evil.example/'
  test.each([
    'next',
    'url',
    'redirect',
    'landing_url',
    'landing',
    'to',
    'return_to',
    'settings[landing_url]',
  ])('by ?%s= or a claim of that name', async (name) => {
    const token = await tokenOf({ [name]: evil, landing_url: evil })
    for (const headers of [{}, { host: 'evil.example', 'x-forwarded-host': 'evil.example' }]) {
      const more = `&${encodeURIComponent(name)}=${encodeURIComponent(evil)}`
      const answer = await go(token, { more, headers })
      expect(answer.headers['location']).toBe(landing)
    }
  })
})

describe('a door', () => {
  test('is not there for unknown keys and for sources without links', async () => {
    for (const name of ['unknown', 'shop']) {
      const answer = await go(await tokenOf(), { source: name })
      expect(answer.status).toBe(404)
      expect(answer.body).toContain('leads nowhere')
    }
    expect((await go('x', { source: 'shop', headers: { 'accept-language': 'ru' } })).body).toMatch(
      /ведёт/,
    )
  })

  test('takes no other methods', async () => {
    const answer = await go(await tokenOf(), { method: 'PUT' })
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, POST'])
  })

  test('for webhooks takes GET only for a source of links', async () => {
    const answer = await fetch(`${it.url}/in/${keyOf('mail')}`, { method: 'POST', body: '{}' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
  })

  test('without a secret yet asks to come again', async () => {
    const answer = await go(await tokenOf(), { source: 'bare' })
    expect([answer.status, answer.headers['location']]).toEqual([503, undefined])
  })

  test('refuses two hosts as a sender would be refused, and still sends the visitor on', async () => {
    const before = await countOf('rejections')
    const path = `/go/${keyOf('mail')}?t=${await tokenOf()}`
    const answer = await sendRaw(it.url, [`GET ${path} HTTP/1.1`, 'Host: a', 'Host: b'])
    expect(answer.status).toBe(302)
    expect(answer.headers).toContain(landing)
    expect(await rejectionAfter(before)).toMatchObject({ reason: 'host_ambiguous' })
  })
})

describe('the confirmation page', () => {
  test.each([
    ['en', /Continue to the site/],
    ['ru-RU,ru;q=0.9,en;q=0.8', /Перейти на сайт/],
  ])('(%s) counts nothing until its button is pressed', async (language, button) => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    const page = await go(token, { source: 'asks', headers: { 'accept-language': language } })
    expect(page.status).toBe(200)
    expect(page.body).toMatch(button)
    expect(page.body).toContain('shop.example.com')
    expect(page.body).toContain('<form method="post">')
    expect(page.body).toContain(`<html lang="${language.slice(0, 2)}">`)
    expect(await eventsOf(jti)).toHaveLength(0)

    const pressed = await go(token, { source: 'asks', method: 'POST' })
    expect([pressed.status, pressed.headers['location']]).toEqual([303, landing])
    expect(await eventsOf(jti)).toMatchObject([{ method: 'POST', state: 'matched' }])
  })

  test('runs no script, holds nothing from elsewhere and not the token, and leads only to https', async () => {
    const token = await tokenOf()
    const page = await go(token, { source: 'asks', more: '&x="><script>alert(1)</script>' })
    expect(page.body).not.toMatch(/<script|style="|\son\w+=|https?:\/\//)
    expect(page.body).not.toContain(token)
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).toContain(`form-action 'self' https: https://shop.example.com`)
    expect(policy).not.toMatch(/unsafe|script-src/)
    expect(page.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    })
    const style = await request(`${it.url}/go/style.css`)
    expect([style.statusCode, style.headers['content-type']]).toEqual([
      200,
      'text/css; charset=utf-8',
    ])
    await style.body.dump()
  })

  test('does not strand the holder of a spoiled link', async () => {
    const before = await countOf('rejections')
    const pressed = await go('spoiled', { source: 'asks', method: 'POST' })
    expect([pressed.status, pressed.headers['location']]).toEqual([303, landing])
    expect(await rejectionAfter(before)).toMatchObject({
      reason: 'token_malformed',
      method: 'POST',
    })
  })
})

test('no line of the log holds a token, an address or a key', async () => {
  await go(await tokenOf({ email: 'logged@example.com' }))
  const text = lines.join('\n')
  expect(text).toContain('"area":"go"')
  expect(text).not.toMatch(/eyJ|@example\.com|-key-0123456789/)
})

describe('while the database is away', () => {
  test('the visitor waits on a page that tries again so often and no more, and nothing is lost', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    wire.cut()
    let query = `t=${token}`
    const seen: string[] = []
    for (let tries = 0; tries <= limits.visitRetriesMax + 1; tries++) {
      const answer = await request(`${it.url}/go/${keyOf('mail')}?${query}`, {
        headers: { 'user-agent': person, 'accept-language': tries % 2 ? 'ru' : 'en' },
      })
      const html = await answer.body.text()
      expect(answer.statusCode).toBe(503)
      expect(answer.headers).toMatchObject({
        'retry-after': String(limits.retryAfterSeconds),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      expect(answer.headers['location']).toBeUndefined()
      expect(html).toContain(tries % 2 ? 'Попробовать сейчас' : 'Try again now')
      expect(html).toContain('href="https://shop.example.com/Welcome')
      const next = new RegExp(`content="${limits.retryAfterSeconds}; url=\\?([^"]+)"`).exec(
        html,
      )?.[1]
      if (next === undefined) break
      seen.push(next)
      query = next.replaceAll('&amp;', '&')
    }
    expect(seen).toHaveLength(limits.visitRetriesMax)

    wire.mend()
    const answer = await until(async () => {
      const again = await request(`${it.url}/go/${keyOf('mail')}?${query}`)
      await again.body.dump()
      return again.statusCode === 302 && again
    })
    expect(answer.headers['location']).toBe(landing)
    expect(await eventsOf(jti)).toHaveLength(1)
  }, 40_000)
})
