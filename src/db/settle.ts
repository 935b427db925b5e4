// Writes what came of attempts: the grant's next state, the attempt's row and the campaign's
// health, one statement for a whole batch.
import type { Decision } from '../grants/outcome.ts'
import { limits } from '../limits.ts'
import type { Answer } from '../moab/answer.ts'
import { bareArray, textArray } from './array-text.ts'
import type { Sql } from './open.ts'

export interface AttemptResult {
  partnerId: string
  campaignId: string
  grantId: string
  attempt: number
  ms: number
  answer: Answer
  decision: Decision
}

export interface Settled {
  /** Grants whose result came too late: they belong to another attempt now. */
  fenced: ReadonlySet<string>
  /** Campaigns that are not healthy after this batch, or that somebody has switched off. */
  unwell: ReadonlySet<string>
}

/*
 * A result counts only for the attempt and the owner that hold the lease (the fence); otherwise it
 * is kept as an attempt row for the record and changes nothing. `state || ''` keeps the planner from
 * the index of leased grants, which looks cheap while the tables are empty: by id is always right.
 *
 * Health: only results that count, of grants of the campaign's mode, say something about it; `hold` wins over `healthy` in one batch; a
 * stopped campaign is only started by a person; failures in a row open the breaker (`unreachable`). Whatever is not healthy is probed again:
 * holds at their reason's interval (a known start is waited for), silence after 5 s, 10 s … 60 s.
 * What becomes of it is decided by the row as it is once it is locked: another relay may have changed it.
 */
export const settleStatement = `
with result as (
  select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::float8[], $7::int[], $8::int[]::bool[],
      $9::int[], $10::int[], $11::text[], $12::float8[], $13::text[], $14::int[]::bool[], $15::text[],
      $17::uuid[], $18::text[], $19::float8[])
    as r(partner_id, grant_id, attempt, state, reason, delay_ms, retries, ambiguous,
      ms, http_status, answer, code, failure, call_ambiguous, snippet, campaign_id, health, probe_ms)
), settled as (
  update grants g set
    state = r.state, reason = r.reason, retries = r.retries, ambiguous = r.ambiguous, answer = r.answer,
    due_at = case when r.state = 'queued' then now() + r.delay_ms * interval '1 ms' end,
    settled_at = case when r.state in ('granted', 'already_known', 'refused') then now() end,
    lease_until = null, lease_owner = null
  from result r
  where g.id = r.grant_id and g.state || '' = 'sending' and g.attempt = r.attempt and g.lease_owner = $16::uuid
  returning g.id, g.attempt, g.mode
), effect as (
  select r.partner_id, r.campaign_id,
    case when bool_or(r.health = 'hold') then 'hold' when bool_or(r.health = 'healthy') then 'healthy' else 'failure' end as kind,
    (array_agg(r.reason order by r.grant_id) filter (where r.health = 'hold'))[1] as reason,
    (array_agg(r.probe_ms order by r.grant_id) filter (where r.health = 'hold'))[1] as probe_ms,
    count(*) filter (where r.health = 'failure')::int as failures
  from result r join settled s on s.id = r.grant_id and s.attempt = r.attempt
  join campaigns c on c.partner_id = r.partner_id and c.id = r.campaign_id and c.mode = s.mode
  where r.health <> 'none' group by r.partner_id, r.campaign_id order by r.campaign_id
), locked as materialized (
  select h.partner_id, h.campaign_id, h.state, h.reason, h.since, h.failures, h.probes
  from effect e join campaign_health h on h.partner_id = e.partner_id and h.campaign_id = e.campaign_id
  where h.state <> 'stopped' and not (e.kind = 'healthy' and h.state = 'healthy' and h.failures = 0)
  order by h.campaign_id for update of h
), health as (
  update campaign_health h set
    state = n.state,
    reason = case n.state when 'healthy' then null when 'unreachable' then 'no_answer' else coalesce(e.reason, b.reason) end,
    since = case when n.state = b.state and coalesce(e.reason, b.reason) is not distinct from b.reason then b.since else now() end,
    failures = case e.kind when 'failure' then b.failures + e.failures else 0 end,
    probes = case when n.state = 'healthy' then 0 when n.state = b.state then b.probes + 1 else 0 end,
    probe_at = case
      when n.state = 'healthy' then null
      when e.kind = 'hold' and e.reason = 'not_started' and c.starts_at > now() then c.starts_at
      when e.kind = 'hold' then now() + e.probe_ms * interval '1 ms'
      else now() + least(60000, 5000 * 2 ^ case when n.state = b.state then least(b.probes + 1, 10) else 0 end) * interval '1 ms' end
  from effect e
  join campaigns c on c.partner_id = e.partner_id and c.id = e.campaign_id
  join locked b on b.partner_id = e.partner_id and b.campaign_id = e.campaign_id
  cross join lateral (select case
    when e.kind = 'healthy' then 'healthy'
    when e.kind = 'hold' then 'holding'
    when b.state = 'healthy' and b.failures + e.failures >= ${limits.breakerFailures} then 'unreachable'
    else b.state end as state) n
  where h.partner_id = b.partner_id and h.campaign_id = b.campaign_id
  returning h.campaign_id, h.state
), noted as (
  insert into attempts as a (partner_id, grant_id, attempt, ms, http_status, answer, code, failure, ambiguous, snippet, node, fenced)
  select r.partner_id, r.grant_id, r.attempt, r.ms, r.http_status, r.answer, r.code, r.failure, r.call_ambiguous, r.snippet, $16::uuid,
    s.id is null
  from result r left join settled s on s.id = r.grant_id and s.attempt = r.attempt
  on conflict (partner_id, grant_id, attempt, node) do update set
    ms = excluded.ms, http_status = excluded.http_status, answer = excluded.answer, code = excluded.code,
    failure = excluded.failure, ambiguous = excluded.ambiguous, snippet = excluded.snippet, fenced = true
    where a.failure = 'relay_lost'
  returning a.grant_id, a.fenced
)
select grant_id as id, 'fenced' as what from noted where fenced
union all select campaign_id, state from health where state <> 'healthy'
union all select distinct r.campaign_id, h.state from result r
  join campaign_health h on h.partner_id = r.partner_id and h.campaign_id = r.campaign_id and h.state = 'stopped'`

export async function settleBatch(
  sql: Sql,
  results: readonly AttemptResult[],
  node: string,
): Promise<Settled> {
  const rows = await sql.unsafe<{ id: string; what: string }[]>(
    settleStatement,
    [
      bareArray(results.map((r) => r.partnerId)),
      bareArray(results.map((r) => r.grantId)),
      bareArray(results.map((r) => r.attempt)),
      textArray(results.map((r) => r.decision.state)),
      textArray(results.map((r) => r.decision.reason)),
      bareArray(results.map((r) => r.decision.delayMs)),
      bareArray(results.map((r) => r.decision.retries)),
      bareArray(results.map((r) => Number(r.decision.ambiguous))),
      bareArray(results.map((r) => Math.round(r.ms))),
      bareArray(results.map((r) => r.answer.httpStatus)),
      textArray(results.map((r) => r.answer.class)),
      bareArray(results.map((r) => r.answer.code)),
      textArray(results.map((r) => r.answer.failure)),
      bareArray(results.map((r) => Number(r.answer.ambiguous))),
      textArray(results.map((r) => r.answer.snippet)),
      node,
      bareArray(results.map((r) => r.campaignId)),
      textArray(results.map((r) => r.decision.health.kind)),
      bareArray(
        results.map(({ decision: { health } }) => (health.kind === 'hold' ? health.probeMs : null)),
      ),
    ],
    { prepare: sql.options.prepare },
  )
  return {
    fenced: new Set(rows.filter((row) => row.what === 'fenced').map((row) => row.id)),
    unwell: new Set(rows.filter((row) => row.what !== 'fenced').map((row) => row.id)),
  }
}
