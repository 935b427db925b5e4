// A receipt: what became of one grant, signed, for whoever has to prove it later without the relay.
import { createHash } from 'node:crypto'
import { writeAudit } from '../access/audit.ts'
import { openSigner, type SigningParts } from '../access/signing.ts'
import { eventById } from '../db/ledger/events.ts'
import { attemptsOf, grantById, type AttemptRow, type GrantRow } from '../db/ledger/grants.ts'
import { reading } from '../db/ledger/reading.ts'
import type { JsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import type { Asker, Ledger } from './asking.ts'

export interface ReceiptParts {
  ledger: Pick<Ledger, 'orm'>
  signing: SigningParts
  /** Who says so: the relay's public address. */
  publicUrl: string | undefined
  now(): number
}

interface Settled {
  grant: GrantRow
  event: { id: string; type: string; receivedAt: Date } | undefined
  attempts: readonly AttemptRow[]
}

/** A compact JWS. Undefined: there is no such grant; `state`: nothing to prove yet, or nothing granted. */
export async function makeReceipt(
  parts: ReceiptParts,
  asker: Pick<Asker, 'owner' | 'actor'>,
  id: string,
): Promise<{ jws: string } | { state: string } | undefined> {
  const found = await reading(
    parts.ledger.orm,
    asker.owner,
    async (tx): Promise<Settled | undefined> => {
      const grant = await grantById(tx, asker.owner, id)
      if (grant === undefined) return undefined
      const { eventId } = grant
      const event = eventId === null ? undefined : await eventById(tx, grant.partner.id, eventId)
      return { grant, event, attempts: await attemptsOf(tx, [grant], limits.attemptsShownMax) }
    },
  )
  if (found === undefined) return undefined
  const { state, partner } = found.grant
  if (state !== 'granted' && state !== 'already_known') return { state }
  const signer = await openSigner(parts.signing)
  const iat = Math.floor(parts.now() / 1000)
  const iss = parts.publicUrl ?? 'moab-relay'
  const jws = await signer.sign('receipt', { iss, sub: id, iat, ...claimsOf(found) })
  await writeAudit(parts.signing.orm, {
    partnerId: partner.id,
    actor: asker.actor,
    action: 'receipt.made',
    subject: id,
    detail: { kid: signer.kid },
  })
  return { jws }
}

function claimsOf({ grant, event, attempts }: Settled): JsonObject {
  const counted = attempts.filter(({ fenced }) => !fenced)
  return {
    partner: grant.partner.name,
    campaign: { id: grant.campaign.id, name: grant.campaign.name },
    mode: grant.mode,
    ...(grant.email !== null && { email_sha256: sha256(grant.email) }),
    event: event
      ? { id: event.id, type: event.type, received_at: event.receivedAt.toISOString() }
      : null,
    attempts: attempts.map(({ at }) => at.toISOString()),
    state: grant.state,
    answer: grant.answer,
    code: counted.at(-1)?.code ?? null,
    settled_at: grant.settledAt?.toISOString() ?? null,
  }
}

/** Of the email's normal form, in hex: whoever knows the email can compare. */
const sha256 = (email: string) => createHash('sha256').update(email, 'utf8').digest('hex')
