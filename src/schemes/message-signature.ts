// HTTP Message Signatures (RFC 9421). What must be covered and which algorithms count is the source's
// to say, never the request's: a signature over "@method" alone would prove next to nothing. The body
// is proven only where Content-Digest (RFC 9530) is covered and is recomputed here.
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
  X509Certificate,
} from 'node:crypto'
import { isInnerList, serializeDictionary, type InnerList } from 'structured-headers'
import { isPem, readPublicKey } from './key-text.ts'
import {
  parsed,
  readAnnounced,
  readSignature,
  signatureBase,
  type Announced,
} from './message-components.ts'
import { findHeader, putHeader } from './place.ts'
import type { MessageSignatureParameters } from './proof.ts'
import { publicKeys } from './public-keys.ts'
import { mostInformative, refuse } from './refuse.ts'
import type {
  Credential,
  ProofInput,
  Refused,
  Scheme,
  SentRequest,
  SignInput,
  Verdict,
} from './scheme.ts'

export const messageSignature: Scheme<MessageSignatureParameters> = { serves, verify, sign }

function serves(parameters: MessageSignatureParameters, credential: Credential): boolean {
  const isShared = algorithmsOf(parameters).includes('hmac-sha256')
  return (isShared && hasSecret(credential)) || keysOf(credential).length > 0
}

/** A PEM text is never a shared secret. */
function hasSecret({ secret }: Credential): boolean {
  return secret !== undefined && secret.trim() !== '' && !isPem(secret)
}

function verify(parameters: MessageSignatureParameters, input: ProofInput): Verdict {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0) return refuse('no_credential')
  const { request } = input
  const announcement = findHeader(['signature-input'], request)
  if ('problem' in announcement) return refuse(`header_${announcement.problem}`)
  const written = findHeader(['signature'], request)
  if ('problem' in written) return refuse(`header_${written.problem}`)
  const announced = readAnnounced(announcement.value)
  if (announced === null) return refuse('header_malformed')
  const refusals: Refused[] = []
  for (const one of announced) {
    const signature = readSignature(written.value, one.label)
    const verdict =
      signature === null
        ? refuse('header_malformed')
        : judge(one, signature, parameters, { ...input, credentials })
    if (verdict.authentic) return verdict
    refusals.push(verdict)
  }
  return refusals.length === 0 ? refuse('header_malformed') : mostInformative(refusals)
}

function judge(
  announced: Announced,
  signature: Buffer,
  parameters: MessageSignatureParameters,
  input: ProofInput,
): Verdict {
  const missing = wordsIn(parameters.components).filter(
    (name) => !announced.components.includes(name),
  )
  if (missing.length > 0) {
    return refuse('not_covered', `the signature does not cover ${missing.join(' ')}`)
  }
  const base = signatureBase(announced, input.request, input.settings)
  if (base === null)
    return refuse('header_malformed', 'a component the signature covers is not there')
  const algorithms = allowed(parameters, announced)
  if (algorithms.length === 0) return refuse('algorithm_not_allowed')
  const match = input.credentials.find((credential) =>
    algorithms.some((algorithm) => proves(algorithm, credential, Buffer.from(base), signature)),
  )
  if (match === undefined) return refuse('signature_mismatch')
  const late = timeProblem(announced, parameters, input)
  if (late) return late
  const coversBody = announced.components.includes('content-digest')
  if (coversBody && !digestIsRight(input.request)) return refuse('body_hash_mismatch')
  return { authentic: true, credential: match.id, trust: coversBody ? 'signed' : 'token' }
}

type AlgorithmName = keyof typeof algorithms

function algorithmsOf({ algorithms: list }: MessageSignatureParameters): AlgorithmName[] {
  return wordsIn(list).filter(isAlgorithm)
}

function isAlgorithm(name: string): name is AlgorithmName {
  return Object.hasOwn(algorithms, name)
}

/** What the request names must be among those the source allows; it may name none. */
function allowed(
  parameters: MessageSignatureParameters,
  { algorithm }: Announced,
): AlgorithmName[] {
  const list = algorithmsOf(parameters)
  return algorithm === undefined ? list : list.filter((name) => name === algorithm)
}

function wordsIn(text: string): string[] {
  return text.trim().split(/\s+/)
}

interface Algorithm {
  fits(key: KeyObject): boolean
  verify(base: Buffer, key: KeyObject, signature: Buffer): boolean
  sign(base: Buffer, key: KeyObject): Buffer
}

const padding = constants.RSA_PKCS1_PSS_PADDING
/** The RFC's own; some senders write the longest there is, which is no weaker. */
const pss = { padding, saltLength: 64 }
const anySalt = { padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
const p1363 = { dsaEncoding: 'ieee-p1363' } as const
const isRsa = ({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject) =>
  (asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss') &&
  (details?.modulusLength ?? 0) >= 2048

/** The registry of RFC 9421 §6.2.2; hmac-sha256 takes a shared secret and no key. */
const algorithms: Record<
  'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-v1_5-sha256' | 'rsa-pss-sha512',
  Algorithm | null
> = {
  'hmac-sha256': null,
  ed25519: {
    fits: (key) => key.asymmetricKeyType === 'ed25519',
    verify: (base, key, signature) => verifyBytes(null, base, key, signature),
    sign: (base, key) => signBytes(null, base, key),
  },
  'ecdsa-p256-sha256': {
    fits: (key) => key.asymmetricKeyDetails?.namedCurve === 'prime256v1',
    verify: (base, key, signature) => verifyBytes('sha256', base, { key, ...p1363 }, signature),
    sign: (base, key) => signBytes('sha256', base, { key, ...p1363 }),
  },
  'rsa-v1_5-sha256': {
    fits: isRsa,
    verify: (base, key, signature) => verifyBytes('sha256', base, key, signature),
    sign: (base, key) => signBytes('sha256', base, key),
  },
  'rsa-pss-sha512': {
    fits: isRsa,
    verify: (base, key, signature) => verifyBytes('sha512', base, { key, ...anySalt }, signature),
    sign: (base, key) => signBytes('sha512', base, { key, ...pss }),
  },
}

function proves(
  name: AlgorithmName,
  credential: Credential,
  base: Buffer,
  signature: Buffer,
): boolean {
  const algorithm = algorithms[name]
  if (algorithm === null) {
    const expected = createHmac('sha256', credential.secret ?? '')
      .update(base)
      .digest()
    const usable = hasSecret(credential) && signature.length === expected.length
    return usable && timingSafeEqual(signature, expected)
  }
  return keysOf(credential).some(
    (key) => algorithm.fits(key) && algorithm.verify(base, key, signature),
  )
}

const known = new WeakMap<Credential, KeyObject[]>()

/** Those that can be read. */
function keysOf(credential: Credential): KeyObject[] {
  const before = known.get(credential)
  if (before) return before
  const keys = readKeys(credential)
  known.set(credential, keys)
  return keys
}

function readKeys({ publicKey, certificate, jwks }: Credential): KeyObject[] {
  try {
    return [
      ...(publicKey?.trim() ? [readPublicKey(publicKey)] : []),
      ...(certificate?.trim() ? [new X509Certificate(certificate).publicKey] : []),
      ...publicKeys(jwks?.keys ?? []).map((key) => createPublicKey({ key, format: 'jwk' })),
    ]
  } catch {
    return []
  }
}

function timeProblem(
  { created, expires }: Announced,
  { toleranceSeconds }: MessageSignatureParameters,
  { now }: ProofInput,
): Refused | null {
  const seconds = Math.floor(now / 1000)
  if (created === undefined) return refuse('timestamp_missing')
  if (seconds - created > toleranceSeconds) return refuse('timestamp_too_old')
  if (created - seconds > toleranceSeconds) return refuse('timestamp_in_future')
  return expires !== undefined && seconds > expires + toleranceSeconds
    ? refuse('timestamp_too_old')
    : null
}

const digests = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const

/** Every digest we know must be right, and there must be one. */
function digestIsRight(request: SentRequest): boolean {
  const found = findHeader(['content-digest'], request)
  const dictionary = 'problem' in found ? null : parsed(found.value)
  if (dictionary === null) return false
  const judged = Object.entries(digests).flatMap(([name, hash]) => {
    const item = dictionary.get(name)
    if (item === undefined || isInnerList(item)) return []
    const [value] = item
    const expected = createHash(hash).update(request.body).digest()
    return [value instanceof ArrayBuffer && expected.equals(Buffer.from(value))]
  })
  return judged.length > 0 && judged.every(Boolean)
}

/** With the shared secret, or a private key as PEM in `secret`. */
function sign(parameters: MessageSignatureParameters, input: SignInput): SentRequest {
  const { secret } = input.credential
  if (!secret?.trim()) throw new Error('the credential has nothing to sign with')
  const request = withDigest(parameters, input.request)
  const components = wordsIn(parameters.components)
  const created = Math.floor(input.now / 1000)
  const announced: InnerList = [
    components.map((name) => [name, new Map()]),
    new Map<string, string | number>([
      ['created', created],
      ['keyid', 'relay'],
    ]),
  ]
  const base = signatureBase({ components, input: announced }, request, input.settings)
  if (base === null) throw new Error(`what is to be signed is not there: ${parameters.components}`)
  const bytes = proofOf(parameters, secret, Buffer.from(base))
  const signature = Uint8Array.from(bytes).buffer
  const named = putHeader(
    ['signature-input'],
    request,
    serializeDictionary(new Map([['sig1', announced]])),
  )
  return putHeader(
    ['signature'],
    named,
    serializeDictionary(new Map([['sig1', [signature, new Map()]]])),
  )
}

function proofOf(parameters: MessageSignatureParameters, secret: string, base: Buffer): Buffer {
  if (!isPem(secret)) return createHmac('sha256', secret).update(base).digest()
  const key = createPrivateKey(secret)
  const own = createPublicKey(key)
  const name = algorithmsOf(parameters).find((each) => algorithms[each]?.fits(own))
  const algorithm = name && algorithms[name]
  if (!algorithm) throw new Error(`the key does not fit ${parameters.algorithms}`)
  return algorithm.sign(base, key)
}

function withDigest({ components }: MessageSignatureParameters, request: SentRequest): SentRequest {
  if (!wordsIn(components).includes('content-digest')) return request
  const digest = createHash('sha256').update(request.body).digest('base64')
  return putHeader(['content-digest'], request, `sha-256=:${digest}:`)
}
