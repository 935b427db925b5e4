// Being signed in: 256 random bits in a cookie, of which the database knows the hash. A session ends
// when nothing was asked for long, after two weeks in any case, or when its person ends it.
import {
  endSession as removeSession,
  endSessions as removeSessions,
  findSession,
  listSessions,
  openSession,
  touchSession,
} from '../db/access/sessions.ts'
import { findUserById, lockUser, membershipsOf, setPassword, setTotp } from '../db/access/people.ts'
import type { Role } from '../db/access/schema.ts'
import type { Orm } from '../db/open.ts'
import { isUuid, uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Vault } from '../vault.ts'
import { isPassword } from './account.ts'
import { writeAudit } from './audit.ts'
import { hashPassword } from './passwords.ts'
import { hashOf, isSecret, newSecret } from './secret.ts'
import { totpPlace, totpStepOf } from './totp.ts'
import { confirmPassword } from './tries.ts'

/** Whence somebody comes: for their own list of sessions, and the audit. */
export interface From {
  ip: string | null
  agent: string | null
}

export interface SignedInPerson {
  sessionId: string
  userId: string
  email: string
  operator: boolean
  memberships: readonly { partnerId: string; partner: string; role: Role }[]
}

/** Always a new session: one that was there before may have been put there by somebody else. */
export async function startSession(
  orm: Pick<Orm, 'transaction'>,
  userId: string,
  { ip, agent }: From,
  how: string,
): Promise<string> {
  const id = uuidv7()
  const secret = newSecret()
  const given = { id, userId, tokenHash: hashOf(secret), ip, agent: shortAgent(agent) }
  await orm.transaction(async (tx) => {
    await openSession(tx, given)
    const detail = { how, ip: ip ?? '' }
    const actor = `user:${userId}`
    await writeAudit(tx, { partnerId: null, actor, action: 'signin.done', subject: userId, detail })
  })
  return secret
}

const shortAgent = (agent: string | null) => agent?.slice(0, limits.userAgentCharsMax) ?? null

/** Nothing for a session that is unknown or over; which of these, nobody learns. */
export async function personOf(orm: Orm, secret: string): Promise<SignedInPerson | undefined> {
  if (!isSecret(secret)) return undefined
  const found = await findSession(orm, hashOf(secret))
  if (found === undefined) return undefined
  if (found.isStale) await touchSession(orm, found.id)
  const { id: sessionId, userId, email, operator } = found
  return { sessionId, userId, email, operator, memberships: await membershipsOf(orm, userId) }
}

export const sessionsOf = (orm: Orm, { userId }: SignedInPerson) => listSessions(orm, userId)

/** One of one's own; false when it is none. */
export async function endSession(orm: Orm, person: SignedInPerson, id: string): Promise<boolean> {
  if (!isUuid(id) || !(await removeSession(orm, person.userId, id))) return false
  await noteOwn(orm, person, 'session.ended', { session: id })
  return true
}

/** All of one's own but this one. */
export async function endOtherSessions(orm: Orm, person: SignedInPerson): Promise<number> {
  const ended = await removeSessions(orm, person.userId, person.sessionId)
  if (ended > 0) await noteOwn(orm, person, 'session.ended', { others: ended })
  return ended
}

/** `wait`: too many wrong ones were tried. */
export type Unconfirmed = { ok: false; problem: 'current' | 'wait' }
export type PasswordChange = { ok: true } | { ok: false; problem: 'password' } | Unconfirmed

/** Ends all other sessions: whoever knew the old password is out. */
export async function changePassword(
  orm: Orm,
  person: SignedInPerson,
  { current, password }: { current: string; password: string },
): Promise<PasswordChange> {
  if (!isPassword(password)) return { ok: false, problem: 'password' }
  const unconfirmed = await unconfirmedBy(orm, person, current)
  if (unconfirmed) return unconfirmed
  const hash = await hashPassword(password)
  await orm.transaction(async (tx) => {
    await setPassword(tx, person.userId, hash)
    await removeSessions(tx, person.userId, person.sessionId)
    await noteOwn(tx, person, 'password.changed')
  })
  return { ok: true }
}

/** Nothing where the password is right, or there is none. */
export async function unconfirmedBy(
  orm: Orm,
  { userId, email }: SignedInPerson,
  current: string,
): Promise<Unconfirmed | undefined> {
  const hash = (await findUserById(orm, userId))?.passwordHash
  if (!hash) return undefined
  const is = await confirmPassword(orm, email, hash, current)
  return is === 'right' ? undefined : { ok: false, problem: is === 'wait' ? 'wait' : 'current' }
}

/**
 * Turns one-time codes on, once the person has shown that the app knows the secret. Not where they are on: an
 * open session alone must not put another app in the place of the person's own.
 */
export async function startCodes(
  deps: { orm: Orm; vault: Vault; now(): number },
  person: SignedInPerson,
  { secret, code }: { secret: string; code: string },
): Promise<boolean> {
  if (!/^[A-Z2-7]{32}$/.test(secret) || totpStepOf(secret, code, deps.now()) === undefined)
    return false
  const sealed = await deps.vault.seal(secret, totpPlace(person.userId))
  return deps.orm.transaction(async (tx) => {
    const user = await lockUser(tx, person.userId)
    if (user === undefined || user.totpSealed !== null) return false
    await setTotp(tx, person.userId, sealed)
    await noteOwn(tx, person, 'codes.started')
    return true
  })
}

/** Needs the password: an open session alone must not take the second step away. */
export async function endCodes(
  orm: Orm,
  person: SignedInPerson,
  current: string,
): Promise<{ ok: true } | Unconfirmed> {
  const unconfirmed = await unconfirmedBy(orm, person, current)
  if (unconfirmed) return unconfirmed
  await orm.transaction(async (tx) => {
    await setTotp(tx, person.userId, null)
    await noteOwn(tx, person, 'codes.ended')
  })
  return { ok: true }
}

/** What this person signs in with; who came by an OpenID provider may have neither. */
export async function waysIn(orm: Orm, { userId }: SignedInPerson) {
  const { passwordHash = null, totpSealed = null } = (await findUserById(orm, userId)) ?? {}
  return { password: passwordHash !== null, codes: totpSealed !== null }
}

/** What somebody does with their own account. */
export function noteOwn(
  tx: Pick<Orm, 'insert'>,
  { userId }: SignedInPerson,
  action: Parameters<typeof writeAudit>[1]['action'],
  detail: Record<string, string | number> = {},
): Promise<void> {
  const actor = `user:${userId}`
  return writeAudit(tx, { partnerId: null, actor, action, subject: userId, detail })
}
