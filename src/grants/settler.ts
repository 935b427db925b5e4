// MOAB's answers on their way into the database, together with what they mean. A result is worth more
// than its first try: while the database is away it is kept and repeated, as long as its lease lasts.
import { GroupCommit } from '../db/group-commit.ts'
import type { Sql } from '../db/open.ts'
import { settleBatch, type AttemptResult } from '../db/settle.ts'
import { limits } from '../limits.ts'

export interface SettlerOptions {
  sql: Sql
  node: string
  /** False: the relay stops, and what cannot be written now is not tried again. */
  goesOn(): boolean
}

export class Settler {
  #options: SettlerOptions
  #results: GroupCommit<AttemptResult, string[]>

  constructor(options: SettlerOptions) {
    this.#options = options
    this.#results = new GroupCommit({
      flush: (results) => this.#flush(results),
      bytes: () => 1,
      itemsMax: limits.settleBatchMax,
      bytesMax: Infinity,
      waitingItemsMax: Infinity,
      waitingBytesMax: Infinity,
      flushesMax: 2,
      waitMsMax: limits.leaseMs,
    })
  }

  /** Resolves when it is written, with the result's campaign if that may not be called now. */
  async write(result: AttemptResult): Promise<string[]> {
    const until = performance.now() + limits.leaseMs
    for (;;) {
      try {
        return await this.#results.submit(result)
      } catch (error) {
        if (performance.now() > until || !this.#options.goesOn()) throw error
        await new Promise((resolve) => setTimeout(resolve, againMs))
      }
    }
  }

  drained(): Promise<void> {
    return this.#results.drained()
  }

  async #flush(results: readonly AttemptResult[]): Promise<string[][]> {
    const { unwell } = await settleBatch(this.#options.sql, results, this.#options.node)
    return results.map((result) => (unwell.has(result.campaignId) ? [result.campaignId] : []))
  }
}

const againMs = 500
