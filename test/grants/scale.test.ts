// Ten thousand grants whose campaign must wait: probes one at a time, none lost, released in order of
// arrival and at the campaign's pace; and a MOAB that comes back is not overrun.
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import { recordEmails, startWorker, until, type TestWorker } from '../support/sending.ts'

let fresh: FreshDatabase
let databases: [Database, Database]
let partner: TestPartner
let moab: Moab
let running: TestWorker[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
  databases = [openDatabase(fresh.options), openDatabase(fresh.options)]
})
afterAll(async () => {
  await Promise.all(databases.map((db) => db.close()))
  await fresh.drop()
})
beforeEach(async () => {
  const [db] = databases
  await db.work`truncate attempts, grants`
  partner = await makePartner(db)
  moab = await openMoab()
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  for (const one of running) expect(one.errors).toEqual([])
  running = []
  moab.server.close()
  moab.server.closeAllConnections()
})

/** Two relays, each with connections of its own. */
const startTwo = () => {
  // Long: whoever gets no answer loses its place, and this machine may be slow.
  running = databases.map((db) => startWorker(db, moab.url, 20_000))
}

interface Moab {
  server: Server
  url: string
  /** Null: away, its connections break. */
  answer: string | null
  takesMs: number
  /** Each call, in order of arrival. */
  calls: { email: string; at: number; inFlight: number; answered: number }[]
}

async function openMoab(): Promise<Moab> {
  let inFlight = 0
  let answered = 0
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const { email } = JSON.parse(text) as { email: string }
      moab.calls.push({ email, at: performance.now(), inFlight: ++inFlight, answered })
      setTimeout(() => {
        inFlight--
        if (moab.answer === null) return response.destroy()
        answered++
        return response.end(moab.answer)
      }, moab.takesMs)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, url: `http://127.0.0.1:${port}/`, answer: ok, takesMs: 0, calls: [] }
}

const ok = '{"status":"ok"}'
const limitReached = '{"status":"fail","error":9}'

/** That many, held, in this order of arrival. */
async function hold(campaignId: string, count: number): Promise<string[]> {
  const [db] = databases
  await setHealth(db, campaignId, 'holding', 3_600_000)
  const emails = Array.from({ length: count }, (_, n) => `${n}@${uuidv7().slice(-12)}.example.com`)
  for (let n = 0; n < count; n += 500) {
    await recordEmails(db, { ...partner, campaignId }, emails.slice(n, n + 500))
  }
  return emails
}

const probe = (campaignId: string) =>
  databases[0].work`update campaign_health set probe_at = now() where campaign_id = ${campaignId}`
const states = async (campaignId: string) =>
  Object.fromEntries(
    (
      await databases[0].work<{ state: string; n: number }[]>`
        select state, count(*)::int as n from grants where campaign_id = ${campaignId} group by state`
    ).map(({ state, n }) => [state, n]),
  )

test('10 000 held: one probe at a time by all relays, none lost, released in order and at the pace', async () => {
  const perSecond = 1000
  const count = 10_000
  const campaignId = await makeCampaign(databases[0], partner.partnerId, { perSecond })
  const emails = await hold(campaignId, count)
  moab.answer = limitReached
  startTwo()
  for (const probes of [1, 2, 3]) {
    await probe(campaignId)
    await until(async () => moab.calls.length === probes)
    await new Promise((resolve) => setTimeout(resolve, 1.5 * limits.pollMs))
  }
  expect(moab.calls).toHaveLength(3)
  expect(new Set(moab.calls.map(({ email }) => email))).toEqual(new Set([emails[0]]))
  expect(await states(campaignId)).toEqual({ held: count })

  moab.calls = []
  moab.answer = ok
  await probe(campaignId)
  await until(async () => (await states(campaignId))['granted'] === count, 120_000)

  const called = moab.calls.map(({ email }) => email)
  expect(new Set(called).size).toBe(count)
  expect(called).toHaveLength(count)
  const placeOf = new Map(emails.map((email, n) => [email, n]))
  const offPlace = called.map((email, n) => Math.abs((placeOf.get(email) ?? Infinity) - n))
  // A relay that is late is late with all it has in hand; nothing else changes the order.
  expect(Math.max(...offPlace)).toBeLessThanOrEqual(2 * limits.grantsInMemoryMax)

  const times = moab.calls.map(({ at }) => at)
  let from = 0
  const fullest = times.map((at, n) => {
    while ((times[from] ?? at) <= at - 1000) from++
    return n - from + 1
  })
  expect(Math.max(...fullest)).toBeLessThanOrEqual(perSecond)
}, 180_000)

test('MOAB comes back after an outage: one call to see, then more as it answers', async () => {
  const [db] = databases
  const { campaignId } = partner
  moab.answer = null
  const emails = Array.from({ length: 600 }, (_, n) => `back.${n}@example.com`)
  await recordEmails(db, partner, emails)
  startTwo()
  await until(
    async () =>
      (
        await db.work`select 1 from campaign_health where campaign_id = ${campaignId} and state = 'unreachable'`
      ).length === 1,
  )
  // As after hours: every grant is long due again, and only probes go out.
  await new Promise((resolve) => setTimeout(resolve, 500))
  await db.work`update grants set due_at = now() - interval '1 hour' where campaign_id = ${campaignId} and state = 'queued'`
  moab.calls = []
  moab.takesMs = 20
  await probe(campaignId)
  await until(async () => moab.calls.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 1.5 * limits.pollMs))
  expect(moab.calls).toHaveLength(1)

  moab.calls = []
  moab.answer = ok
  await probe(campaignId)
  await until(async () => (await states(campaignId))['granted'] === emails.length, 30_000)
  expect(moab.calls[0]?.inFlight).toBe(1)
  for (const { inFlight, answered } of moab.calls) {
    // Each relay begins with what failures left it, or with the few it has at first.
    expect(inFlight).toBeLessThanOrEqual(2 * limits.moabConnectionsAtFirst + answered)
  }
})
