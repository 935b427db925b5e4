// Notices on their way, under a lease as grants are: a relay that is killed leaves one that runs out,
// and what it learned too late counts no more.
import type { Channel } from '../../notices/channels.ts'
import type { Notice } from '../../notices/notice.ts'
import { limits } from '../../limits.ts'
import type { Language } from '../../rules/trace.ts'
import type { OutcomeWord } from '../../notices/outcomes.ts'
import type { Sql } from '../open.ts'

export interface ClaimedNotice extends Notice {
  partnerId: string
  channelId: string
  kind: Channel['kind']
  sealed: string
  language: Language
  attempt: number
  retries: number
  /** Since it was written. */
  ageMs: number
}

interface Lease {
  node: string
  leaseMs: number
  most: number
}

export function claimNotices(sql: Sql, { node, leaseMs, most }: Lease): Promise<ClaimedNotice[]> {
  return sql<ClaimedNotice[]>`
    with due as materialized (
      select ctid as spot from notices where state = 'queued' and due_at <= now()
      order by due_at limit ${most} for update skip locked
    ), taken as (
      update notices n set state = 'sending', due_at = null, attempt = n.attempt + 1,
        lease_until = now() + ${leaseMs} * interval '1 ms', lease_owner = ${node}
      from due where n.ctid = due.spot returning n.*
    )
    select t.partner_id as "partnerId", t.id, t.channel_id as "channelId", t.test, t.items, t.more,
      t.left_out as "leftOut", t.attempt, t.retries, c.kind, c.sealed, c.language, p.name as partner,
      (extract(epoch from now() - t.created_at) * 1000)::float8 as "ageMs"
    from taken t
    join notice_channels c on c.partner_id = t.partner_id and c.id = t.channel_id
    left join partners p on p.id = c.owner_id`
}

export interface NoticeResult {
  outcome: OutcomeWord
  httpStatus: number | null
  answer: string | null
  /** Until the next try; null: there is none. */
  delayMs: number | null
}

/** What a try came to, for the notice and its channel. False: it was another's by then. */
export async function settleNotice(
  sql: Sql,
  { partnerId, id, attempt }: ClaimedNotice,
  { outcome, httpStatus, answer, delayMs }: NoticeResult,
  node: string,
): Promise<boolean> {
  const delivered = outcome === 'delivered'
  const state = delivered ? 'delivered' : delayMs === null ? 'given_up' : 'queued'
  const rows = await sql`
    with done as (
      update notices set state = ${state}, outcome = ${outcome}, http_status = ${httpStatus}, answer = ${answer},
        due_at = case when ${state} = 'queued' then now() + ${delayMs ?? 0}::int * interval '1 ms' end,
        settled_at = case when ${state} <> 'queued' then now() end,
        retries = retries + ${delivered ? 0 : 1}::int, lease_until = null, lease_owner = null
      where partner_id = ${partnerId} and id = ${id} and attempt = ${attempt} and state = 'sending'
        and lease_owner = ${node}
      returning partner_id, channel_id
    )
    update notice_channels c set
      failures = case when ${delivered} then 0
        when ${state} = 'given_up' then greatest(c.failures + 1, ${limits.noticeFailuresMax}::int)
        else c.failures + 1 end,
      problem = case when not ${delivered} then ${outcome}::text end,
      problem_at = case when ${delivered} then c.problem_at else now() end,
      delivered_at = case when ${delivered} then now() else c.delivered_at end
    from done d where c.partner_id = d.partner_id and c.id = d.channel_id
    returning 1`
  return rows.length === 1
}

/** Notices whose relay is gone: sent again with the same id, though it may have arrived. A test is not. */
export async function rescueNotices(sql: Sql): Promise<void> {
  await sql`
    with gone as materialized (
      select ctid as spot, test or attempt >= ${limits.noticeAttemptsMax} as last from notices
      where state = 'sending' and lease_until < now() for update skip locked
    )
    update notices n set lease_until = null, lease_owner = null, outcome = 'relay_lost',
      state = case when gone.last then 'given_up' else 'queued' end,
      due_at = case when not gone.last then now() end,
      settled_at = case when gone.last then now() end
    from gone where n.ctid = gone.spot`
}

/** What was sent long ago. */
export async function tidyNotices(sql: Sql): Promise<void> {
  await sql`
    delete from notices where settled_at < now() - ${limits.noticesKeptMs}::float8 * interval '1 ms'`
}
