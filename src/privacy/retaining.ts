// Retention: round by round, what has been kept for long enough goes. Every relay with a worker tries; one
// at a time does the work, in pieces, with a rest after each so that recording has the database.
import { endOverdue } from '../db/lookups/overdue.ts'
import type { Sql } from '../db/open.ts'
import {
  chainsKept,
  partnersWithEnd,
  cutChain,
  dropMonths,
  endOf,
  sweepBodies,
  sweepEvents,
  sweepFew,
  sweepGrants,
  type Swept,
} from '../db/privacy/retain.ts'
import { limits } from '../limits.ts'

/** What went, in rows; months by the names of their tables. */
export interface Retained {
  months: string[]
  /** Events that waited for longer than anybody may have them wait. */
  waited: number
  bodies: number
  events: number
  grants: number
  few: number
  audit: number
}

export class Retaining {
  readonly #sql: Sql
  #goesOn = true
  #rounds = 0
  /** Grants stay as rows: what was looked through is looked at again only now and then. */
  #grantsFrom = beginning
  #going: Promise<Retained> | undefined

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** One round; a round that is still under way is not joined by another. */
  round(): Promise<Retained> {
    this.#going ??= this.#round().finally(() => (this.#going = undefined))
    return this.#going
  }

  /** What is left goes the next time. */
  stop(): void {
    this.#goesOn = false
  }

  async #round(): Promise<Retained> {
    const sql = this.#sql
    // First: what they were to be read from is kept for their sake.
    const waited = await this.#endOverdue()
    const early = await dropMonths(sql)
    const bodies = await this.#sweepBodies()
    const late = bodies > 0 ? await dropMonths(sql) : []
    const ledger = await this.#sweepLedger()
    const few = await sweepFew(sql, () => this.#goesOn, rest)
    const audit = await this.#cutChains()
    return { months: [...early, ...late], waited, bodies, ...ledger, few, audit }
  }

  async #endOverdue(): Promise<number> {
    let waited = 0
    for (let ended = -1; ended !== 0 && this.#goesOn; waited += ended) {
      const started = performance.now()
      ended = await endOverdue(this.#sql)
      if (ended > 0) await rest(performance.now() - started)
    }
    return waited
  }

  async #sweepBodies(): Promise<number> {
    const end = await endOf(this.#sql, 'bodies')
    if (end === null) return 0
    return (await this.#sweep((from) => sweepBodies(this.#sql, from, end))).gone
  }

  async #sweepLedger(): Promise<Pick<Retained, 'events' | 'grants'>> {
    const sql = this.#sql
    const end = await endOf(sql, 'ledger')
    if (end === null) return { events: 0, grants: 0 }
    let events = 0
    for (const id of await partnersWithEnd(sql))
      events += (await this.#sweep((from) => sweepEvents(sql, id, from, end))).gone
    if (this.#rounds++ % wholeEveryRounds === 0) this.#grantsFrom = beginning
    const grants = await this.#sweep((from) => sweepGrants(sql, from, end), this.#grantsFrom)
    this.#grantsFrom = grants.reached
    return { events, grants: grants.gone }
  }

  async #sweep(piece: (from: string) => Promise<Swept>, from = beginning) {
    let gone = 0
    let reached = from
    let position: string | null = from
    while (position !== null && this.#goesOn) {
      const started = performance.now()
      const swept: Swept = await piece(position)
      gone += swept.gone
      position = swept.position
      if (position === null) break
      reached = position
      await rest(performance.now() - started)
    }
    return { gone, reached }
  }

  async #cutChains(): Promise<number> {
    let gone = 0
    for (const chain of await chainsKept(this.#sql)) {
      let cut: number
      do {
        cut = await cutChain(this.#sql, chain)
        gone += cut
      } while (cut !== 0 && this.#goesOn)
    }
    return gone
  }
}

const beginning = '00000000-0000-0000-0000-000000000000'
const wholeEveryRounds = 24

/** As long again as the work has taken: at most half of one connection. */
const rest = (workedMs: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.min(workedMs, limits.retentionRestMsMax)))
