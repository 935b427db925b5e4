// People as lists: everything kept of one, and whose data passed a source within a time.
import { and, asc, eq, inArray, isNotNull, or, sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import { jobItems, replays } from '../jobs/schema.ts'
import { contacts, lookups, parkedParts } from '../lookups/schema.ts'
import { oneOf, ownedBy, type Owner, type Reader } from '../ledger/reading.ts'
import type { Span } from '../ledger/page.ts'
import { events, partners, sources } from '../schema.ts'
import type { PersonKeys } from '../ledger/grants.ts'
import { erasures } from './schema.ts'

/** In whatever spelling; `folded`: the case-folded address. */
const theirContacts = (owner: Owner, keys: readonly Buffer[], folded: string) =>
  and(
    ownedBy(owner, contacts.partnerId),
    or(inArray(contacts.emailKey, [...keys]), eq(sql`lower(${contacts.email})`, folded)),
  )

/** The addresses of customers at providers that are this person's. */
export function contactsOfPerson(
  tx: Reader,
  owner: Owner,
  keys: readonly Buffer[],
  folded: string,
) {
  return tx
    .select({
      partner: { id: partners.id, name: partners.name },
      source: { id: sources.id, name: sources.name, provider: sources.provider },
      email: contacts.email,
      trust: contacts.trust,
      eventId: contacts.eventId,
      at: contacts.at,
    })
    .from(contacts)
    .innerJoin(partners, eq(partners.id, contacts.partnerId))
    .innerJoin(
      sources,
      and(eq(sources.partnerId, contacts.partnerId), eq(sources.id, contacts.sourceId)),
    )
    .where(theirContacts(owner, keys, folded))
    .limit(limits.storyGrantsMax)
}

/** Events that taught such an address, and those of the same customers that still wait. */
export async function eventsOfContacts(
  tx: Reader,
  owner: Owner,
  keys: readonly Buffer[],
  folded: string,
): Promise<string[]> {
  const theirs = theirContacts(owner, keys, folded)
  const taught = await tx.select({ id: contacts.eventId }).from(contacts).where(theirs)
  const waiting = await tx
    .select({ id: lookups.eventId })
    .from(contacts)
    .innerJoin(
      lookups,
      and(
        eq(lookups.partnerId, contacts.partnerId),
        eq(lookups.sourceId, contacts.sourceId),
        eq(lookups.customerKey, contacts.customerKey),
        sql`${lookups.state} <> 'ended'`,
      ),
    )
    .where(theirs)
    .limit(limits.personRowsMax)
  return [...taught, ...waiting].map(({ id }) => id)
}

/** What is kept of events that wait, by itself. */
export function partsOf(tx: Reader, owner: Owner, ids: readonly string[]) {
  return tx
    .select({ eventId: parkedParts.eventId, event: parkedParts.event })
    .from(parkedParts)
    .where(and(ownedBy(owner, parkedParts.partnerId), oneOf(parkedParts.eventId, ids)))
}

/** Why the rules of a later day decided so, by the replay. */
export async function replayTracesOf(tx: Reader, owner: Owner, eventIds: readonly string[]) {
  const rows = await tx
    .select({ id: replays.id, trace: replays.trace })
    .from(replays)
    .where(and(ownedBy(owner, replays.partnerId), oneOf(replays.eventId, eventIds)))
    .limit(limits.personRowsMax)
  return new Map(rows.map(({ id, trace }) => [id, trace]))
}

/** Lines of lists that have not been brought in yet. */
export function listedOfPerson(tx: Reader, owner: Owner, { folded }: PersonKeys) {
  return tx
    .select({
      partner: { id: partners.id, name: partners.name },
      jobId: jobItems.jobId,
      line: jobItems.line,
      email: jobItems.email,
    })
    .from(jobItems)
    .innerJoin(partners, eq(partners.id, jobItems.partnerId))
    .where(
      and(
        ownedBy(owner, jobItems.partnerId),
        eq(jobItems.foldedKey, folded),
        isNotNull(jobItems.email),
      ),
    )
    .limit(limits.storyGrantsMax)
}

/** Earlier erasures: that there were some is known of the person, too. */
export function erasuresOfPerson(tx: Reader, owner: Owner, { folded }: PersonKeys) {
  return tx
    .select({
      id: erasures.id,
      partnerId: erasures.partnerId,
      requestedAt: erasures.requestedAt,
      doneAt: erasures.doneAt,
    })
    .from(erasures)
    .where(and(ownedBy(owner, erasures.partnerId), eq(erasures.foldedKey, folded)))
    .orderBy(asc(erasures.id))
    .limit(limits.storyGrantsMax)
}

export interface RequestOfEvent {
  eventId: string
  method: string
  headers: Record<string, string[]>
  body: Buffer
}

/** Requests of events, oldest first: of those that come `first`, as many as so many bytes hold. */
export async function requestsOf(
  tx: Reader,
  owner: Owner,
  ids: readonly string[],
  { bytesMax, first }: { bytesMax: number; first: 'oldest' | 'newest' },
): Promise<RequestOfEvent[]> {
  if (ids.length === 0) return []
  const order = first === 'oldest' ? sql`${events.id}` : sql`${events.id} desc`
  return tx.execute<RequestOfEvent & Record<string, unknown>>(sql`
    select "eventId", method, headers, body
    from (
      select ${events.id} as "eventId", b.method, b.headers, b.body, sum(octet_length(b.body)) over (order by ${order}) as so_far
      from ${events} join event_bodies b
        on b.id = ${events.bodyId} and b.received_at = ${events.receivedAt} and b.erased_at is null
      where ${ownedBy(owner, events.partnerId)} and ${oneOf(events.id, ids)}
    ) kept
    where so_far <= ${bytesMax} order by "eventId"`)
}

export interface Concerned extends Span {
  sourceIds?: readonly string[] | undefined
}

export interface ConcernedPerson {
  email: string
  firstAt: Date
  lastAt: Date
}

export interface ConcernedPage {
  people: ConcernedPerson[]
  /** Key to go on after; null at the end. */
  next: Buffer | null
}

/**
 * The next people of a partner by their keys, of those whose data passed these sources within the span.
 * What is looked through is bounded, not what is found: a page may be empty and yet not the last.
 */
export async function concernedPage(
  tx: Reader,
  partnerId: string,
  { sourceIds, from, to }: Concerned,
  after: Buffer,
): Promise<ConcernedPage> {
  const most = limits.concernedAtOnce
  const mine = sql`partner_id = ${partnerId}::uuid and email_key > decode(${after.toString('hex')}, 'hex')`
  const looked = await tx.execute<{ key: string }>(sql`
    select encode(email_key, 'hex') as key from (
      (select distinct email_key from grants where ${mine} and email is not null order by 1 limit ${most})
      union
      (select distinct email_key from contacts where ${mine} order by 1 limit ${most})
    ) keys order by email_key limit ${most}`)
  const last = looked.at(-1)?.key
  if (last === undefined) return { people: [], next: null }
  const these = sql`partner_id = ${partnerId}::uuid and email_key > decode(${after.toString('hex')}, 'hex') and email_key <= decode(${last}, 'hex')`
  const passed = and(
    sql`e.partner_id = ${partnerId}::uuid`,
    sourceIds && oneOf(sql`e.source_id`, sourceIds),
    from && sql`e.received_at >= ${from.toISOString()}::timestamptz`,
    to && sql`e.received_at < ${to.toISOString()}::timestamptz`,
  )
  // Who came by a list came from no source.
  const listed = sql`${from ? sql`and created_at >= ${from.toISOString()}::timestamptz` : sql``} ${to ? sql`and created_at < ${to.toISOString()}::timestamptz` : sql``}`
  const rows = await tx.execute<{ email: string; firstMs: number; lastMs: number }>(sql`
    with people as materialized (
      select email_key, email, event_id from grants where ${these} and email is not null
      union all select email_key, email, event_id from contacts where ${these}
    ), seen as (
      select e.email_key, e.received_at from events e where ${these} and ${passed}
      union all
      select p.email_key, e.received_at from people p join events e on e.id = p.event_id where ${passed}
      ${sourceIds ? sql`` : sql`union all select email_key, created_at from grants where ${these} and import_id is not null ${listed}`}
    )
    select min(p.email) as email,
      min(extract(epoch from s.received_at) * 1000)::float8 as "firstMs",
      max(extract(epoch from s.received_at) * 1000)::float8 as "lastMs"
    from people p join seen s on s.email_key = p.email_key group by p.email_key order by p.email_key`)
  return {
    people: rows.map(({ email, firstMs, lastMs }) => ({
      email,
      firstAt: new Date(firstMs),
      lastAt: new Date(lastMs),
    })),
    next: looked.length === most ? Buffer.from(last, 'hex') : null,
  }
}
