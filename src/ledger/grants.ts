// Grants as people see them, with the calls made for each.
import {
  attemptsOf,
  grantById,
  grantsPage,
  type AttemptRow,
  type GrantFilter,
  type GrantRow,
} from '../db/ledger/grants.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { reading } from '../db/ledger/reading.ts'
import { limits } from '../limits.ts'
import {
  auditReveal,
  emailFor,
  find,
  keysOf,
  type Asker,
  type Ledger,
  type Mentions,
  type Unknown,
} from './asking.ts'

export interface GrantsWanted
  extends PageWanted, Mentions, Pick<GrantFilter, 'state' | 'reason' | 'from' | 'to'> {
  email?: string | undefined
}

export type GrantView = ReturnType<typeof viewGrant>
export type GrantInFull = ReturnType<typeof viewGrantInFull>

export async function listGrants(
  ledger: Ledger,
  asker: Asker,
  { partner, source, campaign, rule, email, limit, after, ...filter }: GrantsWanted,
): Promise<{ items: GrantView[]; next: string | null } | Unknown | { unusable: 'email' }> {
  const person = email === undefined ? undefined : keysOf(ledger, email)
  if (person === null) return { unusable: 'email' }
  const page = await reading(ledger.orm, asker.owner, async (tx) => {
    const meant = await find(tx, asker.owner, { partner, source, campaign, rule })
    if ('unknown' in meant) return meant
    return grantsPage(tx, meant.owner, { ...filter, ...meant, person }, { limit, after })
  })
  if ('unknown' in page) return page
  await auditReveal(ledger, asker, page.rows)
  return { items: page.rows.map((row) => viewGrant(row, asker)), next: page.next }
}

export async function readGrant(
  ledger: Ledger,
  asker: Asker,
  id: string,
): Promise<GrantInFull | undefined> {
  const found = await reading(ledger.orm, asker.owner, async (tx) => {
    const grant = await grantById(tx, asker.owner, id)
    return grant && { grant, attempts: await attemptsOf(tx, [grant], limits.attemptsShownMax) }
  })
  if (found === undefined) return undefined
  await auditReveal(ledger, asker, [found.grant])
  return viewGrantInFull(found.grant, found.attempts, asker)
}

export function viewGrant(row: GrantRow, asker: { reveal: boolean }) {
  return {
    id: row.id,
    partner: row.partner,
    campaign: row.campaign,
    mode: row.mode,
    source: row.source,
    rule: row.rule,
    event_id: row.eventId,
    import_id: row.importId,
    email: emailFor(asker, row.email),
    state: row.state,
    reason: row.reason,
    answer: row.answer,
    created_at: row.createdAt.toISOString(),
    due_at: row.dueAt?.toISOString() ?? null,
    settled_at: row.settledAt?.toISOString() ?? null,
    calls: row.attempt,
    ambiguous: row.ambiguous,
  }
}

/** Of `attempts`, those of this grant are taken. */
export function viewGrantInFull(
  row: GrantRow,
  attempts: readonly AttemptRow[],
  asker: { reveal: boolean },
) {
  const own = attempts.filter(({ grantId }) => grantId === row.id)
  return { ...viewGrant(row, asker), attempts: own.map(viewAttempt) }
}

export function viewAttempt(row: Omit<AttemptRow, 'grantId' | 'age'>) {
  return {
    attempt: row.attempt,
    at: row.at.toISOString(),
    ms: row.ms,
    http_status: row.httpStatus,
    answer: row.answer,
    code: row.code,
    failure: row.failure,
    ambiguous: row.ambiguous,
    /** It came when the grant had been given to another attempt, and changed nothing. */
    late: row.fenced,
    snippet: row.snippet,
    node: row.node,
  }
}
