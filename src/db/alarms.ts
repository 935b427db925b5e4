// Alarms: the conditions that open them, and the one statement that keeps the table in step. All
// times are the database's. Every question follows an index and is bounded, however much there is.
import type { AlarmName } from '../alarms/kinds.ts'
import { nilUuid, uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Sql, Statements } from './open.ts'

/** Something that needs a person, as it is now. */
export interface Condition {
  /** null: the installation's. */
  partnerId: string | null
  kind: AlarmName
  /** Id of the campaign, source or channel; the name of the machine; MOAB. */
  subject: string
  /** With kind and subject what makes an alarm one and not another. */
  cause: string
  detail: Record<string, number>
}

export type OpenAlarms = ReadonlyMap<string, number>

const counted = 10_000

/**
 * What health rows say. A start that is still to come, and a campaign that a person stopped, are no
 * surprise. MOAB is down where campaigns that go where the relay sends to get no answer.
 */
export function healthConditions(sql: Sql): Promise<Condition[]> {
  return sql<Condition[]>`
    select h.partner_id as "partnerId", h.campaign_id::text as subject, h.reason as cause,
      case h.state when 'holding' then 'campaign_holding' else 'moab_unreachable' end as kind,
      json_build_object('waiting', held.n + queued.n) as detail
    from campaign_health h
    join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id
    cross join lateral (
      select count(*)::int as n from
        (select from grants where campaign_id = h.campaign_id and state = 'held' limit ${counted}) g
    ) held
    cross join lateral (
      select count(*)::int as n from
        (select from grants where campaign_id = h.campaign_id and state = 'queued' limit ${counted}) g
    ) queued
    where h.state in ('holding', 'unreachable')
      and not (h.reason = 'not_started' and coalesce(c.starts_at > now(), false))
    union all
    select h.partner_id, h.campaign_id::text,
      case when c.per_second is null then 'slow' else 'paced' end, 'queue_age',
      json_build_object('seconds', extract(epoch from now() - oldest.due_at)::int)
    from campaign_health h
    join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id
    cross join lateral (
      select due_at from grants where campaign_id = h.campaign_id and state = 'queued'
      order by due_at limit 1
    ) oldest
    where h.state = 'healthy' and oldest.due_at < now() - ${limits.queueAgeMsMax} * interval '1 ms'
    union all
    select l.partner_id, l.source_id::text, l.state, 'lookup_held',
      json_build_object('failures', l.failures)
    from lookup_health l where l.state <> 'healthy'
    union all
    select null, 'MOAB', 'unreachable', 'moab_down', json_build_object('campaigns', count(*)::int)
    from campaign_health h
    join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id
    where h.state = 'unreachable' and c.mode = 'live' and c.url is null having count(*) > 0
    union all
    select c.owner_id, c.id::text, 'failing', 'channel_failing', json_build_object('failures', c.failures)
    from notice_channels c where c.enabled and c.failures >= ${limits.noticeFailuresMax}
    union all
    select null::uuid, 'event_bodies', 'default_partition', 'partition_missing',
      json_build_object('rows', (select count(*)::int from (select from event_bodies_default limit ${counted}) d))
    where exists (select from event_bodies_default)`
}

export interface SourceKey {
  partnerId: string
  id: string
}

/** The next sources to be looked at, in the order of their key. */
export function nextSources(sql: Sql, after: SourceKey | undefined): Promise<SourceKey[]> {
  const { partnerId, id } = after ?? beforeAll
  return sql<SourceKey[]>`
    select partner_id as "partnerId", id from sources
    where (partner_id, id) > (${partnerId}::uuid, ${id}::uuid)
    order by partner_id, id limit ${limits.alarmSourcesPerLook}`
}

const beforeAll: SourceKey = { partnerId: nilUuid, id: nilUuid }

/**
 * What a source is used to is read from its newest events; what was found before an alarm stays its measure.
 * From the end of an index: the planner, which takes all sources for equally busy, would collect all events
 * of the busiest to sort them.
 */
export function sourceConditions(sql: Sql, sources: readonly SourceKey[]): Promise<Condition[]> {
  return sql.begin(async (tx) => {
    await tx`set local enable_bitmapscan = off`
    return conditionsOf(tx, sources)
  }) as Promise<Condition[]>
}

function conditionsOf(sql: Statements, sources: readonly SourceKey[]): Promise<Condition[]> {
  const { silenceEvents, silenceMsMin, silenceTimes } = limits.sourceSilent
  const { lookedAt, recent, earlierMin, shareMin, drop } = limits.emailMissing
  return sql<Condition[]>`
    with looked as materialized (
      select s.partner_id, s.id
      from json_to_recordset(${JSON.stringify(sources)}::text::json) as k("partnerId" uuid, id uuid)
      join sources s on s.partner_id = k."partnerId" and s.id = k.id and s.enabled
    )
    select s.partner_id as "partnerId", s.id::text as subject, 'silent' as cause, 'source_silent' as kind,
      json_build_object('seconds', extract(epoch from now() - seen.newest)::int,
        'usual_seconds', extract(epoch from seen.longest)::int) as detail
    from looked s
    cross join lateral (
      select count(*) as n, max(received_at) as newest, max(gap) as longest from (
        select received_at, received_at - lead(received_at) over (order by id desc) as gap from (
          select id, received_at from events where source_id = s.id order by id desc limit ${silenceEvents}
        ) e
      ) gaps
    ) seen
    where seen.n >= ${silenceEvents}
      and now() - seen.newest > greatest(seen.longest * ${silenceTimes}::int, ${silenceMsMin} * interval '1 ms')
    union all
    select s.partner_id, s.id::text, 'fewer', 'email_missing',
      json_build_object('percent', round(100 * found.recent / ${recent}), 'before_percent', round(100 * before.share))
    from looked s
    cross join lateral (
      select count(*) filter (where n <= ${recent}) as judged,
        (count(*) filter (where n <= ${recent} and found))::float8 as recent,
        count(*) filter (where n > ${recent}) as earlier,
        (count(*) filter (where n > ${recent} and found))::float8 as earlier_found
      from (
        select row_number() over (order by id desc) as n, state in ('matched', 'test') as found from (
          select id, state, reason from events where source_id = s.id order by id desc limit ${lookedAt}
        ) newest
        where state in ('matched', 'test') or reason in ('no_email', 'unsigned_email')
      ) e
    ) found
    left join alarms a on a.kind = 'email_missing' and a.subject = s.id::text and a.closed_at is null
    cross join lateral (
      select coalesce((a.detail->>'before_percent')::float8 / 100,
        found.earlier_found / nullif(found.earlier, 0)) as share
    ) before
    where found.judged = ${recent} and (found.earlier >= ${earlierMin} or a.id is not null)
      and before.share >= ${shareMin}::float8 and found.recent / ${recent} < before.share * ${drop}::float8`
}

/** What was looked at: of it, what is no condition any more is over. */
export interface Looked {
  kind: AlarmName
  /** null: all there are. */
  subjects: readonly string[] | null
}

/** Opens, confirms and closes. Any number of relays may do so at once. */
export async function keepAlarms(
  sql: Sql,
  conditions: readonly Condition[],
  looked: readonly Looked[],
): Promise<OpenAlarms> {
  const rows = conditions.map((condition) => ({ id: uuidv7(), ...condition }))
  await sql`
    with found as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as f(id uuid, "partnerId" uuid, kind text, subject text, cause text, detail jsonb)
    ), looked as materialized (
      select * from json_to_recordset(${JSON.stringify(looked)}::text::json)
        as l(kind text, subjects jsonb)
    ), kept as (
      insert into alarms (id, partner_id, kind, subject, cause, detail)
      select id, "partnerId", kind, subject, cause, detail from found
      on conflict (kind, subject, cause) where closed_at is null
      do update set seen_at = now(), detail = excluded.detail
    )
    update alarms a set closed_at = now()
    where a.closed_at is null and not exists (
      select from found f where f.kind = a.kind and f.subject = a.subject and f.cause = a.cause
    ) and (
      exists (
        select from looked l where l.kind = a.kind and (l.subjects is null or l.subjects ? a.subject)
      )
      -- A machine, or a source, that nobody has looked at any more is gone.
      or a.seen_at < now() - ${limits.alarmForgottenMs} * interval '1 ms'
    )`
  const open = await sql<{ kind: string; n: number }[]>`
    select kind, count(*)::int as n from alarms where closed_at is null group by kind`
  return new Map(open.map(({ kind, n }) => [kind, n]))
}
