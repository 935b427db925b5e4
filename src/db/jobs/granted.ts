// Who has a grant already, by the keyed hashes of emails.
import { sql } from 'drizzle-orm'
import type { Reader } from '../ledger/reading.ts'

interface Campaign {
  id: string
  mode: 'live' | 'sandbox'
}

/** Of these keys (hex), those that have a grant in the campaign; a provider's test is none. */
export async function grantedAmong(
  tx: Reader,
  { id, mode }: Campaign,
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return []
  const list = sql.join(
    keys.map((key) => sql`decode(${key}, 'hex')`),
    sql`, `,
  )
  const rows = await tx.execute<{ key: string }>(sql`
    select encode(email_key, 'hex') as key from grants
    where campaign_id = ${id} and mode = ${mode} and state <> 'test' and email_key in (${list})`)
  return rows.map(({ key }) => key)
}
