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

async function insertOne(sql: Sql, row: RejectionToKeep): Promise<void> {
  await sql`
      insert into rejections (partner_id, id, source_id, reason, hint, method, headers, body, body_bytes, ip)
      values (${row.partnerId}, ${row.id}, ${row.sourceId}, ${row.reason}, ${row.hint}, ${row.method},
        ${JSON.stringify(row.headers)}::text::jsonb, ${row.body}, ${row.bodyBytes}, ${row.ip})`
}
