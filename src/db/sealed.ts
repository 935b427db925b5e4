// Every column that holds a sealed secret, and which key it is sealed with: seen from outside, by what
// the text begins with. A test finds columns that are missing here.
import { headChars } from '../vault.ts'
import type { Sql } from './open.ts'

export const sealedColumns = [
  { table: 'installation', column: 'pepper_sealed' },
  { table: 'sources', column: 'ingest_key_sealed' },
  { table: 'campaigns', column: 'api_key_sealed' },
  { table: 'credentials', column: 'sealed' },
  { table: 'users', column: 'totp_sealed' },
  { table: 'signing_keys', column: 'private_sealed' },
  { table: 'notice_channels', column: 'sealed' },
  { table: 'idempotency_keys', column: 'answer_sealed' },
  { table: 'erasures', column: 'email_sealed' },
] as const
export type SealedColumn = (typeof sealedColumns)[number]

export interface SealedCount {
  table: string
  column: string
  /** The first characters: those of a key. */
  head: string
  n: number
}

export function countSealed(sql: Sql): Promise<SealedCount[]> {
  const each = sealedColumns.map(
    ({ table, column }) => `
    select '${table}' as "table", '${column}' as "column", left(${column}, ${headChars}) as head, count(*)::int as n
    from ${table} where ${column} is not null group by 3`,
  )
  return sql.unsafe<SealedCount[]>(each.join(' union all '))
}

export interface SealedText {
  /** Where the row lies; it may move. */
  spot: string
  sealed: string
}

/** Those that do not begin with `head`, after a place of the table and up to so many. */
export function sealedOtherwise(
  sql: Sql,
  { table, column }: SealedColumn,
  head: string,
  { after, most }: { after: string; most: number },
): Promise<SealedText[]> {
  return sql.unsafe<SealedText[]>(
    `select ctid::text as spot, ${column} as sealed from ${table}
    where ctid > $1::tid and ${column} is not null and left(${column}, ${headChars}) <> $2
    order by ctid limit $3::int`,
    [after, head, most],
  )
}

/** Only where it still is what was read: whoever has changed it meanwhile sealed it with their own key. */
export async function replaceSealed(
  sql: Sql,
  { table, column }: SealedColumn,
  texts: readonly (SealedText & { resealed: string })[],
): Promise<number> {
  const rows = await sql.unsafe(
    `update ${table} t set ${column} = r.resealed
    from unnest($1::text[], $2::text[], $3::text[]) as r(spot, sealed, resealed)
    where t.ctid = r.spot::tid and t.${column} = r.sealed returning 1`,
    [
      texts.map(({ spot }) => spot),
      texts.map(({ sealed }) => sealed),
      texts.map(({ resealed }) => resealed),
    ],
  )
  return rows.length
}
