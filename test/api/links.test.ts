// POST /links: who may have links made, for whom, and that what is made opens its door.
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allScopes, type Scope } from '../../src/access/scopes.ts'
import { createToken } from '../../src/access/tokens.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'

const landing = 'https://shop.example.com/'
const config = (partner: string) => `
partner: ${partner}
campaigns: [{ name: spring, mode: sandbox }]
sources:
  - name: mail
    provider: signed-link
    key: ${partner}-mail-key-0123456789
    settings: { landing_url: '${landing}' }
    credentials: [{ secret: link-secret-of-${partner}-0123456789abcdef }]
    rules: [{ events: [link.clicked], email: [$.email], campaign: spring }]
  - name: keys
    provider: signed-link
    settings: { landing_url: '${landing}', algorithms: RS256 }
    credentials: [{ jwksUrl: 'https://partner.example.com/jwks.json' }]
  - name: ending
    provider: signed-link
    settings: { landing_url: '${landing}' }
    credentials: [{ secret: link-secret-0123456789abcdef-01234, valid_until: ${new Date(Date.now() + 5 * 86_400_000).toISOString()} }]
  - name: shop
    provider: stripe
    credentials: [{ secret: whsec_x }]
`
const Links = z.array(z.object({ email: z.string(), url: z.string() }))
let it: TestRelay
let own: string
let operator: string

beforeAll(async () => {
  it = await startTestRelay(config('acme'))
  await it.apply(config('globex'))
  own = await tokenFor('acme', ['links'])
  operator = await tokenFor(null, ['links'])
})
afterAll(() => it.close())

async function tokenFor(partner: string | null, scopes: readonly Scope[]): Promise<string> {
  const { orm } = it.db
  const [row] = await it.db.work`select id from partners where name = ${partner}`
  const partnerId = partner === null ? null : String(row?.['id'])
  return (
    await createToken(orm, { partnerId, name: 'test', scopes, expiresAt: null, actor: 'test' })
  ).token
}

async function ask(body: unknown, token: string | null = own, method = 'POST') {
  const answer = await fetch(`${it.url}/api/v1/links`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown }
}

const wanted = {
  source: 'mail',
  emails: ['Anna@Example.com', ' <vera@ПРИМЕР.рф> '],
  campaign: 'spring',
}

describe('links', () => {
  test('come in the order of the addresses, each with an id of its own, and open the door', async () => {
    const before = Date.now()
    const answer = await ask({ ...wanted, days: 7 })
    expect(answer.status).toBe(200)
    const links = Links.parse(answer.body)
    expect(links.map(({ email }) => email)).toEqual([
      'Anna@example.com',
      'vera@xn--e1afmkfd.xn--p1ai',
    ])
    const claims = links.map(({ url }) => decodeJwt(new URL(url).searchParams.get('t') ?? ''))
    for (const claim of claims) {
      expect(claim).toMatchObject({ campaign: 'spring', jti: expect.stringMatching(/^[\w-]{22}$/) })
      expect(Math.abs((claim.exp ?? 0) * 1000 - before - 7 * 86_400_000)).toBeLessThan(5000)
      expect(Object.keys(claim).sort()).toEqual(['campaign', 'email', 'exp', 'iat', 'jti'])
    }
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2)
    for (const { url } of links) {
      // The first visit may be told to wait: the source is looked for, on a busy machine.
      const clicked = await until(async () => {
        const answer = await fetch(url, { redirect: 'manual' })
        return answer.status !== 503 && answer
      })
      expect([clicked.status, clicked.headers.get('location')]).toEqual([302, landing])
    }
    const events = await it.db
      .work`select state from events where event_key in ${it.db.work(claims.map(({ jti }) => jti ?? ''))}`
    expect(events.map(({ state }) => state)).toEqual(['matched', 'matched'])
  })

  test('leave an entry in the audit that names nobody', async () => {
    await ask(wanted)
    const [entry] = await it.db.work`
      select actor, detail from audit_entries where action = 'links.made' order by id desc limit 1`
    expect(entry).toMatchObject({ detail: { count: 2, campaign: 'spring' } })
    expect(String(entry?.['actor'])).toMatch(/^token:/)
    expect(JSON.stringify(entry)).not.toContain('@')
  })

  test(`are at most ${limits.linksPerCallMax} a call`, async () => {
    const emails = (n: number) => Array.from({ length: n }, (_, at) => `p${at}@example.com`)
    const most = await ask({ source: 'mail', emails: emails(limits.linksPerCallMax) })
    expect(Links.parse(most.body)).toHaveLength(limits.linksPerCallMax)
    const more = await ask({ source: 'mail', emails: emails(limits.linksPerCallMax + 1) })
    expect(more).toMatchObject({
      status: 422,
      body: { errors: [{ in: 'body', pointer: '/emails' }] },
    })
    const huge = await ask({ source: 'mail', emails: ['x'.repeat(limits.linksCallBytesMax)] })
    expect(huge).toMatchObject({ status: 413, body: { code: 'too_large' } })
  })
})

describe('a token', () => {
  test('of another partner finds its own source of that name, and an operator says whose', async () => {
    const key = async (token: string, more: object = {}) => {
      const links = Links.parse((await ask({ ...wanted, ...more }, token)).body)
      return new URL(links[0]?.url ?? '').pathname
    }
    expect(await key(own)).toBe('/go/acme-mail-key-0123456789')
    expect(await key(await tokenFor('globex', ['links']))).toBe('/go/globex-mail-key-0123456789')
    expect(await key(operator, { partner: 'globex' })).toBe('/go/globex-mail-key-0123456789')
    expect(await ask({ ...wanted, partner: 'globex' })).toMatchObject({
      status: 422,
      body: { errors: [{ in: 'body', pointer: '/source', detail: 'there is no such source' }] },
    })
    expect(await ask(wanted, operator)).toMatchObject({
      status: 422,
      body: { errors: [{ detail: expect.stringContaining('name the partner') }] },
    })
  })

  test('without the scope, wrong or absent, gets nothing', async () => {
    const rest = allScopes.filter((scope) => scope !== 'links')
    expect(await ask(wanted, await tokenFor('acme', rest))).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining('links') },
    })
    for (const token of [null, `mrl_${'A'.repeat(43)}`])
      expect(await ask(wanted, token)).toMatchObject({ status: 401 })
  })

  test('for links sees nothing else', async () => {
    for (const path of [
      'events',
      'grants',
      'rejections',
      `people/a@example.com`,
      `events/${uuidv7()}`,
    ]) {
      const answer = await fetch(`${it.url}/api/v1/${path}`, {
        headers: { authorization: `Bearer ${own}` },
      })
      expect([path, answer.status]).toEqual([path, 403])
    }
  })
})

describe('what cannot be done is told with its place', () => {
  test.each([
    ['an address that is none', { emails: ['a@example.com', 'nobody'] }, '/emails/1', 'has no @'],
    ['no addresses', { emails: [] }, '/emails', ''],
    ['no such source', { source: 'nowhere' }, '/source', 'there is no such source'],
    ['a source of webhooks', { source: 'shop' }, '/source', 'no source of signed links'],
    ['a source with a key set', { source: 'keys' }, '/source', 'private key'],
    ['a secret that ends before the links', { source: 'ending', days: 6 }, '/source', 'no secret'],
    ['no days', { days: 0 }, '/days', ''],
    ['too many days', { days: limits.linkDaysMax + 1 }, '/days', ''],
    ['half a day', { days: 0.5 }, '/days', ''],
    ['a long label', { campaign: 'x'.repeat(limits.linkCampaignCharsMax + 1) }, '/campaign', ''],
    ['a label with a line break', { campaign: 'a\nb' }, '/campaign', ''],
    ['an unknown field', { landing_url: 'https://evil.example' }, '/landing_url', 'no such'],
  ])('%s', async (_, change, pointer, detail) => {
    const answer = await ask({ ...wanted, ...change })
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'invalid_request',
        errors: [{ in: 'body', pointer, detail: expect.stringContaining(detail) }],
      },
    })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  test('a body that is not JSON, or none', async () => {
    for (const body of ['{"source":', ''])
      expect(await ask(body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
  })

  test('another method', async () => {
    const answer = await ask(undefined, own, 'GET')
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('a secret that ends with the links will do', async () => {
    expect((await ask({ ...wanted, source: 'ending', days: 4 })).status).toBe(200)
  })
})
