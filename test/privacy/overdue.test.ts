// What waits to be checked holds its request back from retention: not for ever only because nobody acts. It is told
// of first, by an alarm of its source, and ends when that has been open for long enough.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { AlarmWatch } from '../../src/alarms/watch.ts'
import { retention } from '../../src/db/privacy/schema.ts'
import { limits } from '../../src/limits.ts'
import { Retaining } from '../../src/privacy/retaining.ts'
import { oldId } from '../audit/scene.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { openPrivacyScene, placesOf, type PrivacyScene } from './scene.ts'

let it: PrivacyScene
let own: ScenePartner
const day = 86_400_000
const told = limits.parkedToldMs / day
beforeAll(async () => (it = await openPrivacyScene()))
afterAll(() => it.close())
beforeEach(async () => {
  await it.db.work`truncate alarms, retention`
  own = await it.makePartner()
})

const keeps = (bodiesDays: number | null, { partnerId } = own) =>
  it.db.orm
    .insert(retention)
    .values({ partnerId, bodiesDays, ledgerDays: null, auditDays: null })
    .onConflictDoUpdate({ target: retention.partnerId, set: { bodiesDays } })

/** A parked event that came so many days ago, with a part of its own. */
async function waits(email: string, days: number, state: 'held' | 'stranded' | 'waiting') {
  const came = await it.came(own, { email, parked: 'lookup' })
  const [id, body] = [oldId(days * day), oldId(days * day)]
  await it.db.work`
    update event_bodies set id = ${body}, received_at = received_at - ${days} * interval '1 day'
    where id = (select body_id from events where id = ${came})`
  await it.db.work`
    update events set id = ${id}, body_id = ${body}, received_at = received_at - ${days} * interval '1 day' where id = ${came}`
  await it.db.work`
    update lookups set event_id = ${id}, state = ${state}, since = since - ${days} * interval '1 day',
      due_at = case when ${state === 'waiting'} then now() + interval '1 hour' end where event_id = ${came}`
  await it.db.work`
    insert into parked_parts (partner_id, event_id, event) values (${own.partnerId}, ${id}, ${JSON.stringify({ email })}::text::json)`
  return id
}

const look = () =>
  new AlarmWatch({ sql: it.relayDb.work, dataDir: undefined, machine: 'one' }).look()
const alarms = () => it.db.work`select subject, detail from alarms
  where kind = 'parked_over' and closed_at is null`
const openSince = (days: number) =>
  it.db.work`update alarms set opened_at = now() - ${days} * interval '1 day'`
const round = () => new Retaining(it.relayDb.work).round()

async function fate(id: string) {
  const [row] = await it.db.work`
    select e.state || ' ' || e.reason as event, l.state as lookup,
      (select count(*)::int from event_bodies b where b.id = e.body_id) as bodies,
      (select count(*)::int from parked_parts p where p.event_id = e.id) as parts
    from events e join lookups l on l.event_id = e.id where e.id = ${id}`
  return row
}
const waiting = { bodies: 1, parts: 1 }
const ended = { event: 'unmatched waited_too_long', lookup: 'ended', bodies: 0, parts: 0 }

test.each(['held', 'stranded', 'waiting'] as const)(
  'an event that is %s is told of when its request is over, and ends with it when nobody acted',
  async (state) => {
    await keeps(30)
    const email = `${state}@example.com`
    const id = await waits(email, 30 + told + 1, state)
    // Nobody was told yet, as after a long night of all relays.
    await round()
    expect(await fate(id)).toMatchObject({ lookup: state, ...waiting })
    await look()
    expect(await alarms()).toEqual([{ subject: own.sourceId, detail: { waiting: 1 } }])
    await openSince(told - 1)
    await look()
    await round()
    expect(await fate(id)).toMatchObject({ lookup: state, ...waiting })
    await openSince(told + 0.01)
    expect(await round()).toMatchObject({ waited: 1 })
    expect(await fate(id)).toEqual(ended)
    expect(await placesOf(it.db.work, email)).toEqual([])
    await look()
    expect(await alarms()).toEqual([])
  },
)

test('what is not over, what was tried again since, and what is asked at this moment go on waiting', async () => {
  await keeps(30)
  const young = await waits('young@example.com', 29, 'held')
  const again = await waits('again@example.com', 50, 'waiting')
  await it.db.work`update lookups set since = now() - interval '1 day' where event_id = ${again}`
  const asked = await waits('asked@example.com', 50, 'stranded')
  await it.db.work`
    update lookups set state = 'asking', due_at = null, lease_until = now() + interval '1 minute', lease_owner = ${asked}
    where event_id = ${asked}`
  const over = await waits('over@example.com', 50, 'held')
  await look()
  await openSince(told + 1)
  await round()
  expect(await fate(over)).toEqual(ended)
  for (const id of [young, again, asked]) expect(await fate(id)).toMatchObject(waiting)
})

test('a partner that leaves: the shortest period, and within the month that the law gives all is gone', async () => {
  await keeps(1)
  const [first, later] = [
    await waits('a@example.com', 2, 'held'),
    await waits('b@example.com', 4, 'held'),
  ]
  await look()
  // Sooner than a lookup has had its 72 hours nothing is over.
  expect(await alarms()).toMatchObject([{ detail: { waiting: 1 } }])
  await openSince(told + 1)
  await round()
  expect(await fate(first)).toMatchObject(waiting)
  expect(await fate(later)).toEqual(ended)
  expect(3 + told).toBeLessThan(30)
})

test('whoever keeps everything keeps what waits', async () => {
  await keeps(null)
  const id = await waits('kept@example.com', 900, 'held')
  await look()
  expect(await alarms()).toEqual([])
  await round()
  expect(await fate(id)).toMatchObject(waiting)
})
