// Large bodies, and rules that take long, are considered and recorded on a thread of their own, over a
// connection of its own: nobody else waits for them. Sources take turns, each may have so many waiting,
// and none waits long: past that the sender is asked to come again. The thread rests for a multiple of
// what it has worked, so that it takes no core from those who record.
import { Worker } from 'node:worker_threads'
import { Busy } from '../db/group-commit.ts'
import { limits } from '../limits.ts'
import type { ActiveSource } from '../partners/directory.ts'
import type { DatabaseOptions } from '../db/open.ts'
import type { Recipe } from '../partners/recipe.ts'
import type { Proven, RecordedPart } from './consider.ts'
import type { BareRequest, PlannedEvent, RecordedEvent } from './recorder.ts'

/** What the thread is given when it starts. */
export interface AsideDatabase {
  options: DatabaseOptions
  walls: boolean
  pepper: Buffer
}

export interface AsideJob {
  recipe: Recipe
  proven: Proven
  /** To be recorded; null: what would become of it is only asked. */
  request: BareRequest | null
  /** Of these events only. */
  parts?: readonly RecordedPart[]
}

/** `ms`: how long the thread worked, without its waiting for the database. */
export type AsideReply = (AsideDone | { failed: string; busy: boolean }) & { ms: number }

type AsideDone = { events: PlannedEvent[] } | AsideKept

interface AsideKept {
  recorded: RecordedEvent[]
  /** There are grants to be sent. */
  queued: boolean
  /** Something was parked, or may go on. */
  parked: boolean
}

export interface AsideOptions {
  /** null: nothing is recorded there. */
  database: AsideDatabase | null
  queued(): void
  parked(): void
}

interface Waiting {
  job: AsideJob
  /** Sends it away when its turn has not come. */
  late: NodeJS.Timeout
  resolve(done: AsideDone): void
  reject(error: Error): void
}

/** It was tried, and not done within its time. */
export class TooSlow extends Error {
  override name = 'TooSlow'
}

/** It was tried, and the thread could not do it: trying the same again would most likely end the same. */
export class Unconsidered extends Error {
  override name = 'Unconsidered'
}

/** For whoever only asks what would become of something. */
export const asideToConsider = (): Aside =>
  new Aside({ database: null, queued: () => {}, parked: () => {} })

export class Aside {
  #options: AsideOptions
  #thread: Worker | undefined
  /** By source; whose turn it is stands first. */
  #lines = new Map<string, Waiting[]>()
  /** Of the job under way. */
  #settle: ((reply: AsideReply) => void) | undefined
  #pause: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: AsideOptions) {
    this.#options = options
  }

  /**
   * Resolves after the commit. Rejects with Busy when the source has too much waiting, when its turn does
   * not come in time, or when this ends; with TooSlow or Unconsidered when it was tried in vain. Then nothing
   * is promised to the sender.
   */
  async keep(source: ActiveSource, proven: Proven, request: BareRequest): Promise<RecordedEvent[]> {
    const done = await this.#submit(source.id, { recipe: source.recipe, proven, request })
    if (!('recorded' in done)) throw new Error('the thread for large bodies recorded nothing')
    if (done.queued) this.#options.queued()
    if (done.parked) this.#options.parked()
    return done.recorded
  }

  /** What would become of it, of these events only; rejects as `keep`. */
  async consider(
    { id, recipe }: Pick<ActiveSource, 'id' | 'recipe'>,
    proven: Proven,
    parts: readonly RecordedPart[],
  ): Promise<PlannedEvent[]> {
    const done = await this.#submit(id, { recipe, proven, request: null, parts })
    return 'events' in done ? done.events : []
  }

  #submit(sourceId: string, job: AsideJob): Promise<AsideDone> {
    if (this.#closed || this.full(sourceId))
      return Promise.reject(new Busy('the source has too much large work waiting'))
    const line = this.#lines.get(sourceId) ?? []
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#sendAway(sourceId, waits), limits.asideWaitMsMax)
      const waits = { job, late, resolve, reject }
      line.push(waits)
      this.#lines.set(sourceId, line)
      this.#next()
    })
  }

  /** More of this source would be sent away. */
  full(sourceId: string): boolean {
    const ofSource = this.#lines.get(sourceId)?.length ?? 0
    const waiting = [...this.#lines.values()].reduce((sum, { length }) => sum + length, 0)
    return ofSource >= limits.asideWaitingPerSourceMax || waiting >= limits.asideWaitingMax
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#pause)
    await this.#thread?.terminate()
  }

  #next(): void {
    if (this.#settle !== undefined || this.#pause !== undefined || this.#closed) return
    const waiting = this.#take()
    if (waiting === undefined) return
    const thread = (this.#thread ??= this.#start())
    thread.ref()
    let isLate = false
    const late = setTimeout(() => {
      isLate = true
      void thread.terminate()
    }, limits.asideWorkMsMax)
    this.#settle = (reply) => {
      clearTimeout(late)
      thread.unref()
      this.#settle = undefined
      if (!('failed' in reply)) waiting.resolve(reply)
      else waiting.reject(failure(reply, isLate))
      this.#rest(limits.asideRestTimes * reply.ms)
    }
    thread.postMessage(waiting.job)
  }

  #start(): Worker {
    const thread = startThread(this.#options.database)
    const gone = (why: string) => {
      if (this.#thread !== thread) return
      this.#thread = undefined
      this.#settle?.({ failed: why, busy: this.#closed, ms: 0 })
    }
    thread.on('message', (reply: AsideReply) => this.#settle?.(reply))
    thread.on('error', ({ message }) => gone(message))
    thread.on('exit', () => gone('the thread for large bodies ended'))
    return thread
  }

  /** The oldest of the source whose turn it is; that source goes to the end of the row. */
  #take(): Waiting | undefined {
    for (const [source, line] of this.#lines) {
      const waiting = line.shift()
      this.#lines.delete(source)
      if (line.length > 0) this.#lines.set(source, line)
      if (waiting === undefined) continue
      clearTimeout(waiting.late)
      return waiting
    }
    return undefined
  }

  #sendAway(source: string, waits: Waiting): void {
    const others = this.#lines.get(source)?.filter((each) => each !== waits) ?? []
    if (others.length > 0) this.#lines.set(source, others)
    else this.#lines.delete(source)
    waits.reject(new Busy('large work waits too long'))
  }

  #rest(ms: number): void {
    if (this.#closed) return
    this.#pause = setTimeout(() => {
      this.#pause = undefined
      this.#next()
    }, ms)
  }
}

function failure({ failed, busy }: { failed: string; busy: boolean }, isLate: boolean): Error {
  if (busy) return new Busy(failed)
  return isLate ? new TooSlow(failed) : new Unconsidered(failed)
}

function startThread(database: AsideDatabase | null): Worker {
  const options = {
    workerData: database,
    resourceLimits: { maxOldGenerationSizeMb: limits.asideHeapMegabytesMax },
    env: {},
  }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./aside-thread.js', import.meta.url), options)
  // Run from its source, a thread must learn TypeScript first; it does not inherit that.
  const source = JSON.stringify(new URL('./aside-thread.ts', import.meta.url).href)
  const learn = `import('tsx/esm/api').then(({ register }) => (register(), import(${source})))`
  return new Worker(learn, { ...options, eval: true })
}
