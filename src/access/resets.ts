// The way back in for whoever forgot the password or lost the phone: a link that works once, for a day, and
// sets a new password. It is given to them by somebody who knows them; nothing is mailed.
import { hasIdentity } from '../db/access/identities.ts'
import { deletePasskeys } from '../db/access/passkeys.ts'
import { lockUser, membershipsOf } from '../db/access/people.ts'
import { findReset, insertReset, takeReset } from '../db/access/resets.ts'
import { endSessions } from '../db/access/sessions.ts'
import type { Orm } from '../db/open.ts'
import type { Tx } from '../db/partners.ts'
import { isUuid } from '../ids.ts'
import { isPassword } from './account.ts'
import { writeAudit } from './audit.ts'
import { hashPassword } from './passwords.ts'
import { hashOf, isSecret, newSecret } from './secret.ts'
import { forgetTries } from './tries.ts'

export interface ResetWanted {
  userId: string
  /** The lost phone's one-time codes are turned off, too. */
  codes: boolean
  /** For the audit. */
  actor: string
  /** The partner for which an owner asks; null: an operator, who may do it for everybody. */
  partnerId: string | null
}

export type ResetMade =
  | { ok: true; token: string; email: string; until: Date }
  /**
   * `elsewhere`: they are an operator, or of another partner as well, whose doors it would open; or they sign in
   * without a password, and would not notice that somebody else has one.
   */
  | { ok: false; problem: 'no_account' | 'elsewhere' }

/** The token is in the answer and nowhere else; an earlier one is over. */
export function makeReset(
  orm: Orm,
  { userId, codes, actor, partnerId }: ResetWanted,
): Promise<ResetMade> {
  return orm.transaction(async (tx) => {
    const user = isUuid(userId) ? await lockUser(tx, userId) : undefined
    if (user === undefined) return { ok: false, problem: 'no_account' } as const
    const problem = partnerId && (await standsAgainst(tx, user, partnerId))
    if (problem) return { ok: false, problem } as const
    const token = newSecret()
    const until = await insertReset(tx, { userId, codes, tokenHash: hashOf(token) })
    const detail = { codes }
    await writeAudit(tx, { partnerId, actor, action: 'reset.made', subject: userId, detail })
    return { ok: true, token, email: user.email, until } as const
  })
}

async function standsAgainst(
  tx: Tx,
  { id, operator, passwordHash }: { id: string; operator: boolean; passwordHash: string | null },
  partnerId: string,
) {
  const memberships = await membershipsOf(tx, id)
  if (!memberships.some((one) => one.partnerId === partnerId)) return 'no_account'
  const isElsewhere = operator || memberships.length > 1
  const hasOwnWay = passwordHash === null || (await hasIdentity(tx, id))
  return isElsewhere || hasOwnWay ? 'elsewhere' : undefined
}

/** Whose it is and what it does; undefined when it is over. */
export async function resetOf(orm: Orm, token: string) {
  return isSecret(token) ? await findReset(orm, hashOf(token)) : undefined
}

export type Reset = { ok: true } | { ok: false; problem: 'gone' | 'password' }

/**
 * Ends all sessions, removes all passkeys and forgets wrong tries. It signs nobody in: the one-time code is still
 * asked for.
 */
export async function resetPassword(orm: Orm, token: string, password: string): Promise<Reset> {
  const open = await resetOf(orm, token)
  if (open === undefined) return { ok: false, problem: 'gone' }
  if (!isPassword(password)) return { ok: false, problem: 'password' }
  const { userId, email, codes } = open
  const passwordHash = await hashPassword(password)
  const done = await orm.transaction(async (tx) => {
    if (!(await takeReset(tx, hashOf(token), { passwordHash, codes }))) return false
    const passkeys = await deletePasskeys(tx, userId)
    await endSessions(tx, userId)
    const actor = `user:${userId}`
    const entry = { partnerId: null, actor, subject: userId }
    await writeAudit(tx, { ...entry, action: 'password.reset', detail: { codes, passkeys } })
    return true
  })
  if (!done) return { ok: false, problem: 'gone' }
  await forgetTries(orm, email)
  return { ok: true }
}
