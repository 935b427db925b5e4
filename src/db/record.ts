// Writes what came in: requests, their events, the grants they cause. One statement for a whole
// batch of concurrent requests, one transaction, nothing in between.
import { bareArray, jsonArray, textArray } from './array-text.ts'
import { birthOfGrants, birthParameters, type GrantOfEvent, type GrantToRecord } from './birth.ts'
import {
  parkingParameters,
  parkingParts,
  type KeyOfPerson,
  type StatementParts,
  type Contact,
  type Parking,
} from './lookups/park.ts'
import type { Sql } from './open.ts'
import type { EventState } from './schema.ts'

export interface RequestToRecord {
  id: string
  partnerId: string
  sourceId: string
  method: string
  headers: Record<string, string[]>
  body: Buffer
  events: EventToRecord[]
}

export interface EventToRecord {
  id: string
  key: string
  type: string
  occurredAt: number | null
  state: EventState
  reason: string
  trust: string
  credentialId: string | null
  part: number
  emailKey: Buffer | null
  /** JSON texts: built once, stored as they are. */
  trace: string
  matches: string
  grants: GrantToRecord[]
  /** It is parked, and what it waits for. */
  parking?: Parking
  /** The email of a customer, for later events that name the customer only. */
  contact?: Contact
  /** The key is somebody's address, or holds one. */
  keyOf?: KeyOfPerson
}

export interface Recorded {
  /** Ids of the events that were not there before. */
  fresh: ReadonlySet<string>
  /** State of each grant that was made: id → state. */
  made: ReadonlyMap<string, string>
}

/*
 * Order of the story inside the statement: events first; one that was seen before is only counted
 * (a row that was just inserted has no xmax). Bodies and grants are kept only for events that are
 * fresh; copies inside the batch were counted together before. A body that names an erased person is
 * not kept, nor a key that does.
 * Rows are sorted by their unique keys so that two batches with the same keys queue up instead of
 * deadlocking. Grants: see birth.ts. Batches with parked events, contacts or keys that are addresses take a
 * longer statement, so that the others pay nothing for it.
 *
 * The bodies of all requests travel as one parameter and are cut out by offset: as the Latin-1 text
 * with the same bytes, half the size of the hex form of a bytea; where there is a NUL, which text
 * cannot hold, as that bytea. Measured: a quarter less time a batch, half the processor time here.
 */
const statementWith = (parking: StatementParts) => `
with ${parking.before}bodies as materialized (
  select coalesce($37::bytea, convert_to($7::text, 'LATIN1')) as bytes
), request as (
  select * from rows from (
    unnest($1::uuid[], $2::uuid[], $3::text[], $5::int[], $6::int[]), jsonb_array_elements($4::text::jsonb)
  ) as r(id, partner_id, method, body_at, body_bytes, headers)
), ${parking.said} as (
  select * from rows from (
    unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::float8[],
      $15::text[], $16::text[], $17::text[], $18::uuid[], $19::int[], $20::int[], $21::text[]),
    jsonb_array_elements($22::text::jsonb), jsonb_array_elements($23::text::jsonb)
  ) as e(id, partner_id, source_id, body_id, event_key, type, occurred_ms, state, reason, trust, credential_id, part, copies, email_key, trace, matches)
)${parking.heard}, noted as (
  insert into events (id, partner_id, source_id, body_id, event_key, type, occurred_at, state, reason, trust, credential_id, part, copies, email_key, trace, matches)
  select id, partner_id, source_id, body_id, event_key, type, to_timestamp(occurred_ms / 1000), state, reason, trust, credential_id, part, copies, decode(email_key, 'hex'), trace, matches
  from incoming order by source_id, event_key
  on conflict (source_id, event_key) do update set copies = events.copies + excluded.copies${parking.onCopy}
  returning id, body_id, xmax = 0 as fresh${parking.returning}
), fresh as materialized (
  select id, body_id from noted where fresh
), ${birthOfGrants(24)}, naming as materialized (
  select w.event_id, i.body_id from wanted w join incoming i on i.id = w.event_id where w.erased${parking.naming}
), kept as (
  insert into event_bodies (id, partner_id, received_at, method, headers, body, erased_at)
  select r.id, r.partner_id, now(), r.method,
    case when r.named then '{}' else r.headers end,
    case when r.named then '' else substring((select bytes from bodies) from r.body_at + 1 for r.body_bytes) end,
    case when r.named then now() end
  from (
    select *, case when (select exists (select from naming))
      then (select true from naming n where n.body_id = request.id limit 1) end is true as named
    from request offset 0
  ) r
  where exists (select from fresh f where f.body_id = r.id)
)${parking.after}
select id, null as state from fresh union all select id, state from made`

export const recordStatement = statementWith(parkingParts.absent)
const parkStatement = statementWith(parkingParts.present)

export async function recordBatch(
  sql: Sql,
  requests: readonly RequestToRecord[],
  node: string,
  leaseMs: number,
): Promise<Recorded> {
  const { events, grants } = flatten(requests)
  const bodyAt = offsets(requests)
  const bytes = Buffer.concat(requests.map((r) => r.body))
  const text = bytes.includes(0) ? null : bytes.toString('latin1')
  const parks = events.some(({ event }) => event.parking ?? event.contact ?? event.keyOf)
  const rows = await sql.unsafe<{ id: string; state: string | null }[]>(
    parks ? parkStatement : recordStatement,
    [
      bareArray(requests.map((r) => r.id)),
      bareArray(requests.map((r) => r.partnerId)),
      textArray(requests.map((r) => r.method)),
      JSON.stringify(requests.map((r) => r.headers)),
      bareArray(bodyAt),
      bareArray(requests.map((r) => r.body.length)),
      text,
      bareArray(events.map((e) => e.event.id)),
      bareArray(events.map((e) => e.request.partnerId)),
      bareArray(events.map((e) => e.request.sourceId)),
      bareArray(events.map((e) => e.request.id)),
      textArray(events.map((e) => e.event.key)),
      textArray(events.map((e) => e.event.type)),
      bareArray(events.map((e) => e.event.occurredAt)),
      textArray(events.map((e) => e.event.state)),
      textArray(events.map((e) => e.event.reason)),
      textArray(events.map((e) => e.event.trust)),
      bareArray(events.map((e) => e.event.credentialId)),
      bareArray(events.map((e) => e.event.part)),
      bareArray(events.map((e) => e.copies)),
      bareArray(events.map((e) => e.event.emailKey?.toString('hex') ?? null)),
      jsonArray(events.map((e) => e.event.trace)),
      jsonArray(events.map((e) => e.event.matches)),
      ...birthParameters(grants, leaseMs, node),
      text === null ? bytes : null,
      ...(parks ? parkingParameters(events.map(({ event }) => event)) : []),
    ],
    { prepare: sql.options.prepare },
  )
  return {
    fresh: new Set(rows.filter((row) => row.state === null).map((row) => row.id)),
    made: new Map(rows.flatMap((row) => (row.state === null ? [] : [[row.id, row.state]]))),
  }
}

interface FlatEvent {
  request: RequestToRecord
  event: EventToRecord
  copies: number
}

/** Copies of an event inside the batch are counted on the first of them. */
function flatten(requests: readonly RequestToRecord[]): {
  events: FlatEvent[]
  grants: GrantOfEvent[]
} {
  const first = new Map<string, FlatEvent>()
  for (const request of requests) {
    for (const event of request.events) {
      const seen = first.get(request.sourceId + event.key)
      if (seen === undefined) first.set(request.sourceId + event.key, { request, event, copies: 1 })
      else seen.copies++
    }
  }
  const events = [...first.values()]
  const grants = events.flatMap(({ request, event }) =>
    event.grants.map((grant) => ({ partnerId: request.partnerId, eventId: event.id, grant })),
  )
  return { events, grants }
}

function offsets(requests: readonly RequestToRecord[]): number[] {
  let at = 0
  return requests.map((request) => {
    const start = at
    at += request.body.length
    return start
  })
}
