// Who was erased, and how far that is. No email stands here: a person is the keyed hash of the
// case-folded address, so that every spelling of it is meant.
import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, bytea, partners } from '../schema.ts'

/** What an erasure has changed so far, in rows. */
export type Erased = Record<ErasedThing, number>
export const erasedThings = [
  'grants',
  'suppressed',
  'calls',
  'events',
  'bodies',
  'contacts',
  'lookups',
  'rejections',
  'listed',
  'answers',
] as const
export type ErasedThing = (typeof erasedThings)[number]

/** `searching`: the bodies, oldest first. `confirming`: until nothing older than the request is at work. */
export type ErasurePhase = 'searching' | 'confirming' | 'done'

export const erasures = pgTable(
  'erasures',
  {
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id),
    id: uuid('id').notNull(),
    foldedKey: bytea('folded_key').notNull(),
    /** JWE of the address, to search bodies for; null once done, and where only its key is known. */
    emailSealed: text('email_sealed'),
    phase: text('phase').$type<ErasurePhase>().notNull().default('searching'),
    /** The last body that was searched. */
    position: uuid('position').notNull().default('00000000-0000-0000-0000-000000000000'),
    erased: jsonb('erased').$type<Partial<Erased>>().notNull().default({}),
    /** What may have begun before the request was known: transactions by virtual id, changes by their keys. */
    older: text('older').array(),
    requestedBy: text('requested_by').notNull(),
    requestedAt: at('requested_at').notNull().defaultNow(),
    /** Since when nothing that waited can be claimed any more: from the end of its first turn. */
    begunAt: at('begun_at'),
    /** When a relay may take it up; under its lease, and once done, later or never. */
    dueAt: at('due_at').defaultNow(),
    doneAt: at('done_at'),
    /** The signed record: a JWS. */
    record: text('record'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    uniqueIndex('erasures_running')
      .on(t.partnerId, t.foldedKey)
      .where(sql`${t.phase} <> 'done'`),
    index('erasures_due')
      .on(t.dueAt)
      .where(sql`${t.phase} <> 'done'`),
    check('erasures_phase', sql`${t.phase} in ('searching', 'confirming', 'done')`),
    check(
      'erasures_done',
      sql`(${t.phase} = 'done') = (${t.doneAt} is not null and ${t.record} is not null and ${t.emailSealed} is null and ${t.dueAt} is null)`,
    ),
  ],
)

/** Tombstones: whoever stands here gets no grant, and no body that names them is kept. */
export const erasedPeople = pgTable(
  'erased_people',
  {
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id),
    foldedKey: bytea('folded_key').notNull(),
    since: at('since').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.partnerId, t.foldedKey] })],
)

/** How long a partner's data is kept, in days; null, or without a row: without end. */
export const retention = pgTable(
  'retention',
  {
    partnerId: uuid('partner_id')
      .primaryKey()
      .references(() => partners.id),
    bodiesDays: integer('bodies_days'),
    ledgerDays: integer('ledger_days'),
    auditDays: integer('audit_days'),
  },
  (t) => [
    check(
      'retention_days',
      sql`coalesce(${t.bodiesDays}, 1) > 0 and coalesce(${t.ledgerDays}, 1) > 0 and coalesce(${t.auditDays}, 1) > 0`,
    ),
  ],
)
