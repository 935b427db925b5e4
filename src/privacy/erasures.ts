// Asking for an erasure, and its end: a signed record that names nobody.
import { writeAudit, keyPrefix } from '../access/audit.ts'
import { openSigner, type SigningParts } from '../access/signing.ts'
import {
  finishErasure,
  runningErasure,
  startErasure,
  type ClaimedErasure,
} from '../db/privacy/erasures.ts'
import type { Erased } from '../db/privacy/schema.ts'
import type { Orm } from '../db/open.ts'
import { changing } from '../db/walls.ts'
import { uuidv7 } from '../ids.ts'
import { foldedAddress, normaliseEmail } from '../rules/email.ts'
import { emailKey, type Vault } from '../vault.ts'

export interface ErasureParts {
  orm: Orm
  vault: Vault
  pepper: Buffer
}

export const erasurePlace = (id: string) => `erasures.email_sealed:${id}`

export interface ErasureWanted {
  email: string
  /** One erasure for each. */
  partnerIds: readonly string[]
  /** For the audit. */
  actor: string
}

/**
 * Ids of the erasures, in the order of the partners; one that was under way already is joined. From here
 * on the person gets nothing any more. `unusable`: this is no address.
 */
export async function requestErasures(
  parts: ErasureParts,
  { email, partnerIds, actor }: ErasureWanted,
): Promise<string[] | 'unusable'> {
  const normalised = normaliseEmail(email)
  if (!normalised.ok) return 'unusable'
  const { address } = normalised.email
  const ids: string[] = []
  for (const partnerId of partnerIds)
    ids.push(await requestErasure(parts, { partnerId, address, actor }))
  return ids
}

async function requestErasure(
  { orm, vault, pepper }: ErasureParts,
  { partnerId, address, actor }: { partnerId: string; address: string; actor: string },
): Promise<string> {
  const id = uuidv7()
  const foldedKey = emailKey(pepper, foldedAddress(address))
  const emailSealed = await vault.seal(address, erasurePlace(id))
  return changing(orm, partnerId, async (tx) => {
    const erasure = { partnerId, id, foldedKey, emailSealed, requestedBy: actor }
    const started = await startErasure(tx, erasure)
    const subject = keyPrefix(foldedKey)
    const detail = { erasure: id }
    if (started)
      await writeAudit(tx, { partnerId, actor, action: 'erasure.started', subject, detail })
    return started ? id : ((await runningErasure(tx, partnerId, foldedKey)) ?? id)
  })
}

export interface FinishParts {
  signing: SigningParts
  publicUrl: string | undefined
}

/** Signs what was done; in one transaction with the audit, and with the last of the address. */
export async function completeErasure(
  { signing, publicUrl }: FinishParts,
  claimed: ClaimedErasure,
  done: { partner: string; erased: Partial<Erased>; at: Date },
): Promise<void> {
  const { partnerId, id, foldedKey, requestedAt } = claimed
  const signer = await openSigner(signing)
  const record = await signer.sign('erasure', {
    iss: publicUrl ?? 'moab-relay',
    sub: id,
    iat: Math.floor(done.at.getTime() / 1000),
    partner: { id: partnerId, name: done.partner },
    // Keyed: only this installation can tell whose it is.
    person: foldedKey.toString('hex'),
    requested_at: requestedAt.toISOString(),
    done_at: done.at.toISOString(),
    erased: { ...done.erased },
    tombstone: true,
  })
  const { erased, at: doneAt } = done
  await changing(signing.orm, partnerId, async (tx) => {
    if (!(await finishErasure(tx, claimed, { erased, doneAt, record }))) return
    const subject = keyPrefix(foldedKey)
    const detail = { erasure: id, ...erased }
    await writeAudit(tx, { partnerId, actor: 'relay', action: 'erasure.done', subject, detail })
  })
}
