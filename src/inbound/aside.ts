// Large bodies, and rules that take long, are considered on a thread of their own: nobody else waits
// for them. Sources take turns, each may have so many waiting, and none waits long: past that the
// sender is asked to come again. The thread rests as long as it has worked, so that it never takes
// more than half a core from those who record.
import { Worker } from 'node:worker_threads'
import { Busy } from '../db/group-commit.ts'
import { limits } from '../limits.ts'
import type { ActiveSource } from '../partners/directory.ts'
import type { Recipe } from '../partners/recipe.ts'
import type { Proven, RecordedPart } from './consider.ts'
import type { PlannedEvent } from './recorder.ts'

export interface AsideJob {
  recipe: Recipe
  proven: Proven
  /** Of these events only. */
  recorded?: readonly RecordedPart[]
}
/** `ms`: how long the work took. */
export type AsideReply = ({ events: PlannedEvent[] } | { failed: string }) & { ms: number }

interface Waiting {
  job: AsideJob
  /** Sends it away when its turn has not come. */
  late: NodeJS.Timeout
  resolve(events: PlannedEvent[]): void
  reject(error: Error): void
}

export class Aside {
  #thread: Worker | undefined
  /** By source; whose turn it is stands first. */
  #lines = new Map<string, Waiting[]>()
  /** Of the job under way. */
  #settle: ((reply: AsideReply) => void) | undefined
  #pause: NodeJS.Timeout | undefined
  #closed = false

  /** Rejects with Busy when the source has too much waiting, or when its turn does not come in time. */
  consider(
    source: Pick<ActiveSource, 'id' | 'recipe'>,
    proven: Proven,
    recorded?: readonly RecordedPart[],
  ): Promise<PlannedEvent[]> {
    if (this.#closed || this.full(source.id))
      return Promise.reject(new Busy('the source has too much large work waiting'))
    const line = this.#lines.get(source.id) ?? []
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#sendAway(source.id, waits), limits.asideWaitMsMax)
      const job = { recipe: source.recipe, proven, ...(recorded && { recorded }) }
      const waits = { job, late, resolve, reject }
      line.push(waits)
      this.#lines.set(source.id, line)
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
    const late = setTimeout(() => void thread.terminate(), limits.asideWorkMsMax)
    this.#settle = (reply) => {
      clearTimeout(late)
      thread.unref()
      this.#settle = undefined
      if ('events' in reply) waiting.resolve(reply.events)
      else waiting.reject(new Error(reply.failed))
      this.#rest(limits.asideRestTimes * reply.ms)
    }
    thread.postMessage(waiting.job)
  }

  #start(): Worker {
    const thread = startThread()
    const gone = (why: string) => {
      if (this.#thread !== thread) return
      this.#thread = undefined
      this.#settle?.({ failed: why, ms: 0 })
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

function startThread(): Worker {
  const options = {
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
