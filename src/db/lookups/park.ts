// The parts of the recording statement that park events, learn contacts, and hide keys that are an erased
// person's address: in the same transaction as the events themselves. Left out of batches that have none of it.

/** What a parked event waits for. */
export interface Parking {
  waitsFor: 'join' | 'lookup'
  customerKey: Buffer | null
  /** JSON: what the proof covered. */
  verdict: string
  /** A repeated notification means: look again. */
  again: boolean
  /** JSON: the event by itself, where its body may not be there when it is judged. */
  kept: string | null
}

export interface Contact {
  customerKey: Buffer
  email: string
  emailKey: Buffer
  foldedKey: Buffer
  trust: string
}

export interface KeyOfPerson {
  /** Whose address stands in it. */
  foldedKeys: readonly Buffer[]
  /** Whose may: the key is then hidden, and the event is as it is. */
  doubtfulKeys: readonly Buffer[]
  /** What is recorded instead where one of them was erased. */
  hidden: string
}

export interface StatementParts {
  before: string
  /** The name of what the batch holds as it came; `heard` makes `incoming` of it. */
  said: string
  heard: string
  onCopy: string
  returning: string
  /** Bodies that name an erased person. */
  naming: string
  after: string
}

/*
 * A copy of an event whose preset says `again`, and of which no grant came, is parked anew. All of it
 * hangs on the row the unique key gives back: nothing is read first. (`excluded.id` is the id that a
 * copy would have had, `noted.id` the one that the event has.)
 *
 * What such a copy says is kept by itself: the body of the first arrival may be long gone.
 *
 * A lookup that is being asked at this moment cannot be taken from its relay: `again` makes that
 * relay put it back when it is done. The same for a join whose customer has just become known; where
 * two batches cross, neither sees the other, and the join's own schedule finds the contact.
 *
 * An erased person's address is not learned, and not kept in a key: what stands instead is the same for each
 * copy, so that the event is recorded once all the same. An event that is about nobody else waits for nothing;
 * where a key may as well hold somebody else's address, the key alone is hidden.
 * The newest contact wins, by the time its event happened; a time ahead of the clock counts as now,
 * so that one wrong date does not keep out all later ones.
 */
const present: StatementParts = {
  before: `parking as materialized (
  select * from unnest($38::uuid[], $39::text[], $40::text[], $41::text[], $42::int[]::bool[], $49::text[])
    as p(event_id, waits_for, customer_key, verdict, again, kept)
), known as materialized (
  select * from unnest($43::uuid[], $44::text[], $45::text[], $46::text[], $47::text[], $48::text[])
    as k(event_id, customer_key, email, email_key, trust, folded_key)
), addressed as materialized (
  select * from unnest($50::uuid[], $51::text[], $52::text[], $53::int[]::bool[]) as a(event_id, folded_key, hidden, sure)
), `,
  said: 'said',
  heard: `, about_erased as materialized (
  select s.id as event_id, max(n.hidden) as hidden, bool_or(n.sure) as sure
  from (select event_id, folded_key, null as hidden, true as sure from known union all select * from addressed) n
  join said s on s.id = n.event_id
  where exists (select from erased_people p where p.partner_id = s.partner_id and p.folded_key = decode(n.folded_key, 'hex'))
  group by s.id
), incoming as materialized (
  select s.id, partner_id, source_id, body_id, coalesce(a.hidden, event_key) as event_key, type, occurred_ms,
    case when a.sure and state = 'parked' then 'unmatched' else state end as state,
    case when a.sure and state = 'parked' then 'erased' else reason end as reason,
    trust, credential_id, part, copies, email_key, trace, matches
  from said s left join about_erased a on a.event_id = s.id
)`,
  onCopy: `,
    state = case when events.state = 'unmatched' and excluded.state = 'parked' and exists (select from parking p where p.event_id = excluded.id and p.again)
      then 'parked' else events.state end,
    reason = case when events.state in ('unmatched', 'parked') and excluded.state = 'parked' and exists (select from parking p where p.event_id = excluded.id and p.again)
      then excluded.reason else events.reason end`,
  returning: `, partner_id, source_id, event_key, state, occurred_at`,
  naming: `
  union all
  select a.event_id, i.body_id from about_erased a join incoming i on i.id = a.event_id where a.sure`,
  after: `, asked as (
  insert into lookups as l (partner_id, event_id, source_id, state, waits_for, due_at, customer_key, verdict)
  select n.partner_id, n.id, n.source_id, 'waiting', p.waits_for, now(), decode(p.customer_key, 'hex'), p.verdict::jsonb
  from noted n
  join incoming i on i.source_id = n.source_id and i.event_key = n.event_key
  join parking p on p.event_id = i.id
  where n.state = 'parked' and (n.fresh or p.again)
  order by n.partner_id, n.id
  on conflict (partner_id, event_id) do update set
    again = l.state = 'asking',
    state = case when l.state = 'asking' then 'asking' else 'waiting' end,
    due_at = case when l.state = 'asking' then null else now() end,
    retries = case when l.state in ('stranded', 'ended') then 0 else l.retries end,
    absences = 0,
    since = case when l.state in ('stranded', 'ended') then now() else l.since end
  returning partner_id, source_id
), copied as (
  insert into parked_parts (partner_id, event_id, event)
  select n.partner_id, n.id, p.kept::json
  from noted n
  join incoming i on i.source_id = n.source_id and i.event_key = n.event_key
  join parking p on p.event_id = i.id and p.kept is not null
  where n.state = 'parked' and (n.fresh or p.again)
  order by n.partner_id, n.id
  on conflict (partner_id, event_id) do update set event = excluded.event
), watched as (
  insert into lookup_health (partner_id, source_id)
  select distinct partner_id, source_id from asked order by 1, 2
  on conflict do nothing
), learned as (
  insert into contacts as c (partner_id, source_id, customer_key, email, email_key, trust, event_id, at)
  select distinct on (n.partner_id, n.source_id, k.customer_key)
    n.partner_id, n.source_id, decode(k.customer_key, 'hex'), k.email, decode(k.email_key, 'hex'), k.trust, n.id, least(n.occurred_at, now())
  from known k
  join noted n on n.fresh and n.id = k.event_id
  where not exists (select from naming where naming.event_id = n.id)
  order by n.partner_id, n.source_id, k.customer_key, least(n.occurred_at, now()) desc, n.id desc
  on conflict (partner_id, source_id, customer_key) do update set
    email = excluded.email, email_key = excluded.email_key, trust = excluded.trust, event_id = excluded.event_id, at = excluded.at
    where excluded.at >= c.at
  returning partner_id, source_id, customer_key
), met as (
  update lookups l set
    again = l.state = 'asking',
    state = case when l.state = 'asking' then 'asking' else 'waiting' end,
    waits_for = 'join',
    retries = case when l.state = 'stranded' then 0 else l.retries end,
    since = case when l.state = 'stranded' then now() else l.since end,
    due_at = case when l.state = 'asking' then null else now() end
  from learned c
  where l.partner_id = c.partner_id and l.source_id = c.source_id and l.customer_key = c.customer_key and l.state <> 'ended'
)`,
}

const absent: StatementParts = {
  before: '',
  said: 'incoming',
  heard: '',
  onCopy: '',
  returning: '',
  naming: '',
  after: '',
}

export const parkingParts = { present, absent } as const

export interface EventThatMayPark {
  id: string
  parking?: Parking
  contact?: Contact
  keyOf?: KeyOfPerson
}

export function parkingParameters(events: readonly EventThatMayPark[]) {
  const parked = events.flatMap(({ id, parking }) => (parking ? [{ id, ...parking }] : []))
  const addressed = events.flatMap(({ id, keyOf }) => (keyOf ? eachPerson(id, keyOf) : []))
  const known = events.flatMap(({ id, contact }) => (contact ? [{ id, ...contact }] : []))
  return [
    parked.map(({ id }) => id),
    parked.map(({ waitsFor }) => waitsFor),
    parked.map(({ customerKey }) => customerKey?.toString('hex') ?? null),
    parked.map(({ verdict }) => verdict),
    parked.map(({ again }) => Number(again)),
    known.map(({ id }) => id),
    known.map(({ customerKey }) => customerKey.toString('hex')),
    known.map(({ email }) => email),
    known.map(({ emailKey }) => emailKey.toString('hex')),
    known.map(({ trust }) => trust),
    known.map(({ foldedKey }) => foldedKey.toString('hex')),
    parked.map(({ kept }) => kept),
    addressed.map(({ id }) => id),
    addressed.map(({ folded }) => folded.toString('hex')),
    addressed.map(({ hidden }) => hidden),
    addressed.map(({ sure }) => Number(sure)),
  ]
}

const eachPerson = (id: string, { foldedKeys, doubtfulKeys, hidden }: KeyOfPerson) => [
  ...foldedKeys.map((folded) => ({ id, folded, hidden, sure: true })),
  ...doubtfulKeys.map((folded) => ({ id, folded, hidden, sure: false })),
]
