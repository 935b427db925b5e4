// The running server as a process: who holds the data directory, is it alive, how it is ended.
// Never removes the pid file of a live server, and never signals a process that is not PostgreSQL.
import { execFile } from 'node:child_process'
import { readFile, readlink, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { limits } from '../../limits.ts'

export interface Postmaster {
  pid: number
  port: number
  /** Empty where the server listens on TCP only. */
  socketDirectory: string
}

interface ProcessFacts {
  command: string
  zombie: boolean
}

const pidFile = (database: string) => join(database, 'postmaster.pid')
const run = promisify(execFile)

/** What postmaster.pid says: pid, data directory, start time, port, socket directory, one a line. */
export async function readPostmaster(database: string): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile(database), 'utf8').catch(() => '')
  const [pid, , , port, socketDirectory] = text.split('\n')
  if (!pid || !Number.isInteger(Number(pid)) || Number(pid) <= 0) return undefined
  return { pid: Number(pid), port: Number(port ?? 0), socketDirectory: socketDirectory ?? '' }
}

/** The server that holds this data directory now, if it lives. */
export async function livePostmaster(database: string): Promise<Postmaster | undefined> {
  const noted = await readPostmaster(database)
  return noted && (await isServerOf(noted.pid, database)) ? noted : undefined
}

/** A pid may be dead, a zombie nobody has reaped, or long since another program's. */
export async function isServerOf(pid: number, database: string): Promise<boolean> {
  if (!signalReaches(pid)) return false
  if (process.platform === 'win32') return true
  const facts = process.platform === 'linux' ? await factsFromProc(pid) : await factsFromPs(pid)
  if (!facts || facts.zombie || facts.command !== 'postgres') return false
  if (process.platform !== 'linux') return true
  // A server works inside its data directory. Unreadable means another user's: then the name decides.
  const inside = await readlink(`/proc/${pid}/cwd`).catch(() => database)
  return inside === database
}

export function signalReaches(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function factsFromProc(pid: number): Promise<ProcessFacts | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')]
  if (close < 0) return undefined
  return { command: stat.slice(open + 1, close), zombie: /^ [ZX]/.test(stat.slice(close + 1)) }
}

async function factsFromPs(pid: number): Promise<ProcessFacts | undefined> {
  const answer = await run('ps', ['-o', 'state=,comm=', '-p', String(pid)]).catch(() => undefined)
  const match = /^\s*(\S+)\s+(.+?)\s*$/.exec(answer?.stdout ?? '')
  if (!match) return undefined
  return { command: basename(match[2] ?? ''), zombie: match[1]?.startsWith('Z') ?? false }
}

/**
 * PostgreSQL itself clears pid files of dead processes, but refuses to start while *something* has
 * that number: a zombie, or after a reboot any other program. Only those leftovers are removed.
 */
export async function clearLeftovers(database: string, socketDirectory: string): Promise<void> {
  const locks = [pidFile(database), join(socketDirectory, '.s.PGSQL.5432.lock')]
  for (const lock of locks) {
    const pid = await firstLine(lock)
    if (pid > 0 && signalReaches(pid) && !(await isServerOf(pid, database))) {
      await removeIfStill(lock, pid)
    }
  }
}

/** Another opener may have cleared and started in between: its file is taken by mistake, put back. */
async function removeIfStill(lock: string, pid: number): Promise<void> {
  const aside = `${lock}.stale-${process.pid}`
  await rename(lock, aside).catch(() => {})
  if ((await firstLine(aside)) === pid) await rm(aside, { force: true })
  else await rename(aside, lock).catch(() => {})
}

/** A socket lock of another server has a negative pid. */
async function firstLine(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return Math.trunc(Number(text.split('\n', 1)[0])) || 0
}

/** Fast shutdown: clients are cut off, a checkpoint is written. Returns when the server is gone. */
export async function shutDown(database: string, pgCtl: string | undefined): Promise<void> {
  const server = await livePostmaster(database)
  if (!server) return
  if (process.platform === 'win32') {
    if (pgCtl) await run(pgCtl, ['stop', '-m', 'fast', '-w', '-D', database])
    return
  }
  process.kill(server.pid, 'SIGINT')
  if (await gone(server.pid, database, limits.embeddedStopMsMax)) return
  process.kill(server.pid, 'SIGQUIT') // at once; nothing committed is lost, the next start recovers
  await gone(server.pid, database, limits.embeddedStopMsMax)
}

async function gone(pid: number, database: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (await isServerOf(pid, database)) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}
