// The keys a credential offers for one token. The token's header may only point into them (kid);
// keys or addresses of keys inside the token (jwk, jku, x5c, x5u) are never looked at.
import type { KeyObject } from 'node:crypto'
import { createSecretKey, X509Certificate } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { createLocalJWKSet, errors } from 'jose'
import type { JsonObject } from '../json.ts'
import type { JwtAlgorithm } from './jwt-algorithms.ts'
import { fits, usesSecret } from './jwt-algorithms.ts'
import { isPem, readPublicKey } from './key-text.ts'
import type { JwtParameters } from './proof.ts'
import { publicKeys } from './public-keys.ts'
import type { Reason } from './reasons.ts'
import { withoutKeys } from './refuse.ts'
import type { Credential, KeySetLookup } from './scheme.ts'

export interface TokenHeader {
  alg: JwtAlgorithm
  kid: string | undefined
}

export type VerifyKey = KeyObject | CryptoKey

/** A PEM text is never a shared secret: everyone knows the public ones. */
export function hasSharedSecret({ secret }: Credential): boolean {
  return secret !== undefined && secret.trim() !== '' && !isPem(secret)
}

export function hasPublicKey({ publicKey, certificate, jwks, jwksUrl }: Credential): boolean {
  return Boolean(publicKey?.trim() || certificate?.trim() || jwks?.keys.length || jwksUrl?.trim())
}

/** Those that fit the token; a reason where one may fit but cannot be had. */
export async function keysFor(
  credential: Credential,
  header: TokenHeader,
  keySetAt: KeySetLookup,
  keyRequest?: JwtParameters['keyRequest'],
): Promise<VerifyKey[] | Reason> {
  if (usesSecret(header.alg)) {
    return hasSharedSecret(credential) ? [createSecretKey(credential.secret ?? '', 'utf8')] : []
  }
  const fixed = staticKeys(credential)
  if (fixed === null) return 'credential_unusable'
  const inline = credential.jwks ? await keysOfSet(credential.jwks, header) : []
  if (inline === null) return 'credential_unusable'
  const remote = await remoteKeys(credential, header, keySetAt)
  const asked = keyRequest ? await askedKeys(credential, header, keySetAt, keyRequest) : []
  if (!Array.isArray(asked)) return asked
  return Array.isArray(remote)
    ? [...fixed.filter((key) => fits(header.alg, key)), ...inline, ...remote, ...asked]
    : remote
}

async function remoteKeys(
  { jwksUrl }: Credential,
  header: TokenHeader,
  keySetAt: KeySetLookup,
): Promise<VerifyKey[] | Reason> {
  if (!jwksUrl?.trim()) return []
  const set = await keySetAt(jwksUrl.trim(), header.kid)
  if (typeof set === 'string') return withoutKeys[set]
  return (await keysOfSet(set, header)) ?? 'keys_unavailable'
}

/** The key with this id, asked for with the credential's name and password. */
async function askedKeys(
  { username, password }: Credential,
  header: TokenHeader,
  keySetAt: KeySetLookup,
  { url, body, key }: NonNullable<JwtParameters['keyRequest']>,
): Promise<VerifyKey[] | Reason> {
  if (!username || !password || header.kid === undefined) return []
  const values = new Map([
    ['{username}', username],
    ['{password}', password],
    ['{kid}', header.kid],
  ])
  const filled = Object.entries(body).map(([name, text]) => [name, values.get(text) ?? text])
  const question = { body: Object.fromEntries(filled), key }
  const set = await keySetAt(url, header.kid, { question })
  if (typeof set === 'string') return withoutKeys[set]
  return (await keysOfSet(set, header)) ?? 'keys_unavailable'
}

const staticByCredential = new WeakMap<Credential, KeyObject[] | null>()

/** Null where one of them cannot be read. */
function staticKeys(credential: Credential): KeyObject[] | null {
  const known = staticByCredential.get(credential)
  if (known !== undefined) return known
  const keys = readStaticKeys(credential)
  staticByCredential.set(credential, keys)
  return keys
}

function readStaticKeys({ publicKey, certificate }: Credential): KeyObject[] | null {
  try {
    const keys: KeyObject[] = []
    if (publicKey?.trim()) keys.push(readPublicKey(publicKey))
    if (certificate?.trim()) keys.push(new X509Certificate(certificate).publicKey)
    return keys
  } catch {
    return null
  }
}

interface KeySet {
  keys: JsonObject[]
}

const localSets = new WeakMap<KeySet, ReturnType<typeof createLocalJWKSet>>()

/** Null where a key of the set that should fit cannot be used. */
async function keysOfSet(set: KeySet, { alg, kid }: TokenHeader): Promise<VerifyKey[] | null> {
  try {
    return [await localSet(set)(kid === undefined ? { alg } : { alg, kid })]
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return []
    if (error instanceof errors.JWKSMultipleMatchingKeys) return all(error)
    return null
  }
}

async function all(keys: AsyncIterable<CryptoKey>): Promise<CryptoKey[]> {
  const list: CryptoKey[] = []
  for await (const key of keys) list.push(key)
  return list
}

function localSet(set: KeySet): ReturnType<typeof createLocalJWKSet> {
  const known = localSets.get(set)
  if (known) return known
  const made = createLocalJWKSet({ keys: publicKeys(set.keys) })
  localSets.set(set, made)
  return made
}
