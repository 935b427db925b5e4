// Partners and sources by the names people use on the command line.
import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Orm } from './open.ts'
import { campaigns, partners, sources } from './schema.ts'

export async function listPartners(orm: Orm): Promise<{ id: string; name: string }[]> {
  return orm
    .select({ id: partners.id, name: partners.name })
    .from(partners)
    .orderBy(asc(partners.name))
}

export async function findPartnerId(orm: Orm, name: string): Promise<string | undefined> {
  const [row] = await orm.select({ id: partners.id }).from(partners).where(eq(partners.name, name))
  return row?.id
}

export const partnerIds = async (orm: Orm): Promise<string[]> =>
  (await listPartners(orm)).map(({ id }) => id)

/** A partner's name, and what time it is for the database. */
export async function partnerNow(orm: Orm, id: string): Promise<{ name: string; now: Date }> {
  const [row] = await orm
    .select({ name: partners.name, now: sql<Date>`now()`.mapWith(partners.createdAt) })
    .from(partners)
    .where(eq(partners.id, id))
  if (row === undefined) throw new Error('there is no such partner')
  return row
}

export interface SourceKey {
  id: string
  partner: string
  source: string
  ingestKeySealed: string
}

/** All sources, or those of a name (several partners may use the same one). */
export async function listSourceKeys(
  orm: Orm,
  wanted: {
    partnerId?: string | undefined
    partner?: string | undefined
    source?: string | undefined
  } = {},
): Promise<SourceKey[]> {
  return orm
    .select({
      id: sources.id,
      partner: partners.name,
      source: sources.name,
      ingestKeySealed: sources.ingestKeySealed,
    })
    .from(sources)
    .innerJoin(partners, eq(partners.id, sources.partnerId))
    .where(
      and(
        isNull(sources.archivedAt),
        wanted.partnerId === undefined ? undefined : eq(partners.id, wanted.partnerId),
        wanted.partner === undefined ? undefined : eq(partners.name, wanted.partner),
        wanted.source === undefined ? undefined : eq(sources.name, wanted.source),
      ),
    )
    .orderBy(asc(partners.name), asc(sources.name))
}

/** Campaigns that call a URL of their own. */
export async function listCampaignUrls(orm: Orm) {
  return orm
    .select({
      partner: partners.name,
      campaign: campaigns.name,
      url: sql<string>`${campaigns.url}`,
    })
    .from(campaigns)
    .innerJoin(partners, eq(partners.id, campaigns.partnerId))
    .where(and(isNull(campaigns.archivedAt), isNotNull(campaigns.url)))
    .orderBy(asc(partners.name), asc(campaigns.name))
}
