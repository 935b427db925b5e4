// Bearer tokens of the API: shown once, stored as a hash, bound to one partner or to the whole
// installation (an operator's), and to scopes.
import { findToken, insertToken, markTokenRevoked, touchToken } from '../db/access.ts'
import type { Orm } from '../db/open.ts'
import { changing } from '../db/walls.ts'
import { isUuid, uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import { writeAudit } from './audit.ts'
import { isScope, type Scope } from './scopes.ts'
import { hashOf, isSecret, newSecret } from './secret.ts'

export interface TokenToCreate {
  /** null: the whole installation. */
  partnerId: string | null
  name: string
  scopes: readonly Scope[]
  expiresAt: Date | null
  /** Who makes it, for the audit. */
  actor: string
}

/** The token itself is in the answer and nowhere else. */
export async function createToken(
  orm: Orm,
  wanted: TokenToCreate,
): Promise<{ id: string; token: string }> {
  const id = uuidv7()
  const token = prefix + newSecret()
  const { actor, ...row } = wanted
  const { partnerId, name } = row
  await changing(orm, partnerId, async (tx) => {
    await insertToken(tx, { ...row, id, scopes: [...row.scopes], tokenHash: hashOf(token) })
    const detail = { name, scopes: row.scopes.join(' ') }
    await writeAudit(tx, { partnerId, actor, action: 'token.created', subject: id, detail })
  })
  return { id, token }
}

const prefix = 'mrl_'
const isToken = (text: string) => text.startsWith(prefix) && isSecret(text.slice(prefix.length))

export interface TokenHolder {
  id: string
  partnerId: string | null
  scopes: ReadonlySet<Scope>
}

/** Nothing for a token that is malformed, unknown, revoked or over; which of these, nobody learns. */
export async function verifyToken(
  orm: Orm,
  token: string,
  now: number,
): Promise<TokenHolder | undefined> {
  if (!isToken(token)) return undefined
  const row = await findToken(orm, hashOf(token))
  if (row === undefined || row.revokedAt !== null) return undefined
  if (row.expiresAt !== null && row.expiresAt.getTime() <= now) return undefined
  if (now - (row.lastUsedAt?.getTime() ?? 0) >= limits.tokenTouchMs) {
    await touchToken(orm, row.id, new Date(now))
  }
  return { id: row.id, partnerId: row.partnerId, scopes: new Set(row.scopes.filter(isScope)) }
}

/** `owner`: only this partner's; null: anyone's. False when there is no such token that still works. */
export async function revokeToken(
  orm: Orm,
  id: string,
  actor: string,
  owner: string | null = null,
): Promise<boolean> {
  if (!isUuid(id)) return false
  return changing(orm, owner, async (tx) => {
    const revoked = await markTokenRevoked(tx, id, owner)
    if (revoked === undefined) return false
    const { partnerId } = revoked
    await writeAudit(tx, { partnerId, actor, action: 'token.revoked', subject: id })
    return true
  })
}
