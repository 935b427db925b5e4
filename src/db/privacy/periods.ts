// How long a partner's data is kept.
import { and, asc, eq, isNull, or, sql } from 'drizzle-orm'
import { ownedBy, type Owner, type Reader } from '../ledger/reading.ts'
import type { Orm } from '../open.ts'
import { partners } from '../schema.ts'
import { retention } from './schema.ts'

/** Days; null: without end. */
export interface Periods {
  bodiesDays: number | null
  ledgerDays: number | null
  auditDays: number | null
}

const columns = {
  bodiesDays: retention.bodiesDays,
  ledgerDays: retention.ledgerDays,
  auditDays: retention.auditDays,
}

/** Undefined: there is no such partner. Without a row nothing was chosen: all is kept. */
export async function periodsOf(
  tx: Pick<Reader, 'select'>,
  owner: Owner,
  partnerId: string,
): Promise<Periods | undefined> {
  const [row] = await tx
    .select(columns)
    .from(partners)
    .leftJoin(retention, eq(retention.partnerId, partners.id))
    .where(and(ownedBy(owner, partners.id), eq(partners.id, partnerId)))
  return row
}

/** Names of partners of whom something is kept without end. */
export async function keepersWithoutEnd(tx: Reader): Promise<string[]> {
  const rows = await tx
    .select({ name: partners.name })
    .from(partners)
    .leftJoin(retention, eq(retention.partnerId, partners.id))
    .where(or(...Object.values(columns).map((column) => isNull(column))))
    .orderBy(asc(partners.name))
  return rows.map(({ name }) => name)
}

/** Nobody else changes it until this transaction ends. */
export async function lockPartner(tx: Pick<Orm, 'execute'>, partnerId: string): Promise<void> {
  await tx.execute(sql`select 1 from ${partners} where id = ${partnerId}::uuid for no key update`)
}

export async function keepPeriods(
  tx: Pick<Orm, 'insert'>,
  partnerId: string,
  periods: Periods,
): Promise<void> {
  await tx
    .insert(retention)
    .values({ partnerId, ...periods })
    .onConflictDoUpdate({ target: retention.partnerId, set: periods })
}
