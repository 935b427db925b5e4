// The tables of notices: where people want to be told, what was told to them of which cause, and what
// is on its way. Every table leads its key with partner_id.
import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { nilUuid } from '../../ids.ts'
import type { ChannelKind } from '../../notices/channels.ts'
import type { NoticeItem } from '../../notices/notice.ts'
import type { Language } from '../../rules/trace.ts'
import { at, createdAt, partners } from '../schema.ts'

/** In the place of a partner: the installation itself, whose channels are the operator's. */
export const noPartner = nilUuid

export const noticeChannels = pgTable(
  'notice_channels',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    /** The partner, where it is one's. */
    ownerId: uuid('owner_id')
      .generatedAlwaysAs(sql`nullif(partner_id, '00000000-0000-0000-0000-000000000000')`)
      .references(() => partners.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    kind: text('kind').$type<ChannelKind>().notNull(),
    language: text('language').$type<Language>().notNull(),
    /** Kinds of alarms that it takes; null: all. */
    alarms: text('alarms').array(),
    enabled: boolean('enabled').notNull().default(true),
    /** JWE of the settings as JSON. */
    sealed: text('sealed').notNull(),
    /** What may be seen of them. */
    shown: jsonb('shown').$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
    /** In a row. */
    failures: integer('failures').notNull().default(0),
    /** What the last try came to, unless it was delivered. */
    problem: text('problem'),
    problemAt: at('problem_at'),
    deliveredAt: at('delivered_at'),
    /** Alarms that came and went untold since the last notice. */
    leftOut: integer('left_out').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    unique('notice_channels_name').on(t.partnerId, t.name),
    check('notice_channels_kind', sql`${t.kind} in ('webhook', 'slack', 'telegram', 'email')`),
    check('notice_channels_language', sql`${t.language} in ('en', 'ru')`),
  ],
)

/** One row for each cause that a channel is told of, from when it is first seen until it is over. */
export const noticeLadders = pgTable(
  'notice_ladders',
  {
    partnerId: uuid('partner_id').notNull(),
    channelId: uuid('channel_id').notNull(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    cause: text('cause').notNull(),
    /** The alarm that stands, or stood last, for this cause. */
    alarmId: uuid('alarm_id').notNull(),
    /** Notices so far; see notices/ladder.ts. */
    rung: smallint('rung').notNull().default(0),
    beganAt: at('began_at'),
    /** Of the next notice; null: silence until it is over. */
    dueAt: at('due_at'),
    /** When the alarm closed; null: it is open. */
    overAt: at('over_at'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.channelId, t.kind, t.subject, t.cause] }),
    index('notice_ladders_due').on(t.partnerId, t.channelId, t.dueAt),
    foreignKey({
      columns: [t.partnerId, t.channelId],
      foreignColumns: [noticeChannels.partnerId, noticeChannels.id],
    }).onDelete('cascade'),
    check('notice_ladders_told', sql`(${t.rung} = 0) = (${t.beganAt} is null)`),
  ],
)

/** The outbox, and the record of what was sent. */
export const notices = pgTable(
  'notices',
  {
    partnerId: uuid('partner_id').notNull(),
    /** Also the webhook-id and the Message-ID: the same for every try. */
    id: uuid('id').notNull(),
    channelId: uuid('channel_id').notNull(),
    test: boolean('test').notNull().default(false),
    items: jsonb('items').$type<NoticeItem[]>().notNull(),
    more: integer('more').notNull().default(0),
    leftOut: integer('left_out').notNull().default(0),
    state: text('state').$type<'queued' | 'sending' | 'delivered' | 'given_up'>().notNull(),
    createdAt: createdAt(),
    dueAt: at('due_at'),
    /** Times it was taken up; also the fence: what an earlier try came to counts no more. */
    attempt: integer('attempt').notNull().default(0),
    /** Failures in a row, the index into the retry schedule. */
    retries: smallint('retries').notNull().default(0),
    leaseUntil: at('lease_until'),
    leaseOwner: uuid('lease_owner'),
    settledAt: at('settled_at'),
    /** Of the last try: see notices/outcomes.ts. */
    outcome: text('outcome'),
    httpStatus: smallint('http_status'),
    answer: text('answer'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    index('notices_due')
      .on(t.dueAt)
      .where(sql`${t.state} = 'queued'`),
    index('notices_leased')
      .on(t.leaseUntil)
      .where(sql`${t.state} = 'sending'`),
    index('notices_channel').on(t.partnerId, t.channelId, t.createdAt),
    index('notices_settled').on(t.settledAt),
    foreignKey({
      columns: [t.partnerId, t.channelId],
      foreignColumns: [noticeChannels.partnerId, noticeChannels.id],
    }).onDelete('cascade'),
    check('notices_state', sql`${t.state} in ('queued', 'sending', 'delivered', 'given_up')`),
    check('notices_due_when_queued', sql`(${t.state} = 'queued') = (${t.dueAt} is not null)`),
    check(
      'notices_leased_when_sending',
      sql`(${t.state} = 'sending') = (${t.leaseUntil} is not null and ${t.leaseOwner} is not null)`,
    ),
    check(
      'notices_settled_when_final',
      sql`(${t.state} in ('delivered', 'given_up')) = (${t.settledAt} is not null)`,
    ),
  ],
)
