// What a token's claims must say besides what jose checks: exact values, and times of the sender's own.
import type { JsonObject, JsonValue } from '../json.ts'
import { compilePath } from '../rules/path.ts'
import type { JwtParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Refused } from './scheme.ts'

/** Null where every claim is right. Hints name the place, never the value. */
export function claimProblem(
  { claims: wanted = [], time, toleranceSeconds }: JwtParameters,
  claims: JsonObject,
  now: number,
): Refused | null {
  for (const { path, equals } of wanted) {
    const values = compilePath(path).find(claims)
    const isRight = values.length === 1 && values[0] !== undefined && same(values[0].value, equals)
    if (!isRight)
      return refuse('claim_mismatch', `the claim at ${path} is not what this source expects`)
  }
  return time === undefined ? null : timeProblem(time, claims, toleranceSeconds, now)
}

/** Where an exp means nothing, a time before which the token is not valid, and its age, still do. */
export function startProblem(
  { toleranceSeconds, maxAgeSeconds }: JwtParameters,
  claims: JsonObject,
  now: number,
): Refused | null {
  const seconds = Math.floor(now / 1000)
  const { nbf, iat } = claims
  const isEarly = [nbf, iat].some(
    (from) => typeof from === 'number' && from > seconds + toleranceSeconds,
  )
  if (isEarly) return refuse('token_not_yet_valid')
  if (maxAgeSeconds === undefined) return null
  if (typeof iat !== 'number') return refuse('claim_mismatch', 'the claim "iat" is missing')
  return seconds - iat > maxAgeSeconds + toleranceSeconds ? refuse('token_expired') : null
}

function same(one: JsonValue, other: JsonValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Milliseconds at a path of the claims; some senders quote their numbers. */
export function millisecondsAt(path: string, unit: 's' | 'ms', claims: JsonObject): number | null {
  const [found] = compilePath(path).find(claims)
  const value = typeof found?.value === 'string' ? Number(found.value) : found?.value
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  return unit === 's' ? value * 1000 : value
}

function timeProblem(
  { path, unit, maxAgeSeconds }: NonNullable<JwtParameters['time']>,
  claims: JsonObject,
  toleranceSeconds: number,
  now: number,
): Refused | null {
  const at = millisecondsAt(path, unit, claims)
  if (at === null) return refuse('timestamp_missing')
  const age = (now - at) / 1000
  if (age > maxAgeSeconds) return refuse('timestamp_too_old')
  return -age > toleranceSeconds ? refuse('timestamp_in_future') : null
}
