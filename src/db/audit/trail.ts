// The chains as they stand, read in pieces: for whoever checks them.
import { installationChain, type ChainedEntry, type LinkedEntry } from '../../access/chain.ts'
import { limits } from '../../limits.ts'
import type { Sql, Statements } from '../open.ts'
import { entryColumns } from './links.ts'

/** Every chain there is or should be: the installation's, all partners', and any that has rows. */
export async function listChains(sql: Sql): Promise<{ chain: string; name: string | null }[]> {
  return sql<{ chain: string; name: string | null }[]>`
    select c.chain, p.name from (
      select id as chain from partners union select chain from audit_chains
      union select chain from audit_checkpoints union select ${installationChain}::uuid
    ) c left join partners p on p.id = c.chain order by p.name nulls first, c.chain`
}

interface LinkRow extends Omit<ChainedEntry, 'id'> {
  /** null: there is no such entry. */
  id: string | null
  seq: number
  entryId: string
  hash: Buffer
}

/** The next links of a chain with their entries, wherever these say they belong. */
export async function linksAfter(
  sql: Statements,
  chain: string,
  seq: number,
  most: number = limits.auditVerifiedAtOnce,
): Promise<LinkedEntry[]> {
  const rows = await sql<LinkRow[]>`
    select l.seq::float8, l.entry_id as "entryId", l.hash, ${entryColumns(sql)}
    from (
      select seq, entry_id, hash from audit_links
      where chain = ${chain} and seq > ${seq} order by seq limit ${most}
    ) l left join audit_entries e on e.id = l.entry_id order by l.seq`
  return rows.map(({ seq: at, entryId, hash, id, ...rest }) => ({
    seq: at,
    entryId,
    hash,
    entry: id === null ? null : { id, ...rest },
  }))
}

export interface StoredCheckpoint {
  seq: number
  jws: string
}

/** Those of links after `after` and up to `upTo`, in their order. */
export async function checkpointsBetween(sql: Sql, chain: string, after: number, upTo: number) {
  return sql<StoredCheckpoint[]>`
    select seq::float8, jws from audit_checkpoints
    where chain = ${chain} and seq > ${after} and seq <= ${upTo} order by seq`
}

export async function newestCheckpoint(
  sql: Sql,
  chain: string,
): Promise<StoredCheckpoint | undefined> {
  const [row] = await sql<StoredCheckpoint[]>`
    select seq::float8, jws from audit_checkpoints where chain = ${chain} order by seq desc limit 1`
  return row
}

/** The oldest link there is, and what time it is now (Unix ms). */
export async function firstLink(sql: Sql, chain: string) {
  const [row] = await sql<{ seq: number; hash: Buffer; entryId: string; nowMs: number }[]>`
    select seq::float8, hash, entry_id as "entryId", (extract(epoch from now()) * 1000)::float8 as "nowMs"
    from audit_links where chain = ${chain} order by seq limit 1`
  return row
}

export async function linkAt(sql: Sql, chain: string, seq: number): Promise<Buffer | undefined> {
  const [row] = await sql<{ hash: Buffer }[]>`
    select hash from audit_links where chain = ${chain} and seq = ${seq}`
  return row?.hash
}

export interface EntryKey {
  id: string
  at: Date
  linked: boolean
}

/** The next entries that belong to a chain, by id: are they on it? */
export async function entriesAfter(sql: Sql, chain: string, after: string): Promise<EntryKey[]> {
  const ofChain =
    chain === installationChain ? sql`e.partner_id is null` : sql`e.partner_id = ${chain}`
  return sql<EntryKey[]>`
    select e.id, e.at, (
      select true from audit_links l where l.chain = ${chain} and l.entry_id = e.id limit 1
    ) is true as linked
    from audit_entries e where ${ofChain} and e.id > ${after}
    order by e.id limit ${limits.auditVerifiedAtOnce}`
}
