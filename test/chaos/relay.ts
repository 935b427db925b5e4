// One built relay as a child process with its three wires: from the senders, to the database, to MOAB.
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { end, isRunning, launch, pause, signal } from './processes.ts'
import { Wire } from './wire.ts'

export interface RelayOptions {
  name: string
  /** The folder that holds dist. */
  house: string
  folder: string
  port: number
  databaseUrl(port: number): string
  databasePort: number
  moabPort: number
  /** A connection to MOAB was tampered with. */
  touched(port: number): void
}

/** Of a busy machine; what is not ready by then is started again. */
const startMsMax = 60_000

export const relayKey = Buffer.alloc(32, 11).toString('base64url')
export const fakeTime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
export const canMoveClock = existsSync(fakeTime)

export class RelayNode {
  readonly name: string
  readonly fromSenders: Wire
  readonly toDatabase: Wire
  readonly toMoab: Wire
  #options: RelayOptions
  #child: ChildProcess | undefined
  #wanted = false
  #clockMs = 0
  /** When its present process was started and was ready, on its own clock: what its ids are made of. */
  #born = { from: 0, to: 0 }

  constructor(options: RelayOptions) {
    this.name = options.name
    this.#options = options
    this.fromSenders = new Wire(() => options.port)
    this.toDatabase = new Wire(() => options.databasePort)
    this.toMoab = new Wire(() => options.moabPort, options.touched)
  }

  async open(): Promise<void> {
    for (const wire of [this.fromSenders, this.toDatabase, this.toMoab]) await wire.open()
  }

  async close(): Promise<void> {
    await this.kill()
    for (const wire of [this.fromSenders, this.toDatabase, this.toMoab]) await wire.close()
  }

  /** `clockMs`: its clock is moved by so much. */
  start(clockMs = 0): void {
    if (this.#child !== undefined && isRunning(this.#child)) return
    const { house, folder, name, port } = this.#options
    this.#clockMs = clockMs
    const log = openSync(join(folder, `relay-${name}.log`), 'a')
    this.#born = { from: Date.now() + clockMs, to: Number.MAX_SAFE_INTEGER }
    this.#child = launch(process.execPath, [join(house, 'dist/main.js'), 'serve'], {
      cwd: folder,
      env: {
        ...this.environment(),
        PORT: String(port),
        LOG_LEVEL: 'warn',
        ...(clockMs !== 0 && {
          LD_PRELOAD: fakeTime,
          FAKETIME: `${clockMs / 1000}`,
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        }),
      },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    const child = this.#child
    this.#wanted = true
    // Like a supervisor: a relay that cannot start, the database being away, is started again.
    child.once('exit', () => {
      if (this.#wanted) setTimeout(() => this.#wanted && this.start(clockMs), 300)
    })
    void this.ready(startMsMax).then((isReady) => {
      if (this.#child !== child) return
      if (isReady) this.#born.to = Date.now() + clockMs
      // As a start-up probe does: its way to the database may have gone silent for good.
      else if (this.#wanted) child.kill('SIGKILL')
    })
  }

  environment(): NodeJS.ProcessEnv {
    const { folder, databaseUrl, port } = this.#options
    return {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl(this.toDatabase.port),
      RELAY_KEY: relayKey,
      MOAB_URL: `http://127.0.0.1:${this.toMoab.port}/api/Register/Add`,
      CONFIG_FILE: join(folder, 'relay.yaml'),
      PORT: String(port),
      ADMIN_EMAIL: 'chaos@example.com',
      ADMIN_PASSWORD: 'chaos-password-0123',
    }
  }

  get isUp(): boolean {
    return this.#child !== undefined && isRunning(this.#child)
  }

  async ready(withinMs: number): Promise<boolean> {
    const until = Date.now() + withinMs
    while (Date.now() < until) {
      const answer = await this.ask('/readyz').catch(() => undefined)
      if (answer?.ok === true) return true
      await pause(100)
    }
    return false
  }

  /** Straight, past the wire. */
  ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#options.port}${path}`, {
      headers,
      signal: AbortSignal.timeout(10_000),
    })
  }

  async kill(): Promise<void> {
    this.#wanted = false
    if (this.#child !== undefined) await end(this.#child)
    this.#born.to = Math.min(this.#born.to, Date.now() + this.#clockMs)
  }

  /** Gracefully; by force when it does not end in time. */
  async roll(withinMs: number): Promise<boolean> {
    const child = this.#child
    this.#wanted = false
    if (child === undefined) return true
    const ended = await Promise.race([
      end(child, 'SIGTERM').then(() => true),
      pause(withinMs).then(() => false),
    ])
    if (!ended) await end(child)
    return ended
  }

  freeze(): void {
    if (this.#child?.pid !== undefined) signal(this.#child.pid, 'SIGSTOP')
  }

  thaw(): void {
    if (this.#child?.pid !== undefined) signal(this.#child.pid, 'SIGCONT')
  }

  /** Is this lease owner, a UUIDv7, the present or last process of this node? */
  owns(owner: string): boolean {
    const at = Number.parseInt(owner.replaceAll('-', '').slice(0, 12), 16)
    return at >= this.#born.from && at <= this.#born.to
  }

  /** A command of the relay beside the running one: what it printed. */
  command(args: string[]): Promise<{ code: number; out: string }> {
    const { house, folder } = this.#options
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(house, 'dist/main.js'), ...args], {
        cwd: folder,
        env: this.environment(),
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 30_000,
        killSignal: 'SIGKILL',
      })
      let out = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
      child.once('error', reject)
      child.once('close', (code) => resolve({ code: code ?? -1, out }))
    })
  }
}
