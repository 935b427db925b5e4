// What the installation signs, anybody can check with the published keys. Ed25519, one key at a time,
// made when it is first needed; keys that sign no longer stay published.
import {
  calculateJwkThumbprint,
  CompactSign,
  compactVerify,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose'
import { z } from 'zod'
import { currentKey, keepKey, publicKeys } from '../db/audit/keys.ts'
import type { Orm } from '../db/open.ts'
import type { JsonObject } from '../json.ts'
import type { Vault } from '../vault.ts'

/** `typ` of what is signed: a receipt never passes for a checkpoint. */
export const signedTypes = {
  checkpoint: 'moab-relay-checkpoint+jws',
  receipt: 'moab-relay-receipt+jwt',
  erasure: 'moab-relay-erasure+jwt',
} as const
export type SignedType = keyof typeof signedTypes

export interface SigningParts {
  orm: Orm
  vault: Vault
}

const PublicJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })
const PrivateJwk = PublicJwk.extend({ d: z.string() })
const alg = 'EdDSA'

export interface Signer {
  kid: string
  /** Compact JWS. */
  sign(type: SignedType, claims: JsonObject): Promise<string>
}

export async function openSigner({ orm, vault }: SigningParts): Promise<Signer> {
  const stored = (await currentKey(orm)) ?? (await keepKey(orm, await makeKey(vault)))
  if (stored === undefined) throw new Error('the signing key was retired at this very moment')
  const { kid, privateSealed } = stored
  const jwk = PrivateJwk.parse(JSON.parse(await vault.open(privateSealed, placeOf(kid))))
  const key = await importJWK(jwk, alg)
  return {
    kid,
    sign: (type, claims) =>
      new CompactSign(Buffer.from(JSON.stringify(claims), 'utf8'))
        .setProtectedHeader({ alg, kid, typ: signedTypes[type] })
        .sign(key),
  }
}

async function makeKey(vault: Vault) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = PublicJwk.parse(await exportJWK(publicKey))
  const kid = await calculateJwkThumbprint(publicJwk)
  const secret = JSON.stringify(await exportJWK(privateKey))
  return { kid, publicJwk, privateSealed: await vault.seal(secret, placeOf(kid)) }
}

const placeOf = (kid: string) => `signing_keys.private_sealed:${kid}`

/** For everybody. Whose thumbprint is not its id was altered, and is left out. */
export async function publishedKeys(orm: Orm): Promise<JSONWebKeySet> {
  const keys: JWK[] = []
  for (const { kid, publicJwk } of await publicKeys(orm)) {
    const { kty, crv, x } = PublicJwk.parse(publicJwk)
    if ((await calculateJwkThumbprint({ kty, crv, x })) !== kid) continue
    keys.push({ kty, crv, x, kid, alg, use: 'sig' })
  }
  return { keys }
}

/** What was signed with one of these keys; nothing when it was not, or is something else. */
export async function readSigned(
  keys: JSONWebKeySet,
  type: SignedType,
  jws: string,
): Promise<unknown> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys), {
      algorithms: [alg],
    })
    if (protectedHeader.typ !== signedTypes[type]) return undefined
    return JSON.parse(Buffer.from(payload).toString('utf8'))
  } catch {
    return undefined
  }
}
