// The tables. Every table of a partner leads its keys with partner_id, so that partners can be
// isolated and placed elsewhere. Those of lookups stand in lookups/schema.ts, those of people in
// access/schema.ts, those of notices in notices/schema.ts, those of jobs in jobs/schema.ts; `event_bodies`
// is partitioned by month, which drizzle cannot describe: see drizzle/0001_event_bodies.sql.
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Trust } from '../schemes/scheme.ts'

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
export const at = (name: string) => timestamp(name, { withTimezone: true })
export const createdAt = () => at('created_at').notNull().defaultNow()
/** Hidden from lists and switched off, so that relays that know nothing of this leave it alone as well. */
const archivedAt = () => at('archived_at')

/** One row: what belongs to the installation as a whole. */
export const installation = pgTable(
  'installation',
  {
    one: boolean('one').primaryKey().default(true),
    /** Grows with every change of configuration; relays compare it to know when to look again. */
    configVersion: bigint('config_version', { mode: 'number' }).notNull().default(1),
    pepperSealed: text('pepper_sealed'),
    setupTokenHash: bytea('setup_token_hash'),
  },
  (t) => [check('installation_one', sql`${t.one}`)],
)

export const partners = pgTable('partners', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull().unique(),
  createdAt: createdAt(),
})

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull().unique(),
  /** null: signs in elsewhere only (see identities). */
  passwordHash: text('password_hash'),
  operator: boolean('operator').notNull().default(false),
  /** Shared secret of the one-time codes, sealed; null: none are asked for. */
  totpSealed: text('totp_sealed'),
  /** Time step of the last code that was used: none is taken twice. */
  totpStep: bigint('totp_step', { mode: 'number' }),
  /** Of the link with which a new password can be set; null: there is none. */
  resetHash: bytea('reset_hash').unique(),
  resetUntil: at('reset_until'),
  /** The link also turns one-time codes off: the phone is lost. */
  resetCodes: boolean('reset_codes'),
  createdAt: createdAt(),
})

export const apiTokens = pgTable('api_tokens', {
  id: uuid('id').primaryKey(),
  /** null: a token of the whole installation. */
  partnerId: uuid('partner_id').references(() => partners.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  tokenHash: bytea('token_hash').notNull().unique(),
  scopes: text('scopes').array().notNull(),
  expiresAt: at('expires_at'),
  revokedAt: at('revoked_at'),
  lastUsedAt: at('last_used_at'),
  createdAt: createdAt(),
})

export const sources = pgTable(
  'sources',
  {
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    provider: text('provider').notNull(),
    ingestKeyHash: bytea('ingest_key_hash').notNull().unique(),
    ingestKeySealed: text('ingest_key_sealed').notNull(),
    /** Where a config file took it from; null: from nowhere that can be named. */
    ingestKeyOrigin: jsonb('ingest_key_origin'),
    settings: jsonb('settings').$type<Record<string, string>>().notNull().default({}),
    enabled: boolean('enabled').notNull().default(true),
    archivedAt: archivedAt(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    uniqueIndex('sources_live_name')
      .on(t.partnerId, t.name)
      .where(sql`${t.archivedAt} is null`),
    check('sources_archived_off', sql`${t.archivedAt} is null or not ${t.enabled}`),
  ],
)

export const credentials = pgTable(
  'credentials',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    sourceId: uuid('source_id').notNull(),
    name: text('name').notNull(),
    /** JWE of the credential's fields as JSON. */
    sealed: text('sealed').notNull(),
    validUntil: at('valid_until'),
    lastUsedAt: at('last_used_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    index('credentials_source').on(t.partnerId, t.sourceId),
    foreignKey({
      columns: [t.partnerId, t.sourceId],
      foreignColumns: [sources.partnerId, sources.id],
    }).onDelete('cascade'),
  ],
)

export const campaigns = pgTable(
  'campaigns',
  {
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    mode: text('mode').$type<'live' | 'sandbox'>().notNull(),
    /** null: the relay's MOAB_URL. */
    url: text('url'),
    apiKeySealed: text('api_key_sealed'),
    /** For those who may know that there is one, but not read it. */
    hasApiKey: boolean('has_api_key')
      .notNull()
      .generatedAlwaysAs(sql`api_key_sealed is not null`),
    /** As ingest_key_origin. */
    apiKeyOrigin: jsonb('api_key_origin'),
    startsAt: at('starts_at'),
    endsAt: at('ends_at'),
    perSecond: doublePrecision('per_second'),
    enabled: boolean('enabled').notNull().default(true),
    archivedAt: archivedAt(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    uniqueIndex('campaigns_live_name')
      .on(t.partnerId, t.name)
      .where(sql`${t.archivedAt} is null`),
    check('campaigns_archived_off', sql`${t.archivedAt} is null or not ${t.enabled}`),
    check('campaigns_mode', sql`${t.mode} in ('live', 'sandbox')`),
    check('campaigns_pace', sql`${t.perSecond} is null or ${t.perSecond} > 0`),
    check('campaigns_live_key', sql`${t.mode} = 'sandbox' or ${t.apiKeySealed} is not null`),
  ],
)

/** What the relay believes about a campaign at MOAB, shared by all relays. */
export const campaignHealth = pgTable(
  'campaign_health',
  {
    partnerId: uuid('partner_id').notNull(),
    campaignId: uuid('campaign_id').notNull(),
    state: text('state')
      .$type<'healthy' | 'holding' | 'unreachable' | 'stopped'>()
      .notNull()
      .default('healthy'),
    reason: text('reason'),
    since: at('since').notNull().defaultNow(),
    /** When the next single grant may be tried; null: only when a person asks. */
    probeAt: at('probe_at'),
    probes: integer('probes').notNull().default(0),
    failures: integer('failures').notNull().default(0),
    /** Read by relays of before 0003 only, which may still run beside. */
    paceTokens: doublePrecision('pace_tokens').notNull().default(0),
    /** The next moment that the campaign's pace has free. */
    paceAt: at('pace_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.campaignId] }),
    foreignKey({
      columns: [t.partnerId, t.campaignId],
      foreignColumns: [campaigns.partnerId, campaigns.id],
    }).onDelete('cascade'),
    check(
      'campaign_health_state',
      sql`${t.state} in ('healthy', 'holding', 'unreachable', 'stopped')`,
    ),
    check('campaign_health_reason', sql`(${t.state} = 'healthy') = (${t.reason} is null)`),
  ],
)

export const rules = pgTable(
  'rules',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    sourceId: uuid('source_id').notNull(),
    campaignId: uuid('campaign_id').notNull(),
    position: integer('position').notNull(),
    name: text('name').notNull(),
    enabled: boolean('enabled').notNull().default(true),
    /** The grammar of rules/rule.ts, without the campaign's name. */
    definition: jsonb('definition').notNull(),
    archivedAt: archivedAt(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    check('rules_archived_off', sql`${t.archivedAt} is null or not ${t.enabled}`),
    unique('rules_name').on(t.partnerId, t.sourceId, t.name),
    foreignKey({
      columns: [t.partnerId, t.sourceId],
      foreignColumns: [sources.partnerId, sources.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.partnerId, t.campaignId],
      foreignColumns: [campaigns.partnerId, campaigns.id],
    }),
  ],
)

/** `parked`: its rules are applied when the provider, or an earlier event, has said more. */
export const eventStates = ['matched', 'unmatched', 'unreadable', 'test', 'parked'] as const
export type EventState = (typeof eventStates)[number]

export const events = pgTable(
  'events',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    sourceId: uuid('source_id').notNull(),
    eventKey: text('event_key').notNull(),
    type: text('type').notNull(),
    receivedAt: at('received_at').notNull().defaultNow(),
    occurredAt: at('occurred_at'),
    state: text('state').$type<EventState>().notNull(),
    reason: text('reason').notNull(),
    trust: text('trust').$type<Trust>().notNull(),
    credentialId: uuid('credential_id'),
    /** How often the sender delivered it. */
    copies: integer('copies').notNull().default(1),
    /** The request it came in (event_bodies.id, same received_at), and which part of it. */
    bodyId: uuid('body_id').notNull(),
    part: integer('part').notNull().default(0),
    /** Whom it is about, when a rule found an address: the keyed hash only. */
    emailKey: bytea('email_key'),
    /** Rule by rule: why, and which grant (campaign, mode, email key) came of it. */
    trace: jsonb('trace').notNull(),
    matches: jsonb('matches').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    unique('events_once').on(t.sourceId, t.eventKey),
    index('events_source').on(t.sourceId, t.id),
    index('events_person_newest')
      .on(t.partnerId, t.emailKey, t.id)
      .where(sql`${t.emailKey} is not null`),
    index('events_type').on(t.partnerId, t.type, t.id),
    // What most events are is not in them, and costs nothing.
    index('events_state')
      .on(t.partnerId, t.state, t.id)
      .where(sql`${t.state} in ('unreadable', 'test', 'parked')`),
    index('events_reason')
      .on(t.partnerId, t.reason, t.id)
      .where(sql`${t.reason} not in ('matched', 'no_type_match')`),
    // Keys in which an address stands: a person who is erased is found by it.
    index('events_key_person')
      .on(t.partnerId, sql`lower(${t.eventKey})`)
      .where(sql`position('@' in ${t.eventKey}) > 0`),
    check(
      'events_state',
      sql`${t.state} in ('matched', 'unmatched', 'unreadable', 'test', 'parked')`,
    ),
  ],
)

export const grants = pgTable(
  'grants',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    campaignId: uuid('campaign_id').notNull(),
    mode: text('mode').$type<'live' | 'sandbox'>().notNull(),
    emailKey: bytea('email_key').notNull(),
    foldedKey: bytea('folded_key').notNull(),
    /** null once the person is erased. */
    email: text('email'),
    eventId: uuid('event_id'),
    /** The job that brought it from a list instead (jobs.id). */
    importId: uuid('import_id'),
    ruleId: uuid('rule_id'),
    state: text('state').notNull(),
    /** Why it is held, refused or needs attention. */
    reason: text('reason'),
    createdAt: createdAt(),
    dueAt: at('due_at'),
    /** Calls made; also the fence: a result counts only for the attempt it belongs to. */
    attempt: integer('attempt').notNull().default(0),
    /** Failures in a row, the index into the retry schedule. */
    retries: smallint('retries').notNull().default(0),
    /** An earlier call may have reached MOAB although no answer came. */
    ambiguous: boolean('ambiguous').notNull().default(false),
    leaseUntil: at('lease_until'),
    leaseOwner: uuid('lease_owner'),
    settledAt: at('settled_at'),
    answer: text('answer'),
  },
  (t) => [
    // The id leads: statements that know nothing of the table's size then have only one index to take.
    primaryKey({ columns: [t.id, t.partnerId] }),
    uniqueIndex('grants_once')
      .on(t.campaignId, t.mode, t.emailKey)
      .where(sql`${t.state} <> 'test'`),
    uniqueIndex('grants_test_once')
      .on(t.campaignId, t.mode, t.emailKey)
      .where(sql`${t.state} = 'test'`),
    index('grants_campaign').on(t.campaignId, t.id),
    index('grants_due')
      .on(t.campaignId, t.dueAt, t.id)
      .where(sql`${t.state} = 'queued'`),
    index('grants_held')
      .on(t.campaignId, t.id)
      .where(sql`${t.state} = 'held'`),
    index('grants_leased')
      .on(t.leaseUntil)
      .where(sql`${t.state} = 'sending'`),
    index('grants_attention')
      .on(t.partnerId, t.id)
      .where(sql`${t.state} = 'attention'`),
    index('grants_person').on(t.partnerId, t.emailKey),
    // Where it is the key itself, as nearly always, `grants_person` has it already.
    index('grants_person_cased')
      .on(t.partnerId, t.foldedKey)
      .where(sql`${t.foldedKey} <> ${t.emailKey}`),
    check(
      'grants_state',
      sql`${t.state} in ('queued', 'sending', 'held', 'attention', 'granted', 'already_known', 'refused', 'test', 'suppressed')`,
    ),
    check('grants_due_when_queued', sql`(${t.state} = 'queued') = (${t.dueAt} is not null)`),
    check(
      'grants_leased_when_sending',
      sql`(${t.state} = 'sending') = (${t.leaseUntil} is not null and ${t.leaseOwner} is not null)`,
    ),
    check(
      'grants_settled_when_final',
      sql`(${t.state} in ('granted', 'already_known', 'refused', 'suppressed')) = (${t.settledAt} is not null)`,
    ),
    check(
      'grants_reason_when_waiting',
      sql`${t.state} not in ('held', 'attention') or ${t.reason} is not null`,
    ),
    check(
      'grants_email_until_final',
      sql`${t.email} is not null or ${t.state} not in ('queued', 'sending', 'held', 'attention')`,
    ),
  ],
)

export const attempts = pgTable(
  'attempts',
  {
    partnerId: uuid('partner_id').notNull(),
    grantId: uuid('grant_id').notNull(),
    attempt: integer('attempt').notNull(),
    at: at('at').notNull().defaultNow(),
    ms: integer('ms'),
    httpStatus: smallint('http_status'),
    answer: text('answer').notNull(),
    code: bigint('code', { mode: 'number' }),
    failure: text('failure'),
    ambiguous: boolean('ambiguous').notNull(),
    /** The result came too late: the grant had been given to another attempt. */
    fenced: boolean('fenced').notNull().default(false),
    snippet: text('snippet'),
    node: uuid('node').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.grantId, t.attempt, t.node] }),
    index('attempts_newest').on(t.partnerId, t.at, t.grantId, t.attempt),
  ],
)

export const rejections = pgTable(
  'rejections',
  {
    partnerId: uuid('partner_id').notNull(),
    id: uuid('id').notNull(),
    sourceId: uuid('source_id').notNull(),
    at: at('at').notNull().defaultNow(),
    reason: text('reason').notNull(),
    hint: text('hint').notNull(),
    method: text('method').notNull(),
    headers: jsonb('headers').notNull(),
    /** The first bytes only. */
    body: bytea('body').notNull(),
    bodyBytes: integer('body_bytes').notNull(),
    ip: text('ip'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    index('rejections_source').on(t.sourceId, t.id),
    foreignKey({
      columns: [t.partnerId, t.sourceId],
      foreignColumns: [sources.partnerId, sources.id],
    }).onDelete('cascade'),
  ],
)

/** What needs, or needed, a person: see alarms/kinds.ts. */
export const alarms = pgTable(
  'alarms',
  {
    id: uuid('id').primaryKey(),
    /** null: the installation's. */
    partnerId: uuid('partner_id').references(() => partners.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    /** Id of a campaign, source or channel, the name of a machine, or MOAB. */
    subject: text('subject').notNull(),
    cause: text('cause').notNull(),
    detail: jsonb('detail').$type<Record<string, number>>().notNull(),
    openedAt: at('opened_at').notNull().defaultNow(),
    seenAt: at('seen_at').notNull().defaultNow(),
    closedAt: at('closed_at'),
  },
  (t) => [
    uniqueIndex('alarms_open')
      .on(t.kind, t.subject, t.cause)
      .where(sql`${t.closedAt} is null`),
    index('alarms_partner').on(t.partnerId, t.id),
  ],
)

/** Who changed what. Rows are only ever added. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: uuid('id').primaryKey(),
    partnerId: uuid('partner_id'),
    at: at('at').notNull().defaultNow(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    subject: text('subject'),
    detail: jsonb('detail').notNull().default({}),
  },
  (t) => [index('audit_entries_partner').on(t.partnerId, t.id)],
)
