// Retries and replays, one or all of a grant or an event; newest first.
import { and, asc, desc, eq, sql, type SQL } from 'drizzle-orm'
import type { RuleTrace } from '../../rules/trace.ts'
import { replays, retries } from '../jobs/schema.ts'
import { partners } from '../schema.ts'
import type { EventMatch } from './events.ts'
import type { Page, PageWanted } from './page.ts'
import { oneOf, ownedBy, type Owner, type Reader } from './reading.ts'
import { byId, readPage, runsOfPartners } from './search.ts'

const named = { id: partners.id, name: partners.name }

export type RetryRow = Awaited<ReturnType<typeof retryRows>>[number]
export type ReplayRow = Awaited<ReturnType<typeof replayRows>>[number]

function retryRows(tx: Reader, condition: SQL | undefined) {
  return tx
    .select({
      id: retries.id,
      partner: named,
      grantId: retries.grantId,
      at: retries.at,
      actor: retries.actor,
      jobId: retries.jobId,
      did: retries.did,
      state: retries.state,
      reason: retries.reason,
      answer: retries.answer,
      calls: retries.calls,
    })
    .from(retries)
    .innerJoin(partners, eq(partners.id, retries.partnerId))
    .where(condition)
}

function replayRows(tx: Reader, condition: SQL | undefined) {
  return tx
    .select({
      id: replays.id,
      partner: named,
      eventId: replays.eventId,
      at: replays.at,
      actor: replays.actor,
      jobId: replays.jobId,
      state: replays.state,
      reason: replays.reason,
      made: replays.made,
      matches: sql<EventMatch[]>`${replays.matches}`,
      trace: sql<RuleTrace[]>`${replays.trace}`,
    })
    .from(replays)
    .innerJoin(partners, eq(partners.id, replays.partnerId))
    .where(condition)
}

export async function retriesPage(
  tx: Reader,
  owner: Owner,
  { grantId }: { grantId?: string | undefined },
  page: PageWanted,
): Promise<Page<RetryRow>> {
  const question = {
    table: retries,
    order: byId(retries.id),
    runs: await runsOfPartners(tx, retries.partnerId, owner),
    range: grantId === undefined ? undefined : eq(retries.grantId, grantId),
    fits: undefined,
  }
  return readPage(tx, question, page, (these, order) => retryRows(tx, these).orderBy(order))
}

export async function replaysPage(
  tx: Reader,
  owner: Owner,
  { eventId }: { eventId?: string | undefined },
  page: PageWanted,
): Promise<Page<ReplayRow>> {
  const question = {
    table: replays,
    order: byId(replays.id),
    runs: await runsOfPartners(tx, replays.partnerId, owner),
    range: eventId === undefined ? undefined : eq(replays.eventId, eventId),
    fits: undefined,
  }
  return readPage(tx, question, page, (these, order) => replayRows(tx, these).orderBy(order))
}

export async function retryById(tx: Reader, owner: Owner, id: string) {
  const [row] = await retryRows(tx, and(ownedBy(owner, retries.partnerId), eq(retries.id, id)))
  return row
}

export async function replayById(tx: Reader, owner: Owner, id: string) {
  const [row] = await replayRows(tx, and(ownedBy(owner, replays.partnerId), eq(replays.id, id)))
  return row
}

interface Of {
  id: string
  partner: { id: string }
}

/** The newest of all these events, at most so many; oldest first. */
export async function replaysOf(tx: Reader, ofEvents: readonly Of[], most: number) {
  if (ofEvents.length === 0) return []
  const rows = await replayRows(tx, ofThese(replays.partnerId, replays.eventId, ofEvents))
    .orderBy(desc(replays.id))
    .limit(most)
  return rows.toReversed()
}

/** Of all these grants, at most so many; oldest first. */
export async function retriesOf(tx: Reader, ofGrants: readonly Of[], most: number) {
  if (ofGrants.length === 0) return []
  return retryRows(tx, ofThese(retries.partnerId, retries.grantId, ofGrants))
    .orderBy(asc(retries.id))
    .limit(most)
}

const ofThese = (
  partnerId: typeof retries.partnerId | typeof replays.partnerId,
  original: typeof retries.grantId | typeof replays.eventId,
  of: readonly Of[],
) =>
  and(
    oneOf(partnerId, [...new Set(of.map(({ partner }) => partner.id))]),
    oneOf(
      original,
      of.map(({ id }) => id),
    ),
  )
