// Counts of a span: from the counted hours, and from the rows themselves for the last hours, which nobody
// has counted yet.
import { and, sql, type SQL } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import { idsDuring } from '../ledger/page.ts'
import type { Owner, Reader } from '../ledger/reading.ts'
import { uuids } from '../ledger/search.ts'
import { campaigns, events, grants, partners, sources } from '../schema.ts'
import { counted, type Counted } from './count.ts'

export const steps = ['hour', 'day', 'month'] as const
/** Requests refused are counted as they come, events and grants afterwards. */
export const countable = [...counted, 'rejections'] as const
export const groupings = ['source', 'campaign', 'state', 'reason'] as const

export interface StatsAsked {
  of: (typeof countable)[number]
  from: Date
  to: Date
  step: (typeof steps)[number]
  zone: string
  by?: (typeof groupings)[number] | undefined
  sourceIds?: readonly string[] | undefined
  campaignIds?: readonly string[] | undefined
}

export interface StatsRow extends Record<string, unknown> {
  at: Date
  word: string | null
  name: string | null
  count: number
}

export interface Stats {
  rows: StatsRow[]
  /** Hours before the last ones are still to be counted. */
  isComplete: boolean
}

export async function statsOf(tx: Reader, owner: Owner, asked: StatsAsked): Promise<Stats> {
  const { by, step, zone } = asked
  const isComplete = asked.of === 'rejections' || (await areCounted(tx, owner, asked.of))
  const grouped = by === undefined ? sql`null::text` : groupedBy[by]
  const { table, id } = by === 'source' ? named.source : named.campaign
  const name =
    by === 'source' || by === 'campaign'
      ? sql`(select n.name from ${table} n where ${id} = s.word::uuid limit 1)`
      : sql`null::text`
  const rows = await tx.execute<StatsRow>(sql`
    select s.at, s.word, ${name} as name, s.count from (
      select date_trunc(${step}::text, t.hour, ${zone}::text) as at, t.word, sum(t.count)::float8 as count
      from (
        select c.hour, ${grouped} as word, sum(c.count) as count
        from (${hoursOf(owner, asked)}) c
        where ${
          and(
            asked.sourceIds && sql`c.source_id = any(${uuids(asked.sourceIds)})`,
            asked.campaignIds && sql`c.campaign_id = any(${uuids(asked.campaignIds)})`,
          ) ?? sql`true`
        }
        group by 1, 2
      ) t
      group by 1, 2
    ) s order by s.at, s.word`)
  return {
    rows: rows.map((row) => ({ ...row, at: new Date(row.at) })),
    isComplete,
  }
}

async function areCounted(tx: Reader, owner: Owner, of: Counted): Promise<boolean> {
  const [progress] = await tx.execute<{ lacking: boolean }>(lackingHours(owner, of))
  return progress?.lacking !== true
}

/** hour, source_id, campaign_id, state, reason, count */
function hoursOf(owner: Owner, { of, from, to }: StatsAsked): SQL {
  if (of === 'rejections') return refused(owner, { from, to })
  const span = { of, from, to }
  return sql`${countedBefore(owner, span)} union all ${uncounted(owner, span)}`
}

const groupedBy = {
  source: sql`c.source_id::text`,
  campaign: sql`c.campaign_id::text`,
  state: sql`c.state`,
  reason: sql`c.reason`,
}
const named = {
  source: { table: sources, id: sql`n.id` },
  campaign: { table: campaigns, id: sql`n.id` },
} as const

const ofPartners = (owner: Owner) =>
  owner === null ? sql`select id from ${partners}` : sql`select ${owner}::uuid as id`

/** From here on rows are looked at; never more than a few hours of them. */
const liveFrom = (of: Counted) => sql`
  greatest(
    (select max(hour) + interval '1 hour' from counted_hours h where h.partner_id = p.id and h.of = ${of}),
    date_trunc('hour', now(), 'UTC') - ${limits.statsLiveHours} * interval '1 hour')`

/** Once for each partner, not for each row: the offset keeps the planner from moving it there. */
const withSince = (owner: Owner, of: Counted) =>
  sql`select id, ${liveFrom(of)} as since from (${ofPartners(owner)}) p offset 0`

const moment = (date: Date) => sql`${date.toISOString()}::timestamptz`

interface Span {
  from: Date
  to: Date
}

const refused = (owner: Owner, { from, to }: Span): SQL => sql`
  select h.hour, h.source_id, null::uuid as campaign_id, null as state, h.reason, h.count
  from (${ofPartners(owner)}) p join refused_hours h on h.partner_id = p.id
  where h.hour >= ${moment(from)} and h.hour < ${moment(to)}`

function countedBefore(owner: Owner, { of, from, to }: Span & { of: Counted }): SQL {
  const table = sql.raw(of === 'events' ? 'event_hours' : 'grant_hours')
  const campaign = of === 'events' ? sql`null::uuid` : sql`h.campaign_id`
  return sql`
    select h.hour, h.source_id, ${campaign} as campaign_id, h.state, h.reason, h.count::bigint as count
    from (${withSince(owner, of)}) p join ${table} h on h.partner_id = p.id
    where h.hour >= ${moment(from)} and h.hour < ${moment(to)} and h.hour < p.since`
}

function uncounted(owner: Owner, { of, from, to }: Span & { of: Counted }): SQL {
  const span = { from: new Date(Math.max(from.getTime(), Date.now() - liveMs)), to }
  if (of === 'events')
    return sql`
      select date_trunc('hour', received_at, 'UTC'), source_id, null::uuid, state, reason, count(*)
      from (${withSince(owner, of)}) p
      join ${events} on ${events.partnerId} = p.id and ${idsDuring(events.id, span)}
      where received_at >= greatest(p.since, ${moment(from)}) and received_at < ${moment(to)}
      group by 1, 2, 3, 4, 5`
  return sql`
    select date_trunc('hour', ${grants.createdAt}, 'UTC'), coalesce(r.source_id, '00000000-0000-0000-0000-000000000000'),
      ${grants.campaignId}, ${grants.state}, coalesce(${grants.reason}, ''), count(*)
    from (${withSince(owner, of)}) p
    join campaigns c on c.partner_id = p.id
    join ${grants} on ${grants.campaignId} = c.id and ${idsDuring(grants.id, span)}
    left join rules r on r.partner_id = c.partner_id and r.id = ${grants.ruleId}
    where ${grants.createdAt} >= greatest(p.since, ${moment(from)}) and ${grants.createdAt} < ${moment(to)}
    group by 1, 2, 3, 4, 5`
}

/** An hour more, for a database whose clock is not this machine's. */
const liveMs = (limits.statsLiveHours + 2) * 3_600_000

/** Is there a partner some of whose hours nobody has counted, and which are too many to look at? */
const lackingHours = (owner: Owner, of: Counted) => sql`
  select exists (
    select from (${ofPartners(owner)}) p
    cross join lateral (
      select (select max(hour) from counted_hours h where h.partner_id = p.id and h.of = ${of}) as newest,
        date_trunc('hour', now(), 'UTC') - ${limits.statsLiveHours} * interval '1 hour' as live
    ) c
    where coalesce(c.newest + interval '1 hour' < c.live, (
      select ${events.receivedAt} < c.live from ${events}
      where ${events.partnerId} = p.id order by ${events.id} limit 1))
  ) as lacking`
