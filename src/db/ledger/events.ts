// Events as they were recorded.
import { and, desc, eq, inArray, or, sql, type SQL } from 'drizzle-orm'
import type { RuleTrace } from '../../rules/trace.ts'
import type { Trust } from '../../schemes/scheme.ts'
import { events, partners, sources } from '../schema.ts'
import { readPage, within, type Page, type PageWanted, type Span } from './page.ts'
import { ownedBy, type Owner, type Reader } from './reading.ts'

export interface EventFilter extends Span {
  sourceIds?: readonly string[] | undefined
  ruleIds?: readonly string[] | undefined
  campaignIds?: readonly string[] | undefined
  type?: string | undefined
  state?: EventRow['state'] | undefined
  reason?: string | undefined
}

/** What the recorder keeps of each grant an event asked for: leads to it, also to an earlier one. */
export interface EventMatch {
  rule: string
  campaign: string
  mode: 'live' | 'sandbox'
  test: boolean
  /** Where the email stood. */
  path: string
  trust: Trust
  /** The email's key, in hex. */
  key: string
}

const columns = {
  partner: { id: partners.id, name: partners.name },
  source: { id: sources.id, name: sources.name, provider: sources.provider },
  id: events.id,
  key: events.eventKey,
  type: events.type,
  receivedAt: events.receivedAt,
  occurredAt: events.occurredAt,
  state: events.state,
  reason: events.reason,
  trust: events.trust,
  copies: events.copies,
  matches: sql<EventMatch[]>`${events.matches}`,
}
const withTrace = {
  ...columns,
  part: events.part,
  credentialId: events.credentialId,
  trace: sql<RuleTrace[]>`${events.trace}`,
}

export type EventRow = Awaited<ReturnType<typeof rowsWhere>>[number]
export type TracedEventRow = Awaited<ReturnType<typeof tracedWhere>>[number]

function rowsWhere(tx: Reader, condition: SQL | undefined) {
  return tx
    .select(columns)
    .from(events)
    .innerJoin(partners, eq(partners.id, events.partnerId))
    .innerJoin(sources, sourceOf)
    .where(condition)
}

function tracedWhere(tx: Reader, condition: SQL | undefined) {
  return tx
    .select(withTrace)
    .from(events)
    .innerJoin(partners, eq(partners.id, events.partnerId))
    .innerJoin(sources, sourceOf)
    .where(condition)
}

const sourceOf = and(eq(sources.partnerId, events.partnerId), eq(sources.id, events.sourceId))

/** Newest first. */
export function eventsPage(
  tx: Reader,
  owner: Owner,
  filter: EventFilter,
  page: PageWanted,
): Promise<Page<EventRow>> {
  const { sourceIds, ruleIds, campaignIds, type, state, reason } = filter
  const filters = [
    sourceIds && inArray(events.sourceId, [...sourceIds]),
    ruleIds && or(...ruleIds.map((rule) => matched({ rule }))),
    campaignIds && or(...campaignIds.map((campaign) => matched({ campaign }))),
    type === undefined ? undefined : eq(events.type, type),
    state && eq(events.state, state),
    reason === undefined ? undefined : eq(events.reason, reason),
    within(events, events.receivedAt, filter),
  ]
  return readPage(tx, events, owner, filters, page, (these, order) =>
    rowsWhere(tx, these).orderBy(order),
  )
}

/** Events of which one match has this in it. */
const matched = (part: { rule: string } | { campaign: string }) =>
  sql`${events.matches} @> ${JSON.stringify([part])}::text::jsonb`

export async function eventById(tx: Reader, owner: Owner, id: string) {
  const [row] = await tracedWhere(tx, and(ownedBy(owner, events.partnerId), eq(events.id, id)))
  return row
}

/** Events about a person, by the keys of the email or because a grant says so; newest first. */
export function eventsOfPerson(
  tx: Reader,
  owner: Owner,
  person: { keys: readonly Buffer[]; eventIds: readonly string[] },
  most: number,
): Promise<TracedEventRow[]> {
  return tracedWhere(
    tx,
    and(
      ownedBy(owner, events.partnerId),
      or(
        inArray(events.emailKey, [...person.keys]),
        person.eventIds.length > 0 ? inArray(events.id, [...person.eventIds]) : undefined,
      ),
    ),
  )
    .orderBy(desc(events.id))
    .limit(most)
}

type RequestRow = { method: string; headers: Record<string, string[]>; bytes: number }

/** How the request came in; nothing once its body was dropped or erased. */
export async function requestOfEvent(tx: Reader, owner: Owner, id: string) {
  const [row] = await tx.execute<RequestRow>(sql`
    select b.method, b.headers, octet_length(b.body) as bytes ${bodyOf(owner, id)}`)
  return row
}

/** The exact bytes. */
export async function bodyOfEvent(tx: Reader, owner: Owner, id: string) {
  const [row] = await tx.execute<{ partnerId: string; body: Buffer }>(sql`
    select b.partner_id as "partnerId", b.body ${bodyOf(owner, id)}`)
  return row
}

/** By received_at too: it says in which month's partition the body lies. */
const bodyOf = (owner: Owner, id: string) => sql`
  from ${events} join event_bodies b on b.id = ${events.bodyId} and b.received_at = ${events.receivedAt} and b.erased_at is null
  where ${and(ownedBy(owner, events.partnerId), eq(events.id, id))}`
