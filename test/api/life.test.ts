// The life of what is set up: archived and brought back, credentials replaced while both count.
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { limits } from '../../src/limits.ts'
import { forgetArchived } from '../../src/partners/forgetting.ts'
import { until } from '../support/sending.ts'
import { ask, idOf, items, sendEvent, startNodes, told, type Ask, type Nodes } from './nodes.ts'

let nodes: Nodes
let token: string
beforeAll(async () => {
  nodes = await startNodes()
})
afterAll(() => nodes.close())
beforeEach(async () => {
  token = await nodes.token()
})

const get = (path: string) => ask(nodes.a, token, path)
const post = (path: string, body?: object, more: Ask = {}) =>
  ask(nodes.a, token, path, { method: 'POST', ...(body && { body }), ...more })
const patch = (path: string, body: object) => ask(nodes.a, token, path, { method: 'PATCH', body })
const remove = (path: string) => ask(nodes.a, token, path, { method: 'DELETE' })
const problem = async (answer: Response) => {
  const { code, detail, status } = await told(answer)
  return { code, detail, status }
}

let count = 0
async function makeSource(secret = 'whsec_one') {
  count += 1
  const name = `source ${count}`
  const key = `key-of-source-number-${count}-abc`
  const made = await post('/sources', {
    name,
    provider: 'stripe',
    key,
    credentials: [{ name: 'first', secret }],
    rules: [
      { name: 'paid', events: ['*'], email: ['$.data.object.customer_email'], campaign: 'spring' },
    ],
  })
  expect(made.status).toBe(200)
  const id = await idOf(made, 'source')
  const [credential] = await items(await get(`/credentials?source=${id}`))
  return { id, name, key, credential: String(credential?.['id']) }
}
/** On both relays, as soon as each has heard of the change. */
const sent = (secret: string, key: string, status: number) =>
  Promise.all(
    [nodes.a, nodes.b].map((node) =>
      until(
        async () => (await sendEvent(node, secret, `evt_${(count += 1)}`, key)) === status,
        30_000,
      ),
    ),
  )

describe('a source', () => {
  test('that is archived is unknown to senders and lists, and its past can be asked', async () => {
    const source = await makeSource()
    await sent('whsec_one', source.key, 200)
    expect((await remove(`/sources/${source.id}`)).status).toBe(200)
    await sent('whsec_one', source.key, 404)
    expect(JSON.stringify(await items(await get('/sources?limit=200')))).not.toContain(source.id)
    expect(JSON.stringify(await items(await get('/rules?limit=200')))).not.toContain(source.id)
    const [archived] = await items(await get('/sources?archived=true&limit=1'))
    expect(archived).toMatchObject({ id: source.id, archived_at: expect.any(String) })
    // Two at least: a relay takes them until it has heard.
    const past = await items(await get(`/events?source=${source.id}`))
    expect(past.length).toBeGreaterThanOrEqual(2)
    // Its name is free, and both can be told apart.
    const next = await post('/sources', { name: source.name, provider: 'stripe' })
    expect(next.status).toBe(200)
    expect(await items(await get(`/events?source=${await idOf(next, 'source')}`))).toEqual([])
    expect(await items(await get(`/events?source=${source.name}`))).toHaveLength(past.length)
    expect(await problem(await patch(`/sources/${source.id}`, { enabled: true }))).toMatchObject({
      code: 'conflict',
      detail: 'it is archived: restore it first',
    })
    expect((await problem(await remove(`/sources/${source.id}`))).status).toBe(409)
  })

  test('comes back with its URL, switched off; but not beside another of its name', async () => {
    const source = await makeSource()
    await remove(`/sources/${source.id}`)
    const next = await post('/sources', { name: source.name, provider: 'stripe' })
    const restore = () => post(`/sources/${source.id}/restore`)
    expect(await problem(await restore())).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('archive that one first'),
    })
    await remove(`/sources/${await idOf(next, 'source')}`)
    expect(await told(await restore())).toMatchObject({
      changes: [{ action: 'restored', kind: 'source', id: source.id }],
    })
    expect(await told(await get(`/sources/${source.id}`))).toMatchObject({
      enabled: false,
      archived_at: null,
    })
    await patch(`/sources/${source.id}`, { enabled: true })
    await sent('whsec_one', source.key, 200)
    expect((await problem(await restore())).detail).toBe('it is not archived')
  })

  test('without a past is forgotten after a month, and one with a past never', async () => {
    const [used, unused] = [await makeSource(), await makeSource()]
    await sent('whsec_one', used.key, 200)
    for (const { id } of [used, unused]) await remove(`/sources/${id}`)
    const age = (ms: number) =>
      nodes.db.orm.execute(sql`
        update sources set archived_at = now() - ${ms} * interval '1 ms'
        where id in (${used.id}, ${unused.id})`)
    await age(limits.archivedForgetMs - 60_000)
    await forgetArchived(nodes.db.orm)
    expect((await get(`/sources/${unused.id}`)).status).toBe(200)
    await age(limits.archivedForgetMs + 1000)
    await forgetArchived(nodes.db.orm)
    expect((await get(`/sources/${unused.id}`)).status).toBe(404)
    expect((await get(`/sources/${used.id}`)).status).toBe(200)
    const [entry] = await items(await get('/audit-entries?actor=relay&limit=1'))
    expect(entry).toMatchObject({ subject: `source ${unused.name}`, detail: { did: 'forgotten' } })
  })
})

describe('a campaign', () => {
  test('is archived when no rule uses it, warns of what waits in it, and keeps its bonuses', async () => {
    const made = await post('/campaigns', { name: 'summer', mode: 'sandbox', enabled: false })
    const id = await idOf(made, 'campaign')
    const source = await makeSource()
    const rule = { source: source.id, name: 'all', events: ['*'], campaign: 'summer' }
    const added = await post('/rules', { ...rule, email: ['$.data.object.customer_email'] })
    const ruleId = await idOf(added, 'rule')
    await sent('whsec_one', source.key, 200)
    await until(async () => (await items(await get(`/grants?campaign=${id}`))).length === 2)
    expect(await problem(await remove(`/campaigns/${id}`))).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining(`is used by rule "${source.name}/all"`),
    })
    await remove(`/rules/${ruleId}`)
    const archived = await told(await remove(`/campaigns/${id}`))
    expect(archived).toMatchObject({ changes: [{ action: 'archived', kind: 'campaign' }] })
    expect(JSON.stringify(archived['warnings'])).toContain('holds 2 bonuses that wait')
    const grants = await items(await get(`/grants?campaign=${id}`))
    expect(grants).toMatchObject([
      { campaign: { name: 'summer' }, rule: { name: 'all' } },
      { campaign: { name: 'summer' } },
    ])
    expect((await problem(await post(`/rules/${ruleId}/restore`))).detail).toContain(
      'its campaign is archived',
    )
    const again = await post('/campaigns', { name: 'summer', mode: 'sandbox' })
    expect(await idOf(again, 'campaign')).not.toBe(id)
    const [newest] = await items(await get('/campaigns?limit=1'))
    await remove(`/campaigns/${String(newest?.['id'])}`)
    expect((await post(`/campaigns/${id}/restore`)).status).toBe(200)
    expect((await post(`/rules/${ruleId}/restore`)).status).toBe(200)
    expect(await told(await get(`/rules/${ruleId}`))).toMatchObject({ enabled: false })
  })

  test('whose name is taken is not made, and not changed instead', async () => {
    const answer = await post('/campaigns', { name: 'spring', mode: 'live' })
    expect(await told(answer)).toMatchObject({ errors: [{ in: 'body', pointer: '/name' }] })
  })
})

test('rules are added, moved, changed and archived one by one', async () => {
  const source = await makeSource()
  const rule = { source: source.name, events: ['x'], email: ['$.e'], campaign: 'spring' }
  const second = await idOf(await post('/rules', { ...rule, name: 'second' }), 'rule')
  const zeroth = await idOf(await post('/rules', { ...rule, name: 'zeroth', position: 0 }), 'rule')
  const names = async () =>
    (await items(await get(`/rules?source=${source.id}`)))
      .toSorted((a, b) => Number(a['position']) - Number(b['position']))
      .map(({ name }) => name)
  expect(await names()).toEqual(['zeroth', 'paid', 'second'])
  await patch(`/rules/${second}`, { position: 0, events: ['y'] })
  expect(await names()).toEqual(['second', 'zeroth', 'paid'])
  expect(await told(await get(`/rules/${second}`))).toMatchObject({ definition: { events: ['y'] } })
  const broken = await patch(`/rules/${zeroth}`, { email: ['$.['] })
  expect(await told(broken)).toMatchObject({ errors: [{ pointer: '/email/0' }] })
  await remove(`/rules/${second}`)
  expect(await names()).toEqual(['zeroth', 'paid'])
  expect(await idOf(await post('/rules', { ...rule, name: 'second' }), 'rule')).toBe(second)
})

describe('a credential', () => {
  const rotate = (id: string, body: object) => post(`/credentials/${id}/rotations`, body)
  const credentials = async (source: { id: string }) =>
    (await items(await get(`/credentials?source=${source.id}`))).toReversed()

  test.each([
    ['1h', 3600],
    ['24h', 86_400],
    ['7d', 604_800],
  ])('is replaced with an overlap of %s: both count, on both relays', async (overlap, seconds) => {
    const source = await makeSource()
    const answer = await rotate(source.credential, { secret: 'whsec_two', overlap })
    expect(await answer.clone().text()).not.toContain('whsec')
    expect(await told(answer)).toMatchObject({
      changes: [
        { action: 'updated', kind: 'credential', changed: 'valid_until' },
        { action: 'created', kind: 'credential', name: `${source.name}/first (2)` },
      ],
    })
    const [row] = await nodes.db.orm.execute<{ seconds: number }>(sql`
      select extract(epoch from valid_until - now())::float8 as seconds
      from credentials where id = ${source.credential}`)
    expect(row?.seconds).toBeGreaterThan(seconds - 30)
    expect(row?.seconds).toBeLessThanOrEqual(seconds)
    await sent('whsec_two', source.key, 200)
    await sent('whsec_one', source.key, 200)
    expect(await credentials(source)).toMatchObject([
      { name: 'first', state: 'ending' },
      { name: 'first (2)', state: 'valid', valid_until: null },
    ])
  })

  test('without an overlap ends at once, and an overlap can be ended early', async () => {
    const source = await makeSource()
    await rotate(source.credential, { secret: 'whsec_two', overlap: '0' })
    await sent('whsec_one', source.key, 401)
    await sent('whsec_two', source.key, 200)
    const [first, second] = await credentials(source)
    expect(first).toMatchObject({ state: 'ended' })
    expect(
      (await problem(await rotate(source.credential, { secret: 'x', overlap: '0' }))).code,
    ).toBe('conflict')
    const id = String(second?.['id'])
    await rotate(id, { secret: 'whsec_three', overlap: '7d', name: 'third' })
    await sent('whsec_two', source.key, 200)
    await patch(`/credentials/${id}`, { valid_until: new Date().toISOString() })
    await sent('whsec_two', source.key, 401)
    await remove(`/credentials/${id}`)
    expect((await credentials(source)).map(({ name }) => name)).toEqual(['first', 'third'])
  })

  test('ends by the clock of the database, while nobody changes anything', async () => {
    const source = await makeSource()
    // With none at all the sender would be asked to come again.
    await post('/credentials', { source: source.id, secret: 'whsec_other' })
    await nodes.db.orm.execute(sql`
      update credentials set valid_until = now() + interval '3 seconds' where id = ${source.credential}`)
    await patch(`/sources/${source.id}`, { settings: { tolerance: '200' } })
    const isOver = async () => {
      const [row] = await nodes.db.orm.execute<{ over: boolean }>(
        sql`select valid_until <= now() as over from credentials where id = ${source.credential}`,
      )
      return row?.over
    }
    await sent('whsec_one', source.key, 401)
    expect(await isOver()).toBe(true)
  })

  test('is shown with when it was last used, written once a minute', async () => {
    const source = await makeSource()
    await sent('whsec_one', source.key, 200)
    const used = async () =>
      z
        .string()
        .nullish()
        .parse((await credentials(source))[0]?.['last_used_at'])
    const first = await until(async () => (await used()) ?? undefined)
    const [row] = await nodes.db.orm.execute<{ ago: number }>(sql`
      select extract(epoch from now() - last_used_at)::float8 as ago
      from credentials where id = ${source.credential}`)
    expect(row?.ago).toBeLessThan(15)
    await sent('whsec_one', source.key, 200)
    await new Promise((resolve) => setTimeout(resolve, 2 * limits.pollMs))
    expect(await used()).toBe(first)
    await nodes.db.orm.execute(sql`
      update credentials set last_used_at = now() - ${limits.credentialTouchMs} * interval '1 ms'
      where id = ${source.credential}`)
    await sent('whsec_one', source.key, 200)
    await until(async () => Date.parse((await used()) ?? '') > Date.parse(first))
    await sent('whsec_wrong', source.key, 401)
  })

  test.each([
    [{ secret: 'whsec_one', overlap: '24h' }, '/secret'],
    [{ secret: '  ', overlap: '24h' }, '/secret'],
    [{ secret: '${HOME}', overlap: '24h' }, '/secret'],
    [{ overlap: '24h' }, ''],
    [{ publicKey: 'x', overlap: '24h' }, ''],
    [{ secret: 'whsec_two', overlap: '2h' }, '/overlap'],
    [{ secret: 'whsec_two', overlap: '1h', name: 'first' }, '/name'],
  ])('%j is refused at “%s”, and nothing ends', async (body, pointer) => {
    const source = await makeSource()
    const answer = await rotate(source.credential, body)
    expect(answer.status).toBe(422)
    const { errors } = await told(answer)
    expect(errors).toContainEqual(expect.objectContaining({ pointer }))
    expect(await credentials(source)).toMatchObject([{ state: 'valid' }])
  })

  test('finds room among those that have ended, and only there', async () => {
    const source = await makeSource()
    let last = source.credential
    for (let n = 2; n <= limits.credentialsPerSourceMax + 2; n++) {
      const answer = await rotate(last, { secret: `whsec_${n}`, overlap: '0', name: `${n}` })
      expect(answer.status).toBe(200)
      last = String((await credentials(source)).at(-1)?.['id'])
    }
    const all = await credentials(source)
    expect(all).toHaveLength(limits.credentialsPerSourceMax)
    expect(all.map(({ name }) => name)).not.toContain('first')
    await nodes.db.orm.execute(
      sql`update credentials set valid_until = null where source_id = ${source.id}`,
    )
    expect((await rotate(last, { secret: 'whsec_x', overlap: '1h' })).status).toBe(409)
  })
})
