// What the rules of now make of recorded events, written beside the events, which stay as they are; new
// grants stand in the queue, each with its event. A grant that is there already is left alone.
import { birthOfGrants, birthParameters, type GrantToRecord } from '../birth.ts'
import type { Statements } from '../open.ts'

export interface ReplayToRecord {
  id: string
  eventId: string
  state: string
  reason: string
  /** JSON texts. */
  trace: string
  matches: string
  grants: readonly GrantToRecord[]
}

export interface ReplayAsked {
  partnerId: string
  actor: string
  jobId: string | null
}

export interface Replayed {
  id: string
  eventId: string
  /** Grants that were not there before. */
  made: string[]
}

const statement = `
with asked as (
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
    as a(id, event_id, state, reason, trace, matches)
), fresh as materialized (
  select e.id from asked a join events e on e.partner_id = $7::uuid and e.id = a.event_id
), ${birthOfGrants(10)}
insert into replays (partner_id, id, event_id, actor, job_id, state, reason, trace, matches, made)
select $7::uuid, a.id, a.event_id, $8, $9::uuid, a.state, a.reason, a.trace::jsonb, a.matches::jsonb,
  array(select m.id from made m join wanted w on w.id = m.id where w.event_id = a.event_id order by m.id)
from asked a join fresh f on f.id = a.event_id
returning id, event_id as "eventId", made`

export async function recordReplays(
  sql: Statements,
  { partnerId, actor, jobId }: ReplayAsked,
  replays: readonly ReplayToRecord[],
): Promise<Replayed[]> {
  if (replays.length === 0) return []
  const grants = replays.flatMap(({ eventId, grants: wanted }) =>
    wanted.map((grant) => ({ partnerId, eventId, grant })),
  )
  return sql.unsafe<Replayed[]>(statement, [
    replays.map(({ id }) => id),
    replays.map(({ eventId }) => eventId),
    replays.map(({ state }) => state),
    replays.map(({ reason }) => reason),
    replays.map(({ trace }) => trace),
    replays.map(({ matches }) => matches),
    partnerId,
    actor,
    jobId,
    ...birthParameters(grants, 0, replays[0]?.id ?? ''),
  ])
}
