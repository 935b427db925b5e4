// Connections. A pool for each kind of work, so that none starves another: recording must not wait for
// a question, nor settling for recording. drizzle has pools of its own: it rewires the parsers of the
// client it is given, so the hand-written statements never share one with it.
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { limits } from '../limits.ts'
import * as schema from './schema.ts'
import { watchedSocket } from './watched-socket.ts'

export type DatabaseOptions = postgres.Options<Record<string, never>>
export type Sql = postgres.Sql
/** What a transaction has in common with it. */
export type Statements = postgres.ISql

export type Orm = PostgresJsDatabase<typeof schema>

export interface Database {
  options: DatabaseOptions
  /** Past a pooler. */
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

interface Places {
  /** Past a pooler; the same where there is none. */
  direct?: DatabaseOptions | undefined
  /** Where questions and exports are asked: a replica, or the same. */
  audit?: DatabaseOptions | undefined
  sizes?: PoolSizes
}

const usualSizes: PoolSizes = { record: 4, work: 4, orm: 3, questions: 4 }

export function openDatabase(
  options: DatabaseOptions,
  { direct = options, audit = options, sizes = usualSizes }: Places = {},
): Database {
  const record = connect(byKey(options), sizes.record, 'record', limits.recordSilenceMs)
  const work = connect(byKey(options), sizes.work, 'work', limits.databaseSilenceMs)
  const ormClient = connect(options, sizes.orm, 'orm', limits.recordSilenceMs)
  const questionsClient = connect(audit, sizes.questions, 'questions', limits.databaseSilenceMs)
  const exportsClient = connect(audit, limits.exportsAtOnceMax, 'exports', limits.exportSilenceMs)
  const listener = connect(direct, 1, 'listen')
  return {
    options,
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

function connect(options: DatabaseOptions, max: number, name: string, silenceMs?: number): Sql {
  return postgres({
    connect_timeout: limits.databaseConnectMs / 1000,
    // Reconnect quickly: the first 2xx is due within 2 s after the database is back.
    backoff: () => 0.25,
    max_lifetime: null,
    onnotice: () => {},
    ...options,
    ...(silenceMs !== undefined && {
      socket: () => watchedSocket(options, silenceMs),
      idle_timeout: silenceMs / 2000,
    }),
    max,
    connection: { application_name: `moab-relay ${name}`, ...options.connection },
  })
}

/**
 * For statements that touch rows by their keys only. They are planned once, often while the tables
 * are still empty, and that plan stays: it must not be a scan. A pooler would not pass the setting on.
 */
function byKey(options: DatabaseOptions): DatabaseOptions {
  if (options.prepare === false) return options
  return { ...options, connection: { ...options.connection, enable_seqscan: 'off' } }
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

/** SQLSTATE of an error from either client; drizzle keeps it in the cause. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string') return e.code
  }
  return undefined
}
