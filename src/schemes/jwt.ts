// A JWT as proof: signed by the provider's key, read with jose. Algorithms, keys, issuer and audience
// come from the configuration, never from the token. A token in a header proves the sender; it proves
// the body only where it carries the body's hash.
import type { JWTPayload, JWTVerifyOptions } from 'jose'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import type { JsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import { allowedAlgorithms, isJwtAlgorithm, usesSecret } from './jwt-algorithms.ts'
import { bodyHashProblem } from './jwt-body-hash.ts'
import { chainTimeProblem, readChain, type Chain } from './jwt-chain.ts'
import { claimProblem, startProblem } from './jwt-claims.ts'
import { refusalOf } from './jwt-errors.ts'
import type { TokenHeader, VerifyKey } from './jwt-keys.ts'
import { hasPublicKey, hasSharedSecret, keysFor } from './jwt-keys.ts'
import { expectedParties, sign } from './jwt-sign.ts'
import { findAt } from './place.ts'
import { afterPrefix } from './prefix.ts'
import type { JwtParameters } from './proof.ts'
import { mostInformative, refuse } from './refuse.ts'
import type { Authentic, Credential, ProofInput, Refused, Scheme, Verdict } from './scheme.ts'

export const jwt: Scheme<JwtParameters> = {
  anonymous: ({ chain }) => chain !== undefined,
  serves,
  verify,
  sign,
}

function serves({ algorithms, chain, keyRequest }: JwtParameters, credential: Credential): boolean {
  if (chain !== undefined) return Boolean(credential.rootCertificate?.trim())
  if (keyRequest !== undefined && credential.username && credential.password) return true
  return allowedAlgorithms(algorithms).some((algorithm) =>
    usesSecret(algorithm) ? hasSharedSecret(credential) : hasPublicKey(credential),
  )
}

async function verify(parameters: JwtParameters, input: ProofInput): Promise<Verdict> {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0 && !parameters.chain) return refuse('no_credential')
  const token = readToken(parameters, input)
  if (typeof token !== 'string') return token
  const header = readHeader(token)
  if (header === null) return refuse('token_malformed')
  if (!isAllowed(header, parameters)) return refuse('algorithm_not_allowed')
  const refusals: Refused[] = []
  // A pinned root needs no credential.
  for (const credential of credentials.length > 0 ? credentials : [null]) {
    const verdict = await verifyWith({ credential, token, header }, parameters, input)
    if (verdict.authentic) return verdict
    refusals.push(verdict)
  }
  return mostInformative(refusals)
}

function readToken(
  { token: place }: JwtParameters,
  { request, format }: ProofInput,
): string | Refused {
  if ('body' in place) {
    const text = request.body.toString('latin1').trim()
    return text === '' ? refuse('token_missing') : text
  }
  // Where the claims are the event, the body around the token's field is plain JSON.
  const found = findAt(place, request, format === 'jwt' ? 'json' : format)
  if ('problem' in found) {
    return refuse(found.problem === 'repeated' ? 'header_repeated' : `token_${found.problem}`)
  }
  if (!('header' in place)) return found.value
  if (found.value.length > limits.signatureCharsMax) return refuse('token_malformed')
  return afterPrefix(place.prefix, found.value)
}

/** Only to find the key; nothing in it is believed before the signature is. */
function readHeader(token: string): { alg: string; kid: string | undefined } | null {
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    if (typeof alg !== 'string') return null
    return { alg, kid: typeof kid === 'string' ? kid : undefined }
  } catch {
    return null
  }
}

function isAllowed(
  header: { alg: string; kid: string | undefined },
  { algorithms }: JwtParameters,
): header is TokenHeader {
  return isJwtAlgorithm(header.alg) && allowedAlgorithms(algorithms).includes(header.alg)
}

/** What one credential says of a token. */
interface Trial {
  credential: Credential | null
  token: string
  header: TokenHeader
}

async function verifyWith(
  trial: Trial,
  parameters: JwtParameters,
  input: ProofInput,
): Promise<Verdict> {
  const chain = chainOf(trial, parameters)
  if (chain && 'reason' in chain) return chain
  const keys = chain ? [chain.key] : await keysOf(trial, parameters, input)
  if (!Array.isArray(keys)) return refuse(keys)
  const read = await readClaims(trial.token, keys, expectations(trial.header, parameters, input))
  if ('reason' in read) return read
  const problem = claimsProblem(parameters, read.claims, chain, input)
  return problem ?? authentic(trial.credential, parameters, read.claims)
}

/** Null where everything is right that is asked for besides the signature. */
function claimsProblem(
  parameters: JwtParameters,
  claims: JsonObject,
  chain: Chain | undefined,
  { now, request }: ProofInput,
): Refused | null {
  return (
    (chain && parameters.chain ? chainTimeProblem(parameters.chain, chain, claims, now) : null) ??
    (parameters.expiry === 'ignored' ? startProblem(parameters, claims, now) : null) ??
    claimProblem(parameters, claims, now) ??
    bodyHashProblem(parameters.bodyHash, claims, request.body)
  )
}

function chainOf({ credential, token, header }: Trial, { chain }: JwtParameters) {
  return chain && readChain(token, header, chain, credential?.rootCertificate)
}

function keysOf({ credential, header }: Trial, parameters: JwtParameters, input: ProofInput) {
  return keysFor(credential ?? { id: '' }, header, input.keySetAt, parameters.keyRequest)
}

/** Key sets without key ids may hold several that fit: one of them has to match. */
async function readClaims(
  token: string,
  keys: readonly VerifyKey[],
  expected: JWTVerifyOptions,
): Promise<{ claims: JsonObject } | Refused> {
  if (keys.length === 0) return refuse('key_not_found')
  const refusals: Refused[] = []
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(token, key, expected)
      return { claims: asJson(payload) }
    } catch (error) {
      refusals.push(refusalOf(error))
    }
  }
  return mostInformative(refusals)
}

/** jose made it with JSON.parse, from an object. */
function asJson(payload: JWTPayload): JsonObject {
  return payload as JsonObject
}

function expectations(
  header: TokenHeader,
  parameters: JwtParameters,
  input: ProofInput,
): JWTVerifyOptions {
  const { subject, type, maxAgeSeconds, expiry } = parameters
  const { issuer, audience } = expectedParties(parameters, input.settings)
  return {
    algorithms: [header.alg],
    currentDate: new Date(input.now),
    clockTolerance: expiry === 'ignored' ? forever : parameters.toleranceSeconds,
    requiredClaims: expiry === 'required' ? ['exp'] : [],
    ...(issuer === undefined ? {} : { issuer: issuer.split(/\s+/) }),
    ...(audience === undefined ? {} : { audience }),
    ...(subject === undefined ? {} : { subject }),
    ...(type === undefined ? {} : { typ: type }),
    ...(maxAgeSeconds === undefined ? {} : { maxTokenAge: maxAgeSeconds }),
  }
}

/** Seconds: an exp in the past, which means nothing for a security event, does not refuse it. */
const forever = 1e10

function authentic(
  credential: Credential | null,
  { token, bodyHash }: JwtParameters,
  claims: JsonObject,
): Authentic {
  const verdict = { authentic: true, credential: credential?.id ?? null, claims } as const
  if (bodyHash || 'body' in token || 'query' in token) return { ...verdict, trust: 'signed' }
  if ('field' in token) return { ...verdict, trust: 'signed', claimsOnly: true }
  return { ...verdict, trust: 'token' }
}
