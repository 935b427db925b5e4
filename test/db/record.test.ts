import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GroupCommit } from '../../src/db/group-commit.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { recordBatch, type EventToRecord, type RequestToRecord } from '../../src/db/record.ts'
import { uuidv7 } from '../../src/ids.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import { requestToRecord } from '../support/request.ts'

let fresh: FreshDatabase
let db: Database
let partner: TestPartner
const node = uuidv7()
const leaseMs = 60_000

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  partner = await makePartner(db)
})

afterAll(async () => {
  await db.close()
  await fresh.drop()
})

const record = (...requests: RequestToRecord[]) => recordBatch(db.record, requests, node, leaseMs)

describe('recording a batch', () => {
  test('keeps the exact bytes of every request, whatever they are', async () => {
    const bodies = [
      Buffer.from('{"a":1}'),
      Buffer.from([0, 255, 0x5c, 0x78, 10, 13]),
      Buffer.alloc(0),
      Buffer.from('\uFEFF{"x":"\\u0000"}'),
      Buffer.alloc(300_000, 7),
      Buffer.from(Array.from({ length: 255 }, (_, byte) => byte + 1)),
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    ]
    const requests = bodies.map((body) => requestToRecord(partner, { body }))
    // With a NUL among them they travel in another form than without.
    await record(...requests.filter(({ body }) => body.includes(0)))
    await record(...requests.filter(({ body }) => !body.includes(0)))
    for (const request of requests) {
      const [row] =
        await db.work`select body, method, headers from event_bodies where id = ${request.id}`
      expect(row?.['body'].equals(request.body)).toBe(true)
      expect(row?.['headers']).toEqual(request.headers)
    }
  })

  test('an event that was seen before is counted and changes nothing else', async () => {
    const first = requestToRecord(partner, { key: 'evt_again', email: 'a@example.com' })
    const again = requestToRecord(partner, { key: 'evt_again', email: 'a@example.com' })
    expect((await record(first)).fresh.size).toBe(1)
    expect((await record(again)).fresh.size).toBe(0)
    const rows = await db.work`select id, copies from events where event_key = 'evt_again'`
    expect(rows).toMatchObject([{ id: first.events[0]?.id, copies: 2 }])
    const [bodies] =
      await db.work`select count(*)::int as n from event_bodies where id in ${db.work([first.id, again.id])}`
    expect(bodies?.['n']).toBe(1)
  })

  test('copies inside one batch make one event and one grant', async () => {
    const copies = Array.from({ length: 5 }, () =>
      requestToRecord(partner, { key: 'evt_twin', email: 'twin@example.com' }),
    )
    const { fresh: ids, made } = await record(...copies)
    expect([...ids]).toEqual([copies[0]?.events[0]?.id])
    expect(made.size).toBe(1)
    const rows = await db.work`select copies from events where event_key = 'evt_twin'`
    expect(rows).toMatchObject([{ copies: 5 }])
  })

  test('two events for one email make one grant, in one batch and in two', async () => {
    const email = 'once@example.com'
    await record(requestToRecord(partner, { email }), requestToRecord(partner, { email }))
    await record(requestToRecord(partner, { email }))
    const [row] = await db.work`select count(*)::int as n from grants where email = ${email}`
    expect(row?.['n']).toBe(1)
  })

  test('the same event at eight connections at once is recorded once', async () => {
    const requests = Array.from({ length: 8 }, () =>
      requestToRecord(partner, { key: 'evt_race', email: 'race@example.com' }),
    )
    const results = await Promise.all(requests.map((request) => record(request)))
    expect(results.filter(({ fresh: ids }) => ids.size === 1)).toHaveLength(1)
  })
})

describe('a grant is born', () => {
  const cases = [
    { health: 'healthy', claim: true, state: 'sending' },
    { health: 'healthy', claim: false, state: 'queued' },
    { health: 'holding', claim: true, state: 'held' },
    { health: 'stopped', claim: true, state: 'held' },
    { health: 'unreachable', claim: true, state: 'queued' },
  ] as const
  test.each(cases)(
    '$state when the campaign is $health and claim is $claim',
    async ({ health, claim, state }) => {
      const own = await makePartner(db)
      await setHealth(db, own.campaignId, health, 60_000)
      const { made } = await record(requestToRecord(own, { email: 'x@example.com', claim }))
      expect([...made.values()]).toEqual([state])
    },
  )

  test('test when the provider marked the event as a test, beside the real one', async () => {
    const own = await makePartner(db)
    const { made } = await record(
      requestToRecord(own, { email: 'x@example.com', claim: true, test: true }),
    )
    expect([...made.values()]).toEqual(['test'])
    const real = await record(requestToRecord(own, { email: 'x@example.com', claim: true }))
    expect([...real.made.values()]).toEqual(['sending'])
  })

  test('queued when its campaign has a pace', async () => {
    const own = await makePartner(db, { perSecond: 5 })
    const { made } = await record(requestToRecord(own, { email: 'x@example.com', claim: true }))
    expect([...made.values()]).toEqual(['queued'])
  })

  test('held behind earlier held ones although the campaign is healthy again', async () => {
    const own = await makePartner(db)
    await setHealth(db, own.campaignId, 'holding', 60_000)
    await record(requestToRecord(own, { email: 'first@example.com', claim: true }))
    await setHealth(db, own.campaignId, 'healthy', null)
    const { made } = await record(
      requestToRecord(own, { email: 'second@example.com', claim: true }),
    )
    expect([...made.values()]).toEqual(['held'])
    const [row] = await db.work`select reason from grants where email = 'second@example.com'`
    expect(row?.['reason']).toBe('in_line')
  })
})

describe('group commit', () => {
  const open = (waitMsMax = 5000, waitingItemsMax = 1000) =>
    new GroupCommit<RequestToRecord, boolean>({
      flush: async (requests) => {
        const { fresh: ids } = await record(...requests)
        return requests.map(({ events }) => events.some(({ id }) => ids.has(id)))
      },
      bytes: ({ body }) => body.length,
      itemsMax: 100,
      bytesMax: 1e6,
      waitingItemsMax,
      waitingBytesMax: 1e8,
      flushesMax: 2,
      waitMsMax,
    })

  test.each<[string, (event: EventToRecord) => void]>([
    ['text that PostgreSQL cannot hold', (event) => (event.type = 'nul \u0000 byte')],
    [
      'a campaign that is not there',
      ({ grants: [grant] }) => grant && (grant.campaignId = uuidv7()),
    ],
  ])('a row that the database refuses fails alone: %s', async (_what, poison) => {
    const commit = open()
    const requests = Array.from({ length: 20 }, () =>
      requestToRecord(partner, { email: `${uuidv7()}@example.com` }),
    )
    const [event] = requests[7]?.events ?? []
    if (event) poison(event)
    const results = await Promise.allSettled(requests.map((request) => commit.submit(request)))
    expect(results.flatMap((result, n) => (result.status === 'rejected' ? [n] : []))).toEqual([7])
    await commit.drained()
  })

  test('many concurrent callers share few statements', async () => {
    let flushes = 0
    const commit = new GroupCommit<number, number>({
      flush: async (items) => {
        flushes++
        await db.work`select pg_sleep(0.005)`
        return items
      },
      bytes: () => 1,
      itemsMax: 1000,
      bytesMax: 1e9,
      waitingItemsMax: 1e6,
      waitingBytesMax: 1e9,
      flushesMax: 1,
      waitMsMax: 10_000,
    })
    const results = await Promise.all(Array.from({ length: 500 }, (_, n) => commit.submit(n)))
    expect(results).toEqual(Array.from({ length: 500 }, (_, n) => n))
    expect(flushes).toBeLessThanOrEqual(3)
  })

  test('a full waiting room and a commit that takes too long are told at once', async () => {
    const commit = new GroupCommit<number, number>({
      flush: async (items) => {
        await db.work`select pg_sleep(0.5)`
        return items
      },
      bytes: () => 1,
      itemsMax: 1,
      bytesMax: 1,
      waitingItemsMax: 3,
      waitingBytesMax: 100,
      flushesMax: 1,
      waitMsMax: 100,
    })
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => commit.submit(n)))
    expect(results.every((result) => result.status === 'rejected')).toBe(true)
    await commit.drained()
  })
})
