// What makes the past provable: the keys the installation signs with, and the chains over the audit
// entries. A chain is a partner's (its id) or the installation's (the zero UUID). Triggers at the end of
// drizzle/0005_audit_chain.sql let nobody change or remove entries, links and checkpoints.
import { sql } from 'drizzle-orm'
import {
  bigint,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, bytea, createdAt } from '../schema.ts'

export const signingKeys = pgTable(
  'signing_keys',
  {
    /** Thumbprint of the public key (RFC 7638). */
    kid: text('kid').primaryKey(),
    publicJwk: jsonb('public_jwk').notNull(),
    /** JWE of the private JWK. */
    privateSealed: text('private_sealed').notNull(),
    createdAt: createdAt(),
    /** It signs no longer, and stays published. */
    retiredAt: at('retired_at'),
  },
  (t) => [
    // One key signs at a time.
    uniqueIndex('signing_keys_current')
      .on(sql`(${t.retiredAt} is null)`)
      .where(sql`${t.retiredAt} is null`),
  ],
)

/** One row for each chain: whoever holds its lock may put links on it. */
export const auditChains = pgTable('audit_chains', {
  chain: uuid('chain').primaryKey(),
  createdAt: createdAt(),
})

export const auditLinks = pgTable(
  'audit_links',
  {
    chain: uuid('chain').notNull(),
    /** From 1, without gaps: the order in which entries came into the chain. */
    seq: bigint('seq', { mode: 'number' }).notNull(),
    entryId: uuid('entry_id').notNull(),
    /** See access/chain.ts. */
    hash: bytea('hash').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chain, t.seq] }),
    unique('audit_links_entry').on(t.chain, t.entryId),
  ],
)

export const auditCheckpoints = pgTable(
  'audit_checkpoints',
  {
    chain: uuid('chain').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    /** Signed: chain, seq, the hash of that link, and when. */
    jws: text('jws').notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.chain, t.seq] })],
)
