// Retention: round by round, what has been kept for long enough goes. Every relay with a worker tries; one
// at a time does the work, in pieces, with a rest after each so that recording has the database.
import { listPartners } from '../db/names.ts'
import type { Database } from '../db/open.ts'
import {
  chainsKept,
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
  bodies: number
  events: number
  grants: number
  few: number
  audit: number
}

export class Retaining {
  readonly #db: Pick<Database, 'work' | 'orm'>
  #goesOn = true
  #rounds = 0
  /** Grants stay as rows: what was looked through is looked at again only now and then. */
  #grantsFrom = beginning
  #going: Promise<Retained> | undefined

  constructor(db: Pick<Database, 'work' | 'orm'>) {
    this.#db = db
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
    const { work: sql, orm } = this.#db
    const months = await dropMonths(sql)
    const [bodiesEnd, ledgerEnd] = await Promise.all([endOf(sql, 'bodies'), endOf(sql, 'ledger')])
    const bodies = await this.#sweep((from) => sweepBodies(sql, from, bodiesEnd))
    let events = 0
    for (const { id } of await listPartners(orm))
      events += (await this.#sweep((from) => sweepEvents(sql, id, from, ledgerEnd))).gone
    if (this.#rounds++ % wholeEveryRounds === 0) this.#grantsFrom = beginning
    const grants = await this.#sweep((from) => sweepGrants(sql, from, ledgerEnd), this.#grantsFrom)
    this.#grantsFrom = grants.reached
    const few = await sweepFew(sql)
    const audit = await this.#cutChains()
    return { months, bodies: bodies.gone, events, grants: grants.gone, few, audit }
  }

  async #sweep(piece: (from: string) => Promise<Swept>, from = beginning) {
    let gone = 0
    let reached = from
    for (let position: string | null = from; position !== null && this.#goesOn;) {
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
    for (const chain of await chainsKept(this.#db.work)) {
      for (let cut = -1; cut !== 0 && this.#goesOn;) {
        cut = await cutChain(this.#db.work, chain)
        gone += cut
      }
    }
    return gone
  }
}

const beginning = '00000000-0000-0000-0000-000000000000'
const wholeEveryRounds = 24

/** As long again as the work has taken: at most half of one connection. */
const rest = (workedMs: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.min(workedMs, limits.retentionRestMsMax)))
