// A real PostgreSQL, fsync on, in a folder of the run; killed and started again at will. Few
// connections are allowed, so that they can be used up.
import { spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, openSync, readFileSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { installBinaries, type Binaries } from '../../src/db/embedded/binaries.ts'
import { descendants, end, isRunning, launch, pause, signal } from './processes.ts'
import { freePort } from '../support/free-port.ts'

const connectionsMax = 60

export interface Postgres {
  port: number
  /** As the relay's role, for its DATABASE_URL, behind another port. */
  url(port: number): string
  start(): Promise<void>
  stop(): Promise<void>
  /** The postmaster alone; its backends notice by themselves. */
  killPostmaster(): Promise<void>
  /** Every process of the server at once, as a power cut would, but for the kernel's buffers. */
  killEverything(): Promise<void>
  /** No file of the server may grow past so many bytes, as on a volume that is full; undefined: again. */
  limitFiles(bytes: number | undefined): void
  /** Straight, as the superuser. */
  connect(max?: number, database?: string): postgres.Sql
  /** Straight, as the relay's role: takes the places the relay would take. */
  connectAsRelay(): postgres.Sql
}

interface Account {
  uid: number
  gid: number
}

export async function createPostgres(folder: string): Promise<Postgres> {
  const account = accountForServer()
  chmodSync(folder, 0o711)
  const home = join(folder, 'postgres')
  mkdirSync(home, { mode: 0o711 })
  const data = join(home, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (account !== undefined) chownSync(data, account.uid, account.gid)
  const binaries = await installBinaries(home)
  run(
    binaries.initdb,
    ['-D', data, '-U', 'chaos', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    account,
  )
  const server = serverOf(binaries, data, join(folder, 'postgres.log'), await freePort(), account)
  await server.start()
  const sql = server.connect(1, 'postgres')
  await sql`create role relay login`
  await sql`create database relay owner relay`
  await sql.end()
  return server
}

function serverOf(
  { postgres: program }: Binaries,
  data: string,
  logFile: string,
  port: number,
  account: Account | undefined,
): Postgres {
  let child: ChildProcess | undefined
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: connectionsMax,
    fsync: 'on',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    // A commit that does not wait for its flush is long in danger: see the planted bugs.
    wal_writer_delay: '10s',
    restart_after_crash: 'on',
    log_min_messages: 'warning',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const connectAs = (username: string, max: number, database = 'relay') =>
    postgres({
      host: '127.0.0.1',
      port,
      username,
      database,
      max,
      idle_timeout: 5,
      connect_timeout: 3,
      onnotice: () => {},
      connection: { application_name: 'chaos' },
    })

  async function start(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (child === undefined || !isRunning(child)) {
        const log = openSync(logFile, 'a')
        child = launch(program, ['-D', data, ...args], {
          cwd: '/',
          stdio: ['ignore', log, log],
          env: { LC_ALL: 'C', TZ: 'UTC' },
          ...account,
        })
        closeSync(log)
      }
      if (await answers(port)) return
      await pause(100)
    }
    throw new Error(`PostgreSQL does not come up; see ${logFile}`)
  }

  return {
    port,
    url: (through) => `postgres://relay@127.0.0.1:${through}/relay`,
    start,
    stop: async () => child && end(child, 'SIGQUIT'),
    killPostmaster: async () => child && end(child),
    killEverything: async () => {
      if (child?.pid === undefined) return
      // Stopped first, so that none has time to write what the others promised.
      const all = [child.pid, ...descendants(child.pid)]
      for (const pid of all) signal(pid, 'SIGSTOP')
      for (const pid of all) signal(pid, 'SIGKILL')
      await end(child)
    },
    limitFiles: (bytes) => {
      if (child?.pid === undefined) return
      // The postmaster first: what it forks from now on inherits it.
      for (const pid of [child.pid, ...descendants(child.pid)])
        spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes ?? 'unlimited'}:unlimited`])
    },
    connect: (max = 2, database = 'relay') => connectAs('chaos', max, database),
    connectAsRelay: () => connectAs('relay', 1),
  }
}

async function answers(port: number): Promise<boolean> {
  const sql = postgres({
    host: '127.0.0.1',
    port,
    username: 'chaos',
    database: 'postgres',
    max: 1,
    connect_timeout: 2,
    fetch_types: false,
  })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** PostgreSQL refuses to be root. */
function accountForServer(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const passwd = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line =
    passwd.find((each) => each.startsWith('postgres:')) ??
    passwd.find((each) => each.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

function run(program: string, args: string[], account: Account | undefined): void {
  const { status, stderr } = spawnSync(program, args, {
    cwd: '/',
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    ...account,
  })
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`)
}
