// What became of a request, told from its exact bytes.
import type { Sql } from './open.ts'

export interface FateRow {
  eventState: string
  eventReason: string
  copies: number
  type: string
  trust: string
  paths: string[]
  grantState: string | null
  grantReason: string | null
  answer: string | null
  ms: number | null
}

export async function fateOfBody(sql: Sql, body: Buffer): Promise<FateRow | undefined> {
  const [row] = await sql<FateRow[]>`
    select e.state as "eventState", e.reason as "eventReason", e.copies, e.type, e.trust,
      array(select jsonb_array_elements(e.matches) ->> 'path') as paths,
      g.state as "grantState", g.reason as "grantReason", g.answer,
      (select a.ms from attempts a where a.grant_id = g.id order by a.attempt desc limit 1) as ms
    from event_bodies b
    join events e on e.body_id = b.id
    left join grants g on g.partner_id = e.partner_id and g.email_key = e.email_key
    where b.body = ${body} order by e.received_at desc limit 1`
  return row
}

export async function rejectionOfBody(
  sql: Sql,
  body: Buffer,
): Promise<{ reason: string; hint: string } | undefined> {
  const [row] = await sql<{ reason: string; hint: string }[]>`
    select reason, hint from rejections where body = ${body} order by at desc limit 1`
  return row
}
