// Which causes are to be told to which channels, kept in step with the alarms, and the notices that
// come of it. One relay at a time does so, in one transaction; all times are the database's.
import type { Ladder, Step } from '../../notices/ladder.ts'
import type { NoticeItem } from '../../notices/notice.ts'
import { limits } from '../../limits.ts'
import { uuidv7 } from '../../ids.ts'
import { lockKeys } from '../locks.ts'
import type { Sql, Statements } from '../open.ts'
import { noPartner } from './schema.ts'

/** A cause that is due, or nearly, with its alarm as it is now. */
export interface DueLadder extends Ladder, Omit<NoticeItem, 'happened'> {
  partnerId: string
  channelId: string
  over: boolean
}

export interface NoticeToWrite {
  partnerId: string
  channelId: string
  items: NoticeItem[]
  more: number
  /** Where the ladders stand then; null: it is over, and told. */
  steps: readonly { ladder: DueLadder; step: Step | null }[]
}

/**
 * `compose` makes notices of what is due; `now` is the database's, in Unix milliseconds. Does nothing
 * while another relay is at it. Resolves with the number of notices written.
 */
export async function writeNotices(
  sql: Sql,
  compose: (due: readonly DueLadder[], now: number) => NoticeToWrite[],
): Promise<number> {
  return sql.begin(async (tx) => {
    const [lock] = await tx<{ mine: boolean; now: number }[]>`
      select pg_try_advisory_xact_lock(${lockKeys.notices}::bigint) as mine,
        (extract(epoch from now()) * 1000)::float8 as now`
    if (lock === undefined || !lock.mine) return 0
    await beginLadders(tx)
    await endLadders(tx)
    const written = compose(await dueLadders(tx), lock.now)
    if (written.length > 0) await insertNotices(tx, written)
    return written.length
  })
}

/** A channel is not told that it fails itself. */
const wanted = `c.enabled and (c.alarms is null or a.kind = any(c.alarms))
  and not (a.kind = 'channel_failing' and a.subject = c.id::text)`

/** Open alarms that a channel takes and does not know yet; a cause that is there again goes on where it was. */
async function beginLadders(tx: Statements): Promise<void> {
  await tx.unsafe(
    `insert into notice_ladders as l (partner_id, channel_id, kind, subject, cause, alarm_id, due_at)
    select c.partner_id, c.id, a.kind, a.subject, a.cause, a.id, now() + $1::int * interval '1 ms'
    from alarms a
    join notice_channels c on c.partner_id = coalesce(a.partner_id, $2::uuid) and ${wanted}
    left join notice_ladders k on k.partner_id = c.partner_id and k.channel_id = c.id
      and k.kind = a.kind and k.subject = a.subject and k.cause = a.cause
    where a.closed_at is null and (k.alarm_id is null or k.alarm_id <> a.id or k.over_at is not null)
    limit $3::int
    on conflict (partner_id, channel_id, kind, subject, cause)
      do update set alarm_id = excluded.alarm_id, over_at = null`,
    [limits.noticeGatherMs, noPartner, limits.noticeLaddersPerRound],
  )
}

/**
 * Marks what is over. What was never told is forgotten: counted where it would have been told, had the
 * channel been allowed to.
 */
async function endLadders(tx: Statements): Promise<void> {
  await tx`
    update notice_ladders l set over_at = coalesce((select closed_at from alarms where id = l.alarm_id), now())
    where l.over_at is null and not exists (
      select from alarms a where a.id = l.alarm_id and a.closed_at is null
    )`
  await tx.unsafe(
    `delete from notice_ladders a using notice_channels c
    where c.partner_id = a.partner_id and c.id = a.channel_id and not (${wanted})`,
  )
  await tx`
    delete from notice_ladders l
    where over_at is not null and not exists (select from alarms where id = l.alarm_id)`
  await tx`
    with untold as (
      delete from notice_ladders where rung = 0 and over_at is not null
      returning partner_id, channel_id, due_at <= over_at as missed
    ), missed as (
      select partner_id, channel_id, count(*)::int as n from untold where missed group by 1, 2
    )
    update notice_channels c set left_out = c.left_out + m.n
    from missed m where c.partner_id = m.partner_id and c.id = m.channel_id`
  await tx`
    update notices n set state = 'given_up', due_at = null, settled_at = now(), outcome = 'channel_off'
    from notice_channels c
    where n.state = 'queued' and c.partner_id = n.partner_id and c.id = n.channel_id and not c.enabled`
}

/**
 * Of channels that nothing is on its way to, and that were not told too often within the hour: what is
 * due, and what soon would be goes along.
 */
function dueLadders(tx: Statements): Promise<DueLadder[]> {
  return tx<DueLadder[]>`
    select l.partner_id as "partnerId", l.channel_id as "channelId", l.kind, l.subject, l.cause, l.rung,
      (extract(epoch from l.began_at) * 1000)::float8 as "beganAt", l.over_at is not null as over,
      a.id as "alarmId", a.detail,
      coalesce(m.name, s.name, o.name, l.subject) as "subjectName",
      to_json(a.opened_at) #>> '{}' as "openedAt", to_json(a.closed_at) #>> '{}' as "closedAt"
    from notice_channels c
    cross join lateral (
      select * from notice_ladders k
      where k.partner_id = c.partner_id and k.channel_id = c.id and (
        k.over_at <= now() - ${limits.noticeOverMs} * interval '1 ms'
        or k.over_at is null and k.due_at <= now() + ${limits.noticeGatherMs} * interval '1 ms'
      ) order by k.due_at limit ${limits.noticeCausesMax}
    ) l
    join alarms a on a.id = l.alarm_id
    cross join lateral (
      select case when l.subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then l.subject::uuid end as id
    ) named
    left join campaigns m on m.partner_id = l.partner_id and m.id = named.id
    left join sources s on s.partner_id = l.partner_id and s.id = named.id
    left join notice_channels o on o.partner_id = l.partner_id and o.id = named.id
    where c.enabled and exists (
      select from notice_ladders k
      where k.partner_id = c.partner_id and k.channel_id = c.id and (
        k.over_at <= now() - ${limits.noticeOverMs} * interval '1 ms'
        or k.over_at is null and k.due_at <= now()
      )
    ) and not exists (
      select from notices n where n.partner_id = c.partner_id and n.channel_id = c.id
        and n.state in ('queued', 'sending') and not n.test
    ) and (
      select count(*) from notices n where n.partner_id = c.partner_id and n.channel_id = c.id
        and not n.test and n.created_at > now() - interval '1 hour'
    ) < ${limits.noticesPerHourMax}`
}

async function insertNotices(tx: Statements, written: readonly NoticeToWrite[]): Promise<void> {
  const rows = written.map(({ partnerId, channelId, items, more }) => ({
    id: uuidv7(),
    partnerId,
    channelId,
    items,
    more,
  }))
  await tx`
    with new as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as n(id uuid, "partnerId" uuid, "channelId" uuid, items jsonb, more int)
    ), told as (
      update notice_channels c set left_out = 0 from new n
      where c.partner_id = n."partnerId" and c.id = n."channelId" and c.left_out > 0
    )
    insert into notices (partner_id, id, channel_id, items, more, left_out, state, due_at)
    select n."partnerId", n.id, n."channelId", n.items, n.more, c.left_out, 'queued', now()
    from new n join notice_channels c on c.partner_id = n."partnerId" and c.id = n."channelId"`
  const steps = written.flatMap((notice) =>
    notice.steps.map(({ ladder: { partnerId, channelId, kind, subject, cause }, step }) => ({
      partnerId,
      channelId,
      kind,
      subject,
      cause,
      ...(step ?? { rung: null, beganAt: null, dueAt: null }),
    })),
  )
  const stepped = tx`
    select * from json_to_recordset(${JSON.stringify(steps)}::text::json) as s("partnerId" uuid,
      "channelId" uuid, kind text, subject text, cause text, rung int, "beganAt" float8, "dueAt" float8)`
  const same = tx`l.partner_id = s."partnerId" and l.channel_id = s."channelId"
    and l.kind = s.kind and l.subject = s.subject and l.cause = s.cause`
  await tx`delete from notice_ladders l using (${stepped}) s where ${same} and s.rung is null`
  await tx`
    update notice_ladders l set rung = s.rung, began_at = to_timestamp(s."beganAt" / 1000),
      due_at = to_timestamp(s."dueAt" / 1000)
    from (${stepped}) s where ${same} and s.rung is not null`
}
