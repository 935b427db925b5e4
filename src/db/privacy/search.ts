// The bodies in which nothing led to a person: read through piece by piece, in the order of their ids, and refused
// requests, parts of events that wait, and keys of events with them. The database narrows, whoever asks decides.
import { limits } from '../../limits.ts'
import type { Sql } from '../open.ts'
import type { FoundBody } from './erase.ts'

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

export interface KeysPiece {
  /** Where the next one begins; null: this was the last. */
  position: string | null
  candidates: { id: string; key: string }[]
}

/** The next keys with an @ after `after`, in the order of the index of those. */
export async function searchKeys(
  sql: Sql,
  partnerId: string,
  after: string,
  { parts }: Needles,
): Promise<KeysPiece> {
  const keyed = `from events where partner_id = $1::uuid and position('@' in event_key) > 0 and lower(event_key) > $2`
  const [end] = await sql.unsafe<{ key: string | null; whole: boolean }[]>(
    `select max(key) as key, count(*) = $3::int as whole
    from (select lower(event_key) as key ${keyed} order by lower(event_key) limit $3::int) piece`,
    [partnerId, after, limits.erasureKeysAtOnce],
  )
  if (end === undefined || end.key === null) return { position: null, candidates: [] }
  const candidates = await sql.unsafe<KeysPiece['candidates']>(
    `select id, event_key as key ${keyed} and lower(event_key) <= $3
      and (select coalesce(bool_and(position(n in lower(event_key)) > 0), true) from unnest($4::text[]) n)`,
    [partnerId, after, end.key, [...parts]],
  )
  return { position: end.whole ? end.key : null, candidates }
}
