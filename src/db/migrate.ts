// Brings the database to this relay's migrations. Forward only; several relays may start at once:
// drizzle's migrator has no lock of its own, so it runs under a session advisory lock.
import { lockKeys } from './locks.ts'
import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { z } from 'zod'
import type { DatabaseOptions } from './open.ts'

const folder = fileURLToPath(new URL('../../drizzle', import.meta.url))
const lockKey = lockKeys.migrate

export async function migrate(options: DatabaseOptions): Promise<void> {
  const sql = connect(options)
  try {
    await sql`select pg_advisory_lock(${lockKey})`
    await drizzleMigrate(drizzle(sql), { migrationsFolder: folder })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const Journal = z.object({ entries: z.array(z.object({ when: z.number() })) })

/** How many of this relay's migrations the database lacks. */
export async function pendingMigrations(options: DatabaseOptions): Promise<number> {
  const { entries } = Journal.parse(
    JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')),
  )
  const sql = connect(options)
  try {
    const [table] =
      await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`
    if (table?.['there'] !== true) return entries.length
    const [newest] =
      await sql`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`
    const applied = Number(newest?.['at'] ?? 0)
    return entries.filter((entry) => entry.when > applied).length
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const connect = (options: DatabaseOptions) => postgres({ ...options, max: 1, onnotice: () => {} })
