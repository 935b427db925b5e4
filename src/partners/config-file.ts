// A config file (relay.yaml or JSON) becomes checked entries, each with its place in the file. All
// mistakes are gathered: one bad entry never hides what is wrong with the next. What only the
// database can tell (a stored secret, a campaign set up earlier) is asked later, by plan.ts.
import { readCampaign, type CampaignEntry } from './config/campaigns.ts'
import { readSource, type SourceEntry } from './config/sources.ts'
import { PartnerShape } from './config/grammar.ts'
import { readYaml, type LocatedDocument, type Problem } from './config/located-yaml.ts'
import { checkShape, itemsOf, keysOf, refuseDoubles, type Reading } from './config/reading.ts'
import type { Surroundings } from './config/references.ts'
import { createReport, inside, type Place, type Report } from './config/report.ts'

export interface PartnerEntry {
  place: Place
  name: string
  campaigns: CampaignEntry[]
  /** Also those that have mistakes: a rule that names one is not to blame. */
  campaignNames: ReadonlySet<string>
  sources: SourceEntry[]
  /** Names of what is no longer wanted. */
  archived: Readonly<Record<'campaigns' | 'sources', readonly string[]>>
}

export type ConfigFile =
  { ok: true; partners: PartnerEntry[]; report: Report } | { ok: false; problems: Problem[] }

/** `ok` says that it is YAML; look for mistakes in the report. `now` in unix milliseconds. */
export async function readConfigFile(
  text: string,
  around: Surroundings,
  now: number,
): Promise<ConfigFile> {
  const yaml = readYaml(text, around.file)
  if (!yaml.ok) return yaml
  const report = createReport(around.file)
  const reading: Reading = { report, around, now }
  const partners: PartnerEntry[] = []
  for (const document of yaml.documents) {
    partners.push(...(await readPartner(document, reading)))
  }
  refuseDoublePartners(partners, report)
  refuseDoubleKeys(partners, report)
  return { ok: true, partners, report }
}

/** None where the partner has no usable name: nothing of it can be compared with the database. */
async function readPartner(document: LocatedDocument, reading: Reading): Promise<PartnerEntry[]> {
  const place: Place = { document, path: [] }
  const raw = document.value
  const shape = checkShape(PartnerShape, raw, place, reading)
  const campaigns: CampaignEntry[] = []
  const campaignNames = new Set<string>()
  for (const item of itemsOf(raw, 'campaigns', place) ?? []) {
    const { name } = keysOf(item.raw)
    if (typeof name === 'string') campaignNames.add(name.trim())
    campaigns.push(...(await readCampaign(item.raw, item.place, reading)))
  }
  const sources: SourceEntry[] = []
  for (const item of itemsOf(raw, 'sources', place) ?? []) {
    sources.push(...(await readSource(item.raw, item.place, reading)))
  }
  refuseDoubles(campaigns, 'campaign', reading)
  refuseDoubles(sources, 'source', reading)
  const name = PartnerShape.shape.partner.safeParse(keysOf(raw)['partner'])
  if (!name.success) return []
  const archived = shape?.archived ?? { campaigns: [], sources: [] }
  return [{ place, name: name.data, campaigns, campaignNames, sources, archived }]
}

function refuseDoublePartners(partners: readonly PartnerEntry[], report: Report): void {
  const seen = new Set<string>()
  for (const { name, place } of partners) {
    if (seen.has(name)) {
      report.problem(inside(place, 'partner'), 'stands in this file already: one document each')
    }
    seen.add(name)
  }
}

function refuseDoubleKeys(partners: readonly PartnerEntry[], report: Report): void {
  const seen = new Set<string>()
  for (const { key, place } of partners.flatMap(({ sources }) => sources)) {
    if (key === null) continue
    if (seen.has(key.text)) {
      report.problem(inside(place, 'key'), 'is the key of another source of this file already')
    }
    seen.add(key.text)
  }
}
