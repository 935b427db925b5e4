// Brings the database to this relay's migrations. Forward only; several relays may start at once:
// drizzle's migrator has no lock of its own, so it runs under a session advisory lock. That is asked
// for, never waited for: a connection that falls silent must not keep a relay from starting.
import { lockKeys } from './locks.ts'
import { readFileSync } from 'node:fs'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { z } from 'zod'
import { inHouse } from '../house.ts'
import { limits } from '../limits.ts'
import { sqlState, type DatabaseOptions, type Sql } from './connect.ts'
import { wallsStand } from './walls.ts'
import { watchedSocket } from './watched-socket.ts'

const folder = inHouse('drizzle')
const lockKey = lockKeys.migrate

export async function migrate(options: DatabaseOptions): Promise<void> {
  while ((await survey(options)).pending > 0) {
    try {
      if (await migrateAlone(options)) return
    } catch (error) {
      if (!isInTheWay(error)) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, limits.migrateAgainMs))
  }
}

/**
 * Somebody works with a table that must be changed. Whoever waits for such a lock keeps all others waiting
 * behind it, so a migration waits for a moment only, is undone, and tries again.
 */
const lockStates: ReadonlySet<string | undefined> = new Set(['55P03', '40P01'])
const isInTheWay = (error: unknown) => lockStates.has(sqlState(error))

/** False while another relay is at it. */
async function migrateAlone(options: DatabaseOptions): Promise<boolean> {
  const sql = connect(options, limits.migrationSilenceMs)
  try {
    const [lock] = await sql`select pg_try_advisory_lock(${lockKey}) as ours`
    if (lock?.['ours'] !== true) return false
    await drizzleMigrate(drizzle(sql), { migrationsFolder: folder })
    return true
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const Journal = z.object({ entries: z.array(z.object({ when: z.number() })) })

export interface Survey {
  /** How many of this relay's migrations the database lacks. */
  pending: number
  /** Like UTF8 or SQL_ASCII. */
  encoding: string
  /** The relay can work under the roles of the second wall. */
  walls: boolean
}

/** What a database is like, before anything is done with it. */
export async function survey(options: DatabaseOptions): Promise<Survey> {
  const sql = connect(options, limits.databaseSilenceMs)
  try {
    const [found] = await sql<{ migrated: boolean; walled: boolean; encoding: string }[]>`
      select to_regclass('drizzle.__drizzle_migrations') is not null as migrated,
        to_regprocedure('moab_may_be(text)') is not null as walled,
        current_setting('server_encoding') as encoding`
    return {
      pending: await pendingOf(sql, found?.migrated === true),
      encoding: found?.encoding ?? '',
      walls: found?.walled === true && (await wallsStand(sql)),
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function pendingOf(sql: Sql, isMigrated: boolean): Promise<number> {
  const { entries } = Journal.parse(
    JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')),
  )
  if (!isMigrated) return entries.length
  const [newest] = await sql`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`
  const applied = Number(newest?.['at'] ?? 0)
  return entries.filter((entry) => entry.when > applied).length
}

function connect(options: DatabaseOptions, silenceMs: number) {
  // The driver takes a socket, though its types do not say so.
  const watched = { socket: () => watchedSocket(options, silenceMs) }
  return postgres({
    ...options,
    max: 1,
    onnotice: () => {},
    // No statement here has an array; asking for their types would be one question more.
    fetch_types: false,
    connect_timeout: limits.databaseConnectMs / 1000,
    ...watched,
    connection: { ...options.connection, ...keepAlive, lock_timeout: limits.migrationLockMs },
  })
}

/** The server ends the session, and with it the lock, 25 s after the other end has died without a word. */
const keepAlive = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 }
