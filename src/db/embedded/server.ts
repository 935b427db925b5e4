// Brings the server up, whatever is found: running (adopt it), stopped, crashed, or not yet made.
// A server is spawned in a session of its own, so that Ctrl-C ends the relay first, in its order.
import { spawn } from 'node:child_process'
import { open, readFile, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { makeDirectory } from '../../directories.ts'
import { limits } from '../../limits.ts'
import type { Binaries } from './binaries.ts'
import { installBinaries } from './binaries.ts'
import { cleanEnvironment, createDatabase, databaseName, readPassword, roleName } from './create.ts'
import { codeOf, EmbeddedError } from './failure.ts'
import type { Place } from './place.ts'
import type { Postmaster } from './postmaster.ts'
import { clearLeftovers, livePostmaster } from './postmaster.ts'
import { commandLine } from './settings.ts'

const windows = process.platform === 'win32'
const defaultPort = 5432 // on a socket only a part of its name

/** What postgres.js needs to connect; `host` is the socket's directory. */
export interface EmbeddedOptions {
  host: string
  port: number
  username: string
  database: string
  password?: string
}

export interface Server {
  place: Place
  options: EmbeddedOptions
  how: 'created' | 'started' | 'adopted'
}

export interface StartOptions {
  fsync: boolean
  settings: Record<string, string>
}

export async function bringUp(
  place: Place,
  start: StartOptions,
  signal?: AbortSignal,
): Promise<Server> {
  const found = await findAnswering(place)
  if (found) return server(place, found.options, 'adopted')
  const { binaries, created } = await prepare(place, start)
  const { options, startedByUs } = await startOrAdopt(place, binaries, start, signal)
  return server(place, options, startedByUs ? (created ? 'created' : 'started') : 'adopted')
}

/** The address stays what it was, also when the server must be started again later. */
function server(place: Place, options: EmbeddedOptions, how: Server['how']): Server {
  const address = windows ? { port: options.port } : { socketDirectory: options.host }
  return { place: { ...place, ...address }, options, how }
}

async function prepare(place: Place, start: StartOptions) {
  try {
    const binaries = await installBinaries(place.home)
    return { binaries, created: await createDatabase(place, binaries, start.fsync) }
  } catch (error) {
    if (error instanceof EmbeddedError || codeOf(error) === undefined) throw error
    throw new EmbeddedError({
      en: `the embedded PostgreSQL cannot be set up in ${place.home} (${codeOf(error)}); make room or allow writing there, or set DATA_DIR or DATABASE_URL`,
      ru: `не удалось установить встроенный PostgreSQL в ${place.home} (${codeOf(error)}): освободите место или разрешите туда писать либо задайте DATA_DIR или DATABASE_URL`,
    })
  }
}

interface Found {
  pid: number
  options: EmbeddedOptions
}

async function findAnswering(place: Place): Promise<Found | undefined> {
  const running = await livePostmaster(place.database)
  if (!running) return undefined
  const options = await addressOf(place, running)
  return (await answers(options)) ? { pid: running.pid, options } : undefined
}

async function addressOf(place: Place, running: Postmaster): Promise<EmbeddedOptions> {
  const password = await readPassword(place)
  return {
    host: windows ? '127.0.0.1' : running.socketDirectory || place.socketDirectory,
    port: running.port || defaultPort,
    username: roleName,
    database: databaseName,
    ...(password !== undefined && { password }),
  }
}

interface Started {
  options: EmbeddedOptions
  startedByUs: boolean
}

/** Another process may start, stop or recover the same server meanwhile: look again until it answers. */
async function startOrAdopt(
  place: Place,
  binaries: Binaries,
  start: StartOptions,
  signal: AbortSignal | undefined,
): Promise<Started> {
  const deadline = Date.now() + limits.embeddedStartMsMax
  let attempt: Attempt | undefined
  while (Date.now() < deadline && !signal?.aborted) {
    const found = await findAnswering(place)
    if (found) return { options: found.options, startedByUs: attempt?.pid === found.pid }
    attempt = await nextAttempt(attempt, place, binaries, start)
    await sleep(10)
  }
  if (signal?.aborted)
    throw new EmbeddedError({
      en: 'the embedded PostgreSQL was being started when the relay was told to stop',
      ru: 'релей остановили, пока запускался встроенный PostgreSQL',
    })
  throw new EmbeddedError({
    en: `the embedded PostgreSQL in ${place.database} does not answer; its log is ${place.logFile}`,
    ru: `встроенный PostgreSQL в ${place.database} не отвечает; его журнал: ${place.logFile}`,
  })
}

async function nextAttempt(
  attempt: Attempt | undefined,
  place: Place,
  binaries: Binaries,
  start: StartOptions,
): Promise<Attempt | undefined> {
  if (attempt?.ended()) {
    await refuseHopeless(place, attempt)
    await sleep(200)
    return undefined
  }
  if (attempt || (await livePostmaster(place.database))) return attempt
  return spawnServer(place, binaries, start)
}

/** Throws only for what a person must mend; while a server comes up or goes down it is just silent. */
async function answers(options: EmbeddedOptions): Promise<boolean> {
  const sql = postgres({
    ...options,
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
  })
  try {
    await sql`select 1`
    return true
  } catch (error) {
    const code = codeOf(error) ?? ''
    if (!['EACCES', 'EPERM', '3D000'].includes(code) && !code.startsWith('28')) return false
    throw new EmbeddedError({
      en: `the embedded PostgreSQL in ${options.host} runs but does not let this user in (${code}); use the user who started the relay, or set DATABASE_URL`,
      ru: `встроенный PostgreSQL в ${options.host} работает, но этого пользователя не пускает (${code}): войдите под тем, кто запустил релей, или задайте DATABASE_URL`,
    })
  } finally {
    await sql.end({ timeout: 1 })
  }
}

interface Attempt {
  pid: number | undefined
  ended(): boolean
  /** Where its lines begin in the log. */
  logFrom: number
}

async function spawnServer(
  place: Place,
  binaries: Binaries,
  start: StartOptions,
): Promise<Attempt> {
  await clearLeftovers(place.database, place.socketDirectory)
  await makeDirectory(place.home)
  await boundLog(place)
  const log = await open(place.logFile, 'a', 0o600)
  try {
    const port = place.port ?? (windows ? await freePort() : defaultPort)
    const args = commandLine({
      ...start,
      database: place.database,
      socketDirectory: place.socketDirectory,
      port,
    })
    const logFrom = (await log.stat()).size
    const child = spawn(binaries.postgres, args, {
      cwd: '/',
      detached: true,
      env: cleanEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      windowsHide: true,
      ...place.account,
    })
    let ended = false
    child
      .on('exit', () => (ended = true))
      .on('error', () => (ended = true))
      .unref()
    return { pid: child.pid, ended: () => ended, logFrom }
  } finally {
    await log.close()
  }
}

/** Appending goes on where the file was cut, so this is safe under a running server. */
export async function boundLog(place: Place): Promise<void> {
  const size = (await stat(place.logFile).catch(() => undefined))?.size ?? 0
  if (size > limits.embeddedLogBytesMax) await truncate(place.logFile)
}

/** Two ends are only a matter of time: another opener was faster, or a killed server's children still die. */
async function refuseHopeless(place: Place, attempt: Attempt): Promise<void> {
  const log = await readFile(place.logFile).catch(() => Buffer.alloc(0))
  const said = log.subarray(attempt.logFrom).toString('utf8').trim()
  if (/lock file ".*" already exists|pre-existing shared memory block/.test(said)) return
  const last = said.split('\n').slice(-3).join(' / ')
  throw new EmbeddedError({
    en: `the embedded PostgreSQL in ${place.database} did not start: ${last || 'it said nothing'} (log: ${place.logFile})`,
    ru: `встроенный PostgreSQL в ${place.database} не запустился: ${last || 'он ничего не сообщил'} (журнал: ${place.logFile})`,
  })
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().on('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const found = probe.address()
      probe.close(() =>
        done(typeof found === 'object' && found !== null ? found.port : defaultPort),
      )
    })
  })
}
