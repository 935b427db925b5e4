// Many concurrent callers, one statement. While a flush is in flight, arrivals gather for the next
// one: no timer, no added latency when idle. A row that the database refuses fails alone: its batch
// is halved until it stands by itself. The waiting room is bounded; a caller whose commit takes too
// long is told so, although its row may still be written (a repeat of it must be harmless).
import { sqlState } from './connect.ts'

export interface GroupCommitOptions<Item, Result> {
  /** Writes all items or none; one result per item, in order. */
  flush(items: readonly Item[]): Promise<readonly Result[]>
  bytes(item: Item): number
  itemsMax: number
  bytesMax: number
  waitingItemsMax: number
  waitingBytesMax: number
  flushesMax: number
  waitMsMax: number
}

/** The fate is unknown or the item was not taken: the sender should come again. */
export class Busy extends Error {
  override name = 'Busy'
}

interface Entry<Item, Result> {
  item: Item
  bytes: number
  since: number
  resolve(result: Result): void
  reject(error: unknown): void
}

export class GroupCommit<Item, Result> {
  #options: GroupCommitOptions<Item, Result>
  #queue: Entry<Item, Result>[] = []
  #queuedBytes = 0
  #flying = new Set<Entry<Item, Result>[]>()
  #flushMs = 0
  #sweeper: NodeJS.Timeout | undefined
  #idle: (() => void)[] = []

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options
  }

  /** Rejects with Busy when there is no room or no time, else with the database's error. */
  submit(item: Item): Promise<Result> {
    const { waitingItemsMax, waitingBytesMax, waitMsMax } = this.#options
    const bytes = this.#options.bytes(item)
    if (this.#queue.length >= waitingItemsMax || this.#queuedBytes + bytes > waitingBytesMax) {
      return Promise.reject(new Busy('the waiting room is full'))
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, bytes, since: performance.now(), resolve, reject })
      this.#queuedBytes += bytes
      this.#sweeper ??= setInterval(() => this.#sweep(), waitMsMax / 10).unref()
      // Requests parsed in the same turn of the event loop share the first flush too.
      if (this.#queue.length === 1) setImmediate(() => this.#pump())
    })
  }

  waiting(): number {
    return this.#queue.length
  }

  /** Resolves when nothing is waiting or in flight. */
  drained(): Promise<void> {
    if (this.#queue.length === 0 && this.#flying.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#flying.size < this.#flushesAllowed()) {
      void this.#fly(this.#take())
    }
  }

  /** A slow disk wants several flushes in flight, a fast one bigger batches. */
  #flushesAllowed(): number {
    const wanted = Math.round(this.#flushMs / flushMsPerFlight)
    return Math.min(this.#options.flushesMax, Math.max(1, wanted))
  }

  #take(): Entry<Item, Result>[] {
    const { itemsMax, bytesMax } = this.#options
    let bytes = 0
    let count = 0
    for (const entry of this.#queue) {
      if (count > 0 && (count >= itemsMax || bytes + entry.bytes > bytesMax)) break
      bytes += entry.bytes
      count++
    }
    this.#queuedBytes -= bytes
    return this.#queue.splice(0, count)
  }

  async #fly(batch: Entry<Item, Result>[]): Promise<void> {
    this.#flying.add(batch)
    const started = performance.now()
    await this.#write(batch)
    this.#flushMs += (performance.now() - started - this.#flushMs) / 16
    this.#flying.delete(batch)
    this.#pump()
    if (this.#queue.length === 0 && this.#flying.size === 0) this.#rest()
  }

  async #write(batch: Entry<Item, Result>[], tries = 0): Promise<void> {
    try {
      const results = await this.#options.flush(batch.map((entry) => entry.item))
      batch.forEach((entry, n) => {
        const result = results[n]
        if (result === undefined) entry.reject(new Error('a flush returned too few results'))
        else entry.resolve(result)
      })
    } catch (error) {
      if (isCollision(error) && tries < collisionTriesMax) return this.#write(batch, tries + 1)
      if (batch.length === 1 || !isAboutARow(error)) {
        for (const entry of batch) entry.reject(error)
        return
      }
      const middle = batch.length >> 1
      await this.#write(batch.slice(0, middle))
      await this.#write(batch.slice(middle))
    }
  }

  /** Whoever has waited too long is told so; a batch in flight goes on all the same. */
  #sweep(): void {
    const late = performance.now() - this.#options.waitMsMax
    const tooLong = new Busy('the commit takes too long')
    for (const batch of this.#flying) {
      for (const entry of batch) if (entry.since < late) entry.reject(tooLong)
    }
    const firstInTime = this.#queue.findIndex((entry) => entry.since >= late)
    const overdue = this.#queue.splice(0, firstInTime < 0 ? this.#queue.length : firstInTime)
    for (const entry of overdue) {
      this.#queuedBytes -= entry.bytes
      entry.reject(tooLong)
    }
    if (this.#queue.length === 0 && this.#flying.size === 0) this.#rest()
  }

  #rest(): void {
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
    for (const wake of this.#idle.splice(0)) wake()
  }
}

/** One more flush in flight for each so many milliseconds that a flush takes. */
const flushMsPerFlight = 4
const collisionTriesMax = 3

/** Data exceptions, constraint violations, limits: some row is to blame, the others are not. */
function isAboutARow(error: unknown): boolean {
  const state = sqlState(error)
  return state !== undefined && /^(22|23|54)/.test(state)
}

/** Two relays touched the same rows in a different order: the same batch again succeeds. */
function isCollision(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40P01' || state === '40001'
}
