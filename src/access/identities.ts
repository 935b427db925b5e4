// Whose account at an OpenID provider is whose account here: known by (issuer, subject), which never
// change; by an email only the first time, and only where the provider says that it is verified.
import { findIdentity, insertIdentity } from '../db/access/identities.ts'
import { endWaysIn, findUser } from '../db/access/people.ts'
import { endSessions } from '../db/access/sessions.ts'
import type { Orm } from '../db/open.ts'
import { writeAudit } from './audit.ts'

export interface Identity {
  issuer: string
  subject: string
  /** Folded; undefined: the provider names none that is verified. */
  email: string | undefined
}

export type Recognised =
  { ok: true; userId: string } | { ok: false; problem: 'unverified' | 'unknown' }

/**
 * Links it to the user of its email, when it is linked to nobody yet. Makes no users. The account may have been
 * made by somebody who only knew the email: with the link, every earlier way into it is over.
 */
export async function recognise(orm: Orm, identity: Identity): Promise<Recognised> {
  const known = await findIdentity(orm, identity)
  if (known !== undefined) return { ok: true, userId: known }
  const { email } = identity
  if (email === undefined) return { ok: false, problem: 'unverified' }
  return orm.transaction(async (tx) => {
    const user = await findUser(tx, email)
    if (user === undefined) return { ok: false, problem: 'unknown' } as const
    if (await linkIdentity(tx, user.id, identity)) {
      await endWaysIn(tx, user.id)
      await endSessions(tx, user.id)
    }
    return { ok: true, userId: user.id } as const
  })
}

/** Two windows may do this at once; one entry is enough: false for the other. */
export async function linkIdentity(
  tx: Pick<Orm, 'insert'>,
  userId: string,
  identity: Identity,
): Promise<boolean> {
  if (!(await insertIdentity(tx, identity, userId))) return false
  await writeAudit(tx, {
    partnerId: null,
    actor: `user:${userId}`,
    action: 'identity.linked',
    subject: userId,
    detail: { issuer: identity.issuer },
  })
  return true
}
