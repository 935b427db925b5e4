import { afterAll, beforeAll, expect, test } from 'vitest'
import { countRefusals } from '../../src/db/rejections.ts'
import { countHours } from '../../src/db/stats/count.ts'
import { countingRound } from '../../src/ledger/counting.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { openApiScene, type ApiScene } from './scene.ts'
import { z } from 'zod'

let it: ApiScene
let own: ScenePartner
let token: string
beforeAll(async () => {
  it = await openApiScene()
  own = await it.makePartner()
  token = await it.token(own.partnerId)
})
afterAll(() => it.close())

const Stats = z.object({
  items: z.array(
    z.object({
      at: z.string(),
      group: z.string().nullable(),
      name: z.string().nullable(),
      count: z.number(),
    }),
  ),
  complete: z.boolean(),
})

const never = new AbortController().signal
const daysAgo = (days: number, hours = 0) =>
  new Date(Date.now() - days * 86_400_000 - hours * 3_600_000)

/** As if it had come then: the ids and times of the event and its grants. */
async function cameAt(partner: ScenePartner, at: Date, email?: string) {
  const id = await it.came(partner, email === undefined ? { type: 'x' } : { email })
  const moved =
    `${at.getTime().toString(16).padStart(12, '0')}`.replace(/^(.{8})/, '$1-') + id.slice(13)
  await it.db.work.begin(async (sql) => {
    await sql`update grants set event_id = ${moved}, created_at = ${at},
      id = (${moved.slice(0, 13)} || substr(id::text, 14))::uuid where event_id = ${id}`
    await sql`update events set id = ${moved}, received_at = ${at} where id = ${id}`
  })
}

async function ask(query: string, with_ = token) {
  const answer = await it.get(`/api/v1/stats?${query}`, with_)
  expect([query, answer.status]).toEqual([query, 200])
  return Stats.parse(await answer.json())
}
const total = ({ items }: z.output<typeof Stats>) =>
  items.reduce((sum, { count }) => sum + count, 0)

test('counts what came, once, whoever counts and however often', async () => {
  await cameAt(own, daysAgo(40), 'a@example.com')
  await cameAt(own, daysAgo(10, 1), 'b@example.com')
  await cameAt(own, daysAgo(10, 1))
  await it.came(own, { email: 'c@example.com' })
  const all = 'from=2020-01-01&step=month'
  expect(await ask(all)).toMatchObject({ complete: false })
  await Promise.all([1, 2, 3].map(() => countingRound(it.db.work, never)))
  await countingRound(it.db.work, never)
  expect(await ask(all)).toMatchObject({ complete: true })
  expect(total(await ask(all))).toBe(4)
  expect(total(await ask(`${all}&of=grants`))).toBe(3)
  expect(total(await ask('step=hour'))).toBe(3)
  const other = await it.makePartner()
  expect((await ask(all, await it.token(other.partnerId))).items).toEqual([])
  expect(total(await ask(`${all}&partner=${own.partnerId}`, await it.token(null)))).toBe(4)
})

test('by source, campaign, state and reason', async () => {
  const groups = async (query: string) =>
    Object.fromEntries(
      (await ask(`from=2020-01-01&step=month&${query}`)).items
        .toReversed()
        .map(({ group, name, count }) => [name ?? group, count]),
    )
  expect((await ask('step=month&by=source')).items[0]).toMatchObject({
    group: own.sourceId,
    name: 'shop',
  })
  expect(Object.keys(await groups('by=state')).toSorted()).toEqual(['matched', 'unmatched'])
  expect(Object.keys(await groups('by=reason')).toSorted()).toEqual(['matched', 'no_type_match'])
  expect(Object.keys(await groups('of=grants&by=campaign'))).toEqual([`campaign ${own.campaignId}`])
  expect(Object.keys(await groups('of=grants&by=source'))).toEqual(['shop'])
  expect(total(await ask(`of=grants&from=2020-01-01&step=month&campaign=${own.campaignId}`))).toBe(
    3,
  )
})

test('what changes later is counted anew', async () => {
  const granted = async () => {
    const { items } = await ask('of=grants&from=2020-01-01&step=month&by=state')
    return items
      .filter(({ group }) => group === 'granted')
      .reduce((sum, { count }) => sum + count, 0)
  }
  expect(await granted()).toBe(0)
  await it.answered('{"status":"ok"}')
  await it.db.work`update counted_hours set counted_at = now() - interval '10 minutes'`
  await countingRound(it.db.work, never)
  expect(await granted()).toBe(3)
})

test('a count that is broken off leaves the one before', async () => {
  const hours = {
    partnerId: own.partnerId,
    of: 'events' as const,
    from: new Date(Math.floor(daysAgo(10, 1).getTime() / 3_600_000) * 3_600_000),
    to: new Date(Math.floor(daysAgo(10).getTime() / 3_600_000) * 3_600_000),
  }
  const before = await it.db.work`select * from event_hours order by 1, 2, 3, 4, 5`
  await it.db
    .work`alter table counted_hours add constraint broken check (counted_at < '2020-01-01') not valid`
  await expect(countHours(it.db.work, hours)).rejects.toThrow('broken')
  await it.db.work`alter table counted_hours drop constraint broken`
  expect(await it.db.work`select * from event_hours order by 1, 2, 3, 4, 5`).toEqual(before)
})

test('days begin where they begin', async () => {
  const now = new Date()
  const month = (ago: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1)
  const iso = (ms: number) => new Date(ms).toISOString()
  const moscow = await it.makePartner()
  await cameAt(moscow, new Date(month(0) - 1.5 * 3_600_000), 'late@example.com')
  await countingRound(it.db.work, never)
  const with_ = await it.token(moscow.partnerId)
  for (const [query, begins] of [
    ['step=day', iso(month(0) - 24 * 3_600_000)],
    ['step=month', iso(month(1))],
    ['step=hour', iso(month(0) - 2 * 3_600_000)],
    ['step=day&zone=Europe/Moscow', iso(month(0) - 3 * 3_600_000)],
    ['step=month&zone=Europe/Moscow', iso(month(0) - 3 * 3_600_000)],
  ]) {
    const { items } = await ask(`from=${iso(month(1)).slice(0, 10)}&${query}`, with_)
    expect([query, items.map(({ at }) => at)]).toEqual([query, [begins]])
  }
})

test('refused requests are counted by source and reason, each partner its own', async () => {
  const [mine, other] = [await it.makePartner(), await it.makePartner()]
  const count = ({ partnerId, sourceId }: ScenePartner, reason: string, count: number) =>
    countRefusals(it.relayDb.work, [{ partnerId, sourceId, reason, count }])
  await count(mine, 'signature_mismatch', 3)
  await count(mine, 'signature_mismatch', 4)
  await count(mine, 'timestamp_stale', 2)
  await count(other, 'timestamp_stale', 100)
  const with_ = await it.token(mine.partnerId)
  expect(await ask('of=rejections', with_)).toMatchObject({
    complete: true,
    items: [{ group: null, count: 9 }],
  })
  const by = async (query: string) =>
    (await ask(`of=rejections&${query}`, with_)).items.map(({ group, count }) => [group, count])
  expect(await by('by=reason')).toEqual([
    ['signature_mismatch', 7],
    ['timestamp_stale', 2],
  ])
  expect(await by('by=source&step=month')).toEqual([[mine.sourceId, 9]])
})

test.each([
  ['zone=Asia/Kolkata', '/zone'],
  ['zone=Mars/Base', '/zone'],
  ["zone=UTC'", '/zone'],
  ['step=hour&from=2020-01-01', '/step'],
  ['by=campaign', '/by'],
  ['campaign=none', '/campaign'],
  ['of=rejections&by=campaign', '/by'],
  ['of=rejections&by=state', '/by'],
  ['of=people', '/of'],
])('refuses %s', async (query, pointer) => {
  const answer = await it.get(`/api/v1/stats?${query}`, token)
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({ errors: [{ pointer }] })
})
