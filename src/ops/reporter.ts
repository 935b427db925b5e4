// What happened, into logs and metrics at once.
import type { ClaimedGrant } from '../db/claim.ts'
import type { Decision } from '../grants/outcome.ts'
import type { Answer } from '../moab/answer.ts'
import type { Noticed } from '../notices/round.ts'
import type { Logger } from './logging.ts'
import type { Metrics } from './metrics.ts'

export interface Reporter {
  /** A surprise: it is logged and counted here, whoever met it carries on. */
  failed(error: unknown, doing: string): void
  attempted(grant: ClaimedGrant, answer: Answer, decision: Decision, ms: number): void
  looked(looked: LookedUp): void
  noticed(noticed: Noticed): void
  received(outcome: Outcome): void
}

/** A look at a provider, or at what earlier events said. */
export interface LookedUp {
  event: string
  source: string
  attempt: number
  outcome: string
  httpStatus: number | null
  /** What the event is then. */
  state: string
  reason: string
  ms: number
}

/** What the one log line of a webhook says besides status and time. */
export interface Outcome {
  source: string
  /** Ids of the recorded events, and what their rules made of them. */
  events?: string[]
  states?: string[]
  refused?: string
  /** Answered, not recorded. */
  handshake?: true
  broken?: string
}

export function createReporter(log: Logger, metrics: Metrics): Reporter {
  return {
    failed(error, doing) {
      log.error({ error, doing }, 'failed')
      metrics.errors.inc({ doing })
    },
    attempted({ id, campaignId, attempt }, answer, { state }, ms) {
      const { class: said, code, failure } = answer
      metrics.attempts.inc({ answer: said })
      log.info(
        {
          grant: id,
          campaign: campaignId,
          attempt,
          answer: said,
          code,
          failure,
          state,
          ms: Math.round(ms),
        },
        'attempt',
      )
    },
    looked({ httpStatus: status, ms, ...looked }) {
      metrics.lookups.inc({ outcome: looked.outcome })
      log.info({ ...looked, status, ms: Math.round(ms) }, 'lookup')
    },
    noticed({ httpStatus: status, ms, ...noticed }) {
      metrics.notices.inc({ kind: noticed.kind, outcome: noticed.outcome })
      log.info({ ...noticed, status, ms: Math.round(ms) }, 'notice')
    },
    received({ refused, states = [] }) {
      if (refused !== undefined) metrics.refusals.inc({ reason: refused })
      for (const state of states) metrics.events.inc({ state })
    },
  }
}
