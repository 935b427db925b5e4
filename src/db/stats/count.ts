// Counts hours. Whatever is counted replaces what was counted before, in one transaction: killed at any
// moment, or done twice, it counts nothing twice. Nothing of it touches the way of an event.
import { limits } from '../../limits.ts'
import { firstIdAt } from '../ledger/page.ts'
import { lockKeys } from '../locks.ts'
import type { Sql, Statements } from '../open.ts'

export const counted = ['events', 'grants'] as const
export type Counted = (typeof counted)[number]

export interface Hours {
  partnerId: string
  of: Counted
  /** Whole hours. */
  from: Date
  to: Date
}

/** False: another relay is counting at this moment. */
export async function countHours(sql: Sql, hours: Hours): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [lock] = await tx`select pg_try_advisory_xact_lock(${lockKeys.stats}) as ours`
    if (lock?.['ours'] !== true) return false
    const { partnerId, of, from, to } = hours
    if (of === 'events') await countEvents(tx, hours)
    else await countGrants(tx, hours)
    const table = of === 'events' ? tx`event_hours` : tx`grant_hours`
    await tx`
      insert into counted_hours (partner_id, of, hour, counted_at, open)
      select ${partnerId}, ${of}, h, now(), exists (
        select from ${table} c where c.partner_id = ${partnerId} and c.hour = h
          and c.state in ('parked', 'queued', 'sending', 'held', 'attention'))
      from generate_series(${from}::timestamptz, ${to}::timestamptz - interval '1 hour', interval '1 hour') h
      on conflict (partner_id, of, hour) do update set counted_at = excluded.counted_at, open = excluded.open`
    return true
  })
}

async function countEvents(tx: Statements, { partnerId, from, to }: Hours): Promise<void> {
  await tx`delete from event_hours where partner_id = ${partnerId} and hour >= ${from} and hour < ${to}`
  await tx`
    insert into event_hours (partner_id, hour, source_id, state, reason, count)
    select partner_id, date_trunc('hour', received_at, 'UTC'), source_id, state, reason, count(*)
    from events where partner_id = ${partnerId} and received_at >= ${from} and received_at < ${to}
      and id >= ${idsFrom(from)} and id < ${idsTo(to)}
    group by 1, 2, 3, 4, 5`
}

async function countGrants(tx: Statements, { partnerId, from, to }: Hours): Promise<void> {
  await tx`delete from grant_hours where partner_id = ${partnerId} and hour >= ${from} and hour < ${to}`
  await tx`
    insert into grant_hours (partner_id, hour, campaign_id, source_id, state, reason, count)
    select g.partner_id, date_trunc('hour', g.created_at, 'UTC'), g.campaign_id,
      coalesce(r.source_id, '00000000-0000-0000-0000-000000000000'), g.state, coalesce(g.reason, ''), count(*)
    from campaigns c
    join grants g on g.campaign_id = c.id and g.partner_id = c.partner_id
    left join rules r on r.partner_id = g.partner_id and r.id = g.rule_id
    where c.partner_id = ${partnerId} and g.created_at >= ${from} and g.created_at < ${to}
      and g.id >= ${idsFrom(from)} and g.id < ${idsTo(to)}
    group by 1, 2, 3, 4, 5, 6`
}

const idsFrom = (from: Date) => firstIdAt(from.getTime() - limits.idClockErrorMsMax)
const idsTo = (to: Date) => firstIdAt(to.getTime() + limits.idClockErrorMsMax)

/** The next hours that nobody has counted and that are over. */
export async function uncountedHours(
  sql: Sql,
  partnerId: string,
  of: Counted,
): Promise<Hours | undefined> {
  const oldest =
    of === 'events'
      ? sql`select received_at from events where partner_id = ${partnerId} order by id limit 1`
      : sql`select min(g.created_at) from campaigns c cross join lateral (
          select created_at from grants where campaign_id = c.id order by id limit 1) g
          where c.partner_id = ${partnerId}`
  const [row] = await sql<{ from: Date | null; until: Date }[]>`
    select coalesce(
        (select max(hour) + interval '1 hour' from counted_hours where partner_id = ${partnerId} and of = ${of}),
        date_trunc('hour', (${oldest}), 'UTC')
      ) as "from",
      date_trunc('hour', now() - ${limits.statsLateMs} * interval '1 ms', 'UTC') as until`
  if (row === undefined || row.from === null || row.from >= row.until) return undefined
  const to = Math.min(row.until.getTime(), row.from.getTime() + limits.statsHoursAtOnce * 3_600_000)
  return { partnerId, of, from: row.from, to: new Date(to) }
}

/** Hours whose rows were still to change, and, once a day, all others: the longest ago first. */
export async function staleHours(sql: Sql, partnerId: string, of: Counted): Promise<Hours[]> {
  const rows = await sql<{ hour: Date }[]>`
    (select hour from counted_hours where partner_id = ${partnerId} and of = ${of} and open
      and counted_at < now() - ${limits.statsOpenMs} * interval '1 ms'
      order by counted_at limit ${limits.statsHoursPerRound})
    union
    (select hour from counted_hours where partner_id = ${partnerId} and of = ${of}
      and counted_at < now() - ${limits.statsRecountMs} * interval '1 ms'
      order by counted_at limit ${limits.statsHoursPerRound})`
  return rows.map(({ hour }) => ({
    partnerId,
    of,
    from: hour,
    to: new Date(hour.getTime() + 3_600_000),
  }))
}
