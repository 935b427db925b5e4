// A change asked for with a key is made once: whoever asks again with the same key gets the first answer.
// Answers are sealed, for some show a secret once. What was refused did nothing and leaves its key free.
// What a crash cut off is never done again under the same key: somebody must look whether it was done.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  answerKey,
  answersAfter,
  dropAnswer,
  findKey,
  releaseKey,
  takeKey,
  type KeptAnswer,
  type KeyOwner,
} from '../db/access/idempotency.ts'
import { sqlState, type Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import { VaultError, type Vault } from '../vault.ts'

export interface KeyedRequest {
  owner: Omit<KeyOwner, 'keyHash'>
  key: string
  method: string
  /** With its parameters. */
  address: string
  body: Uint8Array
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

const Kept = z.strictObject({ headers: z.record(z.string(), z.string()), body: z.base64() })

export interface Turn {
  /** Keep it for whoever asks again. */
  answered(answer: Answer): Promise<void>
  /** Nothing was done. */
  refused(): Promise<void>
}

export type Claimed =
  { first: Turn } | { again: Answer } | { not: 'other_request' | 'in_progress' | 'outcome_unknown' }

export async function claimKey(
  { orm, vault }: { orm: Orm; vault: Vault },
  request: KeyedRequest,
): Promise<Claimed> {
  const key = { ...request.owner, keyHash: digest(Buffer.from(request.key)) }
  const fingerprint = fingerprintOf(request)
  const place = placeOf(key)
  const first: Turn = {
    async answered({ status, headers, body }) {
      const kept: z.output<typeof Kept> = { headers, body: Buffer.from(body).toString('base64') }
      await answerKey(orm, key, {
        status,
        answerSealed: await vault.seal(JSON.stringify(kept), place),
      })
    },
    refused: () => releaseKey(orm, key),
  }
  if (await takeKey(orm, key, fingerprint)) return { first }
  const row = await findKey(orm, key)
  // Released in the same moment: as if the other one were still at it.
  if (row === undefined) return { not: 'in_progress' }
  if (!row.fingerprint.equals(fingerprint)) return { not: 'other_request' }
  if (row.status === null || row.answerSealed === null)
    return { not: row.abandoned ? 'outcome_unknown' : 'in_progress' }
  const { headers, body } = await openKept(vault, key, row.answerSealed)
  return { again: { status: row.status, headers, body: Buffer.from(body, 'base64') } }
}

const placeOf = ({ tokenId, keyHash }: Omit<KeyOwner, 'partnerId'>) =>
  `idempotency_keys.answer_sealed:${tokenId}:${keyHash.toString('hex')}`

const openKept = async (vault: Vault, key: KeyOwner, sealed: string) =>
  Kept.parse(JSON.parse(await vault.open(sealed, placeOf(key))))

/** Answers of a partner's tokens, and the installation's, of which `isOver` says so; how many went. */
export async function dropAnswers(
  { orm, vault }: { orm: Orm; vault: Vault },
  partnerId: string,
  isOver: (body: Buffer) => boolean,
): Promise<number> {
  let dropped = 0
  let last: KeptAnswer | null = null
  for (;;) {
    const most = limits.erasureBodiesAtOnce
    const piece: KeptAnswer[] = await answersAfter(orm, partnerId, last, most)
    for (const answer of piece) {
      if (!(await isOverOrLost(vault, answer, isOver))) continue
      await dropAnswer(orm, answer)
      dropped++
    }
    last = piece.at(-1) ?? null
    if (last === null || piece.length < most) return dropped
  }
}

/** What opens with no key is of no use to anybody. */
async function isOverOrLost(
  vault: Vault,
  answer: KeptAnswer,
  isOver: (body: Buffer) => boolean,
): Promise<boolean> {
  try {
    return isOver(Buffer.from((await openKept(vault, answer, answer.answerSealed)).body, 'base64'))
  } catch (error) {
    if (error instanceof VaultError) return true
    throw error
  }
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** Lengths are in it, so that no part runs into the next. */
function fingerprintOf({ method, address, body }: KeyedRequest): Buffer {
  const head = JSON.stringify([method, address, body.length])
  return digest(Buffer.concat([Buffer.from(head), body]))
}

/** The server itself said no: then the transaction was undone. A lost connection says nothing. */
export function isUndone(error: unknown): boolean {
  const state = sqlState(error) ?? ''
  return /^[0-9A-Z]{5}$/.test(state) && !/^(08|57P)/.test(state)
}
