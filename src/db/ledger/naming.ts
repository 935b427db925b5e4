// Where an address stands though no key leads there: in the requests of events that no rule took, and in
// those that were refused. The newest only: a question must have its answer soon.
import { sql, type SQL } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import { textArray } from '../array-text.ts'
import { fits, narrowed, type Needles } from '../privacy/search.ts'
import { parkedParts } from '../lookups/schema.ts'
import { ownedBy, type Owner, type Reader } from './reading.ts'

export interface Naming {
  id: string
  headers: string
  body: Buffer
}

export interface RefusedNaming extends Naming {
  method: string
  ip: string | null
  at: Date
  reason: string
  source: string
  sourceId: string
  provider: string
}

/** Newest first; whoever asks looks whether it is really this address. */
export function eventsNaming(
  tx: Reader,
  partnerId: string,
  needles: Needles,
  most: number = limits.namingToldMax,
): Promise<Naming[]> {
  return tx.execute<Naming & Record<string, unknown>>(sql`
    select e.id, b.headers::text as headers, b.body
    from (
      select id, body_id, received_at, email_key from events
      where partner_id = ${partnerId}::uuid order by id desc limit ${limits.namingEventsSearchedMax}
    ) e
    join event_bodies b on b.id = e.body_id and b.received_at = e.received_at and b.erased_at is null
    ${sql.raw(narrowed('b.body', 'b.headers'))}
    where e.email_key is null and ${fitting(needles)}
    order by e.id desc limit ${most}`)
}

/** Of refused requests a bounded number is kept. */
export async function refusedNaming(
  tx: Reader,
  partnerId: string,
  needles: Needles,
  most: number = limits.namingToldMax,
): Promise<RefusedNaming[]> {
  const rows = await tx.execute<Omit<RefusedNaming, 'at'> & { ms: number }>(sql`
    select r.id, r.method, r.ip, r.headers::text as headers, r.body, r.reason, s.name as source, s.id as "sourceId", s.provider,
      (extract(epoch from r.at) * 1000)::float8 as ms
    from rejections r join sources s on s.partner_id = r.partner_id and s.id = r.source_id
    ${sql.raw(narrowed('r.body', 'r.headers'))}
    where r.partner_id = ${partnerId}::uuid and ${fitting(needles)}
    order by r.id desc limit ${most}`)
  return rows.map(({ ms, ...row }) => ({ ...row, at: new Date(ms) }))
}

/** Of events that wait: what is kept of them by itself, whose body may be gone. */
export function partsNaming(
  tx: Reader,
  owner: Owner,
  needles: Needles,
  most: number,
): Promise<{ id: string; kept: string }[]> {
  return tx.execute<{ id: string; kept: string }>(sql`
    select ${parkedParts.eventId} as id, ${parkedParts.event}::text as kept from ${parkedParts}
    cross join lateral (select lower(${parkedParts.event}::text collate "C") as text offset 0) t
    where ${ownedBy(owner, parkedParts.partnerId)} and ${fitting(needles)}
    order by ${parkedParts.eventId} desc limit ${most}`)
}

/** The texts as parameters, in a condition that names them. */
function fitting({ parts, encoded }: Needles): SQL {
  const [before = '', between = '', after = ''] = fits('\u0000', '\u0000').split('\u0000')
  return sql`${sql.raw(before)}${textArray(parts)}${sql.raw(between)}${textArray(encoded)}${sql.raw(after)}`
}
