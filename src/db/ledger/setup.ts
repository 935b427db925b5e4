// What is set up, as it is read: campaigns with their health, sources with their credentials, rules.
// No secret is read here. Newest first.
import { and, asc, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { campaignHealth, campaigns, credentials, partners, rules, sources } from '../schema.ts'
import { cutPage, ownRows, type PageWanted } from './page.ts'
import type { Owner, Reader } from './reading.ts'

const partner = { id: partners.id, name: partners.name }

export interface SetupWanted extends PageWanted {
  /** Only the one with this id, archived or not. */
  id?: string | undefined
  /** Those that were archived, instead of those that are there. */
  archived?: boolean | undefined
}

const these = (
  owner: Owner,
  of: { id: PgColumn; partnerId: PgColumn; archivedAt: PgColumn },
  wanted: SetupWanted,
) =>
  and(
    ownRows(owner, of, wanted),
    wanted.id === undefined
      ? (wanted.archived === true ? isNotNull : isNull)(of.archivedAt)
      : eq(of.id, wanted.id),
  )

export async function campaignsPage(tx: Reader, owner: Owner, wanted: SetupWanted) {
  const rows = await tx
    .select({
      id: campaigns.id,
      partner,
      name: campaigns.name,
      mode: campaigns.mode,
      url: campaigns.url,
      hasApiKey: campaigns.hasApiKey,
      startsAt: campaigns.startsAt,
      endsAt: campaigns.endsAt,
      perSecond: campaigns.perSecond,
      enabled: campaigns.enabled,
      archivedAt: campaigns.archivedAt,
      createdAt: campaigns.createdAt,
      state: campaignHealth.state,
      reason: campaignHealth.reason,
      since: campaignHealth.since,
      probeAt: campaignHealth.probeAt,
    })
    .from(campaigns)
    .innerJoin(partners, eq(partners.id, campaigns.partnerId))
    .innerJoin(
      campaignHealth,
      and(
        eq(campaignHealth.partnerId, campaigns.partnerId),
        eq(campaignHealth.campaignId, campaigns.id),
      ),
    )
    .where(these(owner, campaigns, wanted))
    .orderBy(desc(campaigns.id))
    .limit(wanted.limit + 1)
  return cutPage(rows, wanted.limit)
}

/** With their credentials. */
const lastEventAt = sql<string | null>`(
  select e.received_at from events e where e.partner_id = ${sources.partnerId} and e.source_id = ${sources.id}
  order by e.id desc limit 1)`

export async function sourcesPage(tx: Reader, owner: Owner, wanted: SetupWanted) {
  const rows = await tx
    .select({
      id: sources.id,
      partner,
      name: sources.name,
      provider: sources.provider,
      settings: sources.settings,
      enabled: sources.enabled,
      archivedAt: sources.archivedAt,
      createdAt: sources.createdAt,
      lastEventAt,
    })
    .from(sources)
    .innerJoin(partners, eq(partners.id, sources.partnerId))
    .where(these(owner, sources, wanted))
    .orderBy(desc(sources.id))
    .limit(wanted.limit + 1)
  const page = cutPage(rows, wanted.limit)
  const ids = page.rows.map(({ id }) => id)
  const found = await credentialsOf(tx, owner, ids)
  const of = (id: string) => found.filter(({ sourceId }) => sourceId === id)
  return { ...page, rows: page.rows.map((row) => ({ ...row, credentials: of(row.id) })) }
}

/** By the database's clock: also at the moment of its end no relay still takes it. */
const credentialState = sql<'valid' | 'ending' | 'ended'>`case
  when ${credentials.validUntil} is null then 'valid'
  when ${credentials.validUntil} > now() then 'ending' else 'ended' end`

const credentialColumns = {
  id: credentials.id,
  name: credentials.name,
  state: credentialState,
  validUntil: credentials.validUntil,
  lastUsedAt: credentials.lastUsedAt,
  createdAt: credentials.createdAt,
}

/** Of these sources, in the order in which they were made. */
async function credentialsOf(tx: Reader, owner: Owner, sourceIds: readonly string[]) {
  if (sourceIds.length === 0) return []
  return tx
    .select({ ...credentialColumns, sourceId: credentials.sourceId })
    .from(credentials)
    .where(
      and(
        owner === null ? undefined : eq(credentials.partnerId, owner),
        inArray(credentials.sourceId, [...sourceIds]),
      ),
    )
    .orderBy(asc(credentials.createdAt), asc(credentials.id))
}

type OfSources = SetupWanted & { sourceIds?: readonly string[] | undefined }

/** Those of archived sources only one by one. */
export async function credentialsPage(
  tx: Reader,
  owner: Owner,
  { sourceIds, id, ...page }: OfSources,
) {
  const rows = await tx
    .select({
      ...credentialColumns,
      partner,
      source: { id: sources.id, name: sources.name, provider: sources.provider },
    })
    .from(credentials)
    .innerJoin(partners, eq(partners.id, credentials.partnerId))
    .innerJoin(
      sources,
      and(eq(sources.partnerId, credentials.partnerId), eq(sources.id, credentials.sourceId)),
    )
    .where(
      and(
        ownRows(owner, credentials, page),
        id === undefined ? isNull(sources.archivedAt) : eq(credentials.id, id),
        sourceIds === undefined ? undefined : inArray(credentials.sourceId, [...sourceIds]),
      ),
    )
    .orderBy(desc(credentials.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

export async function rulesPage(tx: Reader, owner: Owner, { sourceIds, ...wanted }: OfSources) {
  const rows = await tx
    .select({
      id: rules.id,
      partner,
      source: { id: sources.id, name: sources.name, provider: sources.provider },
      campaign: { id: campaigns.id, name: campaigns.name },
      position: rules.position,
      name: rules.name,
      enabled: rules.enabled,
      archivedAt: rules.archivedAt,
      definition: rules.definition,
      createdAt: rules.createdAt,
    })
    .from(rules)
    .innerJoin(partners, eq(partners.id, rules.partnerId))
    .innerJoin(sources, and(eq(sources.partnerId, rules.partnerId), eq(sources.id, rules.sourceId)))
    .innerJoin(
      campaigns,
      and(eq(campaigns.partnerId, rules.partnerId), eq(campaigns.id, rules.campaignId)),
    )
    .where(
      and(
        these(owner, rules, wanted),
        wanted.id === undefined ? isNull(sources.archivedAt) : undefined,
        sourceIds === undefined ? undefined : inArray(rules.sourceId, [...sourceIds]),
      ),
    )
    .orderBy(desc(rules.id))
    .limit(wanted.limit + 1)
  return cutPage(rows, wanted.limit)
}

/** For whoever may give it away: its ingest key, sealed. */
export async function sealedKeyOf(tx: Reader, owner: Owner, id: string) {
  const [row] = await tx
    .select({ provider: sources.provider, sealed: sources.ingestKeySealed })
    .from(sources)
    .where(and(owner === null ? undefined : eq(sources.partnerId, owner), eq(sources.id, id)))
  return row
}
