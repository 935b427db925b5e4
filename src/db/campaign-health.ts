// What a change of a campaign's set-up means for its health row. Due times are the database's; a
// row that a person stopped is started by a person only.
import { sql } from 'drizzle-orm'
import type { Tx } from './partners.ts'

interface Campaign {
  partnerId: string
  id: string
}

/** A new campaign, or one switched on or off: as if nothing were known about it yet. */
export async function startHealth(tx: Tx, { partnerId, id }: Campaign): Promise<void> {
  await tx.execute(sql`
    insert into campaign_health as h (partner_id, campaign_id, state, reason, probe_at)
    select c.partner_id, c.id,
      case when not c.enabled then 'stopped' when w.waits then 'holding' else 'healthy' end,
      case when not c.enabled then 'stopped' when w.waits then 'not_started' end,
      case when c.enabled and w.waits then c.starts_at end
    from campaigns c
    cross join lateral (select c.mode = 'live' and coalesce(c.starts_at > now(), false) as waits) w
    where c.partner_id = ${partnerId} and c.id = ${id}
    on conflict (partner_id, campaign_id) do update set
      state = excluded.state, reason = excluded.reason, probe_at = excluded.probe_at,
      since = now(), probes = 0, failures = 0`)
}

/**
 * A campaign whose key, URL, dates, pace or mode changed: what it waited for may have come true, so
 * one grant is tried at once. A start newly set into the future is waited for.
 */
export async function reconsiderHealth(
  tx: Tx,
  { partnerId, id }: Campaign,
  startChanged: boolean,
): Promise<void> {
  await tx.execute(sql`
    update campaign_health h set
      state = case when w.waits then 'holding' else h.state end,
      reason = case when w.waits then 'not_started' else h.reason end,
      since = case when w.waits and h.reason is distinct from 'not_started' then now() else h.since end,
      probe_at = case
        when w.waits then c.starts_at
        when h.state in ('holding', 'unreachable') then now()
        else h.probe_at end
    from campaigns c
    cross join lateral (
      select ${startChanged}::boolean and c.mode = 'live' and coalesce(c.starts_at > now(), false) as waits
    ) w
    where c.partner_id = ${partnerId} and c.id = ${id}
      and h.partner_id = c.partner_id and h.campaign_id = c.id and h.state <> 'stopped'`)
}
