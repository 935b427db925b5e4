// Recorded events with the bytes they were read from, to be considered once more.
import { sql, type SQL } from 'drizzle-orm'
import type { Trust } from '../../schemes/scheme.ts'
import type { EventMatch } from '../ledger/events.ts'
import { firstIdAt, type Span } from '../ledger/page.ts'
import { reading, type Reader } from '../ledger/reading.ts'
import type { Orm } from '../open.ts'
import { limits } from '../../limits.ts'
import type { EventState } from '../schema.ts'

export interface RecordedEvent {
  id: string
  sourceId: string
  receivedAt: string
  bodyId: string
  part: number
  key: string
  type: string
  trust: Trust
  state: EventState
  /** What the rules made of it when it came, and at each replay. */
  matches: EventMatch[]
  /** The customer's email, where an earlier event said it. */
  contact: { email: string; trust: Trust } | null
}

export interface KeptBody {
  bodyId: string
  method: string
  headers: Record<string, string[]>
  body: Buffer
}

const columns = sql`e.id, e.source_id as "sourceId", e.body_id as "bodyId", e.part, e.event_key as key, e.type, e.trust, e.state,
  to_char(e.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "receivedAt",
  e.matches || coalesce((
    select jsonb_agg(m) from replays r cross join jsonb_array_elements(r.matches) m
    where r.partner_id = e.partner_id and r.event_id = e.id
  ), '[]') as matches,
  (select json_build_object('email', c.email, 'trust', c.trust) from lookups l
    join contacts c on c.partner_id = l.partner_id and c.source_id = l.source_id and c.customer_key = l.customer_key
    where l.partner_id = e.partner_id and l.event_id = e.id) as contact`

const list = (ids: readonly string[]): SQL =>
  sql.join(
    ids.map((id) => sql`${id}::uuid`),
    sql`, `,
  )

/** Those that are there, in any order. */
async function recordedEvents(
  tx: Reader,
  partnerId: string,
  ids: readonly string[],
): Promise<RecordedEvent[]> {
  if (ids.length === 0) return []
  return tx.execute<RecordedEvent & Record<string, unknown>>(sql`
    select ${columns} from events e where e.partner_id = ${partnerId} and e.id in (${list(ids)})`)
}

export interface HistoryWanted extends Span {
  partnerId: string
  sourceId: string
}

/** The next so many of a source before this one, newest first. */
export async function recordedBefore(
  tx: Reader,
  { partnerId, sourceId, from, to }: HistoryWanted,
  before: string | null,
  most: number,
): Promise<RecordedEvent[]> {
  const error = limits.idClockErrorMsMax
  return tx.execute<RecordedEvent & Record<string, unknown>>(sql`
    select ${columns} from events e
    where e.partner_id = ${partnerId} and e.source_id = ${sourceId}
      ${before === null ? sql`` : sql`and e.id < ${before}::uuid`}
      ${from ? sql`and e.received_at >= ${from.toISOString()}::timestamptz and e.id >= ${firstIdAt(from.getTime() - error)}::uuid` : sql``}
      ${to ? sql`and e.received_at < ${to.toISOString()}::timestamptz and e.id < ${firstIdAt(to.getTime() + error)}::uuid` : sql``}
    order by e.id desc limit ${most}`)
}

/** The requests these events came in, each once; those that were dropped or erased are missing. */
export async function keptBodies(
  tx: Reader,
  partnerId: string,
  eventIds: readonly string[],
): Promise<KeptBody[]> {
  if (eventIds.length === 0) return []
  return tx.execute<KeptBody & Record<string, unknown>>(sql`
    select distinct on (b.id) b.id as "bodyId", b.method, b.headers, b.body
    from events e join event_bodies b on b.id = e.body_id and b.received_at = e.received_at and b.erased_at is null
    where e.partner_id = ${partnerId} and e.id in (${list(eventIds)}) order by b.id`)
}

/** Of one partner, from one snapshot. */
export function recordedWithBodies(orm: Orm, partnerId: string, ids: readonly string[]) {
  return reading(orm, partnerId, async (tx) => ({
    events: await recordedEvents(tx, partnerId, ids),
    bodies: await keptBodies(tx, partnerId, ids),
  }))
}
