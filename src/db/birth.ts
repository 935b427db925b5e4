// How grants come into the world, in SQL: the same rules for an event that was just recorded and for
// one whose lookup just ended. A part of a statement, never a statement of its own.

import { bareArray, textArray } from './array-text.ts'

export interface GrantToRecord {
  id: string
  campaignId: string
  /** null: of a list. */
  ruleId: string | null
  mode: 'live' | 'sandbox'
  emailKey: Buffer
  foldedKey: Buffer
  email: string
  test: boolean
  /** This relay has room to send it at once: born in state `sending`, under its lease. */
  claim: boolean
}

/** As a list brings it; without an email the person was erased from the list. */
export type GrantOfList = Omit<GrantToRecord, 'email'> & { email: string | null }

/** A grant with what asks for it. */
export interface GrantOfEvent {
  partnerId: string
  /** An event; of a list the job that brings it. */
  eventId: string
  grant: GrantOfList
}

/*
 * A campaign that holds or is stopped makes its grants `held` at birth, and so does one whose earlier
 * grants are still held, so that nobody overtakes them; one that MOAB does not answer for, or that has
 * a pace, makes them `queued`. Rows are sorted by their unique keys so that two batches with the same
 * keys queue up instead of deadlocking.
 *
 * A grant of a campaign that is not there has no mode, which its row must have: it fails, as with a
 * foreign key, which would look for the campaign once for each row.
 *
 * Whoever was erased gets a grant that is `suppressed` at birth and holds no email. Where nobody was, one
 * look says so for all.
 *
 * `limit 1` where `exists` would do: an exists may be answered by reading every held grant at once.
 */
/**
 * CTEs `requested` to `made`; before them stands one named `fresh` with the ids of the events that may
 * have grants. Takes the thirteen parameters of `birthParameters`, the first as $`first`. `origin`:
 * the column that says where they come from.
 */
export function birthOfGrants(
  first: number,
  origin: 'event_id' | 'import_id' = 'event_id',
): string {
  const $ = (n: number) => `$${first + n}`
  return `requested as (
  select * from unnest(${$(0)}::uuid[], ${$(1)}::uuid[], ${$(2)}::uuid[], ${$(3)}::uuid[], ${$(4)}::uuid[], ${$(5)}::text[], ${$(6)}::text[], ${$(7)}::text[], ${$(8)}::text[], ${$(9)}::int[]::bool[], ${$(10)}::int[]::bool[])
    as g(id, partner_id, event_id, campaign_id, rule_id, mode, email_key, folded_key, email, test, claim)
), wanted as materialized (
  select r.*, case when (select exists (select from erased_people)) then (
    select true from erased_people p
    where p.partner_id = r.partner_id and p.folded_key = decode(r.folded_key, 'hex') limit 1
  ) end is true or r.email is null as erased
  from requested r
), line as materialized (
  select campaign_id, (select true from grants q where q.campaign_id = l.campaign_id and q.state = 'held' limit 1) is true as there
  from (select distinct campaign_id from wanted) l
), born as materialized (
  select w.*, c.id is not null as campaign, case
      when w.test then 'test'
      when w.erased then 'suppressed'
      when h.state in ('holding', 'stopped') or line.there then 'held'
      when w.claim and h.state = 'healthy' and c.per_second is null then 'sending'
      else 'queued' end as state,
    case when w.test or w.erased then null when h.state in ('holding', 'stopped') then h.reason when line.there then 'in_line' end as reason
  from wanted w
  join fresh f on f.id = w.event_id
  left join campaigns c on c.partner_id = w.partner_id and c.id = w.campaign_id
  left join campaign_health h on h.partner_id = w.partner_id and h.campaign_id = w.campaign_id
  join line on line.campaign_id = w.campaign_id
), made as (
  insert into grants (id, partner_id, ${origin}, campaign_id, rule_id, mode, email_key, folded_key, email, state, reason, due_at, attempt, lease_until, lease_owner, settled_at)
  select id, partner_id, event_id, campaign_id, rule_id, case when campaign then mode end, decode(email_key, 'hex'), decode(folded_key, 'hex'),
    case when not erased then email end, state, reason,
    case when state = 'queued' then now() end,
    case when state = 'sending' then 1 else 0 end,
    case when state = 'sending' then now() + ${$(11)}::int * interval '1 ms' end,
    case when state = 'sending' then ${$(12)}::uuid end,
    case when state = 'suppressed' then now() end
  from born order by campaign_id, email_key
  on conflict do nothing
  returning id, state
)`
}

export function birthParameters(grants: readonly GrantOfEvent[], leaseMs: number, node: string) {
  return [
    bareArray(grants.map((g) => g.grant.id)),
    bareArray(grants.map((g) => g.partnerId)),
    bareArray(grants.map((g) => g.eventId)),
    bareArray(grants.map((g) => g.grant.campaignId)),
    bareArray(grants.map((g) => g.grant.ruleId)),
    textArray(grants.map((g) => g.grant.mode)),
    bareArray(grants.map((g) => g.grant.emailKey.toString('hex'))),
    bareArray(grants.map((g) => g.grant.foldedKey.toString('hex'))),
    textArray(grants.map((g) => g.grant.email)),
    bareArray(grants.map((g) => Number(g.grant.test))),
    bareArray(grants.map((g) => Number(g.grant.claim))),
    leaseMs,
    node,
  ]
}
