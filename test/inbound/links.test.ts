// A signed link from the mail program to the bonus: what counts, what a spoiled link does, and where a
// visitor can never be sent.
import { createHmac, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { until } from '../support/sending.ts'
import {
  claimsOf,
  inADay,
  landing,
  openLinkScene,
  otherSecret,
  pair,
  person,
  secret,
  tokenOf,
  type LinkScene,
} from './link-scene.ts'

let scene: LinkScene
beforeAll(async () => {
  scene = await openLinkScene()
})
afterAll(() => scene.close())

describe('a click', () => {
  test('is recorded, sent on to the configured page exactly, and grants', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti, email: 'Click@Example.com' })
    const answer = await scene.go(token)
    expect(answer.status).toBe(302)
    expect(answer.headers).toMatchObject({
      location: landing,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    })
    expect(await scene.eventsOf(jti)).toMatchObject([
      { type: 'link.clicked', trust: 'signed', state: 'matched', occurred_at: null, method: 'GET' },
    ])
    await until(async () =>
      scene.it.moab.registrations().some(({ email }) => email === 'Click@example.com'),
    )
  })

  test('keeps the token as its body, to be read again, and nowhere else', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    await scene.go(token, {
      headers: {
        referer: `https://mail.example/?u=/go/x?t=${token}`,
        'x-original-uri': token,
        cookie: 'a=b',
      },
    })
    const [event] = await scene.eventsOf(jti)
    expect(event?.['body'].toString()).toBe(token)
    expect(event?.['headers']).toMatchObject({ referer: ['[left out]'], 'user-agent': [person] })
    expect(JSON.stringify(event?.['headers'])).not.toContain(token)
  })

  test('that is repeated is no second event, but sent on all the same', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    const answers = await Promise.all(Array.from({ length: 5 }, () => scene.go(token)))
    for (const answer of answers)
      expect([answer.status, answer.headers['location']]).toEqual([302, landing])
    expect(await scene.eventsOf(jti)).toMatchObject([{ copies: 5 }])
  })

  test('without an id counts once as well, whatever is added to the address', async () => {
    const token = await tokenOf({ jti: undefined, email: 'noid@example.com' })
    const before = await scene.countOf('events')
    for (const more of ['', '&utm_source=mail', '&fbclid=1']) await scene.go(token, { more })
    expect(await scene.countOf('events')).toBe(before + 1)
  })

  test('on two links of one person is two events and one grant', async () => {
    const email = 'twice@example.com'
    for (const jti of [randomUUID(), randomUUID()]) {
      await scene.go(await tokenOf({ jti, email }))
      expect(await scene.eventsOf(jti)).toHaveLength(1)
    }
    expect(await scene.rows(`select 1 from grants where email = '${email}'`)).toHaveLength(1)
  })

  test('can be told by its label', async () => {
    const jti = randomUUID()
    await scene.go(await tokenOf({ jti, campaign: 'other' }))
    expect(await scene.eventsOf(jti)).toMatchObject([{ state: 'unmatched' }])
  })

  test('on a link that the partner made with a key of its own counts', async () => {
    const jti = randomUUID()
    const token = await new SignJWT(claimsOf({ jti }))
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(pair.privateKey)
    expect((await scene.go(token, { source: 'keys' })).status).toBe(302)
    expect(await scene.eventsOf(jti)).toHaveLength(1)
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
    await scene.go(await tokenOf({ jti }), { headers: { 'user-agent': agent } })
    expect(await scene.eventsOf(jti)).toHaveLength(1)
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
    const [events, rejections] = [await scene.countOf('events'), await scene.countOf('rejections')]
    const token = await make()
    const answer = await scene.go(token, {
      source: name,
      headers: { referer: (token?.length ?? 0) < 2000 ? `x?t=${token ?? ''}` : '' },
    })
    expect([answer.status, answer.headers['location']]).toEqual([302, landing])
    const rejection = await scene.rejectionAfter(rejections)
    expect(rejection).toMatchObject({ reason, method: 'GET', body_bytes: 0 })
    if (token !== undefined && token.length > 20)
      expect(JSON.stringify(rejection)).not.toContain(token.slice(0, 200))
    expect(await scene.countOf('events')).toBe(events)
    expect(
      await scene.rows(`select 1 from grants where email = 'spoiled@example.com'`),
    ).toHaveLength(0)
  })

  test.each([
    [limits.linkTokenCharsMax, 1],
    [limits.linkTokenCharsMax + 1, 0],
  ])('a token of %d characters makes %d events', async (length, events) => {
    const jti = `long-${length}`
    const token = await tokenOfLength(length, jti)
    expect(token).toHaveLength(length)
    expect((await scene.go(token)).status).toBe(302)
    expect(await scene.eventsOf(jti)).toHaveLength(events)
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
      const answer = await scene.go(token, { more, headers })
      expect(answer.headers['location']).toBe(landing)
    }
  })
})

test('no line of the log holds a token, an address or a key', async () => {
  await scene.go(await tokenOf({ email: 'logged@example.com' }))
  const text = scene.lines.join('\n')
  expect(text).toContain('"area":"go"')
  expect(text).not.toMatch(/eyJ|@example\.com|-key-0123456789/)
})
