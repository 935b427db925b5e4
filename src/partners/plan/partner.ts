// One partner of a config file beside what the database holds → the changes to make.
import { reconsiderHealth, startHealth } from '../../db/campaign-health.ts'
import { insertPartner, type Tx } from '../../db/partners.ts'
import { uuidv7 } from '../../ids.ts'
import { startingPeriods } from '../../privacy/retention.ts'
import type { PartnerEntry } from '../config-file.ts'
import type { StoredPartner } from '../configuration.ts'
import { planArchive, withoutArchived } from './archive.ts'
import { planCampaigns } from './campaigns.ts'
import type { Owner, Plan } from './plan.ts'
import { planSources } from './sources.ts'

export function planPartner(
  entry: PartnerEntry,
  stored: StoredPartner | undefined,
  plan: Plan,
): void {
  const owner: Owner = { partnerId: stored?.id ?? uuidv7(), partner: entry.name }
  plan.partnerIds.set(entry.name, owner.partnerId)
  const action = stored === undefined ? 'created' : 'unchanged'
  const { partnerId: id, partner } = owner
  plan.changes.push({ action, kind: 'partner', partner, name: partner, id })
  if (stored === undefined) {
    plan.writes.push((tx) => insertPartner(tx, owner.partnerId, entry.name, startingPeriods))
  }
  const staying = withoutArchived(entry, stored)
  const campaignIds = planCampaigns(entry.campaigns, staying.campaigns, owner, plan)
  planSources(entry, staying.sources, campaignIds, owner, plan)
  planArchive(entry, stored, owner, plan)
}

/** In one order everywhere, and last, so that workers who settle meanwhile wait and never cross. */
export async function writeHealth(tx: Tx, plan: Plan): Promise<void> {
  const changes = plan.health.toSorted((a, b) => (a.campaignId < b.campaignId ? -1 : 1))
  for (const { partnerId, campaignId, how } of changes) {
    const campaign = { partnerId, id: campaignId }
    if (how === 'start') await startHealth(tx, campaign)
    else await reconsiderHealth(tx, campaign, how === 'reconsider_start')
  }
}
