// What a partner no longer wants: archived, never torn out. Its name is free for something new.
import { archive } from '../../db/archive.ts'
import type { PartnerEntry } from '../config-file.ts'
import { inside, type Place } from '../config/report.ts'
import { unknownName } from '../config/wording.ts'
import type { StoredPartner } from '../configuration.ts'
import type { Owner, Plan } from './plan.ts'

/** For all other plans they are no longer there. */
export function withoutArchived(
  { archived }: PartnerEntry,
  stored: StoredPartner | undefined,
): Pick<StoredPartner, 'campaigns' | 'sources'> {
  const { campaigns = [], sources = [] } = stored ?? {}
  return {
    campaigns: campaigns.filter(({ name }) => !archived.campaigns.includes(name)),
    sources: sources.filter(({ name }) => !archived.sources.includes(name)),
  }
}

const kinds = [
  ['sources', 'source'],
  ['campaigns', 'campaign'],
] as const

export function planArchive(
  entry: PartnerEntry,
  stored: StoredPartner | undefined,
  owner: Owner,
  plan: Plan,
): void {
  for (const [list, kind] of kinds) {
    for (const [at, name] of entry.archived[list].entries()) {
      const place = inside(entry.place, 'archived', list, at)
      if (entry[list].some((each) => each.name === name))
        plan.report.problem(place, `stands under ${list} as well: leave it out there`)
      const live = stored?.[list].find((each) => each.name === name)
      if (live !== undefined) planOne(kind, live, { place, entry, stored, owner }, plan)
      else noteAbsent(kind, name, place, stored, owner, plan)
    }
  }
}

interface Around {
  place: Place
  entry: PartnerEntry
  stored: StoredPartner | undefined
  owner: Owner
}

function planOne(
  kind: 'campaign' | 'source',
  { id, name }: { id: string; name: string },
  { place, entry, stored, owner }: Around,
  plan: Plan,
): void {
  const { partnerId, partner } = owner
  if (kind === 'campaign') {
    const users = usersOf(id, entry, stored)
    if (users.length > 0) {
      const rules = users.length === 1 ? 'that rule' : 'those rules'
      plan.report.problem(place, `is used by ${users.join(', ')}: take ${rules} away first`)
    }
    plan.health.push({ partnerId, campaignId: id, how: 'start' })
    plan.archivedCampaigns.push({ id, place })
  }
  plan.changes.push({ action: 'archived', kind, partner, name, id })
  plan.writes.push((tx) => archive(tx, kind, { partnerId, id }))
}

/** Rules that stay as they are; those that are written anew name their campaign themselves. */
function usersOf(campaignId: string, entry: PartnerEntry, stored: StoredPartner | undefined) {
  const { sources } = withoutArchived(entry, stored)
  return sources
    .filter(({ name }) => {
      const mentioned = entry.sources.find((each) => each.name === name)
      return mentioned === undefined || mentioned.rules === null
    })
    .flatMap((source) =>
      source.rules
        .filter((rule) => rule.campaignId === campaignId)
        .map((rule) => `rule "${source.name}/${rule.name}"`),
    )
}

/** Done already, when the file is applied again; else the name may be mistyped. */
function noteAbsent(
  kind: 'campaign' | 'source',
  name: string,
  place: Place,
  stored: StoredPartner | undefined,
  { partner }: Owner,
  plan: Plan,
): void {
  const before = stored?.archived.find((each) => each.kind === kind && each.name === name)
  if (before !== undefined)
    plan.changes.push({ action: 'unchanged', kind, partner, name, id: before.id })
  else plan.report.warn(place, unknownName(kind, name, []))
}
