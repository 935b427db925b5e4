// What a partner has set up, to choose from.
import type { Asker, Ledger } from '../../ledger/asking.ts'
import { listCampaigns, listSources } from '../../ledger/setup.ts'
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
