// A table that comes later must be thought about: whose data is in it, and who erases it.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let fresh: FreshDatabase
let db: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
})
afterAll(async () => {
  await db.close()
  await fresh.drop()
})

/** Nobody who is given a bonus stands in these. */
const withoutPeople = [
  'alarms',
  'api_tokens',
  'audit_chains',
  'audit_checkpoints',
  'audit_links',
  'campaign_health',
  'campaigns',
  'counted_hours',
  'credentials',
  'event_hours',
  'grant_hours',
  'identities',
  'installation',
  'lookup_health',
  'memberships',
  'partners',
  'passkey_challenges',
  'refused_hours',
  'retention',
  'rules',
  'signing_keys',
  'sources',
  'throttles',
  'walls',
]

test.each(['docs/privacy.md', 'docs/privacy.ru.md'])(
  '%s says of every table with people what is in it and how long',
  async (file) => {
    const rows = await db.work<{ name: string }[]>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`
    const text = readFileSync(file, 'utf8')
    const named = (name: string) => new RegExp(`^\\|.*\`${name}\`.*\\|`, 'm').test(text)
    const unknown = rows.filter(({ name }) => !withoutPeople.includes(name) && !named(name))
    expect(unknown).toEqual([])
    expect(withoutPeople.filter((name) => !rows.some((row) => row.name === name))).toEqual([])
  },
)
