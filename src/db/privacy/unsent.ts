// Grants that a relay has claimed for somebody who is being erased, and not sent yet.
import type { Sql } from '../open.ts'
import { isOf } from './erase.ts'

/**
 * Under this relay's lease, of people who are being erased: those that have not left yet need not. `offset 0`:
 * asked every second, and planned while the tables are empty, it would otherwise read all grants to find
 * that nobody is being erased.
 */
export async function sendingOfErased(sql: Sql, node: string): Promise<string[]> {
  const rows = await sql.unsafe<{ id: string }[]>(
    `select g.id from erasures e
    cross join lateral (
      select id from grants where partner_id = e.partner_id and ${isOf('e.folded_key')}
        and state || '' = 'sending' and lease_owner = $1::uuid
      offset 0
    ) g where e.phase <> 'done'`,
    [node],
  )
  return rows.map(({ id }) => id)
}

/** Grants of this relay's that it had claimed and not sent. */
export async function suppressUnsent(
  sql: Sql,
  ids: readonly string[],
  node: string,
): Promise<void> {
  await sql.unsafe(
    `update grants set state = 'suppressed', email = null, settled_at = now(), lease_until = null, lease_owner = null
    where id = any($1::uuid[]) and state || '' = 'sending' and lease_owner = $2::uuid`,
    [[...ids], node],
  )
}
