// A worker in trouble: the database goes away under a call, a lease grows short, a campaign must
// wait while its grants are in memory, the relay stops while it claims, campaigns hang.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { limits } from '../../src/limits.ts'
import { serveSandbox } from '../../src/moab/sandbox.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import {
  apiKey,
  grantsOf,
  recordEmails,
  settledAs,
  startWorker,
  until,
  type TestWorker,
} from '../support/sending.ts'

let fresh: FreshDatabase
let db: Database
let moab: Awaited<ReturnType<typeof serveSandbox>>
let partner: TestPartner

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  moab = await serveSandbox({ port: 0, host: '127.0.0.1', slowMs: 30_000 })
})
afterAll(async () => {
  await moab.close()
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.work`delete from attempts`
  await db.work`delete from grants`
  partner = await makePartner(db)
})
afterEach(async () => {
  if (!vi.isMockFunction(performance.now)) return
  vi.restoreAllMocks()
  // The driver dates the end of a connection by the clock that went ahead: it would not connect for long.
  await db.close()
  db = openDatabase(fresh.options)
})

const attemptsIn = async () =>
  (await db.work<{ n: number }[]>`select count(*)::int as n from attempts`)[0]?.n

test('MOAB’s answer is kept while it cannot be written, and written when it can', async () => {
  const calls = moab.sandbox.calls
  await recordEmails(db, partner, ['kept@example.com'])
  await db.work`alter table attempts rename to attempts_away`
  const one = startWorker(db, moab.url)
  try {
    await until(async () => moab.sandbox.calls === calls + 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await grantsOf(db, partner)).toMatchObject([{ state: 'sending' }])
    await db.work`alter table attempts_away rename to attempts`
    const [grant] = await settledAs(db, partner, ['granted'])
    expect(grant).toMatchObject({ attempt: 1, ambiguous: false, answer: 'ok' })
    expect(moab.sandbox.calls).toBe(calls + 1)
  } finally {
    await db.work`alter table if exists attempts_away rename to attempts`
    await one.stop()
  }
})

describe('no call begins under a lease that could end before it', () => {
  /** The clock of this process goes on; what is under way does not. */
  function pass(): void {
    const now = performance.now.bind(performance)
    const ms = limits.leaseMs - limits.moabDeadlineMs
    vi.spyOn(performance, 'now').mockImplementation(() => now() + ms)
  }

  test('when it waited in memory for too long: the grant goes back unsent', async () => {
    const calls = limits.moabConnectionsAtFirst
    const emails = Array.from({ length: calls + 1 }, (_, n) => `lease.${n}@example.com`)
    await recordEmails(db, partner, emails)
    const slow = createServer((_, answer) => {
      setTimeout(() => answer.end('{"status":"ok"}'), 700)
    }).listen(0, '127.0.0.1')
    await once(slow, 'listening')
    const address = slow.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const one = startWorker(db, `http://127.0.0.1:${port}/`)
    try {
      await until(async () => one.worker.inFlight() === calls)
      pass()
      const grants = await settledAs(db, partner, ['granted'])
      expect(grants.filter(({ attempt }) => attempt > 1)).toHaveLength(1)
      expect(await attemptsIn()).toBe(calls + 1)
    } finally {
      await one.stop()
      slow.close()
    }
  })

  test('when the claim itself took too long', async () => {
    await recordEmails(db, partner, ['claimed@example.com'])
    const one = await db.record.begin(async (tx) => {
      await tx`lock table grants in access exclusive mode`
      const worker = startWorker(db, moab.url)
      await until(async () => (await waitingForLock()) > 1)
      pass()
      return worker
    })
    try {
      expect(await settledAs(db, partner, ['granted'])).toMatchObject([{ attempt: 2 }])
      expect(await attemptsIn()).toBe(1)
    } finally {
      await one.stop()
    }
  })

  test('when finding out where it goes took too long', async () => {
    await recordEmails(db, partner, ['found@example.com'])
    let asked = 0
    const one = startWorker(db, () => {
      if (asked++ === 0) pass()
      return { url: moab.url, apiKey }
    })
    try {
      expect(await settledAs(db, partner, ['granted'], 60_000)).toMatchObject([{ attempt: 2 }])
      expect(await attemptsIn()).toBe(1)
    } finally {
      await one.stop()
    }
  })
})

test('answers that cannot be written hold no connection, and are bounded: a crash would call each again', async () => {
  const calls = moab.sandbox.calls
  const called = () => moab.sandbox.calls - calls
  const emails = Array.from({ length: 400 }, (_, n) => `unwritten.${n}@example.com`)
  await recordEmails(db, partner, emails)
  await db.work`alter table attempts rename to attempts_away`
  const one = startWorker(db, moab.url)
  try {
    await until(async () => called() >= limits.moabUnwrittenMax)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(called()).toBeLessThanOrEqual(limits.moabUnwrittenMax + limits.moabConnectionsMax)
    await db.work`alter table attempts_away rename to attempts`
    expect(await settledAs(db, partner, ['granted'])).toHaveLength(400)
    expect(called()).toBe(400)
  } finally {
    await db.work`alter table if exists attempts_away rename to attempts`
    await one.stop()
  }
})

test('a grant whose destination cannot be found out goes back unsent, not ambiguous', async () => {
  await recordEmails(db, partner, ['moab+10@lost.example.com'])
  let asked = 0
  const one = startWorker(db, () => {
    if (asked++ === 0) throw new Error('the database is away')
    return { url: moab.url, apiKey }
  })
  try {
    const [grant] = await settledAs(db, partner, ['already_known'])
    expect(grant).toMatchObject({ attempt: 2, ambiguous: false })
    expect(one.errors).toHaveLength(1)
  } finally {
    await one.stop()
  }
})

test('an answer that says to wait sends back what waits in memory, uncalled', async () => {
  const calls = limits.moabConnectionsPerCampaignMax
  const emails = Array.from({ length: 3 * calls }, (_, n) => `moab+9@w${n}.example.com`)
  await recordEmails(db, partner, emails)
  const one = startWorker(db, moab.url)
  try {
    await settledAs(db, partner, ['held'])
    expect(await attemptsIn()).toBeLessThanOrEqual(calls)
  } finally {
    await one.stop()
  }
})

test('what is claimed while the relay stops goes back too, due at once', async () => {
  for (const state of ['healthy', 'holding'] as const) {
    await setHealth(db, partner.campaignId, state, 0)
    await recordEmails(db, partner, [`${state}@example.com`])
    let stopped: Promise<void> | undefined
    await db.record.begin(async (tx) => {
      await tx`lock table grants in access exclusive mode`
      const one = startWorker(db, moab.url)
      await until(async () => (await waitingForLock()) > 1)
      stopped = one.stop()
      await new Promise((resolve) => setTimeout(resolve, 50))
    })
    await stopped
    const grants = await grantsOf(db, partner)
    expect(grants.filter((grant) => grant.state === 'sending')).toEqual([])
  }
})

async function waitingForLock(): Promise<number> {
  const rows = await db.work`select 1 from pg_locks where not granted`
  return rows.length
}

describe('campaigns that hang', () => {
  let running: TestWorker[] = []
  afterEach(async () => {
    for (const one of running) await one.stop()
    for (const one of running) expect(one.errors).toEqual([])
    running = []
  })

  test('however many campaigns hang, the others are served: a call that waits long holds no place', async () => {
    const perCampaign = 4
    const hanging = Math.ceil(limits.moabConnectionsMax / perCampaign) + 2
    for (let n = 0; n < hanging; n++) {
      const campaignId = await makeCampaign(db, partner.partnerId)
      const emails = Array.from(
        { length: perCampaign },
        (_, m) => `moab+slow@c${n}x${m}.example.com`,
      )
      await recordEmails(db, { ...partner, campaignId }, emails)
    }
    const one = startWorker(db, moab.url, 6000)
    running.push(one)
    await until(async () => one.worker.inFlight() >= limits.moabConnectionsMax)
    const emails = Array.from({ length: 20 }, (_, n) => `lively.${n}@example.com`)
    const campaignId = await makeCampaign(db, partner.partnerId)
    const lively = { ...partner, campaignId }
    await recordEmails(db, lively, emails)
    await until(async () => {
      const grants = await grantsOf(db, partner)
      const granted = grants.filter(
        ({ state, email }) => state === 'granted' && email.startsWith('lively'),
      )
      return granted.length === 20
    })
    // None of the others has given up.
    expect(one.worker.inFlight()).toBeGreaterThanOrEqual(limits.moabConnectionsMax)
  })

  test('while one campaign hangs, another one is served', async () => {
    const hanging = Array.from({ length: 100 }, (_, n) => `moab+slow@h${n}.example.com`)
    await recordEmails(db, partner, hanging)
    const other = { ...partner, campaignId: await makeCampaign(db, partner.partnerId) }
    running.push(startWorker(db, moab.url, 20_000))
    await until(async () => (await grantsOf(db, partner)).some(({ state }) => state === 'sending'))
    await recordEmails(db, other, ['quick@example.com'])
    const quick = await until(async () =>
      (await grantsOf(db, partner)).find(
        ({ email, state }) => email === 'quick@example.com' && state === 'granted',
      ),
    )
    expect(quick.attempt).toBe(1)
  })
})
