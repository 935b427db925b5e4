// Parked events that wait although what they are read from is over: nobody has done what only a person can do, and
// for their sake alone a body stays that its period would have taken. They are told of by an alarm of their source,
// and end when it has been open for long enough: never before, so that whoever was away finds them told, not gone.
import { limits } from '../../limits.ts'
import type { Condition } from '../alarms.ts'
import type { Sql } from '../open.ts'

/** The retention of a partner that stands beside in `r`; never sooner than a lookup has had its time. */
const period = `greatest(r.bodies_days * interval '1 day', ${limits.retryForMsMax} * interval '1 ms')`

/** Ids begin with their time; whose clock was wrong is found a day later. */
const idBefore = `(lpad(to_hex((extract(epoch from now() - ${period}) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid`

/** Of each partner, the oldest first. Not what somebody has had tried again within the 72 hours of a lookup. */
const overdue = (more: string) => `
  from retention r
  cross join lateral (
    select e.id, e.source_id from events e
    join lookups l on l.partner_id = e.partner_id and l.event_id = e.id
    where e.partner_id = r.partner_id and e.state = 'parked' and e.id < ${idBefore}
      and e.received_at < now() - ${period} and l.since < now() - ${limits.retryForMsMax} * interval '1 ms'
      ${more}
  ) o
  where r.bodies_days is not null`

const counted = 10_000

/** One for each source. */
export function parkedOver(sql: Sql): Promise<Condition[]> {
  return sql.unsafe<Condition[]>(
    `select r.partner_id as "partnerId", o.source_id::text as subject, 'retention' as cause, 'parked_over' as kind,
      json_build_object('waiting', count(*)::int) as detail
    ${overdue(`order by e.id limit ${counted}`)} group by 1, 2`,
  )
}

/** A piece of them; how many ended. What is being asked at this moment is left for the next time. */
export async function endOverdue(sql: Sql): Promise<number> {
  const told = `and l.state <> 'asking' and exists (
    select from alarms a where a.kind = 'parked_over' and a.subject = e.source_id::text and a.closed_at is null
      and a.opened_at < now() - ${limits.parkedToldMs} * interval '1 ms')
    order by e.id limit ${limits.retentionRowsAtOnce} for update of e skip locked`
  const rows = await sql.unsafe(
    `with over as materialized (
      select r.partner_id, o.id ${overdue(told)} limit ${limits.retentionRowsAtOnce}
    ), ended as (
      update lookups l set state = 'ended', due_at = null, lease_until = null, lease_owner = null, again = false
      from over o where l.partner_id = o.partner_id and l.event_id = o.id and l.state || '' <> 'asking'
      returning l.partner_id, l.event_id
    ), unparked as (
      delete from parked_parts p using ended d where p.partner_id = d.partner_id and p.event_id = d.event_id
    )
    update events e set state = 'unmatched', reason = 'waited_too_long' from ended d
    where e.partner_id = d.partner_id and e.id = d.event_id and e.state = 'parked' returning 1`,
  )
  return rows.length
}
