// Headers as they may be stored and shown: whatever is itself a secret is left out, its name stays.
import type { CheckedProof } from '../schemes/proof.ts'
import type { HeaderMap } from '../schemes/scheme.ts'

const always = ['authorization', 'proxy-authorization', 'cookie']
const harmless = ['host', 'content-type', 'content-length', 'content-encoding', 'user-agent']
/** Stands in the place of a secret. */
export const leftOut = '[left out]'

export function withoutSecrets(
  headers: HeaderMap,
  proof: CheckedProof | undefined,
): Record<string, string[]> {
  const isSecret = secretsOf(proof)
  return Object.fromEntries(
    [...headers].map(([name, values]) => [
      name,
      isSecret(name) ? values.map(() => leftOut) : [...values],
    ]),
  )
}

/** Without a proof nobody knows which headers are secrets: only the harmless ones are shown. */
function secretsOf(proof: CheckedProof | undefined): (name: string) => boolean {
  if (proof === undefined) return (name) => !harmless.includes(name)
  const names = secretNames(proof)
  return (name) => names.has(name)
}

const known = new WeakMap<CheckedProof, ReadonlySet<string>>()

function secretNames(proof: CheckedProof): ReadonlySet<string> {
  let names = known.get(proof)
  if (names === undefined) known.set(proof, (names = new Set([...always, ...namesIn(proof)])))
  return names
}

/** A shared token is the secret itself; so is a token that is not bound to this one body. */
function namesIn(proof: CheckedProof): string[] {
  if (proof.scheme === 'any') return proof.of.flatMap(namesIn)
  if (proof.scheme === 'all') return [...proof.of, ...proof.ifGiven].flatMap(namesIn)
  if (proof.scheme === 'token') return 'header' in proof.at ? proof.at.header : []
  if (proof.scheme === 'jwt' && 'header' in proof.token && proof.bodyHash === undefined)
    return proof.token.header
  return []
}
