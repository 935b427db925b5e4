// Links with which somebody sets a new password: one per person, by the database's clock.
import { and, eq, gt, sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import type { Orm } from '../open.ts'
import { users } from '../schema.ts'
import { passkeys } from './schema.ts'

type Tx = Pick<Orm, 'select' | 'update'>

export const noReset = { resetHash: null, resetUntil: null, resetCodes: null } as const

export interface ResetToMake {
  userId: string
  tokenHash: Buffer
  /** It also turns one-time codes off. */
  codes: boolean
}

/** The one before it works no longer. Until when it works. */
export async function insertReset(tx: Tx, given: ResetToMake): Promise<Date> {
  const { userId, tokenHash: resetHash, codes: resetCodes } = given
  const resetUntil = sql`now() + ${limits.resetMs} * interval '1 ms'`
  const [row] = await tx
    .update(users)
    .set({ resetHash, resetCodes, resetUntil })
    .where(eq(users.id, userId))
    .returning({ until: users.resetUntil })
  if (!row?.until) throw new Error('there is no such user')
  return row.until
}

const isOpen = (tokenHash: Buffer) =>
  and(eq(users.resetHash, tokenHash), gt(users.resetUntil, sql`now()`))

/** Nothing when it is unknown, used or over. */
export async function findReset(orm: Tx, tokenHash: Buffer) {
  const [row] = await orm
    .select({
      userId: users.id,
      email: users.email,
      codes: users.resetCodes,
      passkeys: sql<boolean>`exists (select from ${passkeys} where ${passkeys}.user_id = ${users}.id)`,
    })
    .from(users)
    .where(isOpen(tokenHash))
  return row && { ...row, codes: row.codes === true }
}

/** Uses it up and sets the password; false when somebody was quicker. */
export async function takeReset(
  tx: Tx,
  tokenHash: Buffer,
  { passwordHash, codes }: { passwordHash: string; codes: boolean },
): Promise<boolean> {
  const taken = await tx
    .update(users)
    .set({ ...noReset, passwordHash, ...(codes && { totpSealed: null, totpStep: null }) })
    .where(isOpen(tokenHash))
    .returning({ id: users.id })
  return taken.length > 0
}
