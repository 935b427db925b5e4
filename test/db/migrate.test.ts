// Migrations: by many at once, and over connections that fail.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { lockKeys } from '../../src/db/locks.ts'
import { limits } from '../../src/limits.ts'
import { migrate, survey } from '../../src/db/migrate.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey } from '../support/relay.ts'
import { createWire } from '../support/wire.ts'

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

async function unmade(): Promise<void> {
  await sql`drop schema public cascade`
  await sql`drop schema drizzle cascade`
  await sql`create schema public`
}

/** As an older relay has left it. */
async function migrateUpTo(tag: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'moab-relay-migrations-'))
  try {
    await cp('drizzle', folder, { recursive: true })
    const journal = join(folder, 'meta', '_journal.json')
    const all = Journal.parse(JSON.parse(await readFile(journal, 'utf8')))
    const last = all.entries.findIndex((entry) => entry.tag === tag)
    const entries = all.entries.slice(0, last + 1)
    await writeFile(journal, JSON.stringify({ ...all, entries }))
    await drizzleMigrate(drizzle(sql), { migrationsFolder: folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}
const Journal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) })

const tables = async () =>
  (await sql`select tablename from pg_tables where schemaname = 'public' order by 1`).map((row) =>
    String(row['tablename']),
  )

test(
  'eight relays that start at once on an empty database make it once',
  { timeout: 60_000 },
  async () => {
    const expected = await tables()
    await unmade()
    const codes = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const env = { ...process.env, DATABASE_URL: fresh.url, RELAY_KEY: relayKey }
        const child = spawn(process.execPath, ['dist/main.js', 'migrate'], { env, stdio: 'ignore' })
        const [code] = await once(child, 'exit')
        return code
      }),
    )
    expect(codes).toEqual(Array(8).fill(0))
    expect(await tables()).toEqual(expected)
    expect((await survey(fresh.options)).pending).toBe(0)
  },
)

test('whoever comes while another migrates waits for it', async () => {
  await unmade()
  const other = postgres({ ...fresh.options, max: 1 })
  await other`select pg_advisory_lock(${lockKeys.migrate})`
  let done = false
  const migrated = migrate(fresh.options).then(() => (done = true))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(done).toBe(false)
  await other.end()
  await migrated
  expect((await survey(fresh.options)).pending).toBe(0)
})

test('a table that is in use is not waited for: nobody waits behind the migration', async () => {
  await unmade()
  // The last one before grants, which will be in use, are changed.
  await migrateUpTo('0008_archived')
  expect((await survey(fresh.options)).pending).toBeGreaterThan(0)
  const user = postgres({ ...fresh.options, max: 1 })
  await user`begin`
  await user`select count(*) from grants`
  const migrated = migrate(fresh.options)
  const waits: number[] = []
  const until = performance.now() + 3 * limits.migrationLockMs
  while (performance.now() < until) {
    const since = performance.now()
    await sql`select count(*) from grants`
    waits.push(performance.now() - since)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await user`commit`
  await migrated
  expect((await survey(fresh.options)).pending).toBe(0)
  // It did stand in the way, and each time gave way again.
  expect(Math.max(...waits)).toBeGreaterThan(limits.migrationLockMs / 4)
  expect(Math.max(...waits)).toBeLessThan(limits.migrationLockMs * 2)
  await user.end()
})

test('with nothing to do no lock is asked for: a session that died with it stops nobody', async () => {
  const other = postgres({ ...fresh.options, max: 1 })
  await other`select pg_advisory_lock(${lockKeys.migrate})`
  await migrate(fresh.options)
  await other.end()
})

test('a connection that falls silent is given up', { timeout: 40_000 }, async () => {
  const wire = await createWire(inject('server'))
  try {
    const options = { ...fresh.options, host: '127.0.0.1', port: wire.port }
    await migrate(options)
    wire.hush()
    await expect(migrate(options)).rejects.toThrow()
  } finally {
    await wire.close()
  }
})
