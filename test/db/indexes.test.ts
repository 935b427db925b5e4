// Indexes that are built beside the work: the same as a new database has from its migrations.
import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildIndexes, lackingIndexes } from '../../src/db/indexes.ts'
import { lockKeys } from '../../src/db/locks.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let fresh: FreshDatabase
let sql: postgres.Sql
beforeEach(async () => {
  fresh = await freshDatabase()
  sql = postgres({ ...fresh.options, onnotice: () => {} })
})
afterEach(async () => {
  await sql.end()
  await fresh.drop()
})

const never = new AbortController().signal
const definitions = async () =>
  (
    await sql<{ name: string; definition: string }[]>`
      select indexname as name, indexdef as definition from pg_indexes
      where schemaname = 'public' order by 1`
  ).map(({ definition }) => definition)

test('what is missing or half built is built, as the migrations would; the one it replaces goes', async () => {
  const expected = await definitions()
  expect(await lackingIndexes(sql)).toEqual([])
  await sql`drop index events_type, events_person_newest, grants_campaign`
  await sql`create index events_person on events (partner_id, email_key) where email_key is not null`
  await sql`update pg_index set indisvalid = false where indexrelid = 'attempts_newest'::regclass`
  const lacking = ['attempts_newest', 'events_person_newest', 'events_type', 'grants_campaign']
  expect((await lackingIndexes(sql)).toSorted()).toEqual(lacking)
  await buildIndexes(sql, fresh.options, never)
  expect(await definitions()).toEqual(expected)
  expect(await lackingIndexes(sql)).toEqual([])
})

test('one relay builds, and nobody waits for it', async () => {
  await sql`drop index events_type`
  const other = postgres({ ...fresh.options, max: 1 })
  await other`select pg_advisory_lock(${lockKeys.indexes})`
  await buildIndexes(sql, fresh.options, never)
  expect(await lackingIndexes(sql)).toEqual(['events_type'])
  await other.end()
  await buildIndexes(sql, fresh.options, never)
  expect(await lackingIndexes(sql)).toEqual([])
})
