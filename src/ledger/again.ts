// Retries and replays as people see them.
import {
  replayById,
  replaysPage,
  retriesPage,
  retryById,
  type ReplayRow,
  type RetryRow,
} from '../db/ledger/again.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { reading } from '../db/ledger/reading.ts'
import { describeTrace, type Language } from '../rules/trace.ts'
import type { Mentions } from './asking.ts'
import { list, type Asking, type Questions } from './listing.ts'

type Wanted = PageWanted & Pick<Mentions, 'partner'>

export const listRetries = (
  ledger: Questions,
  asker: Asking,
  { partner, grant, ...page }: Wanted & { grant?: string | undefined },
) =>
  list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => retriesPage(tx, owner, { grantId: grant }, page),
    viewRetry,
  )

export const listReplays = (
  ledger: Questions,
  asker: Asking,
  { partner, event, ...page }: Wanted & { event?: string | undefined },
) =>
  list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => replaysPage(tx, owner, { eventId: event }, page),
    viewReplay,
  )

export async function readRetry({ orm }: Questions, { owner }: Asking, id: string) {
  const row = await reading(orm, owner, (tx) => retryById(tx, owner, id))
  return row && viewRetry(row)
}

export async function readReplay(
  { orm }: Questions,
  { owner }: Asking,
  id: string,
  language: Language,
) {
  const row = await reading(orm, owner, (tx) => replayById(tx, owner, id))
  return row && { ...viewReplay(row), trace: row.trace, told: describeTrace(row.trace, language) }
}

export function viewRetry(row: RetryRow) {
  return {
    id: row.id,
    partner: row.partner,
    grant_id: row.grantId,
    at: row.at.toISOString(),
    by: row.actor,
    job_id: row.jobId,
    did: row.did,
    before: { state: row.state, reason: row.reason, answer: row.answer, calls: row.calls },
  }
}

export function viewReplay(row: ReplayRow) {
  return {
    id: row.id,
    partner: row.partner,
    event_id: row.eventId,
    at: row.at.toISOString(),
    by: row.actor,
    job_id: row.jobId,
    state: row.state,
    reason: row.reason,
    made: row.made,
    matches: row.matches.map((match) => ({
      rule_id: match.rule,
      campaign_id: match.campaign,
      email_path: match.path,
      email_trust: match.trust,
    })),
  }
}
