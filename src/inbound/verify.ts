// The door of every ingest request: is it proven, or does it only ask whether somebody is there? What
// is ambiguous before any proof is refused here; the rest is the scheme's business. Never throws for
// what a sender wrote.
import type { Handshake, Provider } from '../providers/provider.ts'
import { verifyProof } from '../schemes/index.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import { refuse } from '../schemes/refuse.ts'
import type { Authentic, ProofInput, Refused, Verdict } from '../schemes/scheme.ts'
import { handshakeOf } from './handshake.ts'

/** A handshake is answered and forgotten; `verdict` is null where it needed no proof. */
export type Admission = { handshake: Handshake; verdict: Authentic | null } | Authentic | Refused

/** `proof`: the provider's, with the source's settings in it. */
export async function admit(
  provider: Provider,
  proof: CheckedProof,
  input: Omit<ProofInput, 'format'>,
): Promise<Admission> {
  const { request } = input
  const greeting = handshakeOf(provider, request, 'none')
  if (greeting !== undefined) return { handshake: greeting, verdict: null }
  const { credentials, settings, now, keySetAt } = input
  const { format } = provider.body
  const verdict = await verify(proof, { request, format, credentials, settings, now, keySetAt })
  if (!verdict.authentic) return verdict
  const question = handshakeOf(provider, request, 'required')
  if (question !== undefined) return { handshake: question, verdict }
  const { methods = ['POST'], visit } = provider
  // The button of a visit's confirmation page posts.
  const carry = visit === undefined ? methods : [...methods, 'POST']
  return carry.includes(request.method) ? verdict : refuse('method_not_allowed')
}

export function verify(proof: CheckedProof, input: ProofInput): Verdict | Promise<Verdict> {
  const hosts = input.request.headers.get('host') ?? []
  return hosts.length > 1 ? refuse('host_ambiguous') : verifyProof(proof, input)
}
