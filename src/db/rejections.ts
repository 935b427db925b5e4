// Keeps samples of refused requests, the newest so many of each source.
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

export async function insertRejections(
  sql: Sql,
  rows: readonly RejectionToKeep[],
  perSourceMax: number,
): Promise<void> {
  const failures: unknown[] = []
  for (const row of rows) {
    await insertOne(sql, row).catch((error: unknown) => failures.push(error))
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

async function insertOne(sql: Sql, row: RejectionToKeep): Promise<void> {
  await sql`
      insert into rejections (partner_id, id, source_id, reason, hint, method, headers, body, body_bytes, ip)
      values (${row.partnerId}, ${row.id}, ${row.sourceId}, ${row.reason}, ${row.hint}, ${row.method},
        ${JSON.stringify(row.headers)}::text::jsonb, ${row.body}, ${row.bodyBytes}, ${row.ip})`
}
