// What `doctor` says: words for people, whatever the database calls it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig, type Config } from '../../src/config.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { openInstallation, type Installation } from '../../src/installation.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { askDoctor } from '../support/doctor.ts'
import { makePartner, setHealth } from '../support/partner.ts'
import { relayKey } from '../support/relay.ts'

let fresh: FreshDatabase
let config: Config
let installation: Installation
/** As who owns the tables. */
let db: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  config = readConfig({
    DATABASE_URL: fresh.url,
    RELAY_KEY: relayKey,
    MOAB_URL: 'http://127.0.0.1:1/',
  })
  installation = await openInstallation(config, { owner: true, migrate: true, log: () => {} })
  db = openDatabase(fresh.options)
}, 60_000)
afterAll(async () => {
  await db.close()
  await installation.close()
  await fresh.drop()
})

async function doctor() {
  const { code, lines } = await askDoctor(config)
  return { code, lines, out: lines.join('\n') }
}

test('why a campaign waits, and what an alarm is, stand there in words', async () => {
  const { partnerId, campaignId, sourceId } = await makePartner(db)
  await setHealth(db, campaignId, 'holding', 60_000)
  await db.work`
    insert into alarms (id, partner_id, kind, subject, cause, detail)
    values (gen_random_uuid(), ${partnerId}, 'source_silent', ${sourceId}, 'silent', '{}')`
  const { code, out, lines } = await doctor()
  expect(code).toBe(1)
  expect(out).toMatch(
    /^✗ campaign .* the maximum of users is reached: ask MOAB to raise it; 0 bonuses waiting$/m,
  )
  expect(out).toMatch(
    /^✗ Source is silent: .* no events for far longer than usual.* \(since \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m,
  )
  expect(out).not.toMatch(/limit_reached|source_silent|holding|\(s\)/)
  // One column for what, one for what is said of it.
  const columns = lines.map((line) => /^. .*? {2,}/.exec(line)?.[0].length)
  expect(new Set(columns).size).toBe(1)
})
