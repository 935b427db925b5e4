// Again and again: writes the notices that are due, and sends what is queued. Any number of relays do
// so; a notice is one relay's at a time, by a lease.
import {
  claimNotices,
  rescueNotices,
  settleNotice,
  type ClaimedNotice,
  type NoticeResult,
} from '../db/notices/outbox.ts'
import { writeNotices } from '../db/notices/ladders.ts'
import type { Sql } from '../db/open.ts'
import { limits } from '../limits.ts'
import type { Vault } from '../vault.ts'
import { failed } from './post.ts'
import { gather } from './gather.ts'
import { retryDelayMs } from './ladder.ts'
import { openChannel } from './opening.ts'
import { isFinal, type OutcomeWord, type Sent } from './outcomes.ts'
import type { Sender, SenderOptions } from './send.ts'

export interface NoticesOptions extends SenderOptions {
  sql: Sql
  vault: Vault
  node: string
  random(): number
  /** One line for each try. */
  noticed(noticed: Noticed): void
  failed(error: unknown, doing: string): void
}

export interface Noticed {
  notice: string
  channel: string
  kind: string
  attempt: number
  outcome: OutcomeWord | 'too_late'
  httpStatus: number | null
  ms: number
}

export class Notices {
  readonly #options: NoticesOptions
  readonly #sends = new Set<Promise<void>>()
  #round: Promise<void> | undefined
  #sender: Promise<Sender> | undefined

  constructor(options: NoticesOptions) {
    this.#options = options
  }

  /** One round; it ends when what it took up is under way, and another does not begin before. */
  round(): Promise<void> {
    this.#round ??= this.#work().finally(() => (this.#round = undefined))
    return this.#round
  }

  /** Resolves when nothing is under way any more: every send has its deadline. */
  async finish(): Promise<void> {
    await this.#round
    await Promise.all(this.#sends)
  }

  async #work(): Promise<void> {
    const { sql, node } = this.#options
    await writeNotices(sql, gather)
    await rescueNotices(sql)
    const most = limits.noticesAtOnceMax - this.#sends.size
    if (most === 0) return
    for (const claimed of await claimNotices(sql, { node, leaseMs: limits.leaseMs, most })) {
      const send = this.#serve(claimed)
        // Its lease runs out, and it is sent again.
        .catch((error: unknown) => this.#options.failed(error, 'notice'))
        .finally(() => this.#sends.delete(send))
      this.#sends.add(send)
    }
  }

  async #serve(claimed: ClaimedNotice): Promise<void> {
    const started = performance.now()
    const result = this.#resultOf(claimed, await this.#send(claimed))
    const { sql, node, noticed } = this.#options
    const counted = await settleNotice(sql, claimed, result, node)
    noticed({
      notice: claimed.id,
      channel: claimed.channelId,
      kind: claimed.kind,
      attempt: claimed.attempt,
      outcome: counted ? result.outcome : 'too_late',
      httpStatus: result.httpStatus,
      ms: performance.now() - started,
    })
  }

  async #send(claimed: ClaimedNotice): Promise<Sent> {
    const channel = await openChannel(this.#options.vault, { ...claimed, id: claimed.channelId })
    if (channel === undefined) return failed('secret_unusable')
    const send = await (this.#sender ??= loadSender(this.#options))
    return send(channel, claimed, claimed.language)
  }

  #resultOf({ retries, ageMs }: ClaimedNotice, sent: Sent): NoticeResult {
    const { outcome, httpStatus, answer, retryAfterMs: afterMs } = sent
    const ends = outcome === 'delivered' || isFinal(outcome)
    const retry = { retries: retries + 1, ageMs, afterMs, random: this.#options.random() }
    return { outcome, httpStatus, answer, delayMs: ends ? null : retryDelayMs(retry) }
  }
}

/** A relay without channels does without. */
const loadSender = async (options: SenderOptions): Promise<Sender> =>
  (await import('./send.ts')).createSender(options)
