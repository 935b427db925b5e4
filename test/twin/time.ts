// Virtual time for a whole process: the clock, timers and immediates that code under test sees. Every
// timer has an owner (0 is the world, the others are relays), so that one relay can be killed, or
// stopped for a while and go on, and so that each lives by a clock of its own.
export const theWorld = 0

interface Timer {
  at: number
  /** Among those of one instant, the order in which they were set. */
  n: number
  owner: number
  run: () => void
  /** Repeats after so many milliseconds. */
  every: number | null
  /** Looks for work and may be put off while there is none. */
  poll: boolean
  cancelled: boolean
  unref(): Timer
}

interface Clock {
  offsetMs: number
  rate: number
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  performance: globalThis.performance,
  dateNow: Date.now,
}

/** Twice the longest chain of promises without a timer, a statement or a call in between (measured: 8). */
const quietTurns = 16

// Ids must sort by the order in which they were made, also from one history to the next.
let lastHistoryEnded = real.dateNow()

export interface Span {
  /** When it begins; the same for two histories that are to be the same. */
  from?: number
  timersMax?: number
}

export class VirtualTime {
  now: number
  owner = theWorld
  fired = 0
  #from: number
  #timersMax: number
  #timers: Timer[] = []
  #set = 0
  #clocks = new Map<number, Clock>()
  #dead = new Set<number>()
  #stalled = new Map<number, number>()
  #pollMs: number
  #stirs = 0

  /** Timers of exactly `pollMs` are polls. */
  constructor(pollMs: number, { from = lastHistoryEnded, timersMax = mostTimers }: Span = {}) {
    this.#pollMs = pollMs
    this.now = from
    this.#from = from
    this.#timersMax = timersMax
  }

  setClock(owner: number, clock: Clock): void {
    this.#clocks.set(owner, clock)
  }

  after(owner: number, ms: number, run: () => void): Timer {
    return this.#add(ms, run, owner)
  }

  /** What happens in `work`, and what comes of it at once, belongs to the owner. */
  async as<T>(owner: number, work: () => T): Promise<T> {
    this.owner = owner
    const result = work()
    await this.#promisesRest()
    this.owner = theWorld
    return result
  }

  /** Something was asked for: what follows from its answer is still to come. */
  stir(): void {
    this.#stirs++
  }

  /** Lets every promise that can go on go on; cheaper than a turn of the event loop. */
  async #promisesRest(): Promise<void> {
    let seen = this.#stirs
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      await Promise.resolve()
      if (seen !== this.#stirs) quiet = 0
      seen = this.#stirs
    }
  }

  kill(owner: number): void {
    this.#dead.add(owner)
    for (const timer of this.#timers) if (timer.owner === owner) timer.cancelled = true
  }

  /** The process stands still: nothing of it happens before `until`. */
  stall(owner: number, until: number): void {
    this.#stalled.set(owner, until)
    const theirs = this.#timers
      .filter((timer) => timer.owner === owner && timer.at < until)
      .sort((a, b) => (before(a, b) ? -1 : 1))
    const others = this.#timers.filter((timer) => !theirs.includes(timer))
    this.#timers = []
    for (const timer of others) this.#push(timer)
    for (const timer of theirs) this.#insert(Object.assign(timer, { at: until }))
  }

  /** `idleUntil` tells when a poll will find something; until then polls are put off. */
  async advance(ms: number, idleUntil: () => number = () => 0): Promise<void> {
    const end = this.now + ms
    for (;;) {
      const [next] = this.#timers
      if (next === undefined || next.at > end) break
      this.#pop()
      if (next.cancelled) continue
      this.now = Math.max(this.now, next.at)
      if (next.poll && this.#putOff(next, Math.min(idleUntil(), end + this.#pollMs))) continue
      this.fired++
      if (this.fired > this.#timersMax) return
      if (next.every !== null) this.#insert(Object.assign(next, { at: this.now + next.every }))
      await this.as(next.owner, next.run)
    }
    this.now = end
  }

  isStalled(owner: number): boolean {
    return (this.#stalled.get(owner) ?? 0) > this.now
  }

  /** Whether something is under way besides polls. */
  busy(): boolean {
    return this.#timers.some((timer) => !timer.poll && !timer.cancelled)
  }

  async live<T>(history: () => Promise<T>): Promise<T> {
    this.#install()
    try {
      return await history()
    } finally {
      lastHistoryEnded = Math.max(lastHistoryEnded, this.now + 60_000)
      Object.assign(globalThis, real)
      Date.now = real.dateNow
    }
  }

  #install(): void {
    const set = (run: () => void, ms = 0) =>
      Object.assign(this.#add(ms, run, this.owner), { poll: ms === this.#pollMs })
    const clear = (timer: Timer | undefined) => {
      if (timer !== undefined) timer.cancelled = true
    }
    const every = (run: () => void, ms: number) => Object.assign(set(run, ms), { every: ms })
    const performance = { now: () => this.#read(this.now - this.#from) }
    Object.assign(globalThis, {
      setTimeout: set,
      clearTimeout: clear,
      setInterval: every,
      clearInterval: clear,
      setImmediate: (run: () => void) => set(run, 0),
      performance,
    })
    Date.now = () => Math.round(this.#read(this.now))
  }

  #read(ms: number): number {
    const { offsetMs, rate } = this.#clocks.get(this.owner) ?? trueClock
    return ms * rate + offsetMs
  }

  #putOff(timer: Timer, until: number): boolean {
    if (until <= this.now) return false
    const steps = Math.ceil((until - timer.at) / this.#pollMs)
    this.#insert(Object.assign(timer, { at: timer.at + steps * this.#pollMs }))
    return true
  }

  #add(ms: number, run: () => void, owner: number): Timer {
    this.#stirs++
    const timer: Timer = {
      at: Math.max(this.now + ms, this.#stalled.get(owner) ?? 0),
      n: 0,
      owner,
      run,
      every: null,
      poll: false,
      cancelled: false,
      unref: () => timer,
    }
    if (!this.#dead.has(owner)) this.#insert(timer)
    return timer
  }

  /** After all that are due at the same instant. */
  #insert(timer: Timer): void {
    timer.n = this.#set++
    this.#push(timer)
  }

  /** The timers are a binary heap: each comes before the two at twice its place. */
  #push(timer: Timer): void {
    const heap = this.#timers
    let at = heap.length
    while (at > 0) {
      const above = heap[(at - 1) >> 1]
      if (above === undefined || !before(timer, above)) break
      heap[at] = above
      at = (at - 1) >> 1
    }
    heap[at] = timer
  }

  #pop(): void {
    const heap = this.#timers
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
      if (left === undefined) break
      const [least, to] =
        right !== undefined && before(right, left) ? [right, 2 * at + 2] : [left, 2 * at + 1]
      if (!before(least, last)) break
      heap[at] = least
      at = to
    }
    heap[at] = last
  }
}

const before = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.n < b.n)

/** A history that needs more goes round in circles; it ends, and is found unfinished. */
const mostTimers = 60_000

const trueClock: Clock = { offsetMs: 0, rate: 1 }

/** mulberry32: small, quick, the same everywhere. */
export function chance(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
