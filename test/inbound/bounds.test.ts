// What anybody can make the relay do is bounded: reading, waiting, keeping samples.
import { createServer, request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { insertRejections } from '../../src/db/rejections.ts'
import { uuidv7 } from '../../src/ids.ts'
import { BodiesHeld, readBody, type BodyBounds } from '../../src/inbound/body.ts'
import { createRecorder } from '../../src/inbound/recorder.ts'
import { createRejections, type Refusal } from '../../src/inbound/rejections.ts'
import { createServer as createRelayServer } from '../../src/connections.ts'
import { addressOf, closeServer, listen } from '../../src/listen.ts'
import { inboundRoutes, type InboundOptions } from '../../src/inbound/route.ts'
import { limits } from '../../src/limits.ts'
import { normaliseEmail } from '../../src/rules/email.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner, type TestPartner } from '../support/partner.ts'
import { startWorker } from '../support/sending.ts'

const pepper = Buffer.alloc(32, 3)
let fresh: FreshDatabase
let db: Database
let partner: TestPartner
beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
})
afterAll(async () => {
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.work`delete from rejections`
  partner = await makePartner(db)
})

const refusal = (traits: Partial<Refusal> = {}): Refusal => ({
  partnerId: partner.partnerId,
  sourceId: partner.sourceId,
  reason: 'signature_mismatch',
  hint: '',
  method: 'POST',
  headers: {},
  body: Buffer.from('{}'),
  ip: null,
  ...traits,
})

describe('samples of refused requests', () => {
  test('are the newest so many of each source', async () => {
    const other = await makePartner(db)
    const row = (traits: Partial<Refusal>) => ({ ...refusal(traits), id: uuidv7(), bodyBytes: 2 })
    const mine = Array.from({ length: 5 }, () => row({}))
    const theirs = row({ partnerId: other.partnerId, sourceId: other.sourceId })
    await insertRejections(db.work, [theirs, ...mine.slice(0, 2)], 3, () => [])
    await insertRejections(db.work, mine.slice(2), 3, () => [])
    const kept = await db.work`select id from rejections order by id`
    const expected = [theirs, ...mine.slice(2)].map(({ id }) => id)
    expect(kept.map(({ id }) => id)).toEqual(expected.toSorted())
  })

  test('are so many a second, with so much of the body', async () => {
    const errors: unknown[] = []
    const rejections = createRejections({
      sql: db.work,
      pepper,
      failed: (error) => errors.push(error),
    })
    const body = Buffer.alloc(limits.rejectionBodyBytesMax + 1, 'x')
    for (let n = 0; n < 4 * limits.rejectionsPerSecondMax; n++) rejections.note(refusal({ body }))
    await rejections.drained()
    expect(errors).toEqual([])
    const kept = await db.work<{ bytes: number; size: number }[]>`
      select body_bytes as bytes, length(body) as size from rejections`
    expect(kept.length).toBeGreaterThan(0)
    // The loop may cross from one second into the next.
    expect(kept.length).toBeLessThanOrEqual(2 * limits.rejectionsPerSecondMax)
    for (const { bytes, size } of kept)
      expect([bytes, size]).toEqual([body.length, limits.rejectionBodyBytesMax])
  })
})

describe('refused requests', () => {
  const counted = (sourceId: string) => db.work<{ reason: string; count: number }[]>`
    select reason, sum(count)::int as count from refused_hours
    where source_id = ${sourceId} group by 1 order by 1`

  test('are all counted, also where two relays count at once', async () => {
    const partner = await makePartner(db)
    const errors: unknown[] = []
    const relays = [1, 2].map(() =>
      createRejections({ sql: db.work, pepper, failed: (error) => errors.push(error) }),
    )
    const many = 10 * limits.rejectionsPerSecondMax
    for (let n = 0; n < many; n++)
      for (const relay of relays)
        relay.note(refusal({ ...partner, reason: n % 5 === 0 ? 'no_signature' : 'stale' }))
    await Promise.all(relays.map((relay) => relay.drained()))
    expect(errors).toEqual([])
    expect(await counted(partner.sourceId)).toEqual([
      { reason: 'no_signature', count: (2 * many) / 5 },
      { reason: 'stale', count: (8 * many) / 5 },
    ])
  })

  test('stay counted in memory while the database takes nothing', async () => {
    const partner = await makePartner(db)
    const errors: unknown[] = []
    const rejections = createRejections({
      sql: db.work,
      pepper,
      failed: (error) => errors.push(error),
    })
    await db.work`alter table refused_hours rename to refused_hours_away`
    rejections.note(refusal(partner))
    await rejections.drained()
    await db.work`alter table refused_hours_away rename to refused_hours`
    expect(errors.length).toBeGreaterThan(0)
    rejections.note(refusal(partner))
    await rejections.drained()
    expect(await counted(partner.sourceId)).toMatchObject([{ count: 2 }])
  })
})

describe('a body', () => {
  const wide = { bytesMax: 10, msMax: 60_000, largeFrom: 100, room: () => false }

  /** What `readBody` makes of a request that announces `length` bytes and sends `sent`, unended. */
  async function reading(length: number | undefined, sent: string, bounds: Partial<BodyBounds>) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const headers = length === undefined ? {} : { 'content-length': length }
    const client = request({ port, method: 'POST', headers })
    client.on('error', () => {})
    client.flushHeaders()
    client.write(sent)
    try {
      const [incoming] = (await once(server, 'request')) as [IncomingMessage]
      const gone = new Promise((resolve) => setTimeout(() => resolve('waits'), 1000))
      return await Promise.race([
        readBody(incoming, { ...wide, held: new BodiesHeld(1000), ...bounds }),
        gone,
      ])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('that announces too much is refused before it is read', async () => {
    expect(await reading(11, 'x', {})).toBe('body_too_large')
  })

  test('that drips is not waited for', async () => {
    expect(await reading(10, 'x', { msMax: 50 })).toBe('body_too_slow')
  })

  test('that is large is not read while there is no room for it, announced or not', async () => {
    expect(await reading(5, '', { largeFrom: 5 })).toBe('no_room')
    expect(await reading(undefined, 'xxxxx', { largeFrom: 5 })).toBe('no_room')
    expect(await reading(5, 'xxxxx', { largeFrom: 6 })).toEqual(Buffer.from('xxxxx'))
    expect(await reading(5, 'xxxxx', { largeFrom: 5, room: () => true })).toHaveLength(5)
  })

  test('that is large is not read while others hold what all may hold together', async () => {
    const held = new BodiesHeld(8)
    const bounds = { largeFrom: 5, room: () => true, held }
    const slow = reading(9, 'xxxxx', bounds)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await reading(undefined, 'yyyyy', bounds)).toBe('no_room')
    expect(await reading(4, 'yyyy', bounds)).toHaveLength(4)
    // What has left, or was read or refused, holds nothing.
    expect(await slow).toBe('waits')
    await new Promise((resolve) => setTimeout(resolve, 200))
    held.add(8)
    expect(held.full).toBe(false)
    held.add(1)
    expect(held.full).toBe(true)
  })
})

describe('the way to the source', () => {
  const errors: unknown[] = []
  const routes = (options: Partial<InboundOptions>) =>
    inboundRoutes({
      sourceByKey: () => Promise.reject(new Error('nobody was to be asked')),
      receive: () => Promise.reject(new Error('nothing was to be received')),
      refuse: () => ({ status: 400, body: '', outcome: { source: '' } }),
      room: () => true,
      publicUrl: undefined,
      clientAddress: () => '203.0.113.7',
      stopping: () => false,
      failed: (error) => errors.push(error),
      ...options,
    })
  const path = '/in/some-key-0123456789abcdef'

  test('that takes too long is given up: 503, come again', async () => {
    const started = performance.now()
    const app = routes({ sourceByKey: () => new Promise(() => {}) })
    const answer = await app.request(path, { method: 'POST' })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe(String(limits.retryAfterSeconds))
    expect(performance.now() - started).toBeLessThan(limits.findSourceMsMax + 500)
    expect(errors).toHaveLength(1)
  })

  test('is closed to a large body while enough of them wait: 503 before it is sent', async () => {
    const source = { id: 's', partnerId: 'p', broken: 'nothing is read' }
    const app = routes({ sourceByKey: () => Promise.resolve(source), room: () => false })
    const server = createRelayServer(app.fetch)
    await listen(server, { host: '127.0.0.1', port: 0 })
    try {
      const headers = { 'content-length': limits.asideBodyBytesMin }
      const client = request(addressOf(server) + path, { method: 'POST', headers })
      client.on('error', () => {})
      client.flushHeaders()
      const [answer] = (await once(client, 'response')) as [IncomingMessage]
      expect(answer.statusCode).toBe(503)
      expect(answer.headers['retry-after']).toBe(String(limits.retryAfterSeconds))
      expect(answer.headers.connection).toBe('close')
      client.destroy()
    } finally {
      await closeServer(server, 0)
    }
  })

  test('is not begun by a relay that stops: 503, come again', async () => {
    const answer = await routes({ stopping: () => true }).request(path, { method: 'POST' })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe(String(limits.retryAfterSeconds))
    expect(errors).toHaveLength(1)
  })
})

test('room that was reserved at the worker is given back, whatever became of the request', async () => {
  const one = startWorker(db, 'http://127.0.0.1:9/')
  const recorder = createRecorder({ sql: db.record, node: one.node, pepper, worker: one.worker })
  const room = () => {
    const free = one.worker.reserve(limits.grantsInMemoryMax)
    one.worker.giveUp(free)
    return free
  }
  try {
    const normalised = normaliseEmail('room@example.com')
    if (!normalised.ok) throw new Error('not an address')
    const { partnerId, sourceId, campaignId } = partner
    const keep = (traits: { type?: string; key?: string; campaign?: string }) =>
      recorder.record({
        partnerId,
        sourceId,
        credentialId: null,
        method: 'POST',
        headers: {},
        body: Buffer.from('{}'),
        events: [
          {
            event: {
              key: traits.key ?? uuidv7(),
              type: traits.type ?? 'x',
              occurredAt: null,
              test: false,
              part: 0,
              value: {},
              unreadable: null,
              trust: 'signed',
              regions: [],
            },
            plan: {
              state: 'matched',
              reason: 'matched',
              trace: [],
              grants: [
                {
                  ruleId: uuidv7(),
                  campaignId,
                  mode: 'live',
                  email: normalised.email,
                  path: '$',
                  trust: 'signed',
                  test: false,
                },
              ],
            },
          },
        ],
      })
    await keep({ key: 'first' })
    const before = room()
    await keep({ key: 'first' })
    await keep({ key: 'second' })
    await expect(keep({ type: 'nul \u0000' })).rejects.toThrow()
    expect(room()).toBeGreaterThanOrEqual(before)
  } finally {
    await one.stop()
  }
})
