// A signature by the sender's private key beside the text it signs. The key is the credential's, or
// that of a certificate whose address the sender names: then only on the hosts and below the path the
// preset allows.
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import {
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
  X509Certificate,
} from 'node:crypto'
import type { JsonObject } from '../json.ts'
import { certificateUrlOf, sampleCertificateUrl } from './certificate-url.ts'
import { readPublicKey, readRawEd25519 } from './key-text.ts'
import { putHeader } from './place.ts'
import { provenBy } from './proven.ts'
import type { DetachedParameters } from './proof.ts'
import { refuse, withoutKeys } from './refuse.ts'
import type {
  Credential,
  ProofInput,
  Refused,
  Scheme,
  SentRequest,
  SignInput,
  Verdict,
} from './scheme.ts'
import { readClaims, type Claim } from './signed-text.ts'
import { withSignature } from './signed-text-write.ts'
import type { Piece } from './text-pieces.ts'

export const detached: Scheme<DetachedParameters> = {
  anonymous: ({ certificateUrl }) => certificateUrl !== undefined,
  serves,
  verify,
  sign,
}

function serves(_parameters: DetachedParameters, { publicKey, certificate }: Credential): boolean {
  return Boolean(publicKey?.trim() || certificate?.trim())
}

/** `id` null: nobody's credential, the certificate came from the sender's own host. */
interface Key {
  id: string | null
  key: KeyObject
}

function verify(parameters: DetachedParameters, input: ProofInput): Verdict | Promise<Verdict> {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0 && parameters.certificateUrl === undefined)
    return refuse('no_credential')
  const claims = readClaims(parameters, input)
  if ('reason' in claims) return claims
  if (credentials.length === 0) return verifyByAddress(parameters, input, claims)
  const usable = credentials.flatMap((credential) => keyOf(parameters, credential, input.now) ?? [])
  if (usable.length === 0) return unusable(parameters, credentials)
  return judge(parameters, input, claims, usable)
}

/** A certificate that can be read and yet proves nothing has ended, or not begun. */
function unusable(parameters: DetachedParameters, credentials: readonly Credential[]): Refused {
  const ended = credentials.some((credential) => {
    const known = keys.get(credential)
    return known?.certificate && fits(parameters, known.key)
  })
  return refuse(
    'credential_unusable',
    ended ? 'the certificate has expired or is not valid yet' : undefined,
  )
}

function judge(
  parameters: DetachedParameters,
  input: ProofInput,
  claims: readonly Claim[],
  keys: readonly Key[],
): Verdict {
  const named = keys.map(({ id, key }) => ({ id: id ?? '', key }))
  const verdict = provenBy(named, claims, parameters, input, ({ key }, claim) =>
    signedBy(key, parameters, claim),
  )
  if (verdict === null) return refuse('signature_mismatch')
  return verdict.authentic && verdict.credential === '' ? { ...verdict, credential: null } : verdict
}

async function verifyByAddress(
  parameters: DetachedParameters,
  input: ProofInput,
  claims: readonly Claim[],
): Promise<Verdict> {
  const { certificateUrl } = parameters
  if (certificateUrl === undefined) return refuse('no_credential')
  const url = certificateUrlOf(certificateUrl, input.request)
  if (typeof url !== 'string') return url
  const set = await input.keySetAt(url, undefined, {})
  if (typeof set === 'string') return refuse(withoutKeys[set])
  const served = set.keys.flatMap((jwk) => readJwk(jwk) ?? [])
  const fitting = served.filter(({ key }) => fits(parameters, key))
  return fitting.length === 0 ? refuse('key_not_found') : judge(parameters, input, claims, fitting)
}

/** Null for a key that is none: what is served is not ours. */
function readJwk(jwk: JsonObject): Key | null {
  try {
    return { id: null, key: createPublicKey({ key: jwk, format: 'jwk' }) }
  } catch {
    return null
  }
}

const keys = new WeakMap<
  Credential,
  { key: KeyObject; certificate: X509Certificate | null } | null
>()

/** Null where the text is no key, or the certificate is not valid now. */
function keyOf(parameters: DetachedParameters, credential: Credential, now: number): Key | null {
  let known = keys.get(credential)
  if (known === undefined) keys.set(credential, (known = readKey(parameters, credential)))
  if (known === null) return null
  const { key, certificate } = known
  const valid =
    certificate === null ||
    (Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo))
  return valid && fits(parameters, key) ? { id: credential.id, key } : null
}

function readKey({ keyPrefix }: DetachedParameters, { publicKey, certificate }: Credential) {
  try {
    if (certificate?.trim()) {
      const read = new X509Certificate(certificate)
      return { key: read.publicKey, certificate: read }
    }
    const text = publicKey ?? ''
    const isRaw = keyPrefix !== undefined && text.trim().startsWith(keyPrefix)
    return { key: isRaw ? readRawEd25519(text, keyPrefix) : readPublicKey(text), certificate: null }
  } catch {
    return null
  }
}

/** The hash node:crypto is told (none for Ed25519), and the only kind of key. */
const algorithms = {
  'rsa-sha1': { hash: 'sha1', kind: 'rsa' },
  'rsa-sha256': { hash: 'sha256', kind: 'rsa' },
  'ecdsa-sha256': { hash: 'sha256', kind: 'ec' },
  ed25519: { hash: null, kind: 'ed25519' },
} as const

function signedBy(key: KeyObject, { algorithm }: DetachedParameters, claim: Claim): boolean {
  const { hash, kind } = algorithms[algorithm]
  const bytes = bytesOf(claim.pieces)
  return claim.signatures.some((signature) =>
    kind === 'ec'
      ? (['der', 'ieee-p1363'] as const).some((dsaEncoding) =>
          verifyBytes(hash, bytes, { key, dsaEncoding }, signature),
        )
      : verifyBytes(hash, bytes, key, signature),
  )
}

function fits({ algorithm }: DetachedParameters, key: KeyObject): boolean {
  return key.asymmetricKeyType === algorithms[algorithm].kind && isStrong(key)
}

/** RSA of 2048 bits, P-256: what is weaker proves nothing today. */
function isStrong({ asymmetricKeyDetails: details, asymmetricKeyType: kind }: KeyObject): boolean {
  if (kind === 'rsa') return (details?.modulusLength ?? 0) >= rsaBitsMin
  return kind !== 'ec' || details?.namedCurve === 'prime256v1'
}

const rsaBitsMin = 2048

function bytesOf(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.flatMap((piece) => {
      if (typeof piece === 'string') return [Buffer.from(piece)]
      return 'secret' in piece ? [] : [piece]
    }),
  )
}

/** With the private key, as PEM in `secret`: only for samples and tests, a sender's is never ours. */
function sign(parameters: DetachedParameters, input: SignInput): SentRequest {
  if (!input.credential.secret) throw new Error('the credential has no private key to sign with')
  const key = createPrivateKey(input.credential.secret)
  const { hash } = algorithms[parameters.algorithm]
  const { certificateUrl: named } = parameters
  const request = named
    ? putHeader([named.header.toLowerCase()], input.request, sampleCertificateUrl(named))
    : input.request
  return withSignature(parameters, { ...input, request }, (pieces) =>
    signBytes(hash, bytesOf(pieces), key),
  )
}
