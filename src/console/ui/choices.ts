// What a partner has set up, to choose from.
import type { Asker, Ledger } from '../../ledger/asking.ts'
import { listCampaigns, listRules, listSources } from '../../ledger/setup.ts'
import { limits } from '../../limits.ts'

const lists = { campaigns: listCampaigns, sources: listSources } as const

/** Names, as values and as labels. */
export async function namesOf(
  ledger: Ledger,
  asker: Asker,
  of: keyof typeof lists,
): Promise<[string, string][]> {
  const found = await lists[of](ledger, asker, { limit: limits.choicesShownMax })
  return 'items' in found ? found.items.map(({ name }) => [name, name]) : []
}

/** Rules, by their id: two sources may each have one of the same name. */
export async function rulesOf(ledger: Ledger, asker: Asker): Promise<[string, string][]> {
  const found = await listRules(ledger, asker, { limit: limits.choicesShownMax })
  return 'items' in found
    ? found.items.map(({ id, name, source }) => [id, `${source.name} · ${name}`])
    : []
}
