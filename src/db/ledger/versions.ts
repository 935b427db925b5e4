// What is set up, as one short text that changes whenever that does: two people who edit the same thing
// must not undo each other's work. What the relay itself writes there (when a credential was last used)
// does not count, and health stands in a table of its own.
import { createHash } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import { memberships } from '../access/schema.ts'
import { campaigns, credentials, rules, sources } from '../schema.ts'
import type { Reader } from './reading.ts'

/** The rows that make up a thing; a source is its credentials and rules, too. */
const partsOf = {
  partner: [[campaigns], [sources], [credentials], [rules]],
  campaign: [[campaigns, campaigns.id]],
  source: [
    [sources, sources.id],
    [credentials, credentials.sourceId],
    [rules, rules.sourceId],
  ],
  credential: [[credentials, credentials.id]],
  rule: [[rules, rules.id]],
  member: [[memberships, memberships.id]],
} as const
export type Versioned = keyof typeof partsOf

/** Of a thing that is not there as well: then of nothing. */
export async function versionOf(
  tx: Reader,
  kind: Versioned,
  partnerId: string,
  id: string,
): Promise<string> {
  const hash = createHash('sha256')
  for (const [table, key] of partsOf[kind]) {
    const rows = await tx
      .select()
      .from(table)
      .where(and(eq(table.partnerId, partnerId), key && eq(key, id)))
      .orderBy(asc(table.id))
    hash.update(JSON.stringify(rows, withoutUse))
  }
  return hash.digest('base64url').slice(0, versionChars)
}

/** 132 bits. */
const versionChars = 22

const withoutUse = (key: string, value: unknown) => (key === 'lastUsedAt' ? undefined : value)
