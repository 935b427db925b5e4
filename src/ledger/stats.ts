// How many, when: events and grants by hour, day or month.
import { statsOf, type StatsAsked } from '../db/stats/question.ts'
import { reading } from '../db/ledger/reading.ts'
import { find, type Asker, type Ledger, type Mentions } from './asking.ts'

type Wanted = Omit<StatsAsked, 'sourceIds' | 'campaignIds'> &
  Pick<Mentions, 'partner' | 'source' | 'campaign'>

export async function readStats(
  { orm }: Pick<Ledger, 'orm'>,
  { owner }: Pick<Asker, 'owner'>,
  { partner, source, campaign, ...asked }: Wanted,
) {
  return reading(orm, owner, async (tx) => {
    const meant = await find(tx, owner, { partner, source, campaign })
    if ('unknown' in meant) return meant
    const { rows, isComplete } = await statsOf(tx, meant.owner, { ...asked, ...meant })
    const items = rows.map(({ at, word, name, count }) => ({
      at: at.toISOString(),
      group: asked.by === undefined ? null : word || null,
      name,
      count,
    }))
    return { items, complete: isComplete, next: null }
  })
}
