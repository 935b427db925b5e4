// What is due for a channel becomes one notice: what is new first, then what is over, then what still
// stands. Pure.
import type { DueLadder, NoticeToWrite } from '../db/notices/ladders.ts'
import { limits } from '../limits.ts'
import { climb } from './ladder.ts'
import type { Happening, NoticeItem } from './notice.ts'

export function gather(due: readonly DueLadder[], now: number): NoticeToWrite[] {
  const channels = new Map<string, Addressed>()
  for (const ladder of due) {
    const { partnerId, channelId } = ladder
    const known = channels.get(channelId)
    if (known === undefined) channels.set(channelId, { partnerId, channelId, ladders: [ladder] })
    else known.ladders.push(ladder)
  }
  return [...channels.values()].map(({ ladders, ...channel }) => ({
    ...channel,
    items: ladders
      .map(itemOf)
      .toSorted((one, other) => rank[one.happened] - rank[other.happened])
      .slice(0, limits.noticeItemsMax),
    more: Math.max(0, ladders.length - limits.noticeItemsMax),
    steps: ladders.map((ladder) => ({ ladder, step: ladder.over ? null : climb(ladder, now) })),
  }))
}

interface Addressed {
  partnerId: string
  channelId: string
  ladders: DueLadder[]
}

const rank: Record<Happening, number> = { opened: 0, over: 1, still: 2 }

function itemOf(ladder: DueLadder): NoticeItem {
  const { alarmId, kind, subject, subjectName, cause, detail, openedAt, closedAt, over, rung } =
    ladder
  const happened = over ? 'over' : rung === 0 ? 'opened' : 'still'
  return { happened, alarmId, kind, subject, subjectName, cause, detail, openedAt, closedAt }
}
