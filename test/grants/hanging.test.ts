import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { limits } from '../../src/limits.ts'
import { serveSandbox } from '../../src/moab/sandbox.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, type TestPartner } from '../support/partner.ts'
import { grantsOf, recordEmails, startWorker, until, type TestWorker } from '../support/sending.ts'

let fresh: FreshDatabase
let db: Database
let moab: Awaited<ReturnType<typeof serveSandbox>>
let partner: TestPartner
let running: TestWorker[] = []

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
  for (const one of running) await one.stop()
  for (const one of running) expect(one.errors).toEqual([])
  running = []
})

const start = (deadlineMs = 20_000) => {
  const one = startWorker(db, moab.url, deadlineMs)
  running.push(one)
  return one
}

describe('campaigns that hang', () => {
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
    const one = start(6000)
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
    start()
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
