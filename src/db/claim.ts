// Which grants are sent next. The grants table is the queue; a grant is taken by a lease, so that
// no row lock is held while MOAB is called and a killed relay's grants come free by themselves.
//
// Rows are found and locked by a lateral probe of one index and then updated by their place (ctid):
// a plain join would leave the planner, which knows these tables only when they were empty, free to
// read a whole index for every batch.
import { effects } from '../grants/outcome.ts'
import { limits } from '../limits.ts'
import { bareArray } from './array-text.ts'
import type { Sql } from './open.ts'

export interface ClaimedGrant {
  partnerId: string
  campaignId: string
  id: string
  mode: 'live' | 'sandbox'
  email: string
  attempt: number
  retries: number
  ambiguous: boolean
  /** Its place in the queue as PostgreSQL writes it; null when it was not in the queue. */
  due: string | null
}

interface Lease {
  node: string
  leaseMs: number
  most: number
}

export type CampaignKey = Pick<ClaimedGrant, 'partnerId' | 'campaignId'>

const claimed = `g.partner_id as "partnerId", g.campaign_id as "campaignId", g.id, g.mode, g.email, g.attempt, g.retries, g.ambiguous`
export const countedRetries = `case when g.answer in ('unknown', 'no_data')
      or g.created_at < now() - ${limits.retryForMsMax} * interval '1 ms' then g.retries else 0 end`
export const answersThat = (does: 'hold' | 'retry') =>
  Object.entries(effects)
    .filter(([, effect]) => effect.do === does)
    .map(([answer]) => `'${answer}'`)
    .join(', ')
const saidNothing = `coalesce(answer in (${answersThat('retry')}), false)`
const lease = `state = 'sending', due_at = null, attempt = g.attempt + 1, lease_until = now() + $1::int * interval '1 ms', lease_owner = $2::uuid`

/** `among`: where campaigns are taken from, with their health as h. */
const claimStatement = (among: string) => `with due as materialized (
      select g.spot, g.due
      from (
        select h.campaign_id from ${among}
        join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id and c.per_second is null
        where h.state = 'healthy' order by random()
      ) h
      cross join lateral (
        select ctid as spot, due_at as due from grants
        where campaign_id = h.campaign_id and state = 'queued' and due_at <= now()
        order by due_at, id limit greatest(1, $3::int / 2) for update skip locked
      ) g
      limit $3::int
    )
    update grants g set ${lease} from due where g.ctid = due.spot
    returning ${claimed}, due.due::text`

const claimOfAll = claimStatement('campaign_health h')
const claimOfThese = claimStatement(`unnest($4::uuid[], $5::uuid[]) these(partner_id, campaign_id)
        join campaign_health h using (partner_id, campaign_id)`)

/**
 * Due grants of healthy campaigns, of all or of these, oldest first within each. Campaign by campaign,
 * so that a backlog that may not be sent now is never scanned to find one that may; the campaigns in any
 * order, so that a long backlog of one does not keep the others waiting.
 */
export function claimDue(
  sql: Sql,
  { node, leaseMs, most }: Lease,
  these: 'all' | readonly CampaignKey[] = 'all',
) {
  const options = { prepare: sql.options.prepare }
  if (these === 'all') return sql.unsafe<ClaimedGrant[]>(claimOfAll, [leaseMs, node, most], options)
  const [partners, campaigns] = [
    these.map(({ partnerId }) => partnerId),
    these.map(({ campaignId }) => campaignId),
  ]
  const parameters = [leaseMs, node, most, bareArray(partners), bareArray(campaigns)]
  return sql.unsafe<ClaimedGrant[]>(claimOfThese, parameters, options)
}

/** A claimed grant of a campaign with a pace: it has its own moment. Unix milliseconds of the database's clock. */
export interface PacedGrant extends ClaimedGrant {
  momentMs: number
  /** When it was claimed. */
  claimedMs: number
  /** How far off the relay's idea of that clock may be: further, and the pace is not kept. */
  offMsMax: number
}

/** How well a relay knows the database's clock. Milliseconds. */
export interface KnownClock {
  /** By how much more it may be off than the margin of a pace allows for. */
  slackMs: number
  /** How long an answer is under way. */
  wayMs: number
}

const atHand: KnownClock = { slackMs: 0, wayMs: 0 }

/** As it comes from the database. */
type Paced = Omit<PacedGrant, 'offMsMax'>
const offMsMaxWith = (slackMs: number) => limits.paceClockMsMax + slackMs
const nowMs = 'extract(epoch from now())::float8 * 1000'

const claimOfPaced = `with turn as materialized (
      select h.partner_id, h.campaign_id, ${limits.paceMargin} * 1000 / c.per_second as pace_ms,
        greatest($5::float8 - $4::float8, extract(epoch from h.pace_at - now())::float8 * 1000) as wait_ms
      from campaign_health h
      join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id and c.per_second is not null
      where h.state = 'healthy' and h.pace_at < now() + ${limits.paceAheadMs} * interval '1 ms' and (
        select true from grants
        where campaign_id = h.campaign_id and state = 'queued' and due_at <= now() limit 1
      )
      order by random() for update of h skip locked
    ), due as materialized (
      select g.spot, g.due, t.campaign_id, t.pace_ms, t.wait_ms + $4::float8 + (g.n - 1) * t.pace_ms as wait_ms
      from turn t
      cross join lateral (
        select spot, due, row_number() over () as n from (
          select ctid as spot, due_at as due from grants
          where campaign_id = t.campaign_id and state = 'queued' and due_at <= now()
          order by due_at, id
          limit least($3::int, 1 + floor((${limits.paceAheadMs} - t.wait_ms) / t.pace_ms)::int)
          for update skip locked
        ) oldest
      ) g
      limit $3::int
    ), given as (
      update campaign_health h set pace_at = now() + (t.wait_ms + 2 * $4::float8 + d.n * t.pace_ms) * interval '1 ms'
      from turn t join (select campaign_id, count(*) as n from due group by campaign_id) d using (campaign_id)
      where h.partner_id = t.partner_id and h.campaign_id = t.campaign_id
    )
    update grants g set ${lease} from due d where g.ctid = d.spot
    returning ${claimed}, d.due::text,
      ${nowMs} as "claimedMs", ${nowMs} + d.wait_ms as "momentMs"`

/**
 * The same for campaigns with a pace. Each grant gets a moment of its own, one pace after the one
 * before it; the next free moment stands in the campaign's health row, by the database's clock and
 * locked while moments are given out, so that all relays together keep the pace. `slackMs`: by how much
 * more the relay's idea of that clock may be off than the margin allows for; so much distance is kept from
 * the moments before, which another clock may have kept, and left to those that follow. No moment comes
 * before the relay has heard of it.
 */
export async function claimPaced(
  sql: Sql,
  { node, leaseMs, most }: Lease,
  { slackMs, wayMs }: KnownClock = atHand,
): Promise<PacedGrant[]> {
  const rows = await sql.unsafe<Paced[]>(
    claimOfPaced,
    [leaseMs, node, most, slackMs, Math.max(slackMs, wayMs)],
    { prepare: sql.options.prepare },
  )
  const offMsMax = offMsMaxWith(slackMs)
  return rows.toSorted((a, b) => a.momentMs - b.momentMs).map((grant) => ({ ...grant, offMsMax }))
}

const claimOfProbes = `with unwell as materialized (
      select h.partner_id, h.campaign_id, c.per_second, c.mode
      from campaign_health h
      join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id
      where h.state in ('holding', 'unreachable') and h.probe_at <= now()
        and (c.per_second is null or h.pace_at <= now())
      order by h.probe_at limit $3::int for update of h skip locked
    ), first as materialized (
      select g.spot, g.due, u.partner_id, u.campaign_id, u.per_second
      from unwell u
      cross join lateral (
        select * from (
          select spot, due from (
            select ctid as spot, due_at as due, id, ${saidNothing} as said_nothing, attempt from grants
            where campaign_id = u.campaign_id and state = 'held' and mode = u.mode
            order by id limit ${limits.probeChoice} for update skip locked
          ) oldest
          order by said_nothing, case when said_nothing then attempt end, id limit 1) held
        union all
        select * from (
          select ctid as spot, due_at as due from grants where campaign_id = u.campaign_id and state = 'queued' and mode = u.mode
          order by due_at, id limit 1 for update skip locked) queued
        limit 1
      ) g
    ), put_off as (
      update campaign_health h set probe_at = now() + $1::int * interval '1 ms',
        -- It is a call like any other: the next one keeps its distance.
        pace_at = case when f.per_second is null then h.pace_at
          else now() + ($4::float8 + $5::float8) * interval '1 ms' + ${limits.paceMargin} * interval '1 s' / f.per_second end
      from first f where h.partner_id = f.partner_id and h.campaign_id = f.campaign_id
    )
    update grants g set ${lease}, reason = null, retries = ${countedRetries} from first where g.ctid = first.spot
    returning ${claimed}, first.due::text, ${nowMs} as "claimedMs",
      case when first.per_second is not null then ${nowMs} + $5::float8 end as "momentMs"`

/**
 * One grant for each campaign that is unwell and due for a probe: the one that has waited longest, but those
 * that got no answer about the campaign last time come after the others, or one of them would hold it for ever.
 * Only one of the campaign's mode tells how that does.
 * A probe is made for its campaign, not for itself: unless its answer was odd, or its 72 hours are
 * over, it does not use up the grant's own retries.
 * The next probe is put off by the lease, so that no other relay probes at the same time.
 */
export async function claimProbes(
  sql: Sql,
  { node, leaseMs, most }: Lease,
  known: KnownClock = atHand,
): Promise<(ClaimedGrant | PacedGrant)[]> {
  const slackMs = Math.max(known.slackMs, limits.probeSlackMs)
  const rows = await sql.unsafe<(Omit<Paced, 'momentMs'> & { momentMs: number | null })[]>(
    claimOfProbes,
    [leaseMs, node, most, slackMs, Math.max(slackMs, known.wayMs)],
    { prepare: sql.options.prepare },
  )
  const offMsMax = offMsMaxWith(slackMs)
  return rows.map(({ momentMs, claimedMs, ...grant }) =>
    momentMs === null ? grant : { ...grant, momentMs, claimedMs, offMsMax },
  )
}

const rescue = `with gone as materialized (
      select ctid as spot, partner_id, id, attempt, lease_owner from grants
      where state = 'sending' and lease_until < now() order by lease_until limit $1::int for update skip locked
    ), noted as (
      insert into attempts (partner_id, grant_id, attempt, answer, failure, ambiguous, node)
      select partner_id, id, attempt, 'no_answer', 'relay_lost', true, lease_owner from gone on conflict do nothing
    )
    update grants g set state = 'queued', due_at = now(), ambiguous = true, lease_until = null, lease_owner = null
    from gone where g.ctid = gone.spot
    returning 1`

/**
 * Grants whose lease ran out: their relay is gone, and whether the call was made is unknown. They
 * are marked ambiguous, which code 10 resolves later, and a lost attempt is written down.
 */
export async function rescueLost(sql: Sql, most: number): Promise<number> {
  const rows = await sql.unsafe(rescue, [most], { prepare: sql.options.prepare })
  return rows.length
}

const handingBack = `update grants g set state = 'queued', due_at = coalesce(b.due::timestamptz, g.created_at), lease_until = null, lease_owner = null
    from unnest($1::uuid[], $2::int[], $4::text[]) as b(id, attempt, due)
    where g.id = b.id and g.attempt = b.attempt and g.state || '' = 'sending' and g.lease_owner = $3::uuid`

/**
 * Unsent grants go back to their places in the queue: this relay stops, their campaign may not be called
 * now, or their moment is over. One that was in no queue stands where its age puts it.
 */
export async function handBack(
  sql: Sql,
  grants: readonly ClaimedGrant[],
  node: string,
): Promise<void> {
  await sql.unsafe(
    handingBack,
    [
      grants.map((grant) => grant.id),
      grants.map((grant) => grant.attempt),
      node,
      grants.map((grant) => grant.due),
    ],
    { prepare: sql.options.prepare },
  )
}
