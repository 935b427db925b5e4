// Makes the JWT a provider would have made, for test events and the conformance suite. The signing key
// is a shared secret, a private JWK of an inline key set, or a private key as PEM in `secret`.
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createSecretKey } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { SignJWT } from 'jose'
import { putAtSteps, stepsOf } from '../bodies/places.ts'
import type { JsonObject } from '../json.ts'
import { isJsonObject } from '../json.ts'
import type { JwtAlgorithm } from './jwt-algorithms.ts'
import { allowedAlgorithms, fits, usesSecret } from './jwt-algorithms.ts'
import { bodyHashText } from './jwt-body-hash.ts'
import { hasSharedSecret } from './jwt-keys.ts'
import { putAt } from './place.ts'
import type { JwtParameters } from './proof.ts'
import type { Credential, SentRequest, Settings, SignInput } from './scheme.ts'

interface SigningKey {
  alg: JwtAlgorithm
  kid?: string
  key: KeyObject
}

export async function sign(parameters: JwtParameters, input: SignInput): Promise<SentRequest> {
  const { alg, kid, key } = signingKey(parameters, input.credential)
  const header = {
    alg,
    typ: parameters.type ?? 'JWT',
    ...(kid !== undefined && { kid }),
    ...(parameters.chain && { x5c: bundle(input.credential) }),
  }
  const token = await new SignJWT(claimsToSign(parameters, input))
    .setProtectedHeader(header)
    .sign(key)
  return withToken(parameters.token, input, token)
}

/** The chain as PEM texts one after the other in `certificate`, the leaf first. */
function bundle({ certificate = '' }: Credential): string[] {
  return [...certificate.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)].map(
    ([, text = '']) => text.replace(/\s/g, ''),
  )
}

function withToken(
  place: JwtParameters['token'],
  { request, format }: SignInput,
  token: string,
): SentRequest {
  if ('body' in place) return { ...request, body: Buffer.from(token) }
  if ('field' in place) return putAt(place, { ...request, body: Buffer.from('{}') }, token, format)
  if ('query' in place) return putAt(place, { ...request, body: Buffer.alloc(0) }, token, format)
  return putAt(place, request, place.prefix + token, format)
}

/** Where the token holds the event, the request's body is its claims; else it only names the sender. */
function claimsToSign(
  parameters: JwtParameters,
  { request, settings, now, id }: SignInput,
): JWTPayload {
  const { token, bodyHash, subject } = parameters
  const { issuer, audience } = expectedParties(parameters, settings)
  const seconds = Math.floor(now / 1000)
  const claims = {
    ...('header' in token ? { jti: id } : claimsInBody(request.body)),
    iat: seconds,
    exp: seconds + lifeSeconds,
    ...(issuer === undefined ? {} : { iss: issuer.split(/\s+/)[0] }),
    ...(audience === undefined ? {} : { aud: audience }),
    ...(subject === undefined ? {} : { sub: subject }),
    ...(bodyHash ? { [bodyHash.claim]: bodyHashText(bodyHash, request.body) } : {}),
  }
  return { ...claims, ...demanded(parameters, claims, now) }
}

/** Claims that must have exactly one value, and the sender's own time. */
function demanded(
  { claims: wanted = [], time, chain }: JwtParameters,
  claims: JsonObject,
  now: number,
): JsonObject {
  const at = time && { path: time.path, equals: time.unit === 's' ? Math.floor(now / 1000) : now }
  const made = chain?.datePath === undefined ? [] : [{ path: chain.datePath, equals: now }]
  return [...wanted, ...(at ? [at] : []), ...made].reduce<JsonObject>((made, { path, equals }) => {
    const put = putAtSteps(made, stepsOf(path.replace(/\.([A-Za-z_]\w*)/g, "['$1']")), equals)
    return isJsonObject(put) ? put : made
  }, claims)
}

const lifeSeconds = 300

/** What a source sets goes before what its preset says. */
export function expectedParties(
  parameters: { issuer?: string | undefined; audience?: string | undefined },
  settings: Settings,
): { issuer: string | undefined; audience: string | undefined } {
  return {
    issuer: settings['issuer'] || parameters.issuer,
    audience: settings['audience'] || parameters.audience,
  }
}

function claimsInBody(body: Buffer): JsonObject {
  const claims: unknown = JSON.parse(body.toString('utf8'))
  if (!isJsonObject(claims)) throw new Error('the claims of a token must be a JSON object')
  return claims
}

function signingKey({ algorithms }: JwtParameters, credential: Credential): SigningKey {
  const allowed = allowedAlgorithms(algorithms)
  for (const candidate of candidates(credential)) {
    const alg = allowed.find((algorithm) =>
      candidate.key.type === 'secret' ? usesSecret(algorithm) : fits(algorithm, candidate.key),
    )
    if (alg !== undefined) return { ...candidate, alg }
  }
  throw new Error(`the credential has no key to sign with ${algorithms}`)
}

function candidates(credential: Credential): Omit<SigningKey, 'alg'>[] {
  const { secret } = credential
  if (hasSharedSecret(credential)) return [{ key: createSecretKey(secret ?? '', 'utf8') }]
  if (secret?.trim()) return [{ key: createPrivateKey(secret) }]
  return (credential.jwks?.keys ?? []).flatMap((jwk) => {
    if (typeof jwk['d'] !== 'string') return []
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    return typeof jwk['kid'] === 'string' ? [{ key, kid: jwk['kid'] }] : [{ key }]
  })
}
