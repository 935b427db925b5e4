// From claims to a verdict: every claim must be proven by some credential, and only then is the time
// judged. The same for every scheme that signs text.
import type { SignedTextParameters } from './proof.ts'
import type { Authentic, Credential, ProofInput, Refused } from './scheme.ts'
import type { Claim } from './signed-text.ts'
import { judgeTime } from './signed-time.ts'

/** Null where a claim is proven by nobody. */
export function provenBy<C extends Pick<Credential, 'id'>>(
  credentials: readonly C[],
  claims: readonly Claim[],
  parameters: SignedTextParameters,
  input: ProofInput,
  proves: (credential: C, claim: Claim) => boolean,
): Authentic | Refused | null {
  let lead: C | undefined
  for (const claim of claims) {
    const match = credentials.find((credential) => proves(credential, claim))
    if (match === undefined) return null
    lead ??= match
  }
  if (lead === undefined) return null
  for (const { time } of claims) {
    const late = judgeTime(parameters, time, input)
    if (late) return late
  }
  return asFarAs(claims, lead.id)
}

/** What covers nothing of the body only names the sender. */
function asFarAs(claims: readonly Claim[], credential: string): Authentic {
  if (claims.every(({ covers }) => covers === null)) {
    return { authentic: true, credential, trust: 'signed' }
  }
  const covers = claims.flatMap((claim) => claim.covers ?? [])
  return covers.length === 0
    ? { authentic: true, credential, trust: 'token' }
    : { authentic: true, credential, trust: 'signed', covers }
}
