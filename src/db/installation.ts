// The one row of the installation: its pepper (so that a new relay key does not lose people), and
// the one-time set-up link.
import { eq, isNull, sql } from 'drizzle-orm'
import type { Orm } from './open.ts'
import { installation, users } from './schema.ts'

export async function readPepper(orm: Orm): Promise<string | null> {
  const [row] = await orm.select({ sealed: installation.pepperSealed }).from(installation)
  return row?.sealed ?? null
}

/** The first relay's pepper stays; whoever comes later gets that one. */
export async function keepPepper(orm: Orm, sealed: string): Promise<string | null> {
  await orm
    .update(installation)
    .set({ pepperSealed: sealed })
    .where(isNull(installation.pepperSealed))
  return readPepper(orm)
}

export async function hasOperator(orm: Orm): Promise<boolean> {
  const rows = await orm
    .select({ id: users.id })
    .from(users)
    .where(eq(users.operator, true))
    .limit(1)
  return rows.length > 0
}

/** Somebody who could sign in. */
export async function hasUsers(orm: Orm): Promise<boolean> {
  return (await orm.select({ id: users.id }).from(users).limit(1)).length > 0
}

export async function setSetupToken(orm: Orm, hash: Buffer): Promise<void> {
  await orm.update(installation).set({ setupTokenHash: hash })
}

/** Makes the first operator if the token is right, and uses it up in the same transaction. */
export async function createFirstOperator(
  orm: Orm,
  user: typeof users.$inferInsert,
  tokenHash: Buffer | undefined,
): Promise<boolean> {
  return orm.transaction(async (tx) => {
    const [row] = await tx
      .select({ hash: installation.setupTokenHash })
      .from(installation)
      .for('update')
    const there = await tx
      .select({ id: users.id })
      .from(users)
      .where(eq(users.operator, true))
      .limit(1)
    if (there.length > 0) return false
    if (tokenHash !== undefined && row?.hash?.equals(tokenHash) !== true) return false
    await tx.insert(users).values(user)
    await tx.update(installation).set({ setupTokenHash: sql`null` })
    return true
  })
}
