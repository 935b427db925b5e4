// Writes what came of a lookup: the event, its grants, the lookup's own end, the attempt and the
// source's health, in one statement.
import { limits } from '../../limits.ts'
import { birthOfGrants, birthParameters, type GrantToRecord } from '../birth.ts'
import type { Sql } from '../open.ts'
import type { EventState } from '../schema.ts'
import type { ClaimedLookup } from './claim.ts'

export interface LookupResult {
  lookup: ClaimedLookup
  state: 'waiting' | 'held' | 'stranded' | 'ended'
  waitsFor: 'join' | 'lookup'
  /** Milliseconds until it is due again; only where it waits. */
  delayMs: number | null
  retries: number
  absences: number
  event: { state: EventState; reason: string }
  /** What the rules made of it, where they were applied. */
  planned: PlannedRow | null
  /** The provider was asked. */
  attempt: { outcome: string; httpStatus: number | null; ms: number } | null
  health: 'healthy' | 'hold' | 'failure' | 'none'
}

export interface PlannedRow {
  type: string
  occurredAt: number | null
  emailKey: Buffer | null
  /** JSON. */
  trace: string
  matches: string
  grants: GrantToRecord[]
}

export interface LookupSettled {
  /** False: the result came too late, somebody else has the lookup. */
  counted: boolean
  /** Grants that were made, by their state. */
  made: readonly string[]
}

/*
 * The event's row is locked before its lookup's, in the order in which recording takes them. A result
 * counts only for the attempt and the owner that hold the lease; `state || ''` as in settle.ts.
 *
 * `again`: something came while the provider was asked. Unless a grant came of it, the lookup waits
 * anew, and its event stays parked. Asked of the locked row itself: a look at the table beside it
 * would miss what was written while this statement waited.
 *
 * What turns out to be about an erased person keeps no body; others that came with it have their own part.
 *
 * Health: as for campaigns. A refused credential holds the source, its probes come at growing
 * intervals; failures in a row open the breaker, probed after 5 s, 10 s … 60 s.
 */
const revived = `(l.again and $5::text in ('stranded', 'ended') and $10::text in ('unmatched', 'parked'))`
const settleStatement = `
with event as materialized (
  select id from events where partner_id = $1::uuid and id = $2::uuid for update
), done as (
  update lookups l set
    state = case when ${revived} then 'waiting' else $5::text end,
    waits_for = case when l.again and l.customer_key is not null then 'join' else $6::text end,
    due_at = case
      when ${revived} then now()
      when $5::text = 'waiting' then now() + case when l.again then 0 else $7::float8 end * interval '1 ms' end,
    retries = case when ${revived} then 0 else $8::int end,
    absences = case when ${revived} then 0 else $9::int end,
    since = case when ${revived} then now() else l.since end,
    again = false, lease_until = null, lease_owner = null
  from event
  where l.partner_id = $1::uuid and l.event_id = event.id
    and l.attempt = $3::int and l.lease_owner = $4::uuid and l.state || '' = 'asking'
  returning l.event_id, l.state, l.waits_for
), told as (
  update events e set
    state = case when d.state in ('stranded', 'ended') then $10::text else 'parked' end,
    reason = case when d.state = 'waiting' then d.waits_for else $11::text end,
    type = coalesce($12::text, e.type),
    occurred_at = coalesce(to_timestamp($13::float8 / 1000), e.occurred_at),
    email_key = case when $15::text is null then e.email_key else decode($14::text, 'hex') end,
    trace = coalesce($15::text::jsonb, e.trace),
    matches = coalesce($16::text::jsonb, e.matches)
  from done d where e.partner_id = $1::uuid and e.id = d.event_id
), noted as (
  insert into lookup_attempts as a (partner_id, event_id, attempt, ms, http_status, outcome, node)
  select $1::uuid, $2::uuid, $3::int, $17::int, $18::int, $19::text, $4::uuid where $19::text is not null
  on conflict (partner_id, event_id, attempt, node) do update set
    ms = excluded.ms, http_status = excluded.http_status, outcome = excluded.outcome
), locked as materialized (
  select state, failures from lookup_health where partner_id = $1::uuid and source_id = $20::uuid
    and $21::text <> 'none' and not ($21::text = 'healthy' and state = 'healthy' and failures = 0)
  for update
), health as (
  update lookup_health h set
    state = n.state,
    since = case when n.state = h.state then h.since else now() end,
    failures = case when $21::text = 'failure' then h.failures + 1 else 0 end,
    probes = case when n.state = 'healthy' or n.state <> h.state then 0 else h.probes + 1 end,
    probe_at = case n.state
      when 'healthy' then null
      when 'holding' then now() + least(${limits.lookupProbeMsMax}, ${limits.lookupProbeMs} * 2 ^ case when n.state = h.state then least(h.probes, 10) else 0 end) * interval '1 ms'
      else now() + least(60000, 5000 * 2 ^ case when n.state = h.state then least(h.probes, 10) else 0 end) * interval '1 ms' end
  from locked b
  cross join lateral (select case
    when $21::text = 'healthy' then 'healthy'
    when $21::text = 'hold' then 'holding'
    when b.state = 'healthy' and b.failures + 1 >= ${limits.breakerFailures} then 'unreachable'
    else b.state end as state) n
  where h.partner_id = $1::uuid and h.source_id = $20::uuid
), unparked as (
  delete from parked_parts p using done d
  where p.partner_id = $1::uuid and p.event_id = d.event_id and d.state = 'ended'
), fresh as materialized (
  select event_id as id from done where state = 'ended'
), ${birthOfGrants(22)}, unkept as (
  update event_bodies b set headers = '{}', body = '', erased_at = now()
  from events e
  where e.partner_id = $1::uuid and e.id = $2::uuid and b.id = e.body_id and b.received_at = e.received_at
    and exists (select from wanted w join fresh f on f.id = w.event_id where w.erased)
)
select (select count(*)::int from done) as counted, array(select state from made) as made`

export async function settleLookup(
  sql: Sql,
  result: LookupResult,
  node: string,
): Promise<LookupSettled> {
  const { partnerId, eventId } = result.lookup
  const grants = (result.planned?.grants ?? []).map((grant) => ({ partnerId, eventId, grant }))
  const [row] = await sql.unsafe<{ counted: number; made: string[] }[]>(
    settleStatement,
    [
      ...lookupParameters(result, node),
      ...plannedParameters(result.planned),
      ...attemptParameters(result),
      ...birthParameters(grants, 0, node),
    ],
    { prepare: sql.options.prepare },
  )
  return { counted: row?.counted === 1, made: row?.made ?? [] }
}

function lookupParameters(result: LookupResult, node: string) {
  const { lookup, state, waitsFor, delayMs, retries, absences, event } = result
  const { partnerId, eventId, attempt } = lookup
  const told = [event.state, event.reason]
  return [partnerId, eventId, attempt, node, state, waitsFor, delayMs, retries, absences, ...told]
}

function plannedParameters(planned: PlannedRow | null) {
  if (planned === null) return [null, null, null, null, null]
  const { type, occurredAt, emailKey, trace, matches } = planned
  return [type, occurredAt, emailKey?.toString('hex') ?? null, trace, matches]
}

function attemptParameters({ attempt, lookup, health }: LookupResult) {
  const made = attempt ?? { ms: null, httpStatus: null, outcome: null }
  const ms = made.ms === null ? null : Math.round(made.ms)
  return [ms, made.httpStatus, made.outcome, lookup.sourceId, health]
}
