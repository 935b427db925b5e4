// Accounts at OpenID providers, and whose they are.
import { and, eq } from 'drizzle-orm'
import type { Orm } from '../open.ts'
import { identities } from './schema.ts'

interface Key {
  issuer: string
  subject: string
}

/** The user's id. */
export async function findIdentity(
  orm: Pick<Orm, 'select'>,
  { issuer, subject }: Key,
): Promise<string | undefined> {
  const [row] = await orm
    .select({ userId: identities.userId })
    .from(identities)
    .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)))
  return row?.userId
}

/** False when it is somebody's already. */
export async function insertIdentity(
  tx: Pick<Orm, 'insert'>,
  { issuer, subject }: Key,
  userId: string,
): Promise<boolean> {
  const made = await tx
    .insert(identities)
    .values({ issuer, subject, userId })
    .onConflictDoNothing()
    .returning({ userId: identities.userId })
  return made.length > 0
}

export async function hasIdentity(orm: Pick<Orm, 'select'>, userId: string): Promise<boolean> {
  const rows = await orm
    .select({ userId: identities.userId })
    .from(identities)
    .where(eq(identities.userId, userId))
    .limit(1)
  return rows.length > 0
}
