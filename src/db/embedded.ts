// The PostgreSQL that comes with the relay, for those who have none: real server binaries under
// DATA_DIR, started, adopted, watched and stopped from here. It never listens on the network.
// Windows (TCP on 127.0.0.1 with a password) is written with care but has not been tried.
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { limits } from '../limits.ts'
import { EmbeddedError } from './embedded/failure.ts'
import type { Ownership } from './embedded/owner.ts'
import { takeOwnership } from './embedded/owner.ts'
import { choosePlace, hasDatabase } from './embedded/place.ts'
import { livePostmaster, shutDown } from './embedded/postmaster.ts'
import type { EmbeddedOptions, Server, StartOptions } from './embedded/server.ts'
import { boundLog, bringUp } from './embedded/server.ts'
import { installBinaries } from './embedded/binaries.ts'

export { EmbeddedError }

export interface Embedded {
  options: EmbeddedOptions
  how: Server['how']
  dataDirectory: string
  /** End your own pools first. Safe to call twice. */
  stop: () => Promise<void>
}

export interface OpenEmbedded {
  dataDir: string
  /** The relay itself: exclusive, watches the server, stops it. Otherwise a guest, such as a CLI command. */
  owner: boolean
  log?: (line: string) => void
  /** False for whoever only asks: a database that is not there is not made. */
  create?: boolean
  /** False only for tests, whose data may be lost. */
  fsync?: boolean
  settings?: Record<string, string>
}

/** Throws EmbeddedError, whose text is for a person. */
export async function openEmbedded(given: OpenEmbedded): Promise<Embedded> {
  const log = given.log ?? (() => {})
  const start = { fsync: given.fsync ?? true, settings: given.settings ?? {} }
  if (given.create === false && !(await hasDatabase(given.dataDir)))
    throw new EmbeddedError({
      en: `there is no database in ${given.dataDir} yet: start the relay first, or say with DATA_DIR or DATABASE_URL where it is`,
      ru: `в ${given.dataDir} ещё нет базы данных: сначала запустите релей или укажите в DATA_DIR либо DATABASE_URL, где она`,
    })
  const place = await choosePlace(given.dataDir, log)
  const server = await bringUp(place, start)
  return given.owner ? openAsOwner(server, start, log) : openAsGuest(server)
}

async function openAsOwner(
  server: Server,
  start: StartOptions,
  log: (line: string) => void,
): Promise<Embedded> {
  const ending = new AbortController()
  const { options, place, how } = server
  const ownership = await takeOwnership(options, place.dataDir, log, ending.signal).catch(
    async (error: unknown) => {
      if (how !== 'adopted') await stopUnlessUsed(server)
      throw error
    },
  )
  const watching = watch(server, start, log, ending.signal)
  return embedded(server, async () => {
    ending.abort()
    await watching
    await stopAsOwner(server, ownership)
  })
}

async function stopAsOwner(server: Server, ownership: Ownership): Promise<void> {
  // Keep the lock until the server is gone: nobody may take over what is about to end.
  if (ownership.held()) await stopServer(server)
  await ownership.release()
}

function openAsGuest(server: Server): Embedded {
  return embedded(server, async () => {
    if (server.how !== 'adopted') await stopUnlessUsed(server)
  })
}

function embedded(server: Server, end: () => Promise<void>): Embedded {
  let ended: Promise<void> | undefined
  return {
    options: server.options,
    how: server.how,
    dataDirectory: server.place.database,
    stop: () => (ended ??= end()),
  }
}

/** A server that dies, ours or adopted, is started again; every connection then finds it by itself. */
async function watch(
  server: Server,
  start: StartOptions,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0
  while (await pause(limits.embeddedPollMs, signal)) {
    if (await livePostmaster(server.place.database)) {
      await boundLog(server.place).catch(() => {})
      continue
    }
    log('the embedded PostgreSQL has died and is started again')
    try {
      await bringUp(server.place, start, signal)
      failures = 0
      log('the embedded PostgreSQL is back')
    } catch (error) {
      if (signal.aborted) return
      log(error instanceof Error ? error.message : String(error))
      failures += 1
      await pause(Math.min(limits.embeddedBackoffMsMax, 1000 * 2 ** failures), signal)
    }
  }
}

/** False when it is time to end. Never keeps the process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {})
  return !signal.aborted
}

async function stopUnlessUsed(server: Server): Promise<void> {
  const sql = postgres({ ...server.options, max: 1, connect_timeout: 5, onnotice: () => {} })
  let others = 0
  try {
    // Connections closed a moment ago need a moment to leave the list.
    for (let tries = 0; tries < 5; tries++) {
      const [row] = await sql<{ others: number }[]>`
        select count(*)::int as others from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`
      others = row?.others ?? 0
      if (others === 0) break
      await sleep(50)
    }
  } catch {
    others = 0 // it answers nobody
  } finally {
    await sql.end({ timeout: 1 })
  }
  if (others === 0) await stopServer(server)
}

async function stopServer(server: Server): Promise<void> {
  const binaries =
    process.platform === 'win32' ? await installBinaries(server.place.home) : undefined
  await shutDown(server.place.database, binaries?.pgCtl)
}
