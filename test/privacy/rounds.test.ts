// What is done once an hour is done soon after a start as well: a relay that is restarted every hour would
// otherwise never come to it.
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { createUses } from '../../src/inbound/uses.ts'
import { limits } from '../../src/limits.ts'
import { createDirectory } from '../../src/partners/directory.ts'
import { Erasing } from '../../src/privacy/erasing.ts'
import { Retaining } from '../../src/privacy/retaining.ts'
import { startRounds } from '../../src/rounds.ts'
import { createVault } from '../../src/vault.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let fresh: FreshDatabase
let db: Database
const usual = limits.firstRoundMsMax
beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
})
afterEach(() => {
  Object.assign(limits, { firstRoundMsMax: usual })
  vi.restoreAllMocks()
})
afterAll(async () => {
  await db.close()
  await fresh.drop()
})

async function tidied(): Promise<boolean> {
  const rows = await db.work`select 1 from throttles`
  return rows.length === 0
}

async function start() {
  await db.work`
    insert into throttles (key, failures, free_at, seen_at) values ('\\x00', 1, now(), now() - interval '30 days')
    on conflict do nothing`
  const vault = createVault([Buffer.alloc(32, 7)])
  const parts = { db, vault, pepper: Buffer.alloc(32, 3), publicUrl: undefined }
  const retaining = new Retaining(db.work)
  const round = vi.spyOn(retaining, 'round')
  const errors: unknown[] = []
  const rounds = startRounds(
    { db },
    {
      directory: createDirectory(db.orm, vault),
      uses: createUses(db.orm),
      reporter: { failed: (error: unknown) => errors.push(error) } as never,
      privacy: { erasing: new Erasing(parts), retaining },
    },
  )
  return { rounds, round, errors }
}

test('the first rounds of retention and tidying come soon after the start, and are not repeated soon', async () => {
  Object.assign(limits, { firstRoundMsMax: 200 })
  const { rounds, round, errors } = await start()
  await expect.poll(tidied, { timeout: 5000 }).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 500))
  await rounds.stop()
  expect(round).toHaveBeenCalledTimes(1)
  expect(errors).toEqual([])
})

test.each([
  { random: 0, share: 0.5 },
  { random: 0.999, share: 0.999 },
])('at a moment of each relay’s own: $share of the longest', async ({ random, share }) => {
  Object.assign(limits, { firstRoundMsMax: 2000 })
  vi.spyOn(Math, 'random').mockReturnValue(random)
  const since = performance.now()
  const { rounds, round } = await start()
  await expect.poll(() => round.mock.calls.length, { timeout: 5000, interval: 5 }).toBe(1)
  const ms = performance.now() - since
  await rounds.stop()
  expect(ms).toBeGreaterThanOrEqual(share * 2000 - 5)
})
