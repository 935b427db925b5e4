// Conditions: what is known is not sent again, and of two who edit the same thing the second is told.
import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Quotas } from '../../src/access/quotas.ts'
import type { Asking } from '../../src/api/env.ts'
import { createQuotas } from '../../src/api/quotas.ts'
import { limits } from '../../src/limits.ts'
import { makeMember } from '../access/people.ts'
import { ask, idOf, items, startNodes, told, type Nodes } from './nodes.ts'

let nodes: Nodes
let token: string
beforeAll(async () => {
  nodes = await startNodes()
})
afterAll(() => nodes.close())
beforeEach(async () => {
  token = await nodes.token()
})

const get = (path: string, headers = {}) => ask(nodes.a, token, path, { headers })
const etagOf = async (path: string) => (await get(path)).headers.get('etag') ?? ''
const change = (node: 'a' | 'b', method: string, path: string, etag: string, body?: object) =>
  ask(nodes[node], token, path, { method, headers: { 'if-match': etag }, ...(body && { body }) })

async function ids() {
  const [campaign] = await items(await get('/campaigns?limit=1'))
  const [source] = await items(await get('/sources?limit=1'))
  const [rule] = await items(await get('/rules?limit=1'))
  const [credential] = await items(await get('/credentials?limit=1'))
  return { campaign, source, rule, credential }
}

test('what is known is not sent again: one thing, a list, the configuration', async () => {
  const { source } = await ids()
  for (const path of [
    '/sources',
    `/sources/${String(source?.['id'])}`,
    `/partners/${nodes.partnerId}/config`,
    '/events',
  ]) {
    const first = await get(path)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w.-]+"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get(path, { 'if-none-match': known })
      expect([path, again.status, await again.text()]).toEqual([path, 304, ''])
      expect(again.headers.get('etag')).toBe(etag)
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200)
  }
  expect((await ask(nodes.a, 'nonsense', '/sources')).headers.get('etag')).toBeNull()
})

test('how a thing is doing changes what is sent, and not whether it may be changed', async () => {
  const { campaign } = await ids()
  const path = `/campaigns/${String(campaign?.['id'])}`
  const before = await etagOf(path)
  await nodes.db.orm.execute(sql`update campaign_health set since = now() - interval '1 hour'`)
  expect((await get(path, { 'if-none-match': before })).status).toBe(200)
  expect((await change('a', 'PATCH', path, before, { per_second: 7 })).status).toBe(200)
  expect((await change('a', 'PATCH', path, before, { per_second: 8 })).status).toBe(412)
})

test('of two editors at two relays one is told that the other was faster', async () => {
  const { campaign, source, rule, credential } = await ids()
  for (const [path, body] of [
    [`/campaigns/${String(campaign?.['id'])}`, { url: 'https://moab.example.com/' }],
    [`/sources/${String(source?.['id'])}`, { settings: { tolerance: '100' } }],
    [`/rules/${String(rule?.['id'])}`, { events: ['invoice.paid', 'a.*'] }],
    [`/credentials/${String(credential?.['id'])}`, { valid_until: '2099-01-01T00:00:00Z' }],
  ] as const) {
    const etag = await etagOf(path)
    const answers = await Promise.all(
      (['a', 'b'] as const).map((node) => change(node, 'PATCH', path, etag, body)),
    )
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
    expect([path, ...statuses]).toEqual([path, 200, 412])
    const refused = answers.find(({ status }) => status === 412)
    expect(await told(refused ?? new Response())).toMatchObject({ code: 'precondition_failed' })
    expect((await change('b', 'PATCH', path, await etagOf(path), body)).status).toBe(200)
  }
})

test('the whole configuration is written over by nobody who saw an older one', async () => {
  const path = `/partners/${nodes.partnerId}/config`
  const etag = await etagOf(path)
  // A secret is in no document, yet it is part of what was seen.
  const { credential } = await ids()
  const rotation = { secret: 'whsec_next', overlap: '1h' }
  await ask(nodes.b, token, `/credentials/${String(credential?.['id'])}/rotations`, {
    method: 'POST',
    body: rotation,
  })
  expect((await change('a', 'PUT', path, etag, { campaigns: [] })).status).toBe(412)
  expect((await change('a', 'PUT', path, await etagOf(path), { campaigns: [] })).status).toBe(200)
})

test('a thing that somebody changed is not archived; * is whatever is there; a weak ETag fits nothing', async () => {
  const made = await ask(nodes.a, token, '/campaigns', {
    method: 'POST',
    body: { name: 'short', mode: 'sandbox' },
  })
  const path = `/campaigns/${await idOf(made, 'campaign')}`
  const etag = await etagOf(path)
  expect((await change('b', 'PATCH', path, '*', { per_second: 1 })).status).toBe(200)
  expect((await change('a', 'DELETE', path, etag)).status).toBe(412)
  for (const unfit of [`W/${await etagOf(path)}`, '"x"', 'x', '']) {
    expect([unfit, (await change('a', 'DELETE', path, unfit)).status]).toEqual([unfit, 412])
  }
  const dry = await change('a', 'DELETE', `${path}?dry_run=true`, await etagOf(path))
  expect(await told(dry)).toMatchObject({ dry_run: true, changes: [{ action: 'archived' }] })
  expect((await change('a', 'DELETE', path, `"y", ${await etagOf(path)}`)).status).toBe(200)
})

test('roles are changed by one who saw the one that is there', async () => {
  const { id } = await makeMember(nodes.a.db, nodes.partnerId, 'viewer')
  await makeMember(nodes.a.db, nodes.partnerId, 'owner')
  const path = `/members/${id}`
  const etag = await etagOf(path)
  const answers = await Promise.all(
    (['a', 'b'] as const).map((node) => change(node, 'PATCH', path, etag, { role: 'editor' })),
  )
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 412])
  expect((await change('a', 'DELETE', path, etag)).status).toBe(412)
  expect((await change('a', 'DELETE', path, await etagOf(path))).status).toBe(204)
})

test('every answer says what is left', async () => {
  const answer = await get('/events')
  const { requests, changes } = limits.apiQuotas
  expect(answer.headers.get('ratelimit-policy')).toBe(
    `"requests";q=${requests.quota};w=60, "changes";q=${changes.quota};w=60`,
  )
  expect(answer.headers.get('ratelimit')).toBe(`"requests";r=${requests.quota - 1};t=1`)
  expect((await ask(nodes.a, 'nonsense', '/events')).headers.get('ratelimit')).toBeNull()
})

test('who asks too often waits, and nobody else does', async () => {
  const few = new Quotas({
    requests: { quota: 3, windowSeconds: 3600 },
    changes: { quota: 1, windowSeconds: 3600 },
  })
  const app = new Hono<Asking>()
  app.use(async (c, next) => {
    c.set('holder', { id: c.req.header('id') ?? '', partnerId: null, scopes: new Set() })
    await next()
  })
  app.use(createQuotas(few))
  app.all('*', (c) => c.text('done'))
  const by = (id: string, method = 'GET') => app.request('/', { method, headers: { id } })
  expect([(await by('a', 'POST')).status, (await by('a')).status]).toEqual([200, 200])
  const refused = await by('a', 'PATCH')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
  expect(refused.headers.get('ratelimit')).toMatch(/^"requests";r=1;t=\d+, "changes";r=0;t=\d+$/)
  expect(await told(refused)).toMatchObject({ code: 'rate_limited', detail: 'no changes left' })
  // What was refused took nothing; every token has its own.
  expect([(await by('a')).status, (await by('a')).status]).toEqual([200, 429])
  expect((await by('b', 'DELETE')).status).toBe(200)
})

test('a bucket fills evenly, and never holds more than its quota', () => {
  const quotas = new Quotas({
    requests: { quota: 10, windowSeconds: 60 },
    changes: { quota: 2, windowSeconds: 60 },
  })
  const take = (seconds: number) => quotas.take('t', ['requests', 'changes'], seconds * 1000)
  expect([take(0).allowed, take(0).allowed]).toEqual([true, true])
  expect(take(0)).toEqual({
    allowed: false,
    standings: [
      { name: 'requests', remaining: 8, seconds: 6 },
      { name: 'changes', remaining: 0, seconds: 30 },
    ],
  })
  expect(take(29.9).allowed).toBe(false)
  expect(take(30.1).allowed).toBe(true)
  expect(take(30.1).allowed).toBe(false)
  expect(take(3600).standings).toMatchObject([{ remaining: 9 }, { remaining: 1 }])
})
