// Keys, tokens and claims for the tests of JWTs.
import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JWTHeaderParameters } from 'jose'
import type { JsonObject } from '../../src/json.ts'
import { verifyProof } from '../../src/schemes/index.ts'
import type { Proof } from '../../src/schemes/proof.ts'
import type { Credential, ProofInput, SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { headers, input, json, now, proof, sent } from './sent.ts'

export type JwtProof = Extract<Proof, { scheme: 'jwt' }>

export const pem = (key: KeyObject) =>
  key
    .export(
      key.type === 'public' ? { type: 'spki', format: 'pem' } : { type: 'pkcs8', format: 'pem' },
    )
    .toString()
export const jwk = (key: KeyObject, more: JsonObject = {}): JsonObject => ({
  ...(key.export({ format: 'jwk' }) as JsonObject),
  ...more,
})

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const ed = generateKeyPairSync('ed25519')
export const secret = 'a shared secret of more than 32 characters'

export const inHeader: JwtProof = {
  scheme: 'jwt',
  token: { header: 'authorization', prefix: 'Bearer ' },
  algorithms: 'RS256',
  issuer: 'https://issuer.example/',
  audience: 'relay',
  expiry: 'required',
}
export const seconds = now / 1000
export const claims = {
  iss: 'https://issuer.example/',
  aud: 'relay',
  iat: seconds,
  exp: seconds + 60,
}
export const publicKey = pem(rsa.publicKey)

export async function token(
  payload: object,
  header: Partial<JWTHeaderParameters> = {},
  key: KeyObject = rsa.privateKey,
): Promise<string> {
  return new SignJWT({ ...payload }).setProtectedHeader({ alg: 'RS256', ...header }).sign(key)
}
export const bearing = (text: string, body = json) =>
  sent({ body, headers: headers({ authorization: `Bearer ${text}` }) })

export async function verdict(
  request: SentRequest,
  credentials: Partial<Credential>[] = [{ publicKey }],
  written: Proof = inHeader,
  change: Partial<ProofInput> = {},
): Promise<Verdict> {
  return verifyProof(proof(written), input(request, credentials, change))
}
