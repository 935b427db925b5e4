// Many grants that are due, written by PostgreSQL itself: as if they had come in while MOAB was away.
import type { Server } from './server.ts'

/** Of the campaign `bench`, which a relay has made before. */
export async function makeBacklog({ sql }: Server, count: number): Promise<void> {
  for (let from = 0; from < count; from += 50_000) {
    const to = Math.min(count, from + 50_000)
    await sql`
      insert into grants (partner_id, id, campaign_id, mode, email_key, folded_key, email, event_id, rule_id, state, due_at)
      select c.partner_id, uuidv7(), c.id, 'live', k.key, k.key, 'backlog-' || n || '@example.com', uuidv7(), uuidv7(), 'queued', now()
      from campaigns c, generate_series(${from}::int, ${to - 1}::int) n
      cross join lateral (select sha256(int4send(n)) as key) k
      where c.name = 'bench'`
  }
  await sql`vacuum analyze grants`
}

export async function statesOfGrants({ sql }: Server): Promise<Record<string, number>> {
  const rows = await sql<{ state: string; n: number }[]>`
    select g.state, count(*)::int as n from grants g join campaigns c on c.id = g.campaign_id
    where c.name = 'bench' group by 1`
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
}
