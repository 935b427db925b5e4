// The same change asked for twice is made once: by one relay, by two at once, and after a crash.
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { ask, items, startNodes, told, type Ask, type Nodes } from './nodes.ts'

let nodes: Nodes
let token: string
beforeAll(async () => {
  nodes = await startNodes()
})
afterAll(() => nodes.close())
beforeEach(async () => {
  token = await nodes.token()
})

const wanted = { name: 'reports', scopes: ['events:read'] }
const make = (key: string, { body = wanted, headers }: Ask = {}, node = nodes.a, by = token) =>
  ask(node, by, '/tokens', {
    method: 'POST',
    body,
    headers: { 'idempotency-key': `"${key}"`, ...headers },
  })
const tokensNamed = async (name: string) =>
  (await items(await ask(nodes.a, token, '/tokens?limit=200'))).filter(
    (one) => one['name'] === name,
  )

test('a repeat gets the first answer byte for byte, from either relay, and says so', async () => {
  const key = randomUUID()
  const name = `once ${key}`
  const first = await make(key, { body: { ...wanted, name } })
  expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null])
  const bytes = await first.text()
  for (const node of [nodes.a, nodes.b]) {
    const again = await make(key, { body: { ...wanted, name } }, node)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(again.headers.get('cache-control')).toBe('no-store')
    expect(await again.text()).toBe(bytes)
  }
  // Without the quotes it is the same key.
  const bare = await make(key, { body: { ...wanted, name }, headers: { 'idempotency-key': key } })
  expect(await bare.text()).toBe(bytes)
  expect(await tokensNamed(name)).toHaveLength(1)
})

test('what an answer shows once is nowhere in clear', async () => {
  const key = randomUUID()
  const made = await told(await make(key))
  const secret = String(made['token']).slice('mrl_'.length)
  const rows = await nodes.db.orm.execute<{ row: string }>(
    sql`select k::text as row from idempotency_keys k`,
  )
  const text = rows.map(({ row }) => row).join('\n')
  expect(rows.length).toBeGreaterThan(0)
  for (const form of [secret, Buffer.from(secret).toString('hex'), key])
    expect(text).not.toContain(form)
  expect(text).not.toContain(Buffer.from(JSON.stringify(made)).toString('base64').slice(0, 40))
})

test('another body, address or order of bytes is another request', async () => {
  const key = randomUUID()
  expect((await make(key)).status).toBe(201)
  for (const other of [
    await make(key, { body: { ...wanted, name: 'other' } }),
    await make(key, { body: { scopes: wanted.scopes, name: wanted.name } }),
    await ask(nodes.b, token, '/campaigns', {
      method: 'POST',
      body: wanted,
      headers: { 'idempotency-key': `"${key}"` },
    }),
  ]) {
    expect(other.status).toBe(422)
    expect(await told(other)).toMatchObject({ code: 'idempotency_key_reused' })
  }
})

test('a key is its token’s alone', async () => {
  const key = randomUUID()
  const one = await told(await make(key))
  const other = await make(key, {}, nodes.a, await nodes.token())
  expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([201, null])
  expect((await told(other))['id']).not.toBe(one['id'])
  const operator = await nodes.token(undefined, null)
  expect((await make(key, {}, nodes.a, operator)).status).toBe(201)
  expect((await make(key, {}, nodes.b, operator)).headers.get('idempotency-replayed')).toBe('true')
})

test('of twenty at once at two relays one does it; the others get its answer, or are told to wait', async () => {
  const key = randomUUID()
  const name = `race ${key}`
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      make(key, { body: { ...wanted, name } }, n % 2 === 0 ? nodes.a : nodes.b),
    ),
  )
  const done = answers.filter(({ status }) => status === 201)
  const waiting = answers.filter(({ status }) => status === 409)
  expect(done.length + waiting.length).toBe(20)
  expect(done.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1)
  for (const answer of waiting) {
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await told(answer)).toMatchObject({ code: 'idempotency_in_progress' })
  }
  expect(new Set(await Promise.all(done.map((answer) => answer.text()))).size).toBe(1)
  expect(await tokensNamed(name)).toHaveLength(1)
})

describe('what is refused does nothing, and its key stays free', () => {
  test('a mistake can be mended under the same key', async () => {
    const key = randomUUID()
    expect((await make(key, { body: { ...wanted, scopes: [] } })).status).toBe(422)
    expect((await make(key)).status).toBe(201)
  })

  test('no scope, then one', async () => {
    const key = randomUUID()
    const poor = await nodes.token(['events:read'])
    expect((await make(key, {}, nodes.a, poor)).status).toBe(403)
    const [row] = await nodes.db.orm.execute<{ n: number }>(
      sql`select count(*)::int as n from idempotency_keys where answered_at is null`,
    )
    expect(row?.n).toBe(0)
  })
})

test('what a crash cut off is never done again under the same key', async () => {
  const key = randomUUID()
  await make(key)
  const cut = (seconds: number) =>
    nodes.db.orm.execute(sql`
      update idempotency_keys set answered_at = null, status = null, answer_sealed = null,
        taken_at = now() - ${seconds} * interval '1 second'
      where key_hash = sha256(${key}::text::bytea)`)
  await cut(1)
  expect(await told(await make(key))).toMatchObject({ code: 'idempotency_in_progress' })
  await cut(limits.idempotentWorkMsMax / 1000 + 1)
  expect(await told(await make(key))).toMatchObject({ code: 'idempotency_outcome_unknown' })
})

test('after a day a key is forgotten', async () => {
  const key = randomUUID()
  const first = await told(await make(key))
  const day = limits.idempotencyKeyMs / 1000
  const age = (seconds: number) =>
    nodes.db.orm.execute(sql`
      update idempotency_keys set taken_at = now() - ${seconds} * interval '1 second'
      where key_hash = sha256(${key}::text::bytea)`)
  await age(day - 60)
  expect((await told(await make(key)))['id']).toBe(first['id'])
  await nodes.db.orm.execute(sql`delete from idempotency_keys`)
  const second = await told(await make(key))
  await age(day + 1)
  const third = await make(key)
  expect([third.status, third.headers.get('idempotency-replayed')]).toEqual([201, null])
  expect((await told(third))['id']).not.toBe(second['id'])
})

test.each(['""', '"', `"${'x'.repeat(256)}"`, '"a" b', '42;x', '"naïve"'])(
  'a key that is none is refused: %s',
  async (key) => {
    const answer = await make('', {
      headers: { 'idempotency-key': Buffer.from(key).toString('latin1') },
    })
    expect(answer.status).toBe(422)
    expect(await told(answer)).toMatchObject({
      errors: [{ in: 'header', pointer: '/idempotency-key' }],
    })
  },
)
