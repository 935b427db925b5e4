// HMAC over a template of the request: how most senders sign. Compares in constant time; judges the
// time only once a signature matched.
import type { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { explainMismatch } from './hmac-hints.ts'
import { keyBytes } from './key-pipeline.ts'
import type { HmacParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type {
  Credential,
  ProofInput,
  Refused,
  Scheme,
  SentRequest,
  SignInput,
  Verdict,
} from './scheme.ts'
import { provenBy } from './proven.ts'
import { readClaims, type Claim } from './signed-text.ts'
import { withSignature } from './signed-text-write.ts'
import type { Piece } from './text-pieces.ts'

export const hmac: Scheme<HmacParameters> = { serves, verify, sign }

function serves(_parameters: HmacParameters, credential: Credential): boolean {
  return credential.secret !== undefined && credential.secret.trim() !== ''
}

function verify(parameters: HmacParameters, input: ProofInput): Verdict {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0) return refuse('no_credential')
  const claims = readClaims(parameters, input)
  if ('reason' in claims) return claims
  const verdict = provenBy(credentials, claims, parameters, input, (credential, claim) => {
    const key = keyOf(parameters, credential)
    return key !== null && signedBy(key, parameters, claim)
  })
  return verdict ?? explain(parameters, input, credentials, claims)
}

function signedBy(key: KeyObject | Buffer, parameters: HmacParameters, claim: Claim): boolean {
  const expected = mac(key, parameters, claim.pieces)
  let matches = false
  for (const signature of claim.signatures) {
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) matches = true
  }
  return matches
}

function mac(key: KeyObject | Buffer, { hash }: HmacParameters, pieces: readonly Piece[]): Buffer {
  const sum = createHmac(hash, key)
  // The secret is the key, never a part of the text: proof.ts sees to that.
  for (const piece of pieces) if (!isSecret(piece)) sum.update(piece)
  return sum.digest()
}

function isSecret(piece: Piece): piece is { secret: true } {
  return typeof piece === 'object' && 'secret' in piece
}

function explain(
  parameters: HmacParameters,
  input: ProofInput,
  credentials: readonly Credential[],
  claims: readonly Claim[],
): Refused {
  const unusable = credentials.some((credential) => keyOf(parameters, credential) === null)
  const hint = explainMismatch(parameters, credentials, input.request.body.length, (key) =>
    claims.every((claim) => signedBy(key, parameters, claim)),
  )
  return refuse(unusable ? 'credential_unusable' : 'signature_mismatch', hint)
}

/** Per parameters and credential object: no secret's text is ever a key of a table. */
const prepared = new WeakMap<HmacParameters, WeakMap<Credential, KeyObject | null>>()

/** Null where the secret cannot be a key. */
function keyOf(parameters: HmacParameters, credential: Credential): KeyObject | null {
  const keys = prepared.get(parameters) ?? new WeakMap<Credential, KeyObject | null>()
  prepared.set(parameters, keys)
  const known = keys.get(credential)
  if (known !== undefined) return known
  const bytes = keyBytes(parameters.key, credential.secret ?? '')
  const key = bytes === null ? null : createSecretKey(bytes)
  keys.set(credential, key)
  return key
}

function sign(parameters: HmacParameters, input: SignInput): SentRequest {
  const key = serves(parameters, input.credential) ? keyOf(parameters, input.credential) : null
  if (key === null) throw new Error('the credential has no secret this scheme can sign with')
  return withSignature(parameters, input, (pieces) => mac(key, parameters, pieces))
}
