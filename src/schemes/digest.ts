// A hash over fields with the secret among them: how senders signed before they knew HMAC. The weakest
// proof that is one: fields stand beside each other without lengths, and MD5 is broken for everything
// but this. Only what takes part is covered.
import type { Buffer } from 'node:buffer'
import { createHash, getHashes, timingSafeEqual } from 'node:crypto'
import { provenBy } from './proven.ts'
import type { DigestParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Credential, ProofInput, Scheme, SentRequest, SignInput, Verdict } from './scheme.ts'
import { readClaims, type Claim } from './signed-text.ts'
import { withSignature } from './signed-text-write.ts'
import type { Piece } from './text-pieces.ts'

export const digest: Scheme<DigestParameters> = { serves, verify, sign }

function serves(_parameters: DigestParameters, { secret }: Credential): boolean {
  return secret !== undefined && secret.trim() !== ''
}

/** A build of OpenSSL may lack the older ones. */
const known = new Set(getHashes().map((name) => name.toLowerCase()))

function verify(parameters: DigestParameters, input: ProofInput): Verdict {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0) return refuse('no_credential')
  if (!known.has(parameters.hash)) {
    return refuse('credential_unusable', `this relay's OpenSSL has no ${parameters.hash}`)
  }
  const claims = readClaims(parameters, input)
  if ('reason' in claims) return claims
  return (
    provenBy(credentials, claims, parameters, input, (credential, claim) =>
      madeWith(credential, parameters, claim),
    ) ?? refuse('signature_mismatch', explain(parameters, credentials, claims))
  )
}

function madeWith(credential: Credential, parameters: DigestParameters, claim: Claim): boolean {
  const expected = sum(parameters, claim.pieces, credential.secret ?? '')
  let matches = false
  for (const signature of claim.signatures) {
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) matches = true
  }
  return matches
}

function sum({ hash }: DigestParameters, pieces: readonly Piece[], secret: string): Buffer {
  const made = createHash(hash)
  for (const piece of pieces) {
    made.update(typeof piece === 'object' && 'secret' in piece ? secret : piece)
  }
  return made.digest()
}

/** The usual slip of pasting. What is found here only explains; it never accepts. */
function explain(
  parameters: DigestParameters,
  credentials: readonly Credential[],
  claims: readonly Claim[],
): string | undefined {
  const slipped = credentials.some((credential) => {
    const secret = (credential.secret ?? '').trim()
    const bare = { ...credential, secret }
    return (
      secret !== credential.secret && claims.every((claim) => madeWith(bare, parameters, claim))
    )
  })
  return slipped
    ? 'the secret was saved with spaces or a line break around it: paste it again without them'
    : undefined
}

function sign(parameters: DigestParameters, input: SignInput): SentRequest {
  if (!serves(parameters, input.credential)) throw new Error('the credential has no secret')
  const { secret = '' } = input.credential
  return withSignature(parameters, input, (pieces) => sum(parameters, pieces, secret))
}
