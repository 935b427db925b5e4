// What jose says, in our words: by its error code, never by its message, which may quote the token.
import { errors } from 'jose'
import type { Reason } from './reasons.ts'
import { refuse } from './refuse.ts'
import type { Refused } from './scheme.ts'

const reasonByCode = new Map<string, Reason>([
  ['ERR_JWS_INVALID', 'token_malformed'],
  ['ERR_JWT_INVALID', 'token_malformed'],
  ['ERR_JOSE_NOT_SUPPORTED', 'token_malformed'],
  ['ERR_JOSE_ALG_NOT_ALLOWED', 'algorithm_not_allowed'],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'signature_mismatch'],
  ['ERR_JWT_EXPIRED', 'token_expired'],
  ['ERR_JWT_CLAIM_VALIDATION_FAILED', 'claim_mismatch'],
  ['ERR_JWK_INVALID', 'credential_unusable'],
])

/** A TypeError is jose's word for a key it cannot use, such as a short one. */
export function refusalOf(error: unknown): Refused {
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error)
  if (error instanceof TypeError) return refuse('credential_unusable')
  const reason = error instanceof errors.JOSEError ? reasonByCode.get(error.code) : undefined
  if (reason === undefined) throw error
  return refuse(reason)
}

/** The names of these claims are ours: we asked for them. */
function claimRefusal({ claim, reason }: errors.JWTClaimValidationFailed): Refused {
  if (reason === 'missing') return refuse('claim_mismatch', `the claim "${claim}" is missing`)
  if (reason === 'check_failed' && (claim === 'nbf' || claim === 'iat'))
    return refuse('token_not_yet_valid')
  return refuse('claim_mismatch', `the claim "${claim}" is not what this source expects`)
}
