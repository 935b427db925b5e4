// One pool of connections, and how the relay's own connections differ from a bare driver's.
import postgres from 'postgres'
import { limits } from '../limits.ts'
import { roleOf, type Part } from './roles.ts'
import { watchedSocket } from './watched-socket.ts'

export type DatabaseOptions = postgres.Options<Record<string, never>>
export type Sql = postgres.Sql
/** What a transaction has in common with it. */
export type Statements = postgres.ISql

/** Where webhooks are recorded. */
export function openRecording(options: DatabaseOptions, walls: boolean, max: number): Sql {
  const ingest = walls ? underRole(options, 'ingest') : options
  return connect(onePlan(byKey(ingest)), max, 'record', limits.recordSilenceMs)
}

export function connect(
  options: DatabaseOptions,
  max: number,
  name: string,
  silenceMs?: number,
): Sql {
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
 * are still empty, and that plan stays: it must not be a scan. Where there is nothing but a scan, its
 * forbidding cost would have older servers compile the statement, for seconds. A pooler would not pass
 * the settings on.
 */
export function byKey(options: DatabaseOptions): DatabaseOptions {
  if (options.prepare === false) return options
  return { ...options, connection: { ...options.connection, enable_seqscan: 'off', jit: 'off' } }
}

/**
 * The recording statement is large: to plan it anew for the numbers of each batch, as PostgreSQL would
 * after comparing costs, takes longer than to carry it out.
 */
function onePlan(options: DatabaseOptions): DatabaseOptions {
  if (options.prepare === false) return options
  return {
    ...options,
    connection: { ...options.connection, plan_cache_mode: 'force_generic_plan' },
  }
}

export const underRole = (options: DatabaseOptions, part: Part): DatabaseOptions => ({
  ...options,
  connection: { ...options.connection, role: roleOf(part) },
})

/** SQLSTATE of an error from either client; drizzle keeps it in the cause. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string') return e.code
  }
  return undefined
}
