// Events that somebody keeps at hand as samples of their source. A row only points: the event, and what is kept
// of its request, go when they would have gone.
import { foreignKey, index, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import { createdAt, events, sources } from '../schema.ts'

export const bookmarks = pgTable(
  'bookmarks',
  {
    partnerId: uuid('partner_id').notNull(),
    eventId: uuid('event_id').notNull(),
    sourceId: uuid('source_id').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.eventId] }),
    index('bookmarks_source').on(t.partnerId, t.sourceId, t.eventId),
    foreignKey({
      columns: [t.partnerId, t.eventId],
      foreignColumns: [events.partnerId, events.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.partnerId, t.sourceId],
      foreignColumns: [sources.partnerId, sources.id],
    }).onDelete('cascade'),
  ],
)
