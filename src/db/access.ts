// Operators, API tokens and audit entries.
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Orm } from './open.ts'
import { apiTokens, auditEntries, installation } from './schema.ts'

export async function insertAuditEntries(
  tx: Pick<Orm, 'insert'>,
  entries: (typeof auditEntries.$inferInsert)[],
): Promise<void> {
  await tx.insert(auditEntries).values(entries)
}

export async function insertToken(
  tx: Pick<Orm, 'insert'>,
  token: typeof apiTokens.$inferInsert,
): Promise<void> {
  await tx.insert(apiTokens).values(token)
}

export async function findToken(orm: Orm, hash: Buffer) {
  const [row] = await orm
    .select({
      id: apiTokens.id,
      partnerId: apiTokens.partnerId,
      scopes: apiTokens.scopes,
      expiresAt: apiTokens.expiresAt,
      revokedAt: apiTokens.revokedAt,
      lastUsedAt: apiTokens.lastUsedAt,
    })
    .from(apiTokens)
    .where(eq(apiTokens.tokenHash, hash))
  return row
}

/** Nothing when there is none, or it was revoked before. */
export async function markTokenRevoked(tx: Pick<Orm, 'update'>, id: string, owner: string | null) {
  const [row] = await tx
    .update(apiTokens)
    .set({ revokedAt: sql`now()` })
    .where(
      and(
        eq(apiTokens.id, id),
        owner === null ? undefined : eq(apiTokens.partnerId, owner),
        isNull(apiTokens.revokedAt),
      ),
    )
    .returning({ partnerId: apiTokens.partnerId })
  return row
}

export async function touchToken(orm: Orm, id: string, usedAt: Date): Promise<void> {
  await orm.update(apiTokens).set({ lastUsedAt: usedAt }).where(eq(apiTokens.id, id))
}

/** Is this the one-time set-up token, not used yet? */
export async function isSetupToken(orm: Orm, hash: Buffer): Promise<boolean> {
  const [row] = await orm.select({ hash: installation.setupTokenHash }).from(installation)
  return row?.hash?.equals(hash) === true
}
