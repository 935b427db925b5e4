import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { allScopes } from '../../src/access/scopes.ts'
import { limits } from '../../src/limits.ts'
import { openApiScene, type ApiScene } from '../api/scene.ts'
import type { ScenePartner } from '../ledger/scene.ts'

let it: ApiScene
let own: ScenePartner
let other: ScenePartner
let token: string
const path = '/api/v1/people'

beforeAll(async () => {
  it = await openApiScene()
  own = await it.makePartner()
  other = await it.makePartner()
  token = await it.token(own.partnerId)
})
afterAll(() => it.close())

const Copy = z.looseObject({
  email: z.string(),
  complete: z.boolean(),
  events: z.array(
    z.looseObject({
      email: z.string().nullable(),
      request: z.looseObject({ body: z.string() }).nullable(),
    }),
  ),
  grants: z.array(z.looseObject({ email: z.string().nullable(), attempts: z.array(z.unknown()) })),
  contacts: z.array(z.unknown()),
  erasures: z.array(z.unknown()),
})
const entries = async (action: string) =>
  it.db
    .work`select partner_id, subject, detail from audit_entries where action = ${action} order by id`

test('a person gets everything in full, and nothing of another partner; the look is audited without the address', async () => {
  const email = 'copy@example.com'
  await it.came(own, { email })
  await it.answered('{"status":"ok"}')
  await it.came(own, { email: 'COPY@example.com' })
  await it.came(own, { email: 'another@example.com' })
  await it.came(other, { email })
  const answer = await it.change(`${path}/export`, token, 'POST', { email })
  const copy = Copy.parse(await answer.json())
  expect(copy).toMatchObject({ email, complete: true })
  expect(copy.events.map(({ request }) => request?.body)).toEqual([
    '{"amount":1500,"email":"copy@example.com"}',
    '{"amount":1500,"email":"COPY@example.com"}',
  ])
  expect(copy.grants.map((grant) => [grant.email, grant.attempts.length])).toEqual([
    [email, 1],
    ['COPY@example.com', 0],
  ])
  expect(JSON.stringify(copy)).not.toContain('another@')
  expect(JSON.stringify(copy)).not.toContain(other.partnerId)
  const audited = await entries('person.exported')
  expect(audited).toMatchObject([
    { partner_id: own.partnerId, subject: expect.stringMatching(/^[0-9a-f]{16}$/) },
  ])
  expect(JSON.stringify(audited)).not.toContain('copy')
})

test('of an erased person only that they were erased is left', async () => {
  const email = 'gone@example.com'
  await it.came(own, { email })
  await it.erased(email, own.partnerId)
  const copy = Copy.parse(
    await (await it.change(`${path}/export`, token, 'POST', { email })).json(),
  )
  expect(copy.erasures).toHaveLength(1)
  expect(copy.events.map((event) => [event.email, event.request])).toEqual([[null, null]])
  expect(copy.grants.map((grant) => grant.email)).toEqual([null])
})

test('who is affected: by source and time, as NDJSON and as CSV that no spreadsheet runs', async () => {
  const partner = await it.makePartner()
  const mine = await it.token(partner.partnerId)
  const before = new Date()
  for (const email of ['a@example.com', '=cmd@example.com', 'a@example.com'])
    await it.came(partner, { email })
  const ask = async (body: object) => it.change(`${path}/affected`, mine, 'POST', body)
  const lines = (await (await ask({})).text())
    .trim()
    .split('\n')
    .map((line) => z.looseObject({ email: z.string() }).parse(JSON.parse(line)))
  expect(lines.map(({ email }) => email).sort()).toEqual(['=cmd@example.com', 'a@example.com'])
  expect(await (await ask({ to: before.toISOString() })).text()).toBe('')
  expect(
    (await (await ask({ from: before.toISOString(), source: 'shop' })).text()).split('\n'),
  ).toHaveLength(3)
  expect((await ask({ source: 'nonsense' })).status).toBe(422)
  const csv = await ask({ format: 'csv' })
  expect(csv.headers.get('content-type')).toMatch(/^text\/csv/)
  const bytes = Buffer.from(await csv.arrayBuffer())
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  expect(bytes.toString()).toContain("\n'=cmd@example.com,")
  const [entry] = await entries('people.exported')
  expect(entry).toMatchObject({ partner_id: partner.partnerId, detail: { format: 'ndjson' } })
})

test('a token of the installation must name the partner; one without people:reveal is refused', async () => {
  expect((await it.change(`${path}/affected`, await it.token(null), 'POST', {})).status).toBe(422)
  const blind = allScopes.filter((scope) => scope !== 'people:reveal')
  expect(
    (
      await it.change(`${path}/export`, await it.token(own.partnerId, blind), 'POST', {
        email: 'a@b.ru',
      })
    ).status,
  ).toBe(403)
})

test('every page is asked for, and nobody is told twice', async () => {
  const partner = await it.makePartner()
  const most = limits.concernedAtOnce + 5
  await it.db.work`
    with came as (
      insert into events (partner_id, id, source_id, event_key, type, state, reason, trust, body_id, email_key, trace, matches)
      select ${partner.partnerId}, gen_random_uuid(), ${partner.sourceId}, 'many' || n, 'x', 'matched', 'matched', 'signed', gen_random_uuid(), sha256(n::text::bytea), '[]', '[]'
      from generate_series(1, ${most}) n returning email_key
    )
    insert into grants (partner_id, id, campaign_id, mode, email_key, folded_key, email, state)
    select ${partner.partnerId}, gen_random_uuid(), ${partner.campaignId}, 'live', email_key, email_key, encode(email_key, 'hex') || '@example.com', 'test' from came`
  const answer = await it.change(`${path}/affected`, await it.token(partner.partnerId), 'POST', {})
  const lines = (await answer.text()).trim().split('\n')
  expect(new Set(lines).size).toBe(most)
  expect(lines).toHaveLength(most)
})
