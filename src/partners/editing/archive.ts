// Archiving by id, and its undoing, which no file can ask for: the name may have been used again.
import { archivedCampaignsOf, unarchive, type Archivable } from '../../db/archive.ts'
import type { Tx } from '../../db/partners.ts'
import { changeConfiguration, type ApplyDeps } from '../apply.ts'
import { createReport } from '../config/report.ts'
import { createPlan, type Plan } from '../plan/plan.ts'
import {
  answered,
  conflicting,
  edit,
  live,
  missing,
  optionsOf,
  partnerOf,
  refuseStale,
  type Edited,
  type Editing,
  type Found,
} from './edit.ts'

const lists = { campaign: 'campaigns', source: 'sources' } as const

export async function archiveThing(
  deps: ApplyDeps,
  editing: Editing,
  kind: 'campaign' | 'source',
  id: string,
): Promise<Edited> {
  const list = lists[kind]
  const result = await edit(deps, editing, { kind, id }, (found) => {
    const { name } = kind === 'source' ? live(found, kind, id) : live(found, kind, id)
    return { document: { partner: found.name, archived: { [list]: [name] } }, at: '' }
  })
  // Nothing in the request could be mended.
  if (result.ok || !('mistakes' in result)) return result
  const against = result.mistakes.map(({ message }) => message).join('; ')
  return { ok: false, conflict: `the ${kind} ${against}` }
}

/** As it was, but switched off. */
export function restoreThing(
  deps: ApplyDeps,
  editing: Editing,
  kind: Archivable,
  id: string,
): Promise<Edited> {
  const { partnerId } = editing
  return answered(() =>
    changeConfiguration(deps, optionsOf(editing), async (tx) => {
      const found = await partnerOf(tx, deps.vault, partnerId)
      if (found === undefined) throw missing()
      await refuseStale(tx, editing, { kind, id })
      const name = kind === 'rule' ? restorableRule(found, id) : restorable(found, kind, id)
      if (kind === 'source') await refuseRulesInVain(tx, { partnerId, id })
      const plan = createPlan(deps, createReport('request'))
      addRestoring(plan, found, kind, { id, name })
      return plan
    }),
  )
}

function restorable(found: Found, kind: 'campaign' | 'source', id: string): string {
  const thing = found.archived.find((each) => each.kind === kind && each.id === id)
  const live = found[lists[kind]]
  if (thing === undefined) throw live.some((each) => each.id === id) ? notArchived() : missing()
  if (live.some(({ name }) => name === thing.name))
    throw conflicting(`another ${kind} is named "${thing.name}" now: archive that one first`)
  return thing.name
}

function restorableRule({ sources, campaigns }: Found, id: string): string {
  if (sources.some(({ rules }) => rules.some((rule) => rule.id === id))) throw notArchived()
  for (const { name, archivedRules } of sources) {
    const rule = archivedRules.find((each) => each.id === id)
    if (rule === undefined) continue
    if (!campaigns.some((each) => each.id === rule.campaignId))
      throw conflicting('its campaign is archived: restore that one first')
    return `${name}/${rule.name}`
  }
  throw missing()
}

const notArchived = () => conflicting('it is not archived')

async function refuseRulesInVain(tx: Tx, source: { partnerId: string; id: string }) {
  const campaigns = await archivedCampaignsOf(tx, source)
  if (campaigns.length === 0) return
  const names = campaigns.map((name) => `"${name}"`).join(', ')
  throw conflicting(`its rules need the archived campaign ${names}: restore that first`)
}

function addRestoring(
  plan: Plan,
  { id: partnerId, name: partner }: Found,
  kind: Archivable,
  { id, name }: { id: string; name: string },
): void {
  plan.partnerIds.set(partner, partnerId)
  plan.changes.push({ action: 'restored', kind, partner, name, id })
  plan.writes.push((tx) => unarchive(tx, kind, { partnerId, id }))
}
