// What was found to name a person where no key led to them, and how it goes: bodies, refused requests, parts of events
// that wait, and keys of events.
import type { Sql, Statements } from '../open.ts'
import {
  bodiesOf,
  endLookups,
  eraseBodies,
  eraseEvents,
  eraseReplays,
  type ErasedPerson,
  type FoundBody,
  type Hashes,
} from './erase.ts'
import { hideKeys } from './keys.ts'
import type { Erased } from './schema.ts'

/** Does a text name the person? */
export type Names = (text: string) => boolean

/**
 * Bodies that were found to name the person, and the events that came in them. One that waits and has a part of its
 * own goes on waiting, unless it is that part which names the person.
 */
export function eraseFound(
  sql: Sql,
  person: ErasedPerson,
  found: readonly FoundBody[],
  { hashes, names }: { hashes: Hashes; names: Names },
): Promise<Partial<Erased>> {
  return sql.begin(async (tx) => {
    const rows = await tx.unsafe<{ id: string; kept: string | null }[]>(
      // An event and the request it came in get their ids within the same moment.
      `select e.id, p.event::text as kept from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as f(id, low, high)
      join events e on e.partner_id = $1::uuid and e.id between f.low and f.high and e.body_id = f.id
      left join parked_parts p on p.partner_id = e.partner_id and p.event_id = e.id and e.state = 'parked'
      order by e.id for update of e`,
      [
        person.partnerId,
        found.map(({ id }) => id),
        found.map(({ id }) => near(id, -nearMs)),
        found.map(({ id }) => near(id, nearMs)),
      ],
    )
    const ids = rows.filter(({ kept }) => kept === null || names(kept)).map(({ id }) => id)
    const bodies = await eraseBodies(tx, found, hashes)
    return { bodies, ...(await endEvents(tx, person, ids, hashes)) }
  })
}

/** `ids`: of events whose rows are locked. */
async function endEvents(
  tx: Statements,
  person: ErasedPerson,
  ids: readonly string[],
  hashes: Hashes,
) {
  const events = await eraseEvents(tx, person, ids, hashes)
  await eraseReplays(tx, person.partnerId, ids)
  return { events, lookups: await endLookups(tx, person.partnerId, ids) }
}

export function eraseParts(
  sql: Sql,
  person: ErasedPerson,
  ids: readonly string[],
  hashes: Hashes,
): Promise<Partial<Erased>> {
  return sql.begin(async (tx) => {
    const rows = await tx.unsafe<{ id: string }[]>(
      `select id from events where partner_id = $1::uuid and id = any($2::uuid[]) order by id for update`,
      [person.partnerId, [...ids]],
    )
    return endEvents(
      tx,
      person,
      rows.map(({ id }) => id),
      hashes,
    )
  })
}

const nearMs = 60_000

/** The least id of a moment so far from this one's. */
function near(id: string, ms: number): string {
  const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + ms
  const text = Math.max(0, time).toString(16).padStart(12, '0')
  return `${text.slice(0, 8)}-${text.slice(8)}-0000-0000-000000000000`
}

export async function eraseRejections(sql: Sql, partnerId: string, ids: readonly string[]) {
  const rows = await sql.unsafe(
    `update rejections set body = '', headers = '{}', ip = null
    where partner_id = $1::uuid and id = any($2::uuid[]) returning 1`,
    [partnerId, [...ids]],
  )
  return rows.length
}

/**
 * Keys in which the address stands. An event of which it is sure goes as one does whose key is the address; where
 * it may be somebody else's, the key alone is hidden, by which nobody loses anything.
 */
export function eraseKeyed(
  sql: Sql,
  person: ErasedPerson,
  found: readonly { id: string; key: string; sure: boolean }[],
  hashes: Hashes,
): Promise<Partial<Erased>> {
  const { partnerId } = person
  return sql.begin(async (tx) => {
    const rows = await tx.unsafe<{ id: string }[]>(
      `select id from events where partner_id = $1::uuid and id = any($2::uuid[]) order by id for update`,
      [partnerId, found.map(({ id }) => id)],
    )
    const sure = new Set(found.flatMap((each) => (each.sure ? [each.id] : [])))
    const ids = rows.map(({ id }) => id).filter((id) => sure.has(id))
    const bodies = await eraseBodies(tx, await bodiesOf(tx, partnerId, ids), hashes)
    const ended = await endEvents(tx, person, ids, hashes)
    const hidden = await hideKeys(tx, partnerId, found, hashes.key)
    return { bodies, ...ended, events: ended.events + hidden }
  })
}
