// The door of every ingest request: is it proven? What is ambiguous before any proof is refused here;
// the rest is the scheme's business. Never throws for what a sender wrote.
import { verifyProof } from '../schemes/index.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import { refuse } from '../schemes/refuse.ts'
import type { ProofInput, Verdict } from '../schemes/scheme.ts'

/** `proof`: the provider's, with the source's settings in it. */
export function verify(proof: CheckedProof, input: ProofInput): Verdict | Promise<Verdict> {
  const hosts = input.request.headers.get('host') ?? []
  return hosts.length > 1 ? refuse('host_ambiguous') : verifyProof(proof, input)
}
