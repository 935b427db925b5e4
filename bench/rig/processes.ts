// Processes of a bench: started with what they say in their first line, watched from outside (processor
// time, memory), and ended by pid, all of them, however the bench ends.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

const children = new Set<ChildProcess>()

export interface Command {
  command: string
  args: readonly string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
}

export function start({ command, args, env = {}, cwd }: Command): ChildProcess {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  // Both are read, so that it never waits for us; what it complained of last is told if it dies.
  child.stdout?.resume()
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints.set(child, ((complaints.get(child) ?? '') + chunk.toString()).slice(-2000))
  })
  return child
}

const complaints = new WeakMap<ChildProcess, string>()

/** Rejects when it ends, with what it said. */
export function diedEarly(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once('exit', (code) =>
      reject(
        new Error(
          `${child.spawnargs.join(' ')} ended with ${code}: ${complaints.get(child) ?? ''}`,
        ),
      ),
    )
  })
}

/** TypeScript of the bench itself. */
export const startScript = (file: string, args: readonly string[]): ChildProcess =>
  start({ command: 'node', args: ['--import', 'tsx', file, ...args] })

export function firstLine(child: ChildProcess): Promise<string> {
  const said = new Promise<string>((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
  })
  return Promise.race([said, diedEarly(child)])
}

export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

export async function endAll(): Promise<void> {
  await Promise.all([...children].map((child) => end(child)))
}

/** Of the kernel's clock, which counts processor time in hundredths of a second. */
const msPerTick = 10

/** Processor time of these processes and all below them, those that have ended included. */
export function cpuMs(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of withDescendants(pids)) ticks += ticksOf(pid)
  return ticks * msPerTick
}

/** Resident memory of these and all below them, in bytes; pages they share are counted once each. */
export function residentBytes(pids: readonly number[]): number {
  return withDescendants(pids).reduce((sum, pid) => sum + statusKilobytes(pid, 'VmRSS') * 1024, 0)
}

/** The most one process has held since it began. */
export const peakBytes = (pid: number): number => statusKilobytes(pid, 'VmHWM') * 1024

function statusKilobytes(pid: number, name: string): number {
  const status = read(`/proc/${pid}/status`)
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
}

/** utime, stime and those of the children that were waited for: fields 14 to 17 of proc_pid_stat(5). */
function ticksOf(pid: number): number {
  const fields = afterName(read(`/proc/${pid}/stat`)).slice(11, 15)
  return fields.reduce((sum, field) => sum + Number(field), 0)
}

function withDescendants(roots: readonly number[]): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)))
  }
  const found = [...roots]
  for (let at = 0; at < found.length; at++) {
    for (const [pid, parent] of parents) if (parent === found[at]) found.push(pid)
  }
  return found
}

const parentOf = (pid: number): number => Number(afterName(read(`/proc/${pid}/stat`))[1] ?? 0)

/** The name stands in brackets and may hold anything. */
const afterName = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
