// A partner with one source and one campaign, written straight into the tables.
import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/open.ts'
import { campaignHealth, campaigns, partners, sources } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'

export interface TestPartner {
  partnerId: string
  sourceId: string
  campaignId: string
}

export interface CampaignTraits {
  mode?: 'live' | 'sandbox'
  perSecond?: number
  startsAt?: Date
}

export async function makePartner(db: Database, traits: CampaignTraits = {}): Promise<TestPartner> {
  const partnerId = uuidv7()
  const sourceId = uuidv7()
  const key = randomBytes(16)
  await db.orm.insert(partners).values({ id: partnerId, name: `partner ${partnerId}` })
  await db.orm.insert(sources).values({
    partnerId,
    id: sourceId,
    name: 'shop',
    provider: 'stripe',
    ingestKeyHash: key,
    ingestKeySealed: 'sealed',
  })
  return { partnerId, sourceId, campaignId: await makeCampaign(db, partnerId, traits) }
}

export async function makeCampaign(
  db: Database,
  partnerId: string,
  traits: CampaignTraits = {},
): Promise<string> {
  const id = uuidv7()
  const { mode = 'live', perSecond = null, startsAt = null } = traits
  await db.orm.insert(campaigns).values({
    partnerId,
    id,
    name: `campaign ${id}`,
    mode,
    apiKeySealed: 'sealed',
    perSecond,
    startsAt,
  })
  await db.orm.insert(campaignHealth).values({ partnerId, campaignId: id })
  return id
}

export async function setHealth(
  db: Database,
  campaignId: string,
  state: 'healthy' | 'holding' | 'unreachable' | 'stopped',
  probeInMs: number | null,
): Promise<void> {
  await db.orm.execute(sql`
    update campaign_health set state = ${state}, reason = ${state === 'healthy' ? null : 'limit_reached'}, failures = 0,
      probe_at = now() + ${probeInMs}::float8 * interval '1 ms' where campaign_id = ${campaignId}`)
}
