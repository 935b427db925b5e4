// The campaigns of a partner: what is new, what differs, and what that means for their health.
import { insertCampaign, updateCampaign } from '../../db/partners.ts'
import { uuidv7 } from '../../ids.ts'
import type { CampaignEntry } from '../config/campaigns.ts'
import type { StoredCampaign, Value } from '../configuration.ts'
import { apiKeyPlace } from '../directory.ts'
import {
  differences,
  refuseUrl,
  sameTime,
  sameValue,
  settle,
  type Owner,
  type Plan,
} from './plan.ts'
import { inside } from '../config/report.ts'

/** The ids of all campaigns, by name: the file's and those left alone. */
export function planCampaigns(
  entries: readonly CampaignEntry[],
  stored: readonly StoredCampaign[],
  owner: Owner,
  plan: Plan,
): Map<string, string> {
  const ids = new Map(stored.map(({ name, id }) => [name, id]))
  for (const entry of entries) {
    const before = stored.find(({ name }) => name === entry.name)
    const id = before?.id ?? uuidv7()
    ids.set(entry.name, id)
    planCampaign(entry, before, { ...owner, id }, plan)
  }
  const mentioned = new Set(entries.map(({ name }) => name))
  for (const { name } of stored.filter((each) => !mentioned.has(each.name))) {
    plan.changes.push({ action: 'left_alone', kind: 'campaign', partner: owner.partner, name })
  }
  return ids
}

interface Own extends Owner {
  id: string
}

function planCampaign(
  entry: CampaignEntry,
  before: StoredCampaign | undefined,
  own: Own,
  plan: Plan,
): void {
  refuseOtherUrl(entry, before, plan)
  const apiKey = settleApiKey(entry, before, plan)
  if (apiKey === undefined || leadsKeyElsewhere(entry, before, plan)) return
  const change = { kind: 'campaign', partner: own.partner, name: entry.name, id: own.id } as const
  if (before === undefined) {
    plan.changes.push({ action: 'created', ...change })
    plan.health.push({ partnerId: own.partnerId, campaignId: own.id, how: 'start' })
    plan.writes.push(async (tx) => {
      const row = { partnerId: own.partnerId, id: own.id, name: entry.name }
      await insertCampaign(tx, { ...row, ...plainColumns(entry), ...(await keyColumns(apiKey)) })
    })
    return
  }
  const detail = differencesOf(entry, before, apiKey)
  plan.changes.push(
    detail === null ? { action: 'unchanged', ...change } : { action: 'updated', ...change, detail },
  )
  if (detail === null) return
  plan.writes.push(async (tx) => {
    const keys = sameValue(apiKey, before.apiKey) ? {} : await keyColumns(apiKey)
    await updateCampaign(tx, own, { ...plainColumns(entry), ...keys })
  })
  plan.health.push({ partnerId: own.partnerId, campaignId: own.id, how: healthOf(entry, before) })

  async function keyColumns(value: Value | null) {
    if (value === null) return { apiKeySealed: null, apiKeyOrigin: null }
    const apiKeySealed = await plan.vault.seal(value.text, apiKeyPlace(own.id))
    return { apiKeySealed, apiKeyOrigin: value.origin }
  }
}

function refuseOtherUrl(
  { url, place }: CampaignEntry,
  before: StoredCampaign | undefined,
  plan: Plan,
): void {
  if (url === null || url === before?.url || plan.outgoing.isChosen(new URL(url))) return
  refuseUrl(url, inside(place, 'url'), plan)
}

function settleApiKey(
  { apiKey: given, place }: CampaignEntry,
  before: StoredCampaign | undefined,
  { report }: Plan,
): Value | null | undefined {
  if (given === null) return null
  if ('stored' in given && given.stored !== true) {
    report.problem(inside(place, 'api_key'), 'to keep the stored one write { stored: true }')
    return undefined
  }
  const apiKey = settle(given, before?.apiKey ?? null)
  if (apiKey === undefined) {
    report.problem(inside(place, 'api_key'), 'the database has no API key of this campaign to keep')
  }
  return apiKey
}

/** Otherwise whoever may change a campaign could have its key, which nobody is shown, sent to themselves. */
function leadsKeyElsewhere(
  { url, apiKey, place }: CampaignEntry,
  before: StoredCampaign | undefined,
  { outgoing, report }: Plan,
): boolean {
  const isKept = apiKey !== null && 'stored' in apiKey
  if (!isKept || url === null || outgoing.isChosen(new URL(url))) return false
  const was = before?.url ?? null
  if (was !== null && new URL(was).origin === new URL(url).origin) return false
  report.problem(
    inside(place, 'api_key'),
    'must be given again: another url would get the stored one',
  )
  return true
}

function plainColumns({ mode, url, startsAt, endsAt, perSecond, enabled }: CampaignEntry) {
  return { mode, url, startsAt, endsAt, perSecond, enabled }
}

function differencesOf(
  entry: CampaignEntry,
  before: StoredCampaign,
  apiKey: Value | null,
): string | null {
  return differences({
    mode: entry.mode !== before.mode,
    api_key: !sameValue(apiKey, before.apiKey),
    url: entry.url !== before.url,
    starts_at: !sameTime(entry.startsAt, before.startsAt),
    ends_at: !sameTime(entry.endsAt, before.endsAt),
    per_second: entry.perSecond !== before.perSecond,
    enabled: entry.enabled !== before.enabled,
  })
}

function healthOf(entry: CampaignEntry, before: StoredCampaign) {
  if (entry.enabled !== before.enabled) return 'start'
  const startChanged = !sameTime(entry.startsAt, before.startsAt) || entry.mode !== before.mode
  return startChanged ? 'reconsider_start' : 'reconsider'
}
