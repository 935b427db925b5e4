// What people set up, read and written: partners, campaigns, sources, credentials, rules. Nothing
// here opens a secret. Whoever changes the configuration takes `lockConfiguration` first, in the
// same transaction, and ends with `announceChange`.
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Orm } from './open.ts'
import type { Periods } from './privacy/periods.ts'
import { retention } from './privacy/schema.ts'
import { campaigns, credentials, installation, partners, rules, sources } from './schema.ts'

export type Tx = Parameters<Parameters<Orm['transaction']>[0]>[0]

export type CampaignRow = typeof campaigns.$inferSelect
export type SourceRow = typeof sources.$inferSelect
export type CredentialRow = typeof credentials.$inferSelect
export type RuleRow = typeof rules.$inferSelect

/** One change of configuration at a time: the others wait here, holding nothing else. */
export async function lockConfiguration(tx: Tx): Promise<void> {
  await tx.select({ one: installation.one }).from(installation).for('update')
}

/** By the database's clock. */
export async function databaseTime(tx: Tx): Promise<Date> {
  const [row] = await tx.execute<{ ms: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  )
  return new Date(row?.ms ?? 0)
}

export async function partnerNames(tx: Tx): Promise<string[]> {
  const rows = await tx.select({ name: partners.name }).from(partners).orderBy(asc(partners.name))
  return rows.map(({ name }) => name)
}

export async function partnerNameOf(tx: Tx, id: string): Promise<string | undefined> {
  const [row] = await tx.select({ name: partners.name }).from(partners).where(eq(partners.id, id))
  return row?.name
}

/** Everything a partner has set up, each list in the order in which it was made; archived things, too. */
export async function readPartnerRows(tx: Tx, name: string) {
  const [partner] = await tx.select().from(partners).where(eq(partners.name, name))
  if (partner === undefined) return undefined
  const { id } = partner
  return {
    id,
    campaigns: await tx
      .select()
      .from(campaigns)
      .where(eq(campaigns.partnerId, id))
      .orderBy(asc(campaigns.id)),
    sources: await tx
      .select()
      .from(sources)
      .where(eq(sources.partnerId, id))
      .orderBy(asc(sources.id)),
    credentials: await tx
      .select()
      .from(credentials)
      .where(eq(credentials.partnerId, id))
      .orderBy(asc(credentials.createdAt), asc(credentials.id)),
    rules: await tx
      .select()
      .from(rules)
      .where(eq(rules.partnerId, id))
      .orderBy(asc(rules.position), asc(rules.id)),
  }
}

/** `kept`: for how long. */
export async function insertPartner(
  tx: Tx,
  id: string,
  name: string,
  kept: Periods,
): Promise<void> {
  await tx.insert(partners).values({ id, name })
  await tx.insert(retention).values({ partnerId: id, ...kept })
}

export async function insertCampaign(tx: Tx, row: typeof campaigns.$inferInsert): Promise<void> {
  await tx.insert(campaigns).values(row)
}

export interface Own {
  partnerId: string
  id: string
}

export async function updateCampaign(
  tx: Tx,
  { partnerId, id }: Own,
  set: Partial<CampaignRow>,
): Promise<void> {
  await tx
    .update(campaigns)
    .set(set)
    .where(and(eq(campaigns.partnerId, partnerId), eq(campaigns.id, id)))
}

export async function insertSource(tx: Tx, row: typeof sources.$inferInsert): Promise<void> {
  await tx.insert(sources).values(row)
}

export async function updateSource(
  tx: Tx,
  { partnerId, id }: Own,
  set: Partial<SourceRow>,
): Promise<void> {
  await tx
    .update(sources)
    .set(set)
    .where(and(eq(sources.partnerId, partnerId), eq(sources.id, id)))
}

export async function insertCredential(
  tx: Tx,
  row: typeof credentials.$inferInsert,
): Promise<void> {
  await tx.insert(credentials).values(row)
}

export async function updateCredential(
  tx: Tx,
  { partnerId, id }: Own,
  set: Partial<CredentialRow>,
): Promise<void> {
  await tx
    .update(credentials)
    .set(set)
    .where(and(eq(credentials.partnerId, partnerId), eq(credentials.id, id)))
}

export async function deleteCredential(tx: Tx, { partnerId, id }: Own): Promise<void> {
  await tx
    .delete(credentials)
    .where(and(eq(credentials.partnerId, partnerId), eq(credentials.id, id)))
}

export async function insertRule(tx: Tx, row: typeof rules.$inferInsert): Promise<void> {
  await tx.insert(rules).values(row)
}

export async function updateRule(
  tx: Tx,
  { partnerId, id }: Own,
  set: Partial<RuleRow>,
): Promise<void> {
  await tx
    .update(rules)
    .set(set)
    .where(and(eq(rules.partnerId, partnerId), eq(rules.id, id)))
}

/** Which sources, of any partner, have these ingest keys. */
export async function ingestKeyOwners(tx: Tx, hashes: readonly Buffer[]) {
  if (hashes.length === 0) return []
  const literal = `{${hashes.map((hash) => `"\\\\x${hash.toString('hex')}"`).join(',')}}`
  return tx.execute<{ id: string; hash: Buffer }>(
    sql`select id, hash from moab_sources_with_keys(${literal}::bytea[])`,
  )
}

/** Frees the ingest keys of sources that are about to get others, so that two may swap theirs. */
export async function parkIngestKeys(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .update(sources)
    .set({ ingestKeyHash: sql`sha256(('parked ' || ${sources.id})::bytea)` })
    .where(inArray(sources.id, [...ids]))
}

/** Sources with their sealed ingest keys: of one partner, or of all. */
export async function sealedIngestKeys(orm: Pick<Orm, 'select'>, partner?: string) {
  return orm
    .select({
      id: sources.id,
      partner: partners.name,
      name: sources.name,
      provider: sources.provider,
      enabled: sources.enabled,
      ingestKeySealed: sources.ingestKeySealed,
    })
    .from(sources)
    .innerJoin(partners, eq(partners.id, sources.partnerId))
    .where(
      and(
        isNull(sources.archivedAt),
        partner === undefined ? undefined : eq(partners.name, partner),
      ),
    )
    .orderBy(asc(partners.name), asc(sources.id))
}
