// Events as they were recorded.
import { and, eq, inArray, isNull, notInArray, or, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { RuleTrace } from '../../rules/trace.ts'
import type { Trust } from '../../schemes/scheme.ts'
import { events, partners, rules, sources, type EventState } from '../schema.ts'
import { during, idsDuring, type Page, type PageWanted, type Span } from './page.ts'
import { oneOf, ownedBy, type Owner, type Reader } from './reading.ts'
import { belongsTo, byId, readPage, runsOfPartners, type Question } from './search.ts'

export interface EventFilter extends Span {
  sourceIds?: readonly string[] | undefined
  ruleIds?: readonly string[] | undefined
  campaignIds?: readonly string[] | undefined
  type?: string | undefined
  state?: EventState | undefined
  reason?: string | undefined
  person?: PersonsEvents | undefined
}

/** Events about a person: by the keys of the email, and those others of which a grant says so. */
export interface PersonsEvents {
  keys: readonly Buffer[]
  eventIds: readonly string[]
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
  settings: sources.settings,
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
export async function eventsPage(
  tx: Reader,
  owner: Owner,
  filter: EventFilter,
  page: PageWanted,
): Promise<Page<EventRow>> {
  const question = await eventsQuestion(tx, owner, filter)
  return readPage(tx, question, page, (these, order) => rowsWhere(tx, these).orderBy(order))
}

/**
 * The indexes by person, type, state and reason lead to few rows among many; the one by source comes
 * next. What none of them answers is asked of each row.
 */
export async function eventsQuestion(
  tx: Reader,
  owner: Owner,
  filter: EventFilter,
): Promise<Question & { table: typeof events }> {
  const [narrow, ...others] = narrowing(filter)
  const sourceIds = filter.sourceIds ?? (filter.ruleIds && (await sourcesOf(tx, filter.ruleIds)))
  const bySource = sourceIds !== undefined && narrow === undefined
  const runs = bySource
    ? { of: events.sourceId, keys: sourceIds }
    : await runsOfPartners(tx, events.partnerId, owner)
  return {
    table: events,
    order: byId(events.id),
    runs,
    owned: belongsTo(owner, events.partnerId),
    range: and(narrow, idsDuring(events.id, filter)),
    isScattered: narrow !== undefined,
    fits: and(
      ...others,
      sourceIds && !bySource ? inArray(events.sourceId, [...sourceIds]) : undefined,
      fitting(filter),
    ),
  }
}

/**
 * What leads to few rows, by an index of its own; the first of these leads. Two of them in one range would
 * be a search through all the rows of one of them.
 */
function narrowing({ person, type, state, reason }: EventFilter): SQL[] {
  const each = [
    person && isAbout(person),
    // Written out, not parameters: only so partial indexes can serve. Their condition follows from the word; to
    // repeat it would have the planner count it twice, and sort all rows for the few it expects.
    state && rareStates.has(state) ? written(events.state, state) : undefined,
    reason === undefined || plainReasons.has(reason) ? undefined : written(events.reason, reason),
    type === undefined ? undefined : eq(events.type, type),
  ]
  return each.flatMap((one) => one ?? [])
}

/** What no index answers. */
function fitting({ state, reason, ruleIds, campaignIds, ...span }: EventFilter): SQL | undefined {
  return and(
    state && !rareStates.has(state) ? eq(events.state, state) : undefined,
    reason !== undefined && plainReasons.has(reason) ? eq(events.reason, reason) : undefined,
    ruleIds && or(...ruleIds.map((rule) => matched({ rule }))),
    campaignIds && or(...campaignIds.map((campaign) => matched({ campaign }))),
    during(events.receivedAt, span),
  )
}

/** Those of the partial indexes `events_state` and `events_reason`. */
const rareStates: ReadonlySet<EventState> = new Set(['unreadable', 'test', 'parked'])
const plainReasons: ReadonlySet<string> = new Set(['matched', 'no_type_match'])

const written = (column: PgColumn, word: string) => sql`${column} = ${sql.raw(literal(word))}`
const literal = (word: string) => `'${word.replaceAll("'", "''")}'`

const isAbout = ({ keys, eventIds }: PersonsEvents) =>
  or(
    inArray(events.emailKey, [...keys]),
    eventIds.length > 0 ? oneOf(events.id, eventIds) : undefined,
  )

/** A rule is one source's for good. */
async function sourcesOf(tx: Reader, ruleIds: readonly string[]): Promise<string[]> {
  const rows = await tx
    .select({ id: rules.sourceId })
    .from(rules)
    .where(inArray(rules.id, [...ruleIds]))
    .groupBy(rules.sourceId)
  return rows.map(({ id }) => id)
}

/** Events of which one match has this in it. */
const matched = (part: { rule: string } | { campaign: string }) =>
  sql`${events.matches} @> ${JSON.stringify([part])}::text::jsonb`

/** Oldest first. */
export async function tracedEvents(
  tx: Reader,
  owner: Owner,
  ids: readonly string[],
): Promise<TracedEventRow[]> {
  if (ids.length === 0) return []
  return tracedWhere(tx, and(ownedBy(owner, events.partnerId), oneOf(events.id, ids))).orderBy(
    events.id,
  )
}

export async function eventById(tx: Reader, owner: Owner, id: string) {
  const [row] = await tracedWhere(tx, and(ownedBy(owner, events.partnerId), eq(events.id, id)))
  return row
}

/**
 * Of these events those that are not found by a key: mostly none, and where there is none, an index has a
 * person's events in their order.
 */
export async function notByKey(
  tx: Reader,
  owner: Owner,
  { keys, eventIds }: PersonsEvents,
): Promise<string[]> {
  if (eventIds.length === 0) return []
  const others = or(isNull(events.emailKey), notInArray(events.emailKey, [...keys]))
  const rows = await tx
    .select({ id: events.id })
    .from(events)
    .where(and(ownedBy(owner, events.partnerId), oneOf(events.id, eventIds), others))
  return rows.map(({ id }) => id)
}

/** Newest first. */
export async function eventsOfPerson(
  tx: Reader,
  owner: Owner,
  person: PersonsEvents,
  most: number,
): Promise<TracedEventRow[]> {
  const question = await eventsQuestion(tx, owner, { person })
  const found = await readPage(tx, question, { limit: most }, (these, order) =>
    tracedWhere(tx, these).orderBy(order),
  )
  return found.rows
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
