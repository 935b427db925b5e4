// The second wall between partners, in the database itself: roles that may do what their work needs, and
// row-level security. See drizzle/0006_walls.sql and docs/isolation.md. Where the roles could not be
// made (a login without CREATEROLE), all of it is done as the login, and `doctor` says so.
import { sql, type SQL } from 'drizzle-orm'
import type { Orm, Sql } from './open.ts'
import type { Tx } from './partners.ts'
import { parts, type Part } from './roles.ts'

/** Can this login work as each of them? */
export async function wallsStand(sql: Sql): Promise<boolean> {
  const all = `{${parts.join(',')}}`
  const [row] = await sql<{ stand: boolean }[]>`
    select bool_and(moab_may_be(part)) as stand from unnest(${all}::text[]) part`
  return row?.stand === true
}

/** To be selected first: what the transaction does after it, it does as that role, for that partner. */
export const entering = (part: Part, partnerId: string | null): SQL =>
  sql`moab_enter(${part}, ${partnerId}::uuid)`

/** A change for one partner, which meets no other one's rows; null: an operator's, across partners. */
export function changing<T>(
  orm: Orm,
  partnerId: string | null,
  change: (tx: Tx) => Promise<T>,
  settings?: Parameters<Orm['transaction']>[1],
): Promise<T> {
  return orm.transaction(async (tx) => {
    const part = partnerId === null ? 'operator' : 'app'
    await tx.execute(sql`select ${entering(part, partnerId)}`)
    return change(tx)
  }, settings)
}
