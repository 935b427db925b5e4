// What people had done again, or in bulk: single retries and replays, jobs and the items of each. Rows
// of retries and replays are only ever added; a job's items are decided once each.
import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from '../schema.ts'

export const retries = pgTable(
  'retries',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    grantId: uuid('grant_id').notNull(),
    at: at('at').notNull().defaultNow(),
    actor: text('actor').notNull(),
    jobId: uuid('job_id'),
    /** `due`: it stands in the queue; `probe`: its campaign holds, and is asked once at once. */
    did: text('did').$type<'due' | 'probe'>().notNull(),
    /** What the grant was before. */
    state: text('state').notNull(),
    reason: text('reason'),
    answer: text('answer'),
    calls: integer('calls').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    index('retries_grant').on(t.partnerId, t.grantId, t.id),
    check('retries_did', sql`${t.did} in ('due', 'probe')`),
  ],
)

export const replays = pgTable(
  'replays',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    eventId: uuid('event_id').notNull(),
    at: at('at').notNull().defaultNow(),
    actor: text('actor').notNull(),
    jobId: uuid('job_id'),
    /** What the rules of that moment made of the event; the event itself stays as it was recorded. */
    state: text('state').notNull(),
    reason: text('reason').notNull(),
    trace: jsonb('trace').notNull(),
    matches: jsonb('matches').notNull(),
    /** Grants that were not there before. */
    made: uuid('made').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    index('replays_event').on(t.partnerId, t.eventId, t.id),
    check('replays_state', sql`${t.state} in ('matched', 'unmatched', 'unreadable', 'test')`),
  ],
)

export const jobKinds = ['retry', 'replay', 'import'] as const
export type JobKind = (typeof jobKinds)[number]
export const jobStates = ['planned', 'running', 'done', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

export const jobs = pgTable(
  'jobs',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<JobKind>().notNull(),
    state: text('state').$type<JobState>().notNull().default('planned'),
    /** What was asked for: a filter, or of an import its campaign. */
    wanted: jsonb('wanted').$type<Record<string, string>>().notNull(),
    /** What the plan found out, for whoever confirms it. */
    found: jsonb('found').notNull(),
    fingerprint: text('fingerprint').notNull(),
    plannedBy: text('planned_by').notNull(),
    plannedAt: at('planned_at').notNull().defaultNow(),
    /** A plan that nobody confirms goes then. */
    expiresAt: at('expires_at').notNull(),
    confirmedBy: text('confirmed_by'),
    confirmedAt: at('confirmed_at'),
    cancelledBy: text('cancelled_by'),
    endedAt: at('ended_at'),
    items: integer('items').notNull(),
    /** Items with numbers up to this one are decided. */
    reached: integer('reached').notNull().default(0),
    done: integer('done').notNull().default(0),
    skipped: integer('skipped').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    leaseUntil: at('lease_until'),
    leaseOwner: uuid('lease_owner'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    index('jobs_running')
      .on(t.id)
      .where(sql`${t.state} = 'running'`),
    index('jobs_planned')
      .on(t.expiresAt)
      .where(sql`${t.state} = 'planned'`),
    check('jobs_kind', sql`${t.kind} in ('retry', 'replay', 'import')`),
    check('jobs_state', sql`${t.state} in ('planned', 'running', 'done', 'cancelled')`),
    check('jobs_confirmed', sql`(${t.state} = 'planned') = (${t.confirmedAt} is null)`),
    check('jobs_counts', sql`${t.done} + ${t.skipped} + ${t.failed} = ${t.reached}`),
  ],
)

export const jobItems = pgTable(
  'job_items',
  {
    partnerId: uuid('partner_id').notNull(),
    jobId: uuid('job_id').notNull(),
    n: integer('n').notNull(),
    /** The grant or the event it is about; null: a person of a list. */
    originalId: uuid('original_id'),
    /** Of a person of a list. The email goes once the item is decided: the grant has it. */
    line: integer('line'),
    email: text('email'),
    emailKey: bytea('email_key'),
    foldedKey: bytea('folded_key'),
    state: text('state').$type<'waiting' | 'done' | 'skipped' | 'failed'>().notNull(),
    reason: text('reason'),
    /** The retry, the replay or the grant that came of it. */
    resultId: uuid('result_id'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.jobId, t.n] }),
    check('job_items_state', sql`${t.state} in ('waiting', 'done', 'skipped', 'failed')`),
    check(
      'job_items_reason',
      sql`${t.state} not in ('skipped', 'failed') or ${t.reason} is not null`,
    ),
  ],
)
