// The bodies in which nothing led to a person: read through piece by piece, in the order of their ids,
// and refused requests with them. The database narrows, whoever asks decides.
import { limits } from '../../limits.ts'
import type { Sql, Statements } from '../open.ts'
import {
  endLookups,
  eraseBodies,
  eraseEvents,
  eraseReplays,
  type ErasedPerson,
  type FoundBody,
  type Hashes,
} from './erase.ts'
import type { Erased } from './schema.ts'

/** What narrows a search: the texts are looked for in bytes as `encode(…, 'escape')` writes them, in lower case. */
export interface Needles {
  /** All of these must be there … */
  parts: readonly string[]
  /** … or one of these. */
  encoded: readonly string[]
}

/** Of a row's body and headers the text that is searched. */
export const narrowed = (body: string, headers: string) => `
  cross join lateral (
    select lower(encode(${body}, 'escape') collate "C") || ' ' || lower(${headers}::text collate "C") as text offset 0
  ) t`
export const fits = (parts: string, encoded: string) => `(
  (select coalesce(bool_and(position(n in t.text) > 0), true) from unnest(${parts}::text[]) n)
  or exists (select from unnest(${encoded}::text[]) n where position(n in t.text) > 0))`

export interface Candidate extends FoundBody {
  headers: string
  body: Buffer
}

export interface Piece {
  /** Where the next one begins; null: this was the last. */
  position: string | null
  searched: number
  candidates: Candidate[]
}

/** The next bodies after `position`, in the order of their ids: those that may name the person. */
export async function searchBodies(
  sql: Sql,
  partnerId: string,
  position: string,
  { parts, encoded }: Needles,
): Promise<Piece> {
  const [end] = await sql.unsafe<{ id: string | null; n: number; whole: boolean }[]>(
    `select max(id::text)::uuid as id, count(*)::int as n, count(*) = $2::int as whole
    from (select id from event_bodies where id > $1::uuid order by id limit $2::int) piece`,
    [position, limits.erasureBodiesAtOnce],
  )
  if (end === undefined || end.id === null) return { position: null, searched: 0, candidates: [] }
  const candidates = await sql.unsafe<Candidate[]>(
    `select b.id, b.received_at::text as "receivedAt", sha256(b.body) as sha256, b.headers::text as headers, b.body
    from event_bodies b ${narrowed('b.body', 'b.headers')}
    where b.id > $1::uuid and b.id <= $2::uuid and b.partner_id = $3::uuid and b.erased_at is null and ${fits('$4', '$5')}`,
    [position, end.id, partnerId, [...parts], [...encoded]],
  )
  return { position: end.whole ? end.id : null, searched: end.n, candidates }
}

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

/** Events that wait with a part of their own, whose body may be gone: the next after `after` that may name the person. */
export function searchParts(
  sql: Sql,
  partnerId: string,
  after: string,
  { parts, encoded }: Needles,
): Promise<{ id: string; kept: string }[]> {
  return sql.unsafe<{ id: string; kept: string }[]>(
    `select p.event_id as id, p.event::text as kept from parked_parts p
    cross join lateral (select lower(p.event::text collate "C") as text offset 0) t
    where p.partner_id = $1::uuid and p.event_id > $2::uuid and ${fits('$3', '$4')}
    order by p.event_id limit ${limits.erasureBodiesAtOnce}`,
    [partnerId, after, [...parts], [...encoded]],
  )
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

export interface RejectionCandidate {
  id: string
  headers: string
  body: Buffer
}

/** Samples of refused requests: a bounded number of each source. */
export function searchRejections(
  sql: Sql,
  partnerId: string,
  after: string,
  { parts, encoded }: Needles,
): Promise<RejectionCandidate[]> {
  return sql.unsafe<RejectionCandidate[]>(
    `select r.id, r.headers::text as headers, r.body
    from rejections r ${narrowed('r.body', 'r.headers')}
    where r.partner_id = $1::uuid and r.id > $2::uuid and ${fits('$3', '$4')}
    order by r.id limit ${limits.erasureBodiesAtOnce}`,
    [partnerId, after, [...parts], [...encoded]],
  )
}

export async function eraseRejections(sql: Sql, partnerId: string, ids: readonly string[]) {
  const rows = await sql.unsafe(
    `update rejections set body = '', headers = '{}', ip = null
    where partner_id = $1::uuid and id = any($2::uuid[]) returning 1`,
    [partnerId, [...ids]],
  )
  return rows.length
}
