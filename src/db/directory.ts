// What a relay needs to know about configured things while it works: a source by its ingest key, a
// campaign by its id. Read often, cached by partners/directory.ts.
import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import { limits } from '../limits.ts'
import type { Orm } from './open.ts'
import { campaigns, credentials, installation, partners, rules, sources } from './schema.ts'

export async function findSourceByKey(orm: Orm, keyHash: Buffer) {
  const [source] = await orm
    .select()
    .from(sources)
    .where(and(eq(sources.ingestKeyHash, keyHash), eq(sources.enabled, true)))
  return source && { source, ...(await partsOf(orm, source)) }
}

export async function findSourceById(orm: Orm, partnerId: string, id: string) {
  const [source] = await orm
    .select()
    .from(sources)
    .where(and(eq(sources.partnerId, partnerId), eq(sources.id, id)))
  return source && { source, ...(await partsOf(orm, source)) }
}

export async function findSourceByName(orm: Orm, partner: string, name: string) {
  const [row] = await orm
    .select({ source: sources })
    .from(sources)
    .innerJoin(partners, eq(partners.id, sources.partnerId))
    .where(and(eq(partners.name, partner), eq(sources.name, name), isNull(sources.archivedAt)))
  return row && { source: row.source, ...(await partsOf(orm, row.source)) }
}

async function partsOf(orm: Orm, source: typeof sources.$inferSelect) {
  const own = [source.partnerId, source.id] as const
  const asked = Date.now()
  const [secrets, itsRules] = await Promise.all([
    orm
      .select({
        id: credentials.id,
        sealed: credentials.sealed,
        /** Told as a time from now, for this machine's clock may be off. */
        endsInMs: sql<
          number | null
        >`(extract(epoch from ${credentials.validUntil} - clock_timestamp()) * 1000)::float8`,
      })
      .from(credentials)
      .where(
        and(
          eq(credentials.partnerId, own[0]),
          eq(credentials.sourceId, own[1]),
          or(isNull(credentials.validUntil), gt(credentials.validUntil, sql`now()`)),
        ),
      )
      .orderBy(asc(credentials.createdAt), asc(credentials.id)),
    orm
      .select({
        rule: rules,
        campaign: { id: campaigns.id, name: campaigns.name, mode: campaigns.mode },
      })
      .from(rules)
      .innerJoin(
        campaigns,
        and(eq(campaigns.partnerId, rules.partnerId), eq(campaigns.id, rules.campaignId)),
      )
      .where(and(eq(rules.partnerId, own[0]), eq(rules.sourceId, own[1]), eq(rules.enabled, true)))
      .orderBy(asc(rules.position)),
  ])
  return {
    credentials: secrets.map(({ id, sealed, endsInMs }) => ({
      id,
      sealed,
      /**
       * null: it has no end. By this machine's clock, counted from before the question: however
       * long the answer took, nothing is believed past its end.
       */
      validUntil: endsInMs === null ? null : asked + endsInMs,
    })),
    rules: itsRules,
  }
}

export type SourceRow = NonNullable<Awaited<ReturnType<typeof findSourceByKey>>>

export async function findCampaign(orm: Orm, partnerId: string, id: string) {
  const [campaign] = await orm
    .select()
    .from(campaigns)
    .where(and(eq(campaigns.partnerId, partnerId), eq(campaigns.id, id)))
  return campaign
}

export async function configVersion(orm: Orm): Promise<number> {
  const [row] = await orm.select({ version: installation.configVersion }).from(installation)
  return row?.version ?? 0
}

/** Every change of configuration ends with this, in its own transaction: other relays look again. */
export async function announceChange(tx: Pick<Orm, 'update' | 'execute'>): Promise<void> {
  await tx.update(installation).set({ configVersion: sql`${installation.configVersion} + 1` })
  await tx.execute(sql`select pg_notify('moab_relay_config', '')`)
}

/** When credentials last proved a request, to the minute: most of the time nothing is written. */
export async function touchCredentials(
  orm: Orm,
  used: readonly { partnerId: string; id: string }[],
): Promise<void> {
  const keys = JSON.stringify(used.map(({ partnerId, id }) => ({ partner_id: partnerId, id })))
  await orm.execute(sql`
    with used as (
      select c.partner_id, c.id from credentials c
      join json_to_recordset(${keys}::json) as u(partner_id uuid, id uuid)
        on u.partner_id = c.partner_id and u.id = c.id
      where c.last_used_at is null
        or c.last_used_at < now() - ${limits.credentialTouchMs} * interval '1 ms'
      order by c.partner_id, c.id for no key update of c skip locked
    )
    update credentials c set last_used_at = now() from used
    where c.partner_id = used.partner_id and c.id = used.id`)
}
