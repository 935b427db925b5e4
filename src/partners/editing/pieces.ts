// One source, with one of its lists written anew.
import type { StoredSource } from '../configuration.ts'
import { sourceItem } from '../export.ts'
import type { Fields, Found, Piece } from './edit.ts'

export const nameOfCampaign =
  ({ campaigns }: Found) =>
  (id: string): string | undefined =>
    campaigns.find((each) => each.id === id)?.name

/** As a config file says it; the lists hold references to what is stored. */
export const itemOf = (found: Found, source: StoredSource) =>
  sourceItem(source, nameOfCampaign(found), false)

/** `given`: where in the list that is which the request was about. */
export function withList(
  found: Found,
  source: StoredSource,
  list: 'credentials' | 'rules',
  items: readonly Fields[],
  given: number,
): Piece {
  const { credentials: _credentials, rules: _rules, ...item } = itemOf(found, source)
  return {
    document: { partner: found.name, sources: [{ ...item, [list]: items }] },
    at: `sources[0].${list}[${given}]`,
  }
}
