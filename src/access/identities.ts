// Whose account at an OpenID provider is whose account here: known by (issuer, subject), which never
// change; by an email only the first time, and only where the provider says that it is verified.
import { findIdentity, insertIdentity } from '../db/access/identities.ts'
import { findUser } from '../db/access/people.ts'
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

/** Links it to the user of its email, when it is linked to nobody yet. Makes no users. */
export async function recognise(orm: Orm, identity: Identity): Promise<Recognised> {
  const known = await findIdentity(orm, identity)
  if (known !== undefined) return { ok: true, userId: known }
  const { email } = identity
  if (email === undefined) return { ok: false, problem: 'unverified' }
  return orm.transaction(async (tx) => {
    const user = await findUser(tx, email)
    if (user === undefined) return { ok: false, problem: 'unknown' } as const
    await linkIdentity(tx, user.id, identity)
    return { ok: true, userId: user.id } as const
  })
}

/** Two windows may do this at once; one entry is enough. */
export async function linkIdentity(
  tx: Pick<Orm, 'insert'>,
  userId: string,
  identity: Identity,
): Promise<void> {
  if (!(await insertIdentity(tx, identity, userId))) return
  await writeAudit(tx, {
    partnerId: null,
    actor: `user:${userId}`,
    action: 'identity.linked',
    subject: userId,
    detail: { issuer: identity.issuer },
  })
}
