// Bookmarks are set, taken away and listed.
import { and, count, desc, eq } from 'drizzle-orm'
import { events } from '../schema.ts'
import type { Reader } from '../ledger/reading.ts'
import type { Tx } from '../partners.ts'
import { bookmarks } from './schema.ts'

interface Marked {
  partnerId: string
  eventId: string
}

/** False: there is no such event, or it is one already. */
export async function insertBookmark(tx: Tx, { partnerId, eventId }: Marked): Promise<boolean> {
  const [event] = await tx
    .select({ sourceId: events.sourceId })
    .from(events)
    .where(and(eq(events.partnerId, partnerId), eq(events.id, eventId)))
  if (event === undefined) return false
  const made = await tx
    .insert(bookmarks)
    .values({ partnerId, eventId, sourceId: event.sourceId })
    .onConflictDoNothing()
    .returning({ eventId: bookmarks.eventId })
  return made.length > 0
}

export async function deleteBookmark(tx: Tx, { partnerId, eventId }: Marked): Promise<boolean> {
  const gone = await tx
    .delete(bookmarks)
    .where(and(eq(bookmarks.partnerId, partnerId), eq(bookmarks.eventId, eventId)))
    .returning({ eventId: bookmarks.eventId })
  return gone.length > 0
}

export async function countBookmarks(tx: Tx, partnerId: string, sourceId: string): Promise<number> {
  const [row] = await tx
    .select({ many: count() })
    .from(bookmarks)
    .where(and(eq(bookmarks.partnerId, partnerId), eq(bookmarks.sourceId, sourceId)))
  return row?.many ?? 0
}

/** Of a source, the newest event first. */
export function bookmarksOf(
  tx: Reader,
  { partnerId, sourceId }: { partnerId: string; sourceId: string },
  most: number,
) {
  return tx
    .select({ id: events.id, type: events.type, receivedAt: events.receivedAt })
    .from(bookmarks)
    .innerJoin(
      events,
      and(eq(events.partnerId, bookmarks.partnerId), eq(events.id, bookmarks.eventId)),
    )
    .where(and(eq(bookmarks.partnerId, partnerId), eq(bookmarks.sourceId, sourceId)))
    .orderBy(desc(bookmarks.eventId))
    .limit(most)
}

export async function isBookmarked(tx: Reader, { partnerId, eventId }: Marked): Promise<boolean> {
  const rows = await tx
    .select({ id: bookmarks.eventId })
    .from(bookmarks)
    .where(and(eq(bookmarks.partnerId, partnerId), eq(bookmarks.eventId, eventId)))
  return rows.length > 0
}
