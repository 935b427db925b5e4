// Refusals: how one is made, and which of several says the most.
import type { Reason } from './reasons.ts'
import { reasons } from './reasons.ts'
import type { NoKeySet, Refused } from './scheme.ts'

/** `hint` replaces the reason's own sentence where more is known; never a secret in it. */
export function refuse(reason: Reason, hint: string = reasons[reason].hint): Refused {
  return { authentic: false, reason, hint }
}

/**
 * How far a check came before it refused. The one that came furthest is told; above all stands
 * "we cannot tell" (503), because a sender that may be right must be asked to repeat.
 */
const progress: Record<Reason, number> = {
  no_credential: 0,
  method_not_allowed: 0,
  encoding_not_supported: 0,
  body_too_large: 0,
  body_too_slow: 0,
  header_missing: 1,
  token_missing: 1,
  timestamp_missing: 2,
  header_repeated: 2,
  header_malformed: 2,
  address_not_allowed: 3,
  not_covered: 3,
  timestamp_malformed: 2,
  token_malformed: 2,
  host_ambiguous: 2,
  algorithm_not_allowed: 3,
  key_not_found: 4,
  signature_mismatch: 5,
  token_mismatch: 5,
  field_mismatch: 5,
  address_mismatch: 5,
  password_mismatch: 5,
  claim_mismatch: 6,
  body_hash_mismatch: 6,
  timestamp_too_old: 7,
  timestamp_in_future: 7,
  token_expired: 7,
  token_not_yet_valid: 7,
  credential_unusable: 8,
  keys_unavailable: 8,
  keys_refused: 8,
  address_unknown: 8,
  setting_missing: 8,
}

export function mostInformative(refusals: readonly Refused[]): Refused {
  return refusals.reduce(
    (best, next) => (progress[next.reason] > progress[best.reason] ? next : best),
    refuse('no_credential'),
  )
}

export const withoutKeys: Record<NoKeySet, Reason> = {
  unavailable: 'keys_unavailable',
  refused: 'keys_refused',
}
