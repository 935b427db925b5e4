// People and everything that is known of them, on a real database; and where an address still stands.
import type { Sql } from '../../src/db/open.ts'
import { claimErasure, erasureById } from '../../src/db/privacy/erasures.ts'
import { erase } from '../../src/privacy/erasing.ts'
import { requestErasures } from '../../src/privacy/erasures.ts'
import { createVault, type Vault } from '../../src/vault.ts'
import { openScene, pepper, type Scene } from '../ledger/scene.ts'
import { until } from '../support/sending.ts'

export interface PrivacyScene extends Scene {
  vault: Vault
  /** Ids of the erasures. */
  request(email: string, ...partnerIds: string[]): Promise<string[]>
  /** Turns until it is done. */
  finish(id: string): Promise<void>
  turn(id: string): Promise<void>
}

export async function openPrivacyScene(): Promise<PrivacyScene> {
  const scene = await openScene()
  const { relayDb: db } = scene
  const vault = createVault([Buffer.alloc(32, 7)])
  const parts = { db, vault, pepper, publicUrl: 'https://relay.example.com' }
  const turn = async (id: string) => {
    const claimed = await claimErasure(db.work, id)
    if (claimed !== undefined) await erase(parts, claimed)
  }
  return {
    ...scene,
    vault,
    turn,
    async request(email, ...partnerIds) {
      const ids = await requestErasures(
        { orm: db.orm, vault, pepper },
        { email, partnerIds, actor: 'test' },
      )
      if (ids === 'unusable') throw new Error('not an address')
      return ids
    },
    async finish(id) {
      await until(async () => {
        await turn(id)
        return (await erasureById(scene.db.orm, null, id))?.phase === 'done'
      }, 15_000)
    },
  }
}

/**
 * Where a text stands in the database, in any column of any table that can hold one: as it is, in any
 * case, or as bytes. `except`: columns of which more is known.
 */
export async function placesOf(sql: Sql, text: string): Promise<string[]> {
  const columns = await sql<{ table: string; column: string; type: string }[]>`
    select c.table_name as table, c.column_name as column, c.data_type as type
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and c.data_type in ('text', 'json', 'jsonb', 'bytea', 'ARRAY', 'character varying') order by 1, 2`
  const found: string[] = []
  for (const { table, column, type } of columns) {
    const readable =
      type === 'bytea' ? sql`encode(${sql(column)}, 'escape')` : sql`${sql(column)}::text`
    const [row] = await sql<{ n: number }[]>`
      select count(*)::int as n from ${sql(table)} where position(${text.toLowerCase()} in lower(${readable})) > 0`
    if ((row?.n ?? 0) > 0) found.push(`${table}.${column}`)
  }
  return found
}
