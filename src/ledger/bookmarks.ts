// Events kept at hand as samples, for whoever writes rules. Setting one and taking it away is audited.
import { writeAudit } from '../access/audit.ts'
import {
  bookmarksOf,
  countBookmarks,
  deleteBookmark,
  insertBookmark,
  isBookmarked,
} from '../db/bookmarks/keep.ts'
import { eventById } from '../db/ledger/events.ts'
import { reading } from '../db/ledger/reading.ts'
import { changing } from '../db/walls.ts'
import { limits } from '../limits.ts'
import type { Ledger } from './asking.ts'

interface Marking {
  partnerId: string
  eventId: string
  actor: string
}

/** `full`: the source has as many as one may. */
export function setBookmark(
  { changes }: Pick<Ledger, 'changes'>,
  { partnerId, eventId, actor }: Marking,
): Promise<'done' | 'full' | 'gone'> {
  return changing(changes, partnerId, async (tx) => {
    const event = await eventById(tx, partnerId, eventId)
    if (event === undefined) return 'gone'
    if ((await countBookmarks(tx, partnerId, event.source.id)) >= limits.bookmarksPerSourceMax)
      return 'full'
    if (await insertBookmark(tx, { partnerId, eventId }))
      await writeAudit(tx, { partnerId, actor, action: 'bookmark.set', subject: eventId })
    return 'done'
  })
}

export function removeBookmark(
  { changes }: Pick<Ledger, 'changes'>,
  { partnerId, eventId, actor }: Marking,
): Promise<void> {
  return changing(changes, partnerId, async (tx) => {
    if (await deleteBookmark(tx, { partnerId, eventId }))
      await writeAudit(tx, { partnerId, actor, action: 'bookmark.removed', subject: eventId })
  })
}

export const listBookmarks = (
  { orm }: Pick<Ledger, 'orm'>,
  of: { partnerId: string; sourceId: string },
) => reading(orm, of.partnerId, (tx) => bookmarksOf(tx, of, limits.bookmarksPerSourceMax))

export const readIsBookmarked = (
  { orm }: Pick<Ledger, 'orm'>,
  of: { partnerId: string; eventId: string },
) => reading(orm, of.partnerId, (tx) => isBookmarked(tx, of))
