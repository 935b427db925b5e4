// A TCP wire between two parties that can be slowed, cut, refused or fall silent as a whole, and that
// does one of many things to a single connection: whichever next carries something meets it.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { pause } from './processes.ts'

export const wireFaults = [
  /** The first bytes pass, then both ends are cut. */
  'reset-up',
  'reset-down',
  /** What the client said is passed on whole; its answer is swallowed and the connection cut. */
  'answer-swallowed',
  /** Nothing passes any more, nobody is told. */
  'half-open',
  'drip',
  'latency',
] as const
export type WireFault = (typeof wireFaults)[number]

export interface ArmedFault {
  mode: WireFault
  /** Only a message of the client of so many bytes triggers it. */
  minBytes: number
  /** reset-*: so many bytes still pass. */
  atByte: number
  /** drip, latency: between pieces. */
  ms: number
  met(): void
}

type State = 'up' | 'cut' | 'refusing' | 'hushed'

const armedMs = 2000

interface Pair {
  near: Socket
  far: Socket
  silent: boolean
  fault: ArmedFault | undefined
  up: Promise<void>
  down: Promise<void>
  busy: number
}

export class Wire {
  port = 0
  #listener = createServer((near) => this.#accept(near))
  #pairs = new Set<Pair>()
  #armed: ArmedFault[] = []
  #state: State = 'up'
  #latencyMs = 0
  #target: () => number
  #touched: (farPort: number) => void

  /** `touched`: hears the far side's port of each connection that was tampered with. */
  constructor(target: () => number, touched: (farPort: number) => void = () => {}) {
    this.#target = target
    this.#touched = touched
  }

  async open(): Promise<void> {
    this.#listener.listen(this.port, '127.0.0.1')
    await once(this.#listener, 'listening')
    const address = this.#listener.address()
    this.port = typeof address === 'object' && address ? address.port : 0
  }

  /** What nothing meets soon is dropped: a relay that comes back must not meet all of it at once. */
  arm(fault: ArmedFault): void {
    this.#armed.push(fault)
    setTimeout(() => {
      const at = this.#armed.indexOf(fault)
      if (at >= 0) this.#armed.splice(at, 1)
    }, armedMs).unref()
  }

  /** Faults that nothing came along to meet. */
  disarm(): number {
    return this.#armed.splice(0).length
  }

  cut(): void {
    this.#state = 'cut'
    this.#dropAll()
  }

  refuse(): void {
    this.#state = 'refusing'
    this.#listener.close()
    this.#dropAll()
  }

  hush(): void {
    this.#state = 'hushed'
    for (const pair of this.#pairs) {
      pair.silent = true
      this.#touch(pair)
    }
  }

  slow(ms: number): void {
    this.#latencyMs = ms
  }

  mend(): void {
    this.#state = 'up'
    this.#latencyMs = 0
    if (!this.#listener.listening) this.#listener.listen(this.port, '127.0.0.1')
    for (const pair of this.#pairs) if (pair.silent) this.#drop(pair)
  }

  async close(): Promise<void> {
    this.#dropAll()
    if (!this.#listener.listening) return
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #accept(near: Socket): void {
    if (this.#state === 'cut') return void near.destroy()
    const far = connect(this.#target(), '127.0.0.1')
    near.setNoDelay(true)
    far.setNoDelay(true)
    const pair: Pair = {
      near,
      far,
      silent: this.#state === 'hushed',
      fault: undefined,
      up: Promise.resolve(),
      down: Promise.resolve(),
      busy: 0,
    }
    this.#pairs.add(pair)
    near.on('data', (chunk) => this.#fromNear(pair, chunk))
    far.on('data', (chunk) => this.#fromFar(pair, chunk))
    for (const socket of [near, far]) {
      socket.on('error', () => {})
      socket.on('close', () => this.#drop(pair, false))
    }
    return undefined
  }

  #fromNear(pair: Pair, chunk: Buffer): void {
    if (pair.fault === undefined && !pair.silent) this.#takeFault(pair, chunk)
    const { fault } = pair
    if (pair.silent) return
    if (fault?.mode === 'reset-up') {
      pair.far.write(chunk.subarray(0, fault.atByte))
      setTimeout(() => this.#drop(pair), 5)
      pair.silent = true
      return
    }
    pair.up = this.#pass(pair, pair.far, chunk, pair.up)
  }

  #fromFar(pair: Pair, chunk: Buffer): void {
    if (pair.silent) return
    const { fault } = pair
    if (fault?.mode === 'answer-swallowed') return this.#drop(pair)
    if (fault?.mode === 'reset-down') {
      pair.near.write(chunk.subarray(0, Math.min(fault.atByte, chunk.length - 1)))
      setTimeout(() => this.#drop(pair), 5)
      pair.silent = true
      return
    }
    pair.down = this.#pass(pair, pair.near, chunk, pair.down)
  }

  #takeFault(pair: Pair, chunk: Buffer): void {
    const at = this.#armed.findIndex(({ minBytes }) => chunk.length >= minBytes)
    const [fault] = at < 0 ? [] : this.#armed.splice(at, 1)
    if (fault === undefined) return
    pair.fault = fault
    this.#touch(pair)
    fault.met()
    if (fault.mode !== 'half-open') return
    pair.silent = true
    // Long silences are other faults; this one ends when both ends gave up, at the latest here.
    setTimeout(() => this.#drop(pair), 40_000).unref()
  }

  #pass(pair: Pair, to: Socket, chunk: Buffer, before: Promise<void>): Promise<void> {
    const { fault } = pair
    const slowly = this.#latencyMs > 0 || fault !== undefined || pair.busy > 0
    if (!slowly) {
      to.write(chunk)
      return before
    }
    pair.busy++
    return before.then(() => this.#passSlowly(pair, to, chunk)).finally(() => pair.busy--)
  }

  async #passSlowly({ fault }: Pair, to: Socket, chunk: Buffer): Promise<void> {
    const ms = this.#latencyMs + (fault?.mode === 'latency' ? fault.ms : 0)
    if (ms > 0) await pause(ms)
    const step = fault?.mode === 'drip' ? Math.max(1, Math.ceil(chunk.length / 20)) : chunk.length
    for (let at = 0; at < chunk.length; at += step) {
      to.write(chunk.subarray(at, at + step))
      if (fault?.mode === 'drip') await pause(fault.ms)
    }
  }

  #dropAll(): void {
    for (const pair of this.#pairs) this.#drop(pair)
  }

  #drop(pair: Pair, ours = true): void {
    if (!this.#pairs.delete(pair)) return
    if (ours) this.#touch(pair)
    for (const socket of [pair.near, pair.far]) {
      // One end closed by itself: what it had said still arrives.
      if (ours) socket.destroy()
      else socket.destroySoon()
    }
  }

  #touch({ far }: Pair): void {
    if (far.localPort !== undefined) this.#touched(far.localPort)
  }
}
