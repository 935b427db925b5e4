// What the tests of the embedded server share: directories of their own, openers in this process and
// in others, and an end to every server they started, whatever became of the test.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, afterEach, expect } from 'vitest'
import {
  EmbeddedError,
  openEmbedded,
  type Embedded,
  type OpenEmbedded,
} from '../../src/db/embedded.ts'
import { installBinaries } from '../../src/db/embedded/binaries.ts'
import { readPostmaster } from '../../src/db/embedded/postmaster.ts'

export const isRoot = process.getuid?.() === 0
export const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
}, 60_000)

/** A fresh DATA_DIR that has the programs already; `bare` leaves the copying to the opening. */
export async function directory(kind: 'bare' | 'with programs' = 'with programs'): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'moab-relay-embedded-'))
  await chmod(path, 0o755)
  cleanUps.push(() => rm(path, { recursive: true, force: true }))
  if (kind === 'with programs') await linkPrograms(path)
  return path
}

let shelf: Promise<string> | undefined

/** One copy for all tests of a file: 60 MB each would be most of their time. */
export async function linkPrograms(dataDir: string): Promise<void> {
  shelf ??= stockShelf()
  const root = await shelf
  await mkdir(dataDir, { recursive: true })
  for (const name of await readdir(root)) await symlink(join(root, name), join(dataDir, name))
}

async function stockShelf(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'moab-relay-programs-'))
  await chmod(path, 0o755)
  await installBinaries(path)
  return path
}

afterAll(async () => {
  if (shelf) await rm(await shelf, { recursive: true })
})

/** Ends whatever serves this directory, also when the test failed half-way. */
async function endServer(database: string): Promise<void> {
  const pids = await processesIn(database)
  const pid = (await readPostmaster(database))?.pid
  if (pid && pids.includes(pid)) process.kill(pid, 'SIGQUIT')
  for (let tries = 0; tries < 300 && (await processesIn(database)).length > 0; tries++)
    await sleep(20)
}

export async function open(dataDir: string, more: Partial<OpenEmbedded> = {}): Promise<Embedded> {
  const embedded = await openEmbedded({ dataDir, owner: true, fsync: false, ...more })
  cleanUps.push(() => endServer(embedded.dataDirectory), embedded.stop)
  return embedded
}

/** The error of an opening that must fail. */
export async function refusal(dataDir: string, more: Partial<OpenEmbedded> = {}): Promise<string> {
  const outcome = await open(dataDir, more).catch((error: unknown) => error)
  expect(outcome).toBeInstanceOf(EmbeddedError)
  return outcome instanceof EmbeddedError ? outcome.message : ''
}

export async function processesIn(database: string): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const held = await Promise.all(
    names.map(async (pid) => (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === database),
  )
  return names.filter((_, index) => held[index]).map(Number)
}

export async function query(embedded: Embedded, text: string): Promise<postgres.Row[]> {
  const sql = postgres({ ...embedded.options, max: 1, onnotice: () => {} })
  try {
    return await sql.unsafe(text)
  } finally {
    await sql.end()
  }
}

interface Opened {
  how?: string
  options?: Embedded['options']
  error?: string
}

export async function openElsewhere(
  dataDir: string,
  part: 'owner' | 'guest',
): Promise<{ child: ChildProcess; said: Opened }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'opener.ts'), dataDir, part],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  cleanUps.push(
    () => child.kill('SIGKILL'),
    () => endServer(join(dataDir, 'database')),
  )
  for await (const line of createInterface({ input: child.stdout }))
    return { child, said: JSON.parse(line) }
  throw new Error('the opener said nothing')
}

export async function end(child: ChildProcess, how: 'stop' | 'SIGKILL'): Promise<void> {
  const exited = once(child, 'exit')
  if (how === 'stop') child.stdin?.write('stop\n')
  else child.kill('SIGKILL')
  await exited
}

export async function until<T>(
  question: () => Promise<T | undefined | false>,
  seconds = 15,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const answer = await question().catch(() => undefined)
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error('it did not happen in time')
    await sleep(50)
  }
}
