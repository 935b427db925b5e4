// Grants back into the queue because a person says so: any number in one statement. What MOAB has
// granted, or knew before, is never touched; the worker alone sends.
import { uuidv7 } from '../../ids.ts'
import type { SkipReason } from '../../jobs/reasons.ts'
import type { Statements } from '../open.ts'

export interface RetryAsked {
  partnerId: string
  grantIds: readonly string[]
  actor: string
  jobId: string | null
  /** The reason of a refusal that the person has seen, `*` for any; null: refused ones are left. */
  although: string | null
}

export interface Retried {
  grantId: string
  /** null: it was skipped. */
  retryId: string | null
  verdict: 'due' | 'probe' | SkipReason
  state: string
  reason: string | null
}

/*
 * Rows are locked in the order of their ids, and judged as they are then: an answer that comes at the
 * same moment is either seen here, or finds its lease as it was. A held grant keeps its place: in its
 * stead its campaign is asked at once, by the probe that every hold has, and releases all in order.
 * The attempt number stays: the next claim makes a new one, and results of old ones stay fenced.
 */
const statement = `
with seen as materialized (
  select g.id, g.state, g.reason, g.answer, g.attempt, g.campaign_id, w.retry_id,
    case
      when g.state in ('granted', 'already_known', 'sending', 'test', 'suppressed') then g.state
      when g.email is null then 'erased'
      when h.state = 'stopped' then 'stopped'
      when g.state = 'refused' and ($5::text is null or $5::text not in ('*', g.reason)) then 'refused'
      when g.state = 'held' then case when h.state = 'holding' then 'probe' else 'in_line' end
      when g.state = 'queued' and g.due_at <= now() then 'due_already'
      else 'due' end as verdict
  from unnest($2::uuid[], $3::uuid[]) as w(grant_id, retry_id)
  join grants g on g.id = w.grant_id and g.partner_id = $1::uuid
  join campaign_health h on h.partner_id = g.partner_id and h.campaign_id = g.campaign_id
  order by g.id for update of g
), due as (
  update grants g set state = 'queued', due_at = now(), settled_at = null, reason = null,
    retries = case when seen.state = 'queued' then g.retries else 0 end
  from seen where g.id = seen.id and g.partner_id = $1::uuid and seen.verdict = 'due'
), asked as (
  update campaign_health h set probe_at = least(h.probe_at, now()) from (
    select distinct campaign_id from seen where verdict = 'probe'
  ) held
  where h.partner_id = $1::uuid and h.campaign_id = held.campaign_id and h.state = 'holding'
    -- One that is under way tells as much.
    and not exists (select from grants s where s.state = 'sending' and s.campaign_id = h.campaign_id)
), noted as (
  insert into retries (partner_id, id, grant_id, actor, job_id, did, state, reason, answer, calls)
  select $1::uuid, retry_id, id, $4, $6::uuid, verdict, state, reason, answer, attempt
  from seen where verdict in ('due', 'probe')
)
select id as "grantId", case when verdict in ('due', 'probe') then retry_id end as "retryId", verdict, state, reason
from seen`

/** Grants of other partners, and those that are not there, are not in the answer. */
export async function retryGrants(sql: Statements, asked: RetryAsked): Promise<Retried[]> {
  const { partnerId, grantIds, actor, jobId, although } = asked
  return sql.unsafe<Retried[]>(statement, [
    partnerId,
    [...grantIds],
    grantIds.map(() => uuidv7()),
    actor,
    although,
    jobId,
  ])
}
