// What is no longer wanted is archived: switched off and hidden, while its past stays and can be asked
// about. What has no past is deleted some time after.
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { limits } from '../limits.ts'
import type { Own, Tx } from './partners.ts'
import { campaigns, rules, sources } from './schema.ts'

const tables = { campaign: campaigns, source: sources, rule: rules } as const
export type Archivable = keyof typeof tables

export async function archive(tx: Tx, kind: Archivable, { partnerId, id }: Own): Promise<void> {
  const table = tables[kind]
  await tx
    .update(table)
    .set({ archivedAt: sql`now()`, enabled: false })
    .where(and(eq(table.partnerId, partnerId), eq(table.id, id)))
}

/** It stays switched off: whoever brings it back looks at it first. */
export async function unarchive(tx: Tx, kind: Archivable, { partnerId, id }: Own): Promise<void> {
  const table = tables[kind]
  await tx
    .update(table)
    .set({ archivedAt: null })
    .where(and(eq(table.partnerId, partnerId), eq(table.id, id)))
}

/** Names of archived campaigns that rules of this source give bonuses of. */
export async function archivedCampaignsOf(tx: Tx, { partnerId, id }: Own): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ name: campaigns.name })
    .from(rules)
    .innerJoin(
      campaigns,
      and(eq(campaigns.partnerId, rules.partnerId), eq(campaigns.id, rules.campaignId)),
    )
    .where(
      and(
        eq(rules.partnerId, partnerId),
        eq(rules.sourceId, id),
        isNull(rules.archivedAt),
        isNotNull(campaigns.archivedAt),
      ),
    )
  return rows.map(({ name }) => name)
}

/** Bonuses of a campaign that wait; they go on waiting when it is archived. Counted up to a thousand. */
export async function countWaiting(tx: Tx, campaignId: string): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from (
      (select from grants where campaign_id = ${campaignId} and state = 'queued' limit 1000)
      union all
      (select from grants where campaign_id = ${campaignId} and state = 'held' limit 1000)
    ) g`)
  return row?.n ?? 0
}

export interface Forgotten extends Own {
  kind: 'campaign' | 'source'
  name: string
}

/**
 * Deletes what was archived so long ago that every relay has let go of it, and has no past: a source
 * without events and refused requests, with its credentials and rules; a campaign without grants and
 * rules.
 */
export async function deleteForgotten(tx: Tx): Promise<Forgotten[]> {
  const old = sql`archived_at < now() - ${limits.archivedForgetMs} * interval '1 ms'`
  const found = await tx.execute<{ partnerId: string; id: string; name: string }>(sql`
    delete from sources s where ${old}
      and not exists (select from events where source_id = s.id)
      and not exists (select from rejections where source_id = s.id)
    returning s.partner_id as "partnerId", s.id, s.name`)
  const more = await tx.execute<{ partnerId: string; id: string; name: string }>(sql`
    delete from campaigns c where ${old}
      and not exists (select from rules r where r.partner_id = c.partner_id and r.campaign_id = c.id)
      and not exists (select from grants where campaign_id = c.id)
    returning c.partner_id as "partnerId", c.id, c.name`)
  return [
    ...found.map((row) => ({ kind: 'source' as const, ...row })),
    ...more.map((row) => ({ kind: 'campaign' as const, ...row })),
  ]
}
