import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { allScopes, isScope, roles, type Scope } from '../../src/access/scopes.ts'
import { invite } from '../../src/access/members.ts'
import { createToken } from '../../src/access/tokens.ts'
import { createApi } from '../../src/api/index.ts'
import { makeChannel } from '../../src/notices/editing.ts'
import { createVault } from '../../src/vault.ts'
import { makeMember, makeUser } from '../access/people.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { Document, now, openApiScene, Page, type ApiScene } from './scene.ts'
import { toPublic } from '../support/outgoing.ts'

/** The router's own list: a route that is added is tried without anybody remembering to. */
// The routes are listed before there is a database; nothing is asked of it.
const routes = createApi({
  orm: undefined as never,
  exports: undefined as never,
  changes: undefined as never,
  sql: undefined as never,
  pepper: Buffer.alloc(32),
  vault: createVault([Buffer.alloc(32)]),
  publicUrl: undefined,
  allowed: [],
  outgoing: toPublic,
  now: Date.now,
})
  .routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/'))
  .map(({ method, path }) => ({ method, path }))
const open = '/api/v1/openapi.json'
const methodsOf = new Map<string, Set<string>>()
for (const { method, path } of routes)
  if (path !== open) methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method))
const paths = [...methodsOf].flatMap(([path, methods]) => (methods.has('GET') ? [path] : []))
const changes = [...methodsOf].flatMap(([path, methods]) =>
  [...methods].filter((method) => method !== 'GET').map((method) => [method, path] as const),
)

const Body = z.looseObject({ request_id: z.string() })

const Made = z.object({ changes: z.array(z.object({ id: z.string() })) })

let it: ApiScene
let own: ScenePartner
let other: ScenePartner
let token: string
const ids = new Map<string, string>()
const email = 'maria@example.com'
/** A place that no test reaches. */
const hook = { url: 'https://localhost/hook' }
const scopesOf = new Map<string, Scope[]>()

beforeAll(async () => {
  it = await openApiScene()
  own = await it.makePartner()
  other = await it.makePartner()
  ids.set('events', await it.came(own, { email }))
  await it.answered('{"status":"ok"}')
  ids.set('rejections', await it.rejected(own))
  token = await it.token(own.partnerId)
  const { id: member } = await makeMember(it.db, own.partnerId, 'owner')
  ids.set('members', member)
  ids.set('operators', await makeUser(it.db, 'operator@example.com', true))
  ids.set('partners', own.partnerId)
  ids.set('campaigns', own.campaignId)
  ids.set('sources', own.sourceId)
  const secret = { source: 'shop', secret: 'whsec_first' }
  const added = await it.change('/api/v1/credentials', token, 'POST', secret)
  ids.set('credentials', Made.parse(await added.json()).changes[0]?.id ?? '')
  const rules = Page.parse(await (await it.get('/api/v1/rules', token)).json())
  ids.set('rules', rules.items[0]?.id ?? '')
  const made = { partnerId: own.partnerId, actor: 'test' } as const
  const invited = await invite(it.db.orm, { ...made, email: 'new@example.com', role: 'viewer' })
  ids.set('invitations', invited.ok ? invited.id : '')
  await makeChannelOf(made)
  const spare = { name: 'spare', scopes: allScopes, expiresAt: null }
  ids.set('tokens', (await createToken(it.db.orm, { ...made, ...spare })).id)
  ids.set('erasures', await it.erased('somebody.else@example.com', own.partnerId))
  const grants = Page.parse(await (await it.get('/api/v1/grants', token)).json())
  ids.set('grants', grants.items[0]?.id ?? '')
  await makeWork()
  const { paths: documented } = Document.parse(await (await it.get(open, null)).json())
  for (const [path, operations] of Object.entries(documented)) {
    for (const [method, { security }] of Object.entries(operations)) {
      const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
      scopesOf.set(route, (security[0]?.['token'] ?? []).filter(isScope))
    }
  }
})
afterAll(() => it.close())

async function makeChannelOf(made: { partnerId: string; actor: string }) {
  const kept = { name: 'spare', language: 'en', alarms: null, enabled: true } as const
  const parts = { orm: it.db.orm, vault: createVault([Buffer.alloc(32, 7)]), allowed: [] }
  const sending = { publicUrl: undefined, now: Date.now }
  const channel = await makeChannel({ ...parts, ...sending }, made, 'slack', kept, hook)
  ids.set('notice-channels', channel.ok ? channel.id : '')
}

/** Retries, replays, plans and jobs. */
async function makeWork() {
  await it.db.orm.execute(
    sql`update rules set definition = '{"events": ["*"], "email": ["$.email"]}'`,
  )
  ids.set('replays', await make('/api/v1/replays', { event: ids.get('events') }))
  const [refused] = await it.db.orm.execute(
    sql`update grants set state = 'attention', reason = 'no_answer', settled_at = null returning id`,
  )
  const plan = { kind: 'retry', state: 'attention' }
  ids.set('plans', await make('/api/v1/plans', plan))
  const job = await make('/api/v1/plans', plan)
  await it.db.orm.execute(
    sql`update jobs set state = 'running', confirmed_by = 'test', confirmed_at = now() where id = ${job}`,
  )
  ids.set('jobs', job)
  ids.set('retries', await make('/api/v1/retries', { grant: refused?.['id'] }))
  await it.db.orm.execute(
    sql`update grants set state = 'granted', due_at = null, settled_at = now()`,
  )
}

async function make(path: string, body: object): Promise<string> {
  const answer = await it.change(path, token, 'POST', body)
  return z.looseObject({ id: z.string() }).parse(await answer.json()).id
}

const filled = (path: string) =>
  path.replace(':id', ids.get(path.split('/')[3] ?? '') ?? 'none').replace(':email', email)

test('every route is documented, with the scopes it needs', () => {
  const all = [...methodsOf].flatMap(([path, methods]) => [...methods].map((m) => `${m} ${path}`))
  expect([...scopesOf.keys()].sort()).toEqual(all.sort())
  expect(paths.length).toBeGreaterThanOrEqual(9)
  expect(changes.length).toBeGreaterThanOrEqual(6)
  for (const scopes of scopesOf.values()) expect(scopes.length).toBeGreaterThan(0)
})

describe.each(paths)('%s', (path) => {
  test('answers the partner it belongs to, and is never kept by a cache', async () => {
    const answer = await it.get(filled(path), token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    await answer.text()
  })

  test('answers an operator', async () => {
    const answer = await it.get(filled(path), await it.token(null))
    expect(answer.status).toBe(200)
    await answer.text()
  })

  test('refuses no token, a wrong, a revoked and an expired one, all in the same words', async () => {
    const revoked = await it.token(own.partnerId)
    await it.db.orm.execute(sql`update api_tokens set revoked_at = now()
      where id = (select max(id::text)::uuid from api_tokens)`)
    const bad = [
      null,
      'nonsense',
      `mrl_${'A'.repeat(43)}`,
      revoked,
      await it.token(own.partnerId, allScopes, new Date(now)),
    ]
    const answers = await Promise.all(bad.map((one) => it.get(filled(path), one)))
    const bodies = await Promise.all(answers.map(async (answer) => Body.parse(await answer.json())))
    for (const [n, answer] of answers.entries()) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect({ ...bodies[n], request_id: '' }).toEqual({ ...bodies[0], request_id: '' })
    }
    expect(bodies[0]).toMatchObject({ code: 'unauthorized', status: 401 })
  })

  test('refuses a token that lacks any of its scopes', async () => {
    for (const missing of scopesOf.get(`GET ${path}`) ?? []) {
      const rest = allScopes.filter((scope) => scope !== missing)
      const answer = await it.get(filled(path), await it.token(own.partnerId, rest))
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining(missing),
      })
    }
  })

  test('shows another partner nothing', async () => {
    const answer = await it.get(filled(path), await it.token(other.partnerId))
    if (path.includes(':')) {
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'not_found' })
    } else if (path.startsWith('/api/v1/exports/')) {
      const seen = await answer.text()
      if (!path.endsWith('/audit-entries')) expect(seen).toBe('')
      expect(seen).not.toContain(own.partnerId)
    } else {
      const seen = Page.parse(await answer.json())
      if (!ownToEverybody.has(path)) expect(seen).toEqual({ items: [], next: null })
      expect(JSON.stringify(seen)).not.toContain(own.partnerId)
    }
  })

  test('refuses parameters it does not know', async () => {
    const answer = await it.get(`${filled(path)}?nonsense=1`, token)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ in: 'query', pointer: '/nonsense' }],
    })
  })

  test('takes no other method', async () => {
    const methods = methodsOf.get(path) ?? new Set()
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => !methods.has(one))) {
      const answer = await it.get(filled(path), token, { method })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toMatch(/^GET, HEAD/)
      expect((await it.get(filled(path), null, { method })).status).toBe(401)
    }
  })
})

/** Every partner has some of these. */
const ownToEverybody = new Set(
  ['partners', 'tokens', 'audit-entries', 'campaigns', 'sources', 'rules'].map(
    (name) => `/api/v1/${name}`,
  ),
)

/** A body that would do, so that nothing else stands in the way. */
const bodies: Record<string, object> = {
  'POST /api/v1/invitations': { email: 'somebody@example.com', role: 'viewer' },
  'POST /api/v1/partners': { name: 'another' },
  'POST /api/v1/password-resets': { email: 'somebody@example.com' },
  'POST /api/v1/tokens': { name: 'another', scopes: ['events:read'] },
  'PATCH /api/v1/members/:id': { role: 'owner' },
  'PUT /api/v1/partners/:id/config': { campaigns: [] },
  'POST /api/v1/campaigns': { name: 'another', mode: 'sandbox' },
  'PATCH /api/v1/campaigns/:id': { per_second: 5 },
  'POST /api/v1/sources': { name: 'another', provider: 'stripe' },
  'PATCH /api/v1/sources/:id': { enabled: true },
  'POST /api/v1/notice-channels': { name: 'another', kind: 'slack', settings: hook },
  'PATCH /api/v1/notice-channels/:id': { enabled: true },
  'POST /api/v1/rules': { source: 'shop', name: 'another' },
  'PATCH /api/v1/rules/:id': { position: 0 },
  'POST /api/v1/credentials': { source: 'shop', secret: 'whsec_another' },
  'PATCH /api/v1/credentials/:id': { valid_until: null },
  'POST /api/v1/credentials/:id/rotations': { secret: 'whsec_next', overlap: '24h' },
  'POST /api/v1/retries': { grant: '019c0000-0000-7000-8000-000000000000' },
  'POST /api/v1/replays': { event: '019c0000-0000-7000-8000-000000000000' },
  'POST /api/v1/dry-runs': { source: 'shop', rule: 'paid' },
  'POST /api/v1/plans': { kind: 'retry', state: 'attention' },
  'POST /api/v1/plans/:id/confirm': { fingerprint: 'any' },
  'PATCH /api/v1/partners/:id/retention': { bodies: 10 },
  'POST /api/v1/erasures': { email: 'nobody@example.com' },
  'POST /api/v1/people/export': { email: 'nobody@example.com' },
  'POST /api/v1/people/affected': {},
  'POST /api/v1/links': { source: 'shop', emails: ['a@example.com'] },
}

describe.each(changes)('%s %s', (method, path) => {
  const ask = (with_: string | null) =>
    it.change(filled(path), with_, method, bodies[`${method} ${path}`])

  test('refuses no token, a wrong, a revoked and an expired one', async () => {
    const revoked = await it.token(own.partnerId)
    await it.db.orm.execute(sql`update api_tokens set revoked_at = now()
      where id = (select max(id::text)::uuid from api_tokens)`)
    const expired = await it.token(own.partnerId, allScopes, new Date(now))
    for (const one of [null, 'nonsense', `mrl_${'A'.repeat(43)}`, revoked, expired])
      expect((await ask(one)).status).toBe(401)
  })

  test('refuses a token that lacks any of its scopes, and every role that does', async () => {
    const needed = scopesOf.get(`${method} ${path}`) ?? []
    expect(needed.length).toBeGreaterThan(0)
    for (const missing of needed) {
      const rest = allScopes.filter((scope) => scope !== missing)
      expect((await ask(await it.token(own.partnerId, rest))).status).toBe(403)
    }
    for (const { scopes } of Object.values(roles)) {
      const allowed = needed.every((scope) => scopes.some((each) => each === scope))
      if (!allowed) expect((await ask(await it.token(own.partnerId, scopes))).status).toBe(403)
    }
  })

  test('does nothing for another partner', async () => {
    if (!path.includes(':')) return
    expect((await ask(await it.token(other.partnerId))).status).toBe(404)
  })

  test('does nothing for a partner whom a stranger names', async () => {
    const body = bodies[`${method} ${path}`]
    if (path.includes(':') || body === undefined) return
    const stranger = await it.token(other.partnerId)
    const answer = await it.change(path, stranger, method, { ...body, partner: own.partnerId })
    expect(answer.status).toBe(422)
  })
})

describe.each(paths.filter((path) => path.includes(':id')))('%s', (path) => {
  test.each(['1', 'x', '..%2f..', "'%20or%201=1", '00000000-0000-0000-0000-00000000000g'])(
    'refuses an id that is none: %s',
    async (id) => {
      const answer = await it.get(path.replace(':id', id), token)
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ errors: [{ in: 'path', pointer: '/id' }] })
    },
  )
})

test('what is not there is a problem, but not before the token is believed', async () => {
  const answer = await it.get('/api/v1/nothing', token)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ code: 'not_found', request_id: expect.any(String) })
  expect((await it.get('/api/v1/nothing', null)).status).toBe(401)
})

describe('?reveal=true', () => {
  const some = paths.filter((path) => /^\/api\/v1\/(events|grants|people)(\/:\w+)?$/.test(path))

  test.each(some)('at %s needs the scope, and then shows the email', async (path) => {
    const masked = await (await it.get(filled(path), token)).text()
    expect(masked).toContain('m***@example.com')
    expect(masked).not.toContain(email)
    const without = await it.token(
      own.partnerId,
      allScopes.filter((scope) => scope !== 'people:reveal'),
    )
    expect((await it.get(`${filled(path)}?reveal=true`, without)).status).toBe(403)
    const full = await it.get(`${filled(path)}?reveal=true`, token)
    expect(await full.text()).toContain(email)
  })
})

test('looking for one person among the grants needs people:read', async () => {
  const only = await it.token(own.partnerId, ['grants:read'])
  expect((await it.get(`/api/v1/grants?email=${email}`, only)).status).toBe(403)
  expect((await it.get(`/api/v1/grants`, only)).status).toBe(200)
})
