// Who belongs to a partner. People come by invitation, a link that works once and for its email only;
// a partner always keeps an owner, unless an operator sees to it.
import { endInvitation, findInvitation, insertInvitation } from '../db/access/invitations.ts'
import {
  countOwners,
  deleteMember,
  endReset,
  findMember,
  findUser,
  insertMember,
  insertUser,
  isMember,
  isOperator,
  lockMembers,
  setOperator,
  setRole,
} from '../db/access/people.ts'
import type { Role } from '../db/access/schema.ts'
import { versionOf } from '../db/ledger/versions.ts'
import type { Orm } from '../db/open.ts'
import { changing } from '../db/walls.ts'
import { isUuid, uuidv7 } from '../ids.ts'
import { accountEmail, isPassword } from './account.ts'
import { writeAudit } from './audit.ts'
import { linkIdentity, type Identity } from './identities.ts'
import { hashPassword } from './passwords.ts'
import { hashOf, isSecret, newSecret } from './secret.ts'

export interface Inviting {
  /** null: to be an operator. */
  partnerId: string | null
  email: string
  /** null: an operator. */
  role: Role | null
  /** Who invites, for the audit and for the invited. */
  actor: string
}

export type Invited =
  | { ok: true; id: string; email: string; token: string }
  | { ok: false; problem: 'email' | 'member' }

/** The token is in the answer and nowhere else; an earlier invitation of the same email is over. */
export async function invite(
  orm: Orm,
  { partnerId, role, actor, ...given }: Inviting,
): Promise<Invited> {
  const email = accountEmail(given.email)
  if (email === undefined) return { ok: false, problem: 'email' }
  const id = uuidv7()
  const token = newSecret()
  return changing(orm, partnerId, async (tx) => {
    const isThere =
      partnerId === null ? await isOperator(tx, email) : await isMember(tx, partnerId, email)
    if (isThere) return { ok: false, problem: 'member' } as const
    const made = { id, partnerId, email, role, tokenHash: hashOf(token), invitedBy: actor }
    await insertInvitation(tx, made)
    const detail = { role: role ?? 'operator' }
    await writeAudit(tx, { partnerId, actor, action: 'member.invited', subject: id, detail })
    return { ok: true, id, email, token } as const
  })
}

/** False when there is none that is open. */
export async function takeBackInvitation(
  orm: Orm,
  partnerId: string | null,
  id: string,
  actor: string,
): Promise<boolean> {
  if (!isUuid(id)) return false
  return changing(orm, partnerId, async (tx) => {
    const ended = await endInvitation(tx, id, partnerId)
    if (ended) await writeAudit(tx, { partnerId, actor, action: 'member.uninvited', subject: id })
    return ended
  })
}

type OpenInvitation = NonNullable<Awaited<ReturnType<typeof findInvitation>>>

/** What an invitation says, and whether its email has an account already. */
export async function invitationOf(orm: Orm, token: string) {
  if (!isSecret(token)) return undefined
  const found = await findInvitation(orm, hashOf(token))
  if (found === undefined) return undefined
  const user = await findUser(orm, found.email)
  return { ...found, hasAccount: user !== undefined }
}

export type Admitted = { ok: true; userId: string } | { ok: false; problem: 'gone' | 'sign_in' }
export type Joined = Admitted | { ok: false; problem: 'password' }

/**
 * Who has no account makes one with this password. Who has one must be signed in to it: the link alone
 * is no proof that it is theirs.
 */
export async function join(
  orm: Orm,
  token: string,
  by: { password: string } | { userId: string },
): Promise<Joined> {
  const open = await invitationOf(orm, token)
  if (open === undefined) return gone
  if ('userId' in by) return admit(orm, open, by)
  if (open.hasAccount) return signIn
  if (!isPassword(by.password)) return { ok: false, problem: 'password' }
  return admit(orm, open, { passwordHash: await hashPassword(by.password) })
}

/** Who has no account makes one without a password: the identity must have the invited email. */
export async function joinWithIdentity(
  orm: Orm,
  token: string,
  by: { identity: Identity } | { userId: string },
): Promise<Admitted> {
  const open = await invitationOf(orm, token)
  if (open === undefined) return gone
  if ('identity' in by && by.identity.email !== open.email) return signIn
  return admit(orm, open, by)
}

type WayIn = { passwordHash: string } | { identity: Identity }

function admit(orm: Orm, open: OpenInvitation, by: WayIn | { userId: string }): Promise<Admitted> {
  return orm.transaction(async (tx) => {
    const account = await findUser(tx, open.email)
    // Somebody may have made the account in this very moment.
    const isTheirs = 'userId' in by ? account?.id === by.userId : account === undefined
    if (!isTheirs) return signIn
    if (!(await endInvitation(tx, open.id, open.partnerId))) return gone
    const userId = 'userId' in by ? by.userId : await makeUser(tx, open.email, by)
    await endReset(tx, userId)
    if (open.partnerId === null || open.role === null) await setOperator(tx, userId, true)
    else {
      const { partnerId, role } = open
      await insertMember(tx, { partnerId, id: uuidv7(), userId, role })
    }
    await writeAudit(tx, {
      partnerId: open.partnerId,
      actor: `user:${userId}`,
      action: 'member.joined',
      subject: userId,
      detail: { role: open.role ?? 'operator', invitation: open.id },
    })
    return { ok: true, userId } as const
  })
}

async function makeUser(tx: Pick<Orm, 'insert'>, email: string, by: WayIn): Promise<string> {
  const id = uuidv7()
  const passwordHash = 'passwordHash' in by ? by.passwordHash : null
  await insertUser(tx, { id, email, passwordHash })
  if ('identity' in by) await linkIdentity(tx, id, by.identity)
  return id
}

const gone = { ok: false, problem: 'gone' } as const
const signIn = { ok: false, problem: 'sign_in' } as const

export type MemberChange = 'done' | 'no_member' | 'last_owner' | 'stale'

/** `id`: of the membership. */
export interface Member {
  partnerId: string
  id: string
  /** Only one that has one of these versions is changed. */
  ifVersion?: readonly string[] | undefined
  /** Who does it can invite another owner afterwards, or sees a partner off: the last owner may go. */
  byOperator?: boolean | undefined
}

export function changeRole(
  orm: Orm,
  member: Member,
  role: Role,
  actor: string,
): Promise<MemberChange> {
  return changeMember(orm, member, role, actor)
}

export function removeMember(orm: Orm, member: Member, actor: string): Promise<MemberChange> {
  return changeMember(orm, member, null, actor)
}

/** Another role, or none. */
function changeMember(
  orm: Orm,
  { partnerId, id, ifVersion, byOperator = false }: Member,
  role: Role | null,
  actor: string,
): Promise<MemberChange> {
  return changing(orm, partnerId, async (tx) => {
    await lockMembers(tx, partnerId)
    const member = isUuid(id) ? await findMember(tx, partnerId, id) : undefined
    if (member === undefined) return 'no_member'
    if (ifVersion?.includes(await versionOf(tx, 'member', partnerId, id)) === false) return 'stale'
    const isLast = member.role === 'owner' && (await countOwners(tx, partnerId)) === 1
    if (isLast && role !== 'owner' && !byOperator) return 'last_owner'
    if (role === null) await deleteMember(tx, partnerId, id)
    else await setRole(tx, partnerId, id, role)
    await writeAudit(tx, {
      partnerId,
      actor,
      action: role === null ? 'member.removed' : 'member.changed',
      subject: member.userId,
      detail: { before: member.role, ...(role !== null && { role }) },
    })
    return 'done'
  })
}
