// Invitations: one-time links to become a partner's member, or an operator.
import { and, eq, gt, isNull, sql, type SQL } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import type { Orm } from '../open.ts'
import { partners } from '../schema.ts'
import { invitations, type Role } from './schema.ts'

type Tx = Pick<Orm, 'select' | 'update' | 'execute'>

export interface InvitationToMake {
  id: string
  /** null: as an operator. */
  partnerId: string | null
  email: string
  role: Role | null
  tokenHash: Buffer
  invitedBy: string
}

export const isOpenInvitation = and(
  isNull(invitations.endedAt),
  gt(invitations.expiresAt, sql`now()`),
)
const ofPartner = (partnerId: string | null): SQL | undefined =>
  partnerId === null ? isNull(invitations.partnerId) : eq(invitations.partnerId, partnerId)

/** The one before it, for the same email, works no longer. */
export async function insertInvitation(tx: Tx, given: InvitationToMake): Promise<void> {
  await tx
    .update(invitations)
    .set({ endedAt: sql`now()` })
    .where(and(ofPartner(given.partnerId), eq(invitations.email, given.email), isOpenInvitation))
  await tx.execute(sql`
    insert into ${invitations} (id, partner_id, email, role, token_hash, invited_by, expires_at)
    values (${given.id}, ${given.partnerId}, ${given.email}, ${given.role}, ${given.tokenHash},
      ${given.invitedBy}, now() + ${limits.invitationMs} * interval '1 ms')`)
}

/** Nothing when it is unknown, over, used or taken back. */
export async function findInvitation(orm: Tx, tokenHash: Buffer) {
  const [row] = await orm
    .select({
      id: invitations.id,
      partnerId: invitations.partnerId,
      partner: partners.name,
      email: invitations.email,
      role: invitations.role,
    })
    .from(invitations)
    .leftJoin(partners, eq(partners.id, invitations.partnerId))
    .where(and(eq(invitations.tokenHash, tokenHash), isOpenInvitation))
  return row
}

/** True for the one who ends it. */
export async function endInvitation(
  tx: Tx,
  id: string,
  partnerId: string | null,
): Promise<boolean> {
  const ended = await tx
    .update(invitations)
    .set({ endedAt: sql`now()` })
    .where(and(eq(invitations.id, id), ofPartner(partnerId), isOpenInvitation))
    .returning({ id: invitations.id })
  return ended.length > 0
}

/** Whose invitation this is: for an operator, who need not say. Undefined: there is none. */
export async function partnerOfInvitation(tx: Tx, id: string): Promise<string | null | undefined> {
  const [row] = await tx
    .select({ partnerId: invitations.partnerId })
    .from(invitations)
    .where(eq(invitations.id, id))
  return row?.partnerId
}
