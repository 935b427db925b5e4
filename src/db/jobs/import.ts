// People of a list: as items of a plan, and as grants of their campaign.
import { limits } from '../../limits.ts'
import { birthOfGrants, birthParameters, type GrantOfList } from '../birth.ts'
import type { Statements } from '../open.ts'

export interface ListedPerson {
  line: number
  address: string
  key: Buffer
  folded: Buffer
}

const rowsAtOnce = 5000

/** Numbered as they stand in the list. */
export async function insertPeople(
  sql: Statements,
  { partnerId, id }: { partnerId: string; id: string },
  people: readonly ListedPerson[],
): Promise<void> {
  for (let at = 0; at < people.length; at += rowsAtOnce) {
    const some = people.slice(at, at + rowsAtOnce)
    await sql.unsafe(
      `insert into job_items (partner_id, job_id, n, line, email, email_key, folded_key, state)
      select $1::uuid, $2::uuid, n, line, email, decode(key, 'hex'), decode(folded, 'hex'), 'waiting'
      from unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::text[]) as p(n, line, email, key, folded)`,
      [
        partnerId,
        id,
        some.map((_, n) => at + n + 1),
        some.map(({ line }) => line),
        some.map(({ address }) => address),
        some.map(({ key }) => key.toString('hex')),
        some.map(({ folded }) => folded.toString('hex')),
      ],
    )
  }
}

/** How many of the list have a grant in the campaign already. */
export async function knownAmong(
  sql: Statements,
  { partnerId, id }: { partnerId: string; id: string },
  campaignId: string,
): Promise<number> {
  const [row] = await sql.unsafe<{ known: number }[]>(
    `select count(*)::int as known from job_items i
    join campaigns c on c.partner_id = i.partner_id and c.id = $3::uuid
    join grants g on g.campaign_id = c.id and g.mode = c.mode and g.email_key = i.email_key and g.state <> 'test'
    where i.partner_id = $1::uuid and i.job_id = $2::uuid`,
    [partnerId, id, campaignId],
  )
  return row?.known ?? 0
}

export async function campaignOf(
  sql: Statements,
  partnerId: string,
  id: string,
): Promise<{ id: string; mode: 'live' | 'sandbox' } | undefined> {
  const [row] = await sql.unsafe<{ id: string; mode: 'live' | 'sandbox' }[]>(
    `select id, mode from campaigns where partner_id = $1::uuid and id = $2::uuid`,
    [partnerId, id],
  )
  return row
}

const statement = `
with fresh as materialized (
  select $1::uuid as id
), ${birthOfGrants(2, 'import_id')}
select id, state from made`

/** Grants that were not there before, each with its state: whoever was erased is suppressed. */
export async function importGrants(
  sql: Statements,
  { partnerId, id }: { partnerId: string; id: string },
  grants: readonly GrantOfList[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = grants.map((grant) => ({ partnerId, eventId: id, grant }))
  const rows = await sql.unsafe<{ id: string; state: string }[]>(statement, [
    id,
    ...birthParameters(wanted, limits.leaseMs, id),
  ])
  return new Map(rows.map((row) => [row.id, row.state]))
}
