// People and their ways in: who belongs to which partner, who is invited, who is signed in, and who
// has guessed too often. Secrets that people hold (session tokens, invitation links) are kept as hashes.
import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, bytea, createdAt, partners, users } from '../schema.ts'

export const roleNames = ['owner', 'editor', 'viewer', 'auditor'] as const
export type Role = (typeof roleNames)[number]

export const memberships = pgTable(
  'memberships',
  {
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id, { onDelete: 'cascade' }),
    id: uuid('id').notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').$type<Role>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.id] }),
    unique('memberships_once').on(t.partnerId, t.userId),
    index('memberships_user').on(t.userId),
    check('memberships_role', sql`${t.role} in ('owner', 'editor', 'viewer', 'auditor')`),
  ],
)

export const invitations = pgTable(
  'invitations',
  {
    id: uuid('id').primaryKey(),
    /** null: as an operator of the whole installation. */
    partnerId: uuid('partner_id').references(() => partners.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    /** null: an operator. */
    role: text('role').$type<Role>(),
    tokenHash: bytea('token_hash').notNull().unique(),
    invitedBy: text('invited_by').notNull(),
    createdAt: createdAt(),
    expiresAt: at('expires_at').notNull(),
    /** It was accepted, taken back, or replaced by a newer one. */
    endedAt: at('ended_at'),
  },
  (t) => [
    index('invitations_partner').on(t.partnerId, t.id),
    check('invitations_role', sql`(${t.role} is null) = (${t.partnerId} is null)`),
  ],
)

export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: bytea('token_hash').notNull().unique(),
    createdAt: createdAt(),
    usedAt: at('used_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
    /** For the person's own list: from where, and with what. */
    ip: text('ip'),
    agent: text('agent'),
  },
  (t) => [index('sessions_user').on(t.userId)],
)

/** Somebody's account at an OpenID provider. */
export const identities = pgTable(
  'identities',
  {
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.issuer, t.subject] }), index('identities_user').on(t.userId)],
)

/** Keys that sign in. The private half never leaves its owner's device: nothing here is a secret. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** How the device calls it. */
    credentialId: bytea('credential_id').notNull().unique(),
    /** The host it was made for: browsers offer it there alone. */
    rpId: text('rp_id').notNull(),
    name: text('name').notNull(),
    /** COSE. */
    publicKey: bytea('public_key').notNull(),
    /** Of its signatures, as the device counts them; 0: it does not count. */
    counter: bigint('counter', { mode: 'number' }).notNull(),
    createdAt: createdAt(),
    usedAt: at('used_at'),
  },
  (t) => [index('passkeys_user').on(t.userId)],
)

/** Challenges that were answered: none is answered twice. */
export const passkeyChallenges = pgTable('passkey_challenges', {
  challenge: bytea('challenge').primaryKey(),
  takenAt: at('taken_at').notNull().defaultNow(),
})

/** Tries that failed, for one email or one network: counted by all relays together. */
export const throttles = pgTable('throttles', {
  key: bytea('key').primaryKey(),
  failures: integer('failures').notNull(),
  freeAt: at('free_at').notNull(),
  seenAt: at('seen_at').notNull(),
})

/** Answers to changes that were asked for with a key: asked again, the same answer is given. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** Nil for tokens of the whole installation. */
    partnerId: uuid('partner_id').notNull(),
    tokenId: uuid('token_id').notNull(),
    keyHash: bytea('key_hash').notNull(),
    /** Of method, address and body: a key is good for one request. */
    fingerprint: bytea('fingerprint').notNull(),
    takenAt: at('taken_at').notNull().defaultNow(),
    /** null: nobody knows yet, or any more, what came of it. */
    answeredAt: at('answered_at'),
    status: integer('status'),
    /** JWE of headers and body: it may hold what is shown once. */
    answerSealed: text('answer_sealed'),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.tokenId, t.keyHash] }),
    index('idempotency_keys_taken').on(t.takenAt),
    check(
      'idempotency_keys_answered',
      sql`(${t.answeredAt} is null) = (${t.status} is null) and (${t.status} is null) = (${t.answerSealed} is null)`,
    ),
  ],
)
