// Entries come into their chains. writeAudit knows nothing of this: entries are found by looking for
// those that have no link, so it makes no difference in which order they became visible.
import {
  installationChain,
  linksFor,
  origin,
  type ChainedEntry,
  type Head,
} from '../../access/chain.ts'
import { limits } from '../../limits.ts'
import { firstIdAt } from '../ledger/page.ts'
import type { Sql, Statements } from '../open.ts'

export interface Unlinked {
  id: string
  chain: string
}

const chainOf = (sql: Statements) => sql`coalesce(e.partner_id, ${installationChain}::uuid)`

/** Written as it is hashed: see access/chain.ts. */
export const entryColumns = (sql: Statements) => sql`
  e.id, e.partner_id as "partnerId", e.actor, e.action, e.subject, e.detail,
  to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`

/** `limit 1` where `exists` would do: an exists may be answered by reading every link at once. */
const isUnlinked = (sql: Statements) => sql`
  (select true from audit_links l where l.chain = ${chainOf(sql)} and l.entry_id = e.id limit 1) is null`

/** Of the entries with ids after `after` and up to `upTo` (null: to the end), the first without a link. */
async function unlinked(sql: Sql, after: string, upTo: string | null): Promise<Unlinked[]> {
  return sql<Unlinked[]>`
    select e.id, ${chainOf(sql)} as chain from audit_entries e
    where e.id > ${after} and (${upTo}::uuid is null or e.id <= ${upTo}::uuid)
      and e.at < now() - ${limits.auditSettleMs} * interval '1 ms' and ${isUnlinked(sql)}
    order by e.id limit ${limits.auditLinksPerRound}`
}

/** Those of the last minutes: nearly all there ever are. */
export const unlinkedLately = (sql: Sql, now: number): Promise<Unlinked[]> =>
  unlinked(sql, firstIdAt(now - limits.auditLatelyMs), null)

export interface Swept {
  found: Unlinked[]
  /** Where to go on; the zero UUID once the end was reached. */
  position: string
}

/**
 * The next piece of all there are, by id: what became visible after the last minutes had gone by, what
 * was written while no relay ran or before there were chains. Bounded, however many entries there are.
 */
export async function sweepUnlinked(sql: Sql, position: string): Promise<Swept> {
  const [end] = await sql<{ id: string }[]>`
    select id from audit_entries where id > ${position}
    order by id offset ${limits.auditSweptPerRound - 1} limit 1`
  const found = await unlinked(sql, position, end?.id ?? null)
  const last = found.length === limits.auditLinksPerRound ? found.at(-1) : end
  return { found, position: last?.id ?? installationChain }
}

/**
 * Puts entries on their chain, in the order of their ids; those that have got there meanwhile are left
 * out. False: another relay holds the chain, and will find them too.
 */
export async function linkEntries(sql: Sql, chain: string, ids: readonly string[]) {
  await sql`insert into audit_chains (chain) values (${chain}) on conflict do nothing`
  return sql.begin(async (tx) => {
    // A relay that freezes here must not keep the chain from the others.
    await tx.unsafe(`set local idle_in_transaction_session_timeout = ${limits.auditHoldMsMax}`)
    const held = await tx`
      select 1 from audit_chains where chain = ${chain} for update skip locked`
    if (held.length === 0) return false
    const head = await headOf(tx, chain)
    const entries = await tx<ChainedEntry[]>`
      select ${entryColumns(tx)}
      from json_array_elements_text(${JSON.stringify(ids)}::text::json) as wanted(id)
      join audit_entries e on e.id = wanted.id::uuid
      where ${chainOf(tx)} = ${chain}::uuid and ${isUnlinked(tx)}
      order by e.id`
    const links = linksFor(head, entries).map((link) => ({
      ...link,
      hash: link.hash.toString('hex'),
    }))
    await tx`
      insert into audit_links (chain, seq, entry_id, hash)
      select ${chain}, l.seq, l."entryId", decode(l.hash, 'hex')
      from json_to_recordset(${JSON.stringify(links)}::text::json) as l(seq bigint, "entryId" uuid, hash text)`
    return true
  })
}

async function headOf(sql: Statements, chain: string): Promise<Head> {
  const [last] = await sql<Head[]>`
    select seq::float8, hash from audit_links where chain = ${chain} order by seq desc limit 1`
  return last ?? origin(chain)
}

export interface DueCheckpoint {
  chain: string
  seq: number
  hash: Buffer
  /** Now, by the database's clock. */
  at: Date
}

/** Chains that have grown by enough, or grown at all and not been signed for long enough. */
export async function dueCheckpoints(sql: Sql): Promise<DueCheckpoint[]> {
  return sql<DueCheckpoint[]>`
    select c.chain, head.seq::float8, head.hash, now() as at
    from audit_chains c
    cross join lateral (
      select seq, hash from audit_links where chain = c.chain order by seq desc limit 1
    ) head
    left join lateral (
      select seq, created_at from audit_checkpoints where chain = c.chain order by seq desc limit 1
    ) last on true
    where head.seq >= coalesce(last.seq, 0) + ${limits.auditLinksPerCheckpoint}
      or (head.seq > coalesce(last.seq, 0)
        and coalesce(last.created_at < now() - ${limits.auditCheckpointMs} * interval '1 ms', true))`
}

/** What it says stays true, whatever comes after; so nobody waits for anybody here. */
export async function insertCheckpoint(
  sql: Sql,
  { chain, seq }: Pick<DueCheckpoint, 'chain' | 'seq'>,
  jws: string,
): Promise<void> {
  await sql`
    insert into audit_checkpoints (chain, seq, jws) values (${chain}, ${seq}, ${jws})
    on conflict do nothing`
}
