// One relay at a time owns an embedded server: it may stop it. Ownership is a session advisory lock
// on a connection of its own, so it ends with the process, however that ends.
import { lockKeys } from '../locks.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { limits } from '../../limits.ts'
import type { EmbeddedOptions } from './server.ts'
import { EmbeddedError } from './failure.ts'
import { signalReaches } from './postmaster.ts'

export interface Ownership {
  held(): boolean
  release(): Promise<void>
}

const lockKey = lockKeys.owner
const nameOfOwner = (pid: number) => `moab-relay owner ${pid}`

/** Refuses when a living relay owns the server; waits a little when its owner has just died. */
export async function takeOwnership(
  options: EmbeddedOptions,
  dataDir: string,
  log: (line: string) => void,
  ending: AbortSignal,
): Promise<Ownership> {
  const state = { held: false }
  const sql = postgres({
    ...options,
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    backoff: () => 0.1,
    onnotice: () => {},
    connection: { application_name: nameOfOwner(process.pid) },
    onclose: () => {
      const lost = state.held && !ending.aborted
      state.held = false
      if (lost) void reacquire(sql, state, log, ending)
    },
  })
  try {
    await acquireOrExplain(sql, dataDir)
    state.held = true
  } catch (error) {
    await sql.end({ timeout: 1 })
    throw error
  }
  return { held: () => state.held, release: () => sql.end({ timeout: 1 }) }
}

async function acquireOrExplain(sql: postgres.Sql, dataDir: string): Promise<void> {
  const deadline = Date.now() + limits.embeddedOwnerWaitMs
  while (!(await tryLock(sql))) {
    const pid = await ownerPid(sql)
    if (Date.now() > deadline || (pid !== undefined && signalReaches(pid))) {
      const who = pid === undefined ? '' : ` (pid ${pid})`
      throw new EmbeddedError({
        en: `another relay${who} is already running on DATA_DIR ${dataDir}; stop it first, or set DATA_DIR or DATABASE_URL`,
        ru: `с DATA_DIR ${dataDir} уже работает другой релей${who}: сначала остановите его или задайте другой DATA_DIR или DATABASE_URL`,
      })
    }
    await sleep(50)
  }
}

async function tryLock(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as taken`
  return row?.taken === true
}

async function ownerPid(sql: postgres.Sql): Promise<number | undefined> {
  const [row] = await sql<{ name: string }[]>`
    select application_name as name from pg_stat_activity
    where pid in (
      select pid from pg_locks
      where locktype = 'advisory' and granted and objsubid = 1
        and ((classid::bigint << 32) | objid::bigint) = ${lockKey})`
  const pid = Number(/^moab-relay owner (\d+)$/.exec(row?.name ?? '')?.[1])
  return Number.isInteger(pid) ? pid : undefined
}

/** The connection broke (a crashed server, a terminated backend): quietly take the lock again. */
async function reacquire(
  sql: postgres.Sql,
  state: { held: boolean },
  log: (line: string) => void,
  ending: AbortSignal,
): Promise<void> {
  for (let told = false; !ending.aborted && !state.held;) {
    const taken = await tryLock(sql).catch(() => undefined)
    if (taken === true) {
      state.held = true
      return
    }
    if (taken === false && !told) {
      told = true
      log(
        'another relay has taken over the embedded PostgreSQL; it will be left running at the end',
      )
    }
    await sleep(taken === false ? limits.embeddedPollMs : 100, undefined, { ref: false })
  }
}
