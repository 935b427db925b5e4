// What an erasure changes, table by table. What can be read goes; the rows stay as facts: that an event
// came and when, that a grant was made, and the keyed hashes by which each person is known once.
//
// Rows are locked in the order in which recording and lookups take them: events, lookups, grants.
import { limits } from '../../limits.ts'
import type { Sql, Statements } from '../open.ts'
import { hiddenKeys, unlessTaken } from './keys.ts'
import type { Erased, ErasedThing } from './schema.ts'

export interface ErasedPerson {
  partnerId: string
  /** Of the case-folded address: all its spellings. */
  foldedKey: Buffer
  /** Keys of spellings that are known; those of grants are found. */
  emailKeys: readonly Buffer[]
  /** The case-folded address; null where only its key is known. */
  folded: string | null
  /** The same as a sender may have written it: in lower case. */
  spellings: readonly string[]
}

export interface KnownErased {
  changed: Partial<Erased>
  /** Grants whose call may be under way: they come to rest first. */
  sending: number
}

/** What stays instead of what goes, under the installation's secret. */
export interface Hashes {
  /** Keyed hash of a body, from its SHA-256. */
  body(sha256: Buffer): Buffer
  /** For the key of an event: see `hiddenKey`. */
  key(eventKey: string): string
}

/**
 * Everything that the keys of the person lead to, in one transaction; again and again the same. `late`:
 * nothing could be claimed for so long that a call would have ended by now.
 */
export function eraseKnown(
  sql: Sql,
  person: ErasedPerson,
  hashes: Hashes,
  late: boolean,
): Promise<KnownErased> {
  return sql.begin(async (tx) => {
    const ids = await lockedEvents(tx, person)
    const found = await bodiesOf(tx, person.partnerId, ids)
    return eraseAll(tx, person, hashes, { ids, found, late })
  })
}

/** The same, done and undone: what would go. The ids of events and bodies, for whoever looks for more. */
export async function wouldErase(sql: Sql, person: ErasedPerson, hashes: Hashes) {
  const undone = new Error('done only to see what would change')
  let would: { changed: Partial<Erased>; events: string[]; bodies: string[] } | undefined
  try {
    await sql.begin(async (tx) => {
      const ids = await lockedEvents(tx, person)
      const found = await bodiesOf(tx, person.partnerId, ids)
      const { changed } = await eraseAll(tx, person, hashes, { ids, found, late: false })
      would = { changed, events: ids, bodies: found.map(({ id }) => id) }
      throw undone
    })
  } catch (error) {
    if (error !== undone) throw error
  }
  return would ?? { changed: {}, events: [], bodies: [] }
}

interface About {
  /** Of events whose rows are locked. */
  ids: readonly string[]
  found: readonly FoundBody[]
  late: boolean
}

async function eraseAll(
  tx: Statements,
  person: ErasedPerson,
  hashes: Hashes,
  { ids, found, late }: About,
): Promise<KnownErased> {
  const events = await eraseEvents(tx, person, ids, hashes)
  const bodies = await eraseBodies(tx, found, hashes)
  const lookups = await endLookups(tx, person.partnerId, ids)
  await eraseReplays(tx, person.partnerId, ids)
  const listed = await eraseListed(tx, person)
  const contacts = await dropContacts(tx, person)
  const grants = await eraseGrants(tx, person, late)
  return {
    changed: { events, bodies, lookups, contacts, listed, ...grants.changed },
    sending: grants.sending,
  }
}

/**
 * Grants whose email is the person's in any case: of folded_key, but as the indexes have it, which hold
 * the folded key only where it is not the key itself.
 */
export const isOf = (key: string) =>
  `(grants.email_key = ${key} or (grants.folded_key = ${key} and grants.folded_key <> grants.email_key))`

const hex = (keys: readonly Buffer[]) => keys.map((key) => key.toString('hex'))

/** The parts `given` and `contact` of a statement: $1 partner, $2 folded key, $3 keys in hex, $4 address. */
const whose = `key as materialized (
  select decode(k, 'hex') as key from unnest($3::text[]) k
  union select email_key from grants where partner_id = $1::uuid and ${isOf("decode($2, 'hex')")}
), contact as materialized (
  select source_id, customer_key, event_id from contacts
  where partner_id = $1::uuid and (email_key in (select key from key) or lower(email) = $4::text)
)`

const parametersOf = ({ partnerId, foldedKey, emailKeys, folded }: ErasedPerson) => [
  partnerId,
  foldedKey.toString('hex'),
  hex(emailKeys),
  folded,
]

/** Events about the person: by a key, by a grant, by a customer whose address this is, by an address as their own key. */
async function lockedEvents(tx: Statements, person: ErasedPerson): Promise<string[]> {
  const rows = await tx.unsafe<{ id: string }[]>(
    `with ${whose}, about as materialized (
      select e.id from key join events e on e.partner_id = $1::uuid and e.email_key = key.key
      union select event_id from grants where partner_id = $1::uuid and ${isOf("decode($2, 'hex')")} and event_id is not null
      union select event_id from contact
      union select id from events
        where partner_id = $1::uuid and position('@' in event_key) > 0 and lower(event_key) = any($5::text[])
      union select l.event_id from contact c
        join lookups l on l.partner_id = $1::uuid and l.source_id = c.source_id and l.customer_key = c.customer_key and l.state <> 'ended'
    )
    select e.id from about a join events e on e.partner_id = $1::uuid and e.id = a.id order by e.id for update of e`,
    [...parametersOf(person), [...person.spellings]],
  )
  return rows.map(({ id }) => id)
}

/** Whoever waited in the parking waits for nothing any more. A key of the sender's that holds the address goes as well. */
export async function eraseEvents(
  tx: Statements,
  person: ErasedPerson,
  ids: readonly string[],
  hashes: Hashes,
) {
  const hidden = await hiddenKeys(tx, person, ids, hashes.key)
  const rows = await tx.unsafe(
    `update events e set trace = '[]',
      event_key = case when h.key is null then e.event_key else ${unlessTaken} end,
      state = case when state = 'parked' then 'unmatched' else state end,
      reason = case when state = 'parked' then 'erased' else reason end
    from unnest($2::uuid[], $3::text[]) as h(id, key)
    where e.partner_id = $1::uuid and e.id = h.id and (trace <> '[]' or state = 'parked' or h.key is not null) returning 1`,
    [person.partnerId, [...ids], ids.map((id) => hidden.get(id) ?? null)],
  )
  return rows.length
}

export interface FoundBody {
  id: string
  /** As PostgreSQL writes it. */
  receivedAt: string
  sha256: Buffer
}

export function bodiesOf(tx: Statements, partnerId: string, eventIds: readonly string[]) {
  return tx.unsafe<FoundBody[]>(
    `select b.id, b.received_at::text as "receivedAt", sha256(b.body) as sha256
    from (
      select distinct body_id, received_at from events where partner_id = $1::uuid and id = any($2::uuid[])
    ) e join event_bodies b on b.id = e.body_id and b.received_at = e.received_at
    where b.erased_at is null`,
    [partnerId, [...eventIds]],
  )
}

/** The bytes go, their keyed hash stays: whoever has them can still show that these were the ones. */
export async function eraseBodies(tx: Statements, found: readonly FoundBody[], hashes: Hashes) {
  if (found.length === 0) return 0
  const rows = await tx.unsafe(
    `update event_bodies b set body = '', headers = '{}', erased_at = now(), body_hash = decode(f.hash, 'hex')
    from unnest($1::uuid[], $2::text[], $3::text[]) as f(id, received_at, hash)
    where b.id = f.id and b.received_at = f.received_at::timestamptz and b.erased_at is null returning 1`,
    [
      found.map(({ id }) => id),
      found.map(({ receivedAt }) => receivedAt),
      found.map(({ sha256 }) => hashes.body(sha256).toString('hex')),
    ],
  )
  return rows.length
}

/** With what they were to be read from. */
export async function endLookups(tx: Statements, partnerId: string, eventIds: readonly string[]) {
  const rows = await tx.unsafe(
    `update lookups set state = 'ended', due_at = null, lease_until = null, lease_owner = null, again = false
    where partner_id = $1::uuid and event_id = any($2::uuid[]) and state <> 'ended' returning 1`,
    [partnerId, [...eventIds]],
  )
  await tx.unsafe(
    `delete from parked_parts where partner_id = $1::uuid and event_id = any($2::uuid[])`,
    [partnerId, [...eventIds]],
  )
  return rows.length
}

/** What the rules of a later day found. */
export async function eraseReplays(tx: Statements, partnerId: string, eventIds: readonly string[]) {
  await tx.unsafe(
    `update replays set trace = '[]'
    where partner_id = $1::uuid and event_id = any($2::uuid[]) and trace <> '[]'`,
    [partnerId, [...eventIds]],
  )
}

/** Out of lists that still wait; the key stays, so that the person's line ends as suppressed. */
async function eraseListed(tx: Statements, { partnerId, foldedKey }: ErasedPerson) {
  const rows = await tx.unsafe(
    `update job_items set email = null
    where partner_id = $1::uuid and folded_key = decode($2, 'hex') and email is not null returning 1`,
    [partnerId, foldedKey.toString('hex')],
  )
  return rows.length
}

async function dropContacts(tx: Statements, person: ErasedPerson): Promise<number> {
  const rows = await tx.unsafe(
    `with ${whose} delete from contacts c using contact
    where c.partner_id = $1::uuid and c.source_id = contact.source_id and c.customer_key = contact.customer_key returning 1`,
    parametersOf(person),
  )
  return rows.length
}

/**
 * What waits is suppressed. What is being sent comes to rest first, and is erased then; whose relay is
 * gone is suppressed, and may have been sent.
 */
async function eraseGrants(tx: Statements, { partnerId, foldedKey }: ErasedPerson, late: boolean) {
  const rows = await tx.unsafe<{ what: ErasedThing | 'sending'; n: number }[]>(
    `with mine as materialized (
      select ctid as spot, id, state, attempt, lease_owner, email is not null as readable,
        state = 'sending' and lease_until < now() + case when $3::boolean then ${limits.leaseMs - limits.erasureLostMs} else 0 end * interval '1 ms' as lost
      from grants where partner_id = $1::uuid and ${isOf("decode($2, 'hex')")} for update
    ), noted as (
      insert into attempts (partner_id, grant_id, attempt, answer, failure, ambiguous, node)
      select $1::uuid, id, attempt, 'no_answer', 'relay_lost', true, lease_owner from mine where lost on conflict do nothing
    ), erased as (
      update grants g set email = null, state = n.state,
        reason = case when n.state = 'suppressed' then null else g.reason end,
        settled_at = case when n.state = 'suppressed' then now() else g.settled_at end,
        due_at = null, lease_until = null, lease_owner = null, ambiguous = g.ambiguous or m.lost
      from mine m
      cross join lateral (select case when m.lost or m.state in ('queued', 'held', 'attention') then 'suppressed' else m.state end as state) n
      where g.ctid = m.spot and m.readable and (m.state <> 'sending' or m.lost)
      returning n.state <> m.state as stopped
    ), calls as (
      update attempts a set snippet = null from mine m
      where a.partner_id = $1::uuid and a.grant_id = m.id and a.snippet is not null returning 1
    )
    select 'grants' as what, count(*)::int as n from erased union all
    select 'suppressed', count(*)::int from erased where stopped union all
    select 'calls', count(*)::int from calls union all
    select 'sending', count(*)::int from mine where state = 'sending' and not lost`,
    [partnerId, foldedKey.toString('hex'), late],
  )
  const { sending = 0, ...changed } = Object.fromEntries(rows.map(({ what, n }) => [what, n]))
  return { changed, sending }
}
