// A claim with the SHA-256 of the body binds a token to exactly these bytes.
import type { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { JsonObject } from '../json.ts'
import { decodeStrictly } from './encoding.ts'
import type { JwtParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Refused } from './scheme.ts'

type BodyHash = NonNullable<JwtParameters['bodyHash']>

/** Null where the claim is right, or none is asked for. */
export function bodyHashProblem(
  wanted: BodyHash | undefined,
  claims: JsonObject,
  body: Buffer,
): Refused | null {
  if (!wanted) return null
  const claim = Object.hasOwn(claims, wanted.claim) ? claims[wanted.claim] : undefined
  if (typeof claim !== 'string')
    return refuse('claim_mismatch', `the claim "${wanted.claim}" is missing`)
  const hash = decodeStrictly(claim, wanted.encoding)
  const expected = sha256(body)
  const matches = hash?.length === expected.length && timingSafeEqual(hash, expected)
  return matches ? null : refuse('body_hash_mismatch')
}

export function bodyHashText({ encoding }: BodyHash, body: Buffer): string {
  return sha256(body).toString(encoding)
}

function sha256(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest()
}
