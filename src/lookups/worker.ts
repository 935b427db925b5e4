// Works on parked events, beside the worker that sends grants: claim → look → settle, until told to
// stop. An event leaves the parking only with what its provider or an earlier event said, written in
// one statement with its grants; a relay killed at any moment leaves a lease that runs out.
import {
  claimLookupProbes,
  claimLookups,
  handBackLookup,
  moveHeldLookups,
  reconsiderLookups,
  rescueLookups,
  type ClaimedLookup,
} from '../db/lookups/claim.ts'
import { settleLookup, type LookupResult } from '../db/lookups/settle.ts'
import type { Sql } from '../db/open.ts'
import { limits } from '../limits.ts'
import type { LookedUp } from '../ops/reporter.ts'
import type { ActiveSource, Directory } from '../partners/directory.ts'
import type { LookupClient } from './client.ts'
import { look } from './look.ts'
import { resultOf, wordOf } from './result.ts'

export interface LookupsOptions {
  sql: Sql
  node: string
  pepper: Buffer
  client: LookupClient
  source: Directory['sourceById']
  /** Unix milliseconds. */
  now(): number
  random(): number
  /** One line for each look. */
  looked(looked: LookedUp): void
  /** Grants were queued. */
  granted(): void
  failed(error: unknown, doing: string): void
}

export class Lookups {
  #options: LookupsOptions
  #looks = new Set<Promise<void>>()
  #running = false
  #claiming: Promise<void> | undefined
  #wanted = false
  #timer: NodeJS.Timeout | undefined
  #ticks = 0
  #tickRound: Promise<void> = Promise.resolve()

  constructor(options: LookupsOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = true
    this.#tickRound = this.#tick()
  }

  /** There may be due lookups: look now instead of at the next poll. */
  wake(): void {
    this.#wanted = true
    if (this.#running) this.#claiming ??= this.#claim().finally(() => (this.#claiming = undefined))
  }

  /** The configuration changed: a credential that was refused may be another one now. */
  async reconsider(): Promise<void> {
    await reconsiderLookups(this.#options.sql)
  }

  /** Stops claiming and lets the looks under way finish (bounded). */
  async stop(graceMs: number): Promise<void> {
    this.#running = false
    clearTimeout(this.#timer)
    const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref())
    await Promise.race([this.#finish(), grace])
    await this.#options.client.close()
  }

  async #finish(): Promise<void> {
    await Promise.all([this.#claiming, this.#tickRound])
    await Promise.allSettled(this.#looks)
  }

  #room(): number {
    return limits.lookupsAtOnceMax - this.#looks.size
  }

  async #claim(): Promise<void> {
    try {
      while (this.#running && this.#wanted && this.#room() > 0) {
        this.#wanted = false
        const most = this.#room()
        const claimed = await claimLookups(this.#options.sql, this.#lease(most))
        this.#lookAt(claimed)
        if (claimed.length > 0) this.#wanted = true
      }
    } catch (error) {
      this.#options.failed(error, 'claim lookups')
    }
  }

  #lookAt(claimed: readonly ClaimedLookup[]): void {
    for (const one of claimed) {
      const look = this.#serve(one).finally(() => {
        this.#looks.delete(look)
        if (this.#wanted) this.wake()
      })
      this.#looks.add(look)
    }
  }

  async #serve(claimed: ClaimedLookup): Promise<void> {
    try {
      const source = await this.#source(claimed)
      if (source === undefined) return await this.#handBack(claimed)
      const started = performance.now()
      const { client, now, random, pepper } = this.#options
      const looked = await look(claimed, source, { client, now: now() })
      const ms = performance.now() - started
      const result = resultOf(claimed, looked, { ms, random: random(), pepper })
      await this.#settleUntilWritten(result, { word: wordOf(looked), ms })
    } catch (error) {
      // Its lease runs out, and it is looked at again.
      this.#options.failed(error, 'lookup')
    }
  }

  /** Undefined where it cannot be used now: broken, or not to be found. */
  async #source({ partnerId, sourceId }: ClaimedLookup): Promise<ActiveSource | undefined> {
    const source = await this.#options.source(partnerId, sourceId)
    return source === undefined || 'broken' in source ? undefined : source
  }

  async #handBack(claimed: ClaimedLookup): Promise<void> {
    await handBackLookup(this.#options.sql, claimed, this.#options.node, limits.lookupAgainMs)
  }

  /** What a provider said is worth more than its first try to be written. */
  async #settleUntilWritten(
    result: LookupResult,
    { word, ms }: { word: string; ms: number },
  ): Promise<void> {
    const until = performance.now() + limits.leaseMs
    const { sql, node, looked, granted, failed } = this.#options
    for (;;) {
      try {
        const { counted, made } = await settleLookup(sql, result, node)
        const { eventId: event, sourceId: source, attempt } = result.lookup
        const httpStatus = result.attempt?.httpStatus ?? null
        const outcome = counted ? word : 'too_late'
        looked({ event, source, attempt, outcome, httpStatus, ...result.event, ms })
        if (made.includes('queued')) granted()
        if (result.state === 'waiting') this.wake()
        return
      } catch (error) {
        if (performance.now() > until || !this.#running) throw error
        failed(error, 'settle lookup')
        await new Promise((resolve) => setTimeout(resolve, settleAgainMs))
      }
    }
  }

  /** Once a second: what no message announces. One step that fails does not keep the next from its turn. */
  async #tick(): Promise<void> {
    this.wake()
    await this.#step('claim lookup probes', () => this.#claimProbes())
    await this.#step('move held lookups', () => this.#moveHeld())
    if (this.#ticks++ % rescueEveryTicks === 0) {
      await this.#step('rescue lookups', () => this.#rescue())
    }
    if (this.#running) {
      this.#timer = setTimeout(() => void (this.#tickRound = this.#tick()), limits.pollMs)
    }
  }

  async #step(doing: string, work: () => Promise<void>): Promise<void> {
    if (!this.#running) return
    try {
      await work()
    } catch (error) {
      this.#options.failed(error, doing)
    }
  }

  /** Not while a claim counts on the same room. */
  async #claimProbes(): Promise<void> {
    await this.#claiming
    const most = this.#room()
    if (most > 0) this.#lookAt(await claimLookupProbes(this.#options.sql, this.#lease(most)))
  }

  async #moveHeld(): Promise<void> {
    const { sql } = this.#options
    while (this.#running && (await moveHeldLookups(sql, limits.moveBatchMax)) > 0) this.wake()
  }

  async #rescue(): Promise<void> {
    if ((await rescueLookups(this.#options.sql, limits.claimBatchMax)) > 0) this.wake()
  }

  #lease(most: number) {
    return { node: this.#options.node, leaseMs: limits.leaseMs, most }
  }
}

const settleAgainMs = 500
const rescueEveryTicks = 5
