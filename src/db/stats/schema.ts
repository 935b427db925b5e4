// Events and grants counted by the hour. A count is of one moment: what changes later is counted anew,
// hour by hour, never added to (see count.ts).
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from '../schema.ts'

export const eventHours = pgTable(
  'event_hours',
  {
    partnerId: uuid('partner_id').notNull(),
    hour: at('hour').notNull(),
    sourceId: uuid('source_id').notNull(),
    state: text('state').notNull(),
    reason: text('reason').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.partnerId, t.hour, t.sourceId, t.state, t.reason] })],
)

export const grantHours = pgTable(
  'grant_hours',
  {
    partnerId: uuid('partner_id').notNull(),
    hour: at('hour').notNull(),
    campaignId: uuid('campaign_id').notNull(),
    /** The zero UUID: no event caused it. */
    sourceId: uuid('source_id').notNull(),
    state: text('state').notNull(),
    /** Empty: none. */
    reason: text('reason').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.hour, t.campaignId, t.sourceId, t.state, t.reason] }),
  ],
)

/** Requests that were refused, added to while they come (see inbound/rejections.ts). */
export const refusedHours = pgTable(
  'refused_hours',
  {
    partnerId: uuid('partner_id').notNull(),
    hour: at('hour').notNull(),
    sourceId: uuid('source_id').notNull(),
    reason: text('reason').notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.partnerId, t.hour, t.sourceId, t.reason] })],
)

/** Which hours are counted, without gaps from the first to the last of each partner. */
export const countedHours = pgTable(
  'counted_hours',
  {
    partnerId: uuid('partner_id').notNull(),
    of: text('of').$type<'events' | 'grants'>().notNull(),
    hour: at('hour').notNull(),
    countedAt: at('counted_at').notNull(),
    /** Some of its rows are still to change. */
    open: boolean('open').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.of, t.hour] }),
    index('counted_hours_open')
      .on(t.partnerId, t.of, t.countedAt)
      .where(sql`${t.open}`),
    index('counted_hours_oldest').on(t.partnerId, t.of, t.countedAt),
    check('counted_hours_of', sql`${t.of} in ('events', 'grants')`),
  ],
)
