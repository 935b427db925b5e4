// Keeps samples of refused requests, the newest so many of each source. Of one that names somebody who was erased only
// that it was refused is kept, and why.
import type { Sql } from './open.ts'

export interface RejectionToKeep {
  id: string
  partnerId: string
  sourceId: string
  reason: string
  hint: string
  method: string
  headers: Record<string, string[]>
  body: Buffer
  bodyBytes: number
  ip: string | null
}

/** Whom a sample names, by the keys of their folded addresses; null: too many to tell. */
export type PeopleIn = (sample: Pick<RejectionToKeep, 'headers' | 'body'>) => Buffer[] | null

export async function insertRejections(
  sql: Sql,
  rows: readonly RejectionToKeep[],
  perSourceMax: number,
  peopleIn: PeopleIn,
): Promise<void> {
  const failures: unknown[] = []
  for (const row of rows) {
    await insertOne(sql, row, peopleIn).catch((error: unknown) => failures.push(error))
  }
  for (const sourceId of new Set(rows.map((row) => row.sourceId))) {
    await sql`
      delete from rejections where source_id = ${sourceId} and id <= (
        select id from rejections where source_id = ${sourceId} order by id desc offset ${perSourceMax} limit 1)`
  }
  if (failures.length > 0) throw failures[0]
}

export interface RefusalCount {
  partnerId: string
  sourceId: string
  reason: string
  count: number
}

/** Added to this hour, by the database's clock; in one order, so that relays never wait for each other in a circle. */
export async function countRefusals(sql: Sql, counts: readonly RefusalCount[]): Promise<void> {
  await sql`
    insert into refused_hours (partner_id, hour, source_id, reason, count)
    select partner_id, date_trunc('hour', now(), 'UTC'), source_id, reason, count
    from json_to_recordset(${JSON.stringify(
      counts.map(({ partnerId, sourceId, reason, count }) => ({
        partner_id: partnerId,
        source_id: sourceId,
        reason,
        count,
      })),
    )}::text::json) as c (partner_id uuid, source_id uuid, reason text, count bigint)
    order by 1, 3, 4
    on conflict (partner_id, hour, source_id, reason) do update
      set count = refused_hours.count + excluded.count`
}

/**
 * Where nobody was ever erased, as it is. Else it is looked at first; the tombstones are read by the statement that
 * writes, so that an erasure waits for one which began before it, as it does for all that is at work.
 */
async function insertOne(sql: Sql, row: RejectionToKeep, peopleIn: PeopleIn): Promise<void> {
  const { partnerId } = row
  const headers = JSON.stringify(row.headers)
  const kept = await sql`
    insert into rejections (partner_id, id, source_id, reason, hint, method, headers, body, body_bytes, ip)
    select ${partnerId}, ${row.id}, ${row.sourceId}, ${row.reason}, ${row.hint}, ${row.method},
      ${headers}::text::jsonb, ${row.body}, ${row.bodyBytes}, ${row.ip}
    where not exists (select from erased_people where partner_id = ${partnerId}) returning 1`
  if (kept.length > 0) return
  const people = peopleIn(row)
  const keys = people?.map((key) => key.toString('hex')) ?? []
  await sql`
    insert into rejections (partner_id, id, source_id, reason, hint, method, headers, body, body_bytes, ip)
    select ${partnerId}, ${row.id}, ${row.sourceId}, ${row.reason}, ${row.hint}, ${row.method},
      case when n.named then '{}' else ${headers}::text::jsonb end,
      case when n.named then ''::bytea else ${row.body} end, ${row.bodyBytes},
      case when n.named then null else ${row.ip} end
    from (
      select ${people === null} or exists (
        select from erased_people p join unnest(${keys}::text[]) k on p.folded_key = decode(k, 'hex')
        where p.partner_id = ${partnerId}
      ) as named
    ) n`
}
