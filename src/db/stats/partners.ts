// Whose hours are counted.
import type { Sql } from '../open.ts'

/** In another order each time: a round that ends early must not leave out the same ones for ever. */
export async function partnerIds(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from partners order by random()`
  return rows.map(({ id }) => id)
}
