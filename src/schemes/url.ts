// Nothing is signed and no secret is sent: whoever knows the URL can invent events. It proves nothing
// about what the request says, hence the lowest trust; fields that every honest request holds only
// keep strays out.
import { findAt } from './place.ts'
import type { UrlParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { ProofInput, Scheme, Verdict } from './scheme.ts'

export const url: Scheme<UrlParameters> = {
  anonymous: () => true,
  serves: () => false,
  verify,
  sign: (_parameters, { request }) => request,
}

function verify({ equal }: UrlParameters, { request, format }: ProofInput): Verdict {
  for (const { field, value } of equal) {
    const found = findAt({ field }, request, format)
    if ('problem' in found || found.value !== value) return refuse('field_mismatch')
  }
  return { authentic: true, credential: null, trust: 'unsigned' }
}
