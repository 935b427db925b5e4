// Writes what came in: requests, their events, the grants they cause. One statement for a whole
// batch of concurrent requests, one transaction, nothing in between.
import type { Sql } from './open.ts'

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
  state: 'matched' | 'unmatched' | 'unreadable' | 'test'
  reason: string
  trust: string
  credentialId: string | null
  part: number
  emailKey: Buffer | null
  /** JSON texts: built once, stored as they are. */
  trace: string
  matches: string
  grants: GrantToRecord[]
}

export interface GrantToRecord {
  id: string
  campaignId: string
  ruleId: string
  mode: 'live' | 'sandbox'
  emailKey: Buffer
  foldedKey: Buffer
  email: string
  test: boolean
  /** This relay has room to send it at once: born in state `sending`, under its lease. */
  claim: boolean
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
 * fresh; copies inside the batch were counted together before.
 * Rows are sorted by their unique keys so that two batches with the same keys queue up instead of
 * deadlocking. A campaign that holds or is stopped makes its grants `held` at birth, and so does one
 * whose earlier grants are still held, so that nobody overtakes them; one that MOAB does not answer
 * for, or that has a pace, makes them `queued`.
 *
 * `limit 1` where `exists` would do: an exists may be answered by reading every held grant at once.
 *
 * The bodies of all requests travel as one parameter and are cut out by offset: as the Latin-1 text
 * with the same bytes, half the size of the hex form of a bytea; where there is a NUL, which text
 * cannot hold, as that bytea. Measured: a quarter less time a batch, half the processor time here.
 */
export const recordStatement = `
with bodies as materialized (
  select coalesce($37::bytea, convert_to($7::text, 'LATIN1')) as bytes
), request as (
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[])
    as r(id, partner_id, method, headers, body_at, body_bytes)
), incoming as (
  select * from unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::float8[],
      $15::text[], $16::text[], $17::text[], $18::uuid[], $19::int[], $20::int[], $21::text[], $22::text[], $23::text[])
    as e(id, partner_id, source_id, body_id, event_key, type, occurred_ms, state, reason, trust, credential_id, part, copies, email_key, trace, matches)
), noted as (
  insert into events (id, partner_id, source_id, body_id, event_key, type, occurred_at, state, reason, trust, credential_id, part, copies, email_key, trace, matches)
  select id, partner_id, source_id, body_id, event_key, type, to_timestamp(occurred_ms / 1000), state, reason, trust, credential_id, part, copies, decode(email_key, 'hex'), trace::jsonb, matches::jsonb
  from incoming order by source_id, event_key
  on conflict (source_id, event_key) do update set copies = events.copies + excluded.copies
  returning id, body_id, xmax = 0 as fresh
), fresh as materialized (
  select id, body_id from noted where fresh
), kept as (
  insert into event_bodies (id, partner_id, received_at, method, headers, body)
  select r.id, r.partner_id, now(), r.method, r.headers::jsonb, substring((select bytes from bodies) from r.body_at + 1 for r.body_bytes)
  from request r where exists (select from fresh f where f.body_id = r.id)
), wanted as (
  select * from unnest($24::uuid[], $25::uuid[], $26::uuid[], $27::uuid[], $28::uuid[], $29::text[], $30::text[], $31::text[], $32::text[], $33::int[]::bool[], $34::int[]::bool[])
    as g(id, partner_id, event_id, campaign_id, rule_id, mode, email_key, folded_key, email, test, claim)
), line as materialized (
  select campaign_id, (select true from grants q where q.campaign_id = l.campaign_id and q.state = 'held' limit 1) is true as there
  from (select distinct campaign_id from wanted) l
), born as materialized (
  select w.*, case
      when w.test then 'test'
      when h.state in ('holding', 'stopped') or line.there then 'held'
      when w.claim and h.state = 'healthy' and c.per_second is null then 'sending'
      else 'queued' end as state,
    case when w.test then null when h.state in ('holding', 'stopped') then h.reason when line.there then 'in_line' end as reason
  from wanted w
  join fresh f on f.id = w.event_id
  left join campaigns c on c.partner_id = w.partner_id and c.id = w.campaign_id
  left join campaign_health h on h.partner_id = w.partner_id and h.campaign_id = w.campaign_id
  join line on line.campaign_id = w.campaign_id
), made as (
  insert into grants (id, partner_id, event_id, campaign_id, rule_id, mode, email_key, folded_key, email, state, reason, due_at, attempt, lease_until, lease_owner)
  select id, partner_id, event_id, campaign_id, rule_id, mode, decode(email_key, 'hex'), decode(folded_key, 'hex'), email, state, reason,
    case when state = 'queued' then now() end,
    case when state = 'sending' then 1 else 0 end,
    case when state = 'sending' then now() + $35::int * interval '1 ms' end,
    case when state = 'sending' then $36::uuid end
  from born order by campaign_id, email_key
  on conflict do nothing
  returning id, state
)
select id, null as state from fresh union all select id, state from made`

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
  const rows = await sql.unsafe<{ id: string; state: string | null }[]>(
    recordStatement,
    [
      requests.map((r) => r.id),
      requests.map((r) => r.partnerId),
      requests.map((r) => r.method),
      requests.map((r) => JSON.stringify(r.headers)),
      bodyAt,
      requests.map((r) => r.body.length),
      text,
      events.map((e) => e.event.id),
      events.map((e) => e.request.partnerId),
      events.map((e) => e.request.sourceId),
      events.map((e) => e.request.id),
      events.map((e) => e.event.key),
      events.map((e) => e.event.type),
      events.map((e) => e.event.occurredAt),
      events.map((e) => e.event.state),
      events.map((e) => e.event.reason),
      events.map((e) => e.event.trust),
      events.map((e) => e.event.credentialId),
      events.map((e) => e.event.part),
      events.map((e) => e.copies),
      events.map((e) => e.event.emailKey?.toString('hex') ?? null),
      events.map((e) => e.event.trace),
      events.map((e) => e.event.matches),
      grants.map((g) => g.grant.id),
      grants.map((g) => g.request.partnerId),
      grants.map((g) => g.event.id),
      grants.map((g) => g.grant.campaignId),
      grants.map((g) => g.grant.ruleId),
      grants.map((g) => g.grant.mode),
      grants.map((g) => g.grant.emailKey.toString('hex')),
      grants.map((g) => g.grant.foldedKey.toString('hex')),
      grants.map((g) => g.grant.email),
      grants.map((g) => Number(g.grant.test)),
      grants.map((g) => Number(g.grant.claim)),
      leaseMs,
      node,
      text === null ? bytes : null,
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

interface FlatGrant {
  request: RequestToRecord
  event: EventToRecord
  grant: GrantToRecord
}

/** Copies of an event inside the batch are counted on the first of them. */
function flatten(requests: readonly RequestToRecord[]): {
  events: FlatEvent[]
  grants: FlatGrant[]
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
    event.grants.map((grant) => ({ request, event, grant })),
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
