// The tables of lookups: events that wait for what their provider, or an earlier event of the same
// customer, will say. Every table leads its key with partner_id.
import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { PartKept } from '../../lookups/part.ts'
import { at, bytea, events, sources } from '../schema.ts'

/** One row for each event that was ever parked. */
export const lookups = pgTable(
  'lookups',
  {
    partnerId: uuid('partner_id').notNull(),
    eventId: uuid('event_id').notNull(),
    sourceId: uuid('source_id').notNull(),
    /** `held`: until the source's credential is right. `stranded`: a person must look. */
    state: text('state').$type<'waiting' | 'asking' | 'held' | 'stranded' | 'ended'>().notNull(),
    /** An earlier event of the customer (`join`), or the provider's answer. */
    waitsFor: text('waits_for').$type<'join' | 'lookup'>().notNull(),
    /** Whom a join waits for: the keyed hash of the provider's customer id. */
    customerKey: bytea('customer_key'),
    /** What the proof covered, so that the body can be read again as it was read first. */
    verdict: jsonb('verdict').notNull(),
    /** Something new came while it was being asked: look again. */
    again: boolean('again').notNull().default(false),
    since: at('since').notNull().defaultNow(),
    dueAt: at('due_at'),
    /** Times it was taken up; also the fence, as for grants. */
    attempt: integer('attempt').notNull().default(0),
    /** Failures in a row, the index into the retry schedule. */
    retries: smallint('retries').notNull().default(0),
    /** How often the provider said that there is no such object. */
    absences: smallint('absences').notNull().default(0),
    leaseUntil: at('lease_until'),
    leaseOwner: uuid('lease_owner'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.eventId] }),
    index('lookups_due')
      .on(t.partnerId, t.sourceId, t.waitsFor, t.dueAt, t.eventId)
      .where(sql`${t.state} = 'waiting'`),
    index('lookups_held')
      .on(t.partnerId, t.sourceId, t.eventId)
      .where(sql`${t.state} = 'held'`),
    index('lookups_stranded')
      .on(t.partnerId, t.eventId)
      .where(sql`${t.state} = 'stranded'`),
    index('lookups_leased')
      .on(t.leaseUntil)
      .where(sql`${t.state} = 'asking'`),
    index('lookups_customer')
      .on(t.partnerId, t.sourceId, t.customerKey)
      .where(sql`${t.customerKey} is not null and ${t.state} <> 'ended'`),
    foreignKey({
      columns: [t.partnerId, t.sourceId],
      foreignColumns: [sources.partnerId, sources.id],
    }).onDelete('cascade'),
    check('lookups_state', sql`${t.state} in ('waiting', 'asking', 'held', 'stranded', 'ended')`),
    check('lookups_waits_for', sql`${t.waitsFor} in ('join', 'lookup')`),
    check('lookups_due_when_waiting', sql`(${t.state} = 'waiting') = (${t.dueAt} is not null)`),
    check(
      'lookups_leased_when_asking',
      sql`(${t.state} = 'asking') = (${t.leaseUntil} is not null and ${t.leaseOwner} is not null)`,
    ),
  ],
)

/**
 * What a parked event is read from where the body of its request may not be there in time: of a request with several
 * events, which goes whole when one of them is about somebody who is erased; of a copy that means “look again”,
 * whose first arrival may be long over. Gone as soon as the event is parked no more.
 */
export const parkedParts = pgTable(
  'parked_parts',
  {
    partnerId: uuid('partner_id').notNull(),
    eventId: uuid('event_id').notNull(),
    /** The event as it was read, without its key and type. As text: `jsonb` would not take all of it. */
    event: json('event').$type<PartKept>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.eventId] }),
    foreignKey({
      columns: [t.partnerId, t.eventId],
      foreignColumns: [events.partnerId, events.id],
    }).onDelete('cascade'),
  ],
)

/** One row for each time the provider was asked: no body, no secret, no email. */
export const lookupAttempts = pgTable(
  'lookup_attempts',
  {
    partnerId: uuid('partner_id').notNull(),
    eventId: uuid('event_id').notNull(),
    attempt: integer('attempt').notNull(),
    at: at('at').notNull().defaultNow(),
    ms: integer('ms'),
    httpStatus: smallint('http_status'),
    outcome: text('outcome').notNull(),
    node: uuid('node').notNull(),
  },
  (t) => [primaryKey({ columns: [t.partnerId, t.eventId, t.attempt, t.node] })],
)

/** What the relay believes about a source's provider, shared by all relays. */
export const lookupHealth = pgTable(
  'lookup_health',
  {
    partnerId: uuid('partner_id').notNull(),
    sourceId: uuid('source_id').notNull(),
    state: text('state')
      .$type<'healthy' | 'holding' | 'unreachable'>()
      .notNull()
      .default('healthy'),
    since: at('since').notNull().defaultNow(),
    /** When the next single lookup may be tried. */
    probeAt: at('probe_at'),
    probes: integer('probes').notNull().default(0),
    failures: integer('failures').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.sourceId] }),
    foreignKey({
      columns: [t.partnerId, t.sourceId],
      foreignColumns: [sources.partnerId, sources.id],
    }).onDelete('cascade'),
    check('lookup_health_state', sql`${t.state} in ('healthy', 'holding', 'unreachable')`),
    check('lookup_health_probe', sql`(${t.state} = 'healthy') = (${t.probeAt} is null)`),
  ],
)

/** The email that a provider's customer last had, as an earlier event said it. */
export const contacts = pgTable(
  'contacts',
  {
    partnerId: uuid('partner_id').notNull(),
    sourceId: uuid('source_id').notNull(),
    /** The keyed hash of the provider's customer id. */
    customerKey: bytea('customer_key').notNull(),
    email: text('email').notNull(),
    emailKey: bytea('email_key').notNull(),
    trust: text('trust').notNull(),
    eventId: uuid('event_id').notNull(),
    /** When the event happened, as its sender says; the newest wins. */
    at: at('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.sourceId, t.customerKey] }),
    index('contacts_person').on(t.partnerId, t.emailKey),
    foreignKey({
      columns: [t.partnerId, t.sourceId],
      foreignColumns: [sources.partnerId, sources.id],
    }).onDelete('cascade'),
  ],
)
