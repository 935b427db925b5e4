// Which lookups are taken up next: by a lease, as grants are, so that a killed relay's come free by
// themselves. Found through one index per source and then updated by their place (ctid).
import type { PartKept } from '../../lookups/part.ts'
import type { Trust } from '../../schemes/scheme.ts'
import { limits } from '../../limits.ts'
import type { Sql } from '../open.ts'

/** A lookup under this relay's lease, with its event as it was recorded. */
export interface ClaimedLookup {
  partnerId: string
  eventId: string
  sourceId: string
  waitsFor: 'join' | 'lookup'
  attempt: number
  retries: number
  absences: number
  verdict: StoredVerdict
  eventKey: string
  type: string
  part: number
  /** null once the body was dropped. */
  method: string | null
  headers: Record<string, string[]> | null
  body: Buffer | null
  /** The event by itself, where it may have to do without. */
  kept: PartKept | null
  /** The customer's email, where an earlier event said it. */
  contact: { email: string; trust: Trust } | null
}

/** What read() needs to know of the proof, to read the body as it was read first. */
export interface StoredVerdict {
  trust: Trust
  covers?: readonly string[]
  claimsOnly?: true
}

interface Lease {
  node: string
  leaseMs: number
  most: number
}

const lease = `state = 'asking', due_at = null, attempt = l.attempt + 1, lease_until = now() + $1::int * interval '1 ms', lease_owner = $2::uuid`

/** `taken`: the rows that were claimed. A contact is of its own partner and source only. */
const described = `
select t.partner_id as "partnerId", t.event_id as "eventId", t.source_id as "sourceId", t.waits_for as "waitsFor",
  t.attempt, t.retries, t.absences, t.verdict, e.event_key as "eventKey", e.type, e.part, b.method, b.headers, b.body, k.event as kept,
  case when c.email is not null then json_build_object('email', c.email, 'trust', c.trust) end as contact
from taken t
join events e on e.partner_id = t.partner_id and e.id = t.event_id
left join event_bodies b on b.id = e.body_id and b.received_at = e.received_at and b.erased_at is null
left join parked_parts k on k.partner_id = t.partner_id and k.event_id = t.event_id
left join contacts c on c.partner_id = t.partner_id and c.source_id = t.source_id and c.customer_key = t.customer_key`

/**
 * Due lookups, oldest first within each source, sources in any order. Those that wait for the provider
 * only where it is well; joins need nobody's answer.
 */
export function claimLookups(sql: Sql, { node, leaseMs, most }: Lease) {
  return sql.unsafe<ClaimedLookup[]>(
    `with due as materialized (
      select l.spot
      from (
        select partner_id, source_id, kind from lookup_health
        cross join (values ('join'), ('lookup')) kinds(kind)
        where state = 'healthy' or kind = 'join' order by random()
      ) h
      cross join lateral (
        select ctid as spot from lookups
        where partner_id = h.partner_id and source_id = h.source_id and waits_for = h.kind and state = 'waiting' and due_at <= now()
        order by due_at, event_id limit greatest(1, $3::int / 2) for update skip locked
      ) l
      limit $3::int
    ), taken as (
      update lookups l set ${lease} from due where l.ctid = due.spot returning l.*
    ) ${described}`,
    [leaseMs, node, most],
    { prepare: sql.options.prepare },
  )
}

/**
 * One lookup for each source that is unwell and due for a probe, of those that have waited longest the one asked
 * least often: one that the provider cannot answer must not hold it for ever. It is made for the source: unless its
 * 72 hours are over, it does not use up the lookup's own retries. The next probe is put off by the
 * lease, so that no other relay probes at the same time.
 */
export function claimLookupProbes(sql: Sql, { node, leaseMs, most }: Lease) {
  return sql.unsafe<ClaimedLookup[]>(
    `with unwell as materialized (
      select partner_id, source_id from lookup_health
      where state <> 'healthy' and probe_at <= now()
      order by probe_at limit $3::int for update skip locked
    ), first as materialized (
      select l.spot, u.partner_id, u.source_id
      from unwell u
      cross join lateral (
        select * from (
          select spot from (
            select ctid as spot, event_id, attempt from lookups
            where partner_id = u.partner_id and source_id = u.source_id and state = 'held'
            order by event_id limit ${limits.probeChoice} for update skip locked
          ) oldest
          order by attempt, event_id limit 1) held
        union all
        select * from (
          select ctid as spot from lookups where partner_id = u.partner_id and source_id = u.source_id and waits_for = 'lookup' and state = 'waiting'
          order by due_at, event_id limit 1 for update skip locked) waiting
        limit 1
      ) l
    ), put_off as (
      update lookup_health h set probe_at = now() + $1::int * interval '1 ms'
      from first f where h.partner_id = f.partner_id and h.source_id = f.source_id
    ), taken as (
      update lookups l set ${lease},
        retries = case when l.since < now() - ${limits.retryForMsMax} * interval '1 ms' then l.retries else 0 end
      from first where l.ctid = first.spot returning l.*
    ) ${described}`,
    [leaseMs, node, most],
    { prepare: sql.options.prepare },
  )
}

/** Lookups whose relay is gone: whatever it learned was not written, so they are simply due again. */
export async function rescueLookups(sql: Sql, most: number): Promise<number> {
  const rows = await sql.unsafe(
    `with gone as materialized (
      select ctid as spot, partner_id, event_id, attempt, lease_owner from lookups
      where state = 'asking' and lease_until < now() order by lease_until limit $1::int for update skip locked
    ), noted as (
      insert into lookup_attempts (partner_id, event_id, attempt, outcome, node)
      select partner_id, event_id, attempt, 'relay_lost', lease_owner from gone on conflict do nothing
    )
    update lookups l set state = 'waiting', due_at = now(), again = false, lease_until = null, lease_owner = null
    from gone where l.ctid = gone.spot returning 1`,
    [most],
    { prepare: sql.options.prepare },
  )
  return rows.length
}

/** Back to the queue, untouched: this relay stops, or the source cannot be used now. */
export async function handBackLookup(
  sql: Sql,
  { partnerId, eventId, attempt }: ClaimedLookup,
  node: string,
  delayMs: number,
): Promise<void> {
  await sql.unsafe(
    `update lookups set state = 'waiting', again = false, lease_until = null, lease_owner = null,
      due_at = case when again then now() else now() + $5::int * interval '1 ms' end
    where partner_id = $1::uuid and event_id = $2::uuid and attempt = $3::int and state || '' = 'asking' and lease_owner = $4::uuid`,
    [partnerId, eventId, attempt, node, delayMs],
    { prepare: sql.options.prepare },
  )
}

/**
 * Keeps lookups, their events and the source's health in step, a bounded number at a time: what waits
 * for a provider that refuses our credential is held, and comes free again with it. Rows that
 * somebody else has at this moment are left for the next time.
 */
export async function moveHeldLookups(sql: Sql, most: number): Promise<number> {
  const held = await sql.unsafe(
    moved(`h.state = 'holding'`, `waits_for = 'lookup' and state = 'waiting'`, {
      set: `state = 'held', due_at = null, retries = 0`,
      reason: `'lookup_credentials'`,
    }),
    [most],
    { prepare: sql.options.prepare },
  )
  const released = await sql.unsafe(
    moved(`h.state <> 'holding'`, `state = 'held'`, {
      set: `state = 'waiting', due_at = now()`,
      reason: `l.waits_for`,
    }),
    [most],
    { prepare: sql.options.prepare },
  )
  return held.length + released.length
}

function moved(health: string, lookup: string, to: { set: string; reason: string }): string {
  return `
    with stuck as materialized (
      select l.spot, e.ctid as event_spot
      from lookup_health h
      cross join lateral (
        select ctid as spot, partner_id, event_id from lookups
        where partner_id = h.partner_id and source_id = h.source_id and ${lookup}
        limit $1::int for update skip locked
      ) l
      cross join lateral (
        select ctid from events where partner_id = l.partner_id and id = l.event_id for update skip locked
      ) e
      where ${health} limit $1::int
    ), done as (
      update lookups l set ${to.set} from stuck where l.ctid = stuck.spot
      returning stuck.event_spot, ${to.reason} as reason
    )
    update events e set reason = done.reason from done
    where e.ctid = done.event_spot and e.state = 'parked' returning 1`
}

/** Credentials may have changed: one lookup of every source that is unwell is tried at once. */
export async function reconsiderLookups(sql: Sql): Promise<void> {
  await sql`update lookup_health set probe_at = now(), probes = 0 where state <> 'healthy'`
}

/**
 * What waits for a person is tried again, because one says so, of one partner or of all: stranded
 * lookups, and one lookup of every source that is unwell, whose end releases or holds the others.
 */
export async function recheckLookups(sql: Sql, partnerId: string | null): Promise<number> {
  const [row] = await sql.unsafe<{ rechecked: number }[]>(
    `with stranded as materialized (
      select e.partner_id, e.id from lookups l
      join events e on e.partner_id = l.partner_id and e.id = l.event_id
      where l.state = 'stranded' and ($1::uuid is null or l.partner_id = $1::uuid) for update of e
    ), waiting as (
      update lookups l set state = 'waiting', due_at = now(), since = now(), retries = 0, absences = 0
      from stranded s where l.partner_id = s.partner_id and l.event_id = s.id and l.state = 'stranded'
      returning l.partner_id, l.event_id, l.waits_for
    ), parked as (
      update events e set reason = w.waits_for from waiting w
      where e.partner_id = w.partner_id and e.id = w.event_id and e.state = 'parked' returning 1
    ), probed as (
      update lookup_health set probe_at = now(), probes = 0
      where state <> 'healthy' and ($1::uuid is null or partner_id = $1::uuid)
    )
    select ((select count(*) from parked) + (
      select count(*) from lookups
      where state = 'held' and ($1::uuid is null or partner_id = $1::uuid)
    ))::int as rechecked`,
    [partnerId],
    { prepare: sql.options.prepare },
  )
  return row?.rechecked ?? 0
}
