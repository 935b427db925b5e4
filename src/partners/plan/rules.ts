// The rules of a source: the file's list replaces the stored one. What it leaves out is archived, and a
// rule keeps its id by its name, so that past grants still know theirs.
import { archive } from '../../db/archive.ts'
import { insertRule, updateRule } from '../../db/partners.ts'
import { uuidv7 } from '../../ids.ts'
import type { RuleEntry } from '../config/rules.ts'
import type { SourceEntry } from '../config/sources.ts'
import type { StoredSource } from '../configuration.ts'
import { canonical, differences, type Plan } from './plan.ts'
import type { SourceOwner } from './plan.ts'
import { inside } from '../config/report.ts'
import { unknownName } from '../config/wording.ts'

interface Campaigns {
  ids: ReadonlyMap<string, string>
  /** Of the file, also those with mistakes of their own. */
  unusable: ReadonlySet<string>
}

export function planRules(
  { rules: entries }: SourceEntry,
  source: Pick<StoredSource, 'rules' | 'archivedRules'> | undefined,
  campaigns: Campaigns,
  own: SourceOwner,
  plan: Plan,
): void {
  const { rules: stored = [], archivedRules = [] } = source ?? {}
  const named = (name: string, id: string) =>
    ({ kind: 'rule', partner: own.partner, name: `${own.source}/${name}`, id }) as const
  if (entries === null) {
    for (const { name, id } of stored)
      plan.changes.push({ action: 'left_alone', ...named(name, id) })
    return
  }
  const mentioned = new Set(entries.map(({ name }) => name))
  for (const { id, name } of stored.filter((each) => !mentioned.has(each.name))) {
    plan.changes.push({ action: 'archived', ...named(name, id) })
    plan.writes.push((tx) => archive(tx, 'rule', { partnerId: own.partnerId, id }))
  }
  for (const [position, entry] of entries.entries()) {
    const campaignId = campaigns.ids.get(entry.campaign)
    if (campaignId === undefined) refuseCampaign(entry, campaigns, plan)
    else planRule(entry, position, campaignId)
  }

  function planRule(entry: RuleEntry, position: number, campaignId: string): void {
    const { partnerId, sourceId } = own
    const { name, enabled, definition } = entry
    const columns = { position, enabled, campaignId, definition }
    const before = stored.find((each) => each.name === name)
    if (before === undefined) {
      const archived = archivedRules.find((each) => each.name === name)
      const id = archived?.id ?? uuidv7()
      plan.changes.push({ action: 'created', ...named(name, id) })
      plan.writes.push((tx) =>
        archived === undefined
          ? insertRule(tx, { partnerId, id, sourceId, name, ...columns })
          : updateRule(tx, { partnerId, id }, { ...columns, archivedAt: null }),
      )
      return
    }
    const detail = differences({
      position: position !== before.position,
      enabled: enabled !== before.enabled,
      campaign: campaignId !== before.campaignId,
      definition: canonical(definition) !== canonical(before.definition),
    })
    plan.changes.push(
      detail === null
        ? { action: 'unchanged', ...named(name, before.id) }
        : { action: 'updated', ...named(name, before.id), detail },
    )
    if (detail === null) return
    plan.writes.push((tx) => updateRule(tx, { partnerId, id: before.id }, columns))
  }
}

function refuseCampaign({ campaign, place }: RuleEntry, known: Campaigns, { report }: Plan): void {
  if (known.unusable.has(campaign)) return
  const names = [...new Set([...known.ids.keys(), ...known.unusable])]
  report.problem(inside(place, 'campaign'), unknownName('campaign', campaign, names))
}
