// Connections. A pool for each kind of work, so that none starves another: recording must not wait for
// a question, nor settling for recording. drizzle has pools of its own: it rewires the parsers of the
// client it is given, so the hand-written statements never share one with it.
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { limits } from '../limits.ts'
import {
  byKey,
  connect,
  openRecording,
  sqlState,
  underRole,
  type DatabaseOptions,
  type Sql,
  type Statements,
} from './connect.ts'
import * as schema from './schema.ts'
import type { Part } from './roles.ts'

export { sqlState }
export type { DatabaseOptions, Sql, Statements }
export type Orm = PostgresJsDatabase<typeof schema>

export interface Database {
  options: DatabaseOptions
  /** Each pool works under its role: see walls.ts. */
  walls: boolean
  /** Past a pooler, as the login. */
  direct: DatabaseOptions
  record: Sql
  work: Sql
  /** Configuration: what the relay itself must look up to go on. */
  orm: Orm
  /** Questions of people and programs about the past. */
  questions: Orm
  /** Exports: each holds a connection for long. */
  exports: Orm
  /** Calls back when another relay changed the configuration; only a hint, polling carries on without. */
  listen(channel: string, heard: () => void): Promise<void>
  close(): Promise<void>
}

interface PoolSizes {
  record: number
  work: number
  orm: number
  questions: number
}

/**
 * `walls`: each pool works under its role; where the login may (wallsStand), and past no pooler.
 * `audit`: where questions and exports are asked, perhaps a replica.
 */
export function openDatabase(
  options: DatabaseOptions,
  direct: DatabaseOptions = options,
  walls = false,
  sizes: PoolSizes = { record: 4, work: 4, orm: 3, questions: 4 },
  audit: DatabaseOptions = options,
): Database {
  const as = (part: Part, at = options) => (walls ? underRole(at, part) : at)
  const record = openRecording(options, walls, sizes.record)
  const work = connect(byKey(as('worker')), sizes.work, 'work', limits.databaseSilenceMs)
  const asking = as('access', audit)
  const ormClient = connect(as('access'), sizes.orm, 'orm', limits.recordSilenceMs)
  const questionsClient = connect(asking, sizes.questions, 'questions', limits.databaseSilenceMs)
  const exportsClient = connect(asking, limits.exportsAtOnceMax, 'exports', limits.exportSilenceMs)
  const listener = connect(direct, 1, 'listen')
  return {
    options,
    walls,
    direct,
    record,
    work,
    orm: drizzle(ormClient, { schema }),
    questions: drizzle(questionsClient, { schema }),
    exports: drizzle(exportsClient, { schema }),
    listen: async (channel, heard) => void (await listener.listen(channel, heard, heard)),
    close: async () => {
      await Promise.all(
        [record, work, ormClient, questionsClient, exportsClient, listener].map((sql) =>
          sql.end({ timeout: 5 }),
        ),
      )
    },
  }
}

/** As the login itself, past the walls: for what concerns tables of all roles. */
export async function asLogin<T>(
  direct: DatabaseOptions,
  does: (sql: Sql) => Promise<T>,
): Promise<T> {
  const sql = connect(direct, 1, 'login', limits.databaseSilenceMs)
  try {
    return await does(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** From a URL; behind a transaction pooler prepared statements are off. */
export function fromUrl(url: string, pooled = false): DatabaseOptions {
  const parsed = new URL(url)
  const sslmode = parsed.searchParams.get('sslmode')
  const socketDir = parsed.searchParams.get('host')
  return {
    host: socketDir ?? decodeURIComponent(parsed.hostname),
    port: Number(parsed.port || 5432),
    database: decodeURIComponent(parsed.pathname.slice(1)) || 'postgres',
    username: decodeURIComponent(parsed.username) || 'postgres',
    ...(parsed.password !== '' && { password: decodeURIComponent(parsed.password) }),
    ...(sslmode !== null &&
      sslmode !== 'disable' && {
        ssl: sslmode.startsWith('verify-') ? ('verify-full' as const) : ('require' as const),
      }),
    ...(pooled && { prepare: false }),
  }
}
