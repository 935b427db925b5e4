// The table of schemes, and the two questions asked of it: is this request proven, and how would the
// sender have proven it. `any` and `all` combine schemes; nothing here looks inside one.
import { basic } from './basic.ts'
import { detached } from './detached.ts'
import { digest } from './digest.ts'
import { hmac } from './hmac.ts'
import { jwt } from './jwt.ts'
import { messageSignature } from './message-signature.ts'
import { network } from './network.ts'
import { limits } from '../limits.ts'
import type { CheckedProof } from './proof.ts'
import { mostInformative, refuse } from './refuse.ts'
import type {
  Authentic,
  Credential,
  ProofInput,
  Refused,
  Scheme,
  SentRequest,
  SignInput,
  Verdict,
} from './scheme.ts'
import { trusts } from './scheme.ts'
import { token } from './token.ts'
import { url } from './url.ts'

type Leaf = Exclude<CheckedProof, { of: unknown }>
type ParametersOf = { [P in Leaf as P['scheme']]: P }
export type SchemeName = keyof ParametersOf

export const schemes: { [Name in SchemeName]: Scheme<ParametersOf[Name]> } = {
  hmac,
  digest,
  detached,
  jwt,
  token,
  basic,
  'message-signature': messageSignature,
  network,
  url,
}

/** A promise only where a key set may have to be fetched. Bad input is refused, never thrown. */
export function verifyProof(proof: CheckedProof, input: ProofInput): Verdict | Promise<Verdict> {
  if (proof.scheme === 'any') {
    const served = proof.of.filter(
      (leaf) =>
        isAnonymous(leaf) || input.credentials.some((credential) => serves(leaf, credential)),
    )
    return anyOf(served, input, [])
  }
  if (proof.scheme === 'all') return allOf(demanded(proof, input.credentials), input, [])
  return verifyLeaf(proof.scheme, proof, input)
}

/** Also what the source has a credential for, though the sender may do without. */
function demanded(
  { of, ifGiven }: Extract<CheckedProof, { scheme: 'all' }>,
  credentials: readonly Credential[],
): Leaf[] {
  const given = (leaf: Leaf) => credentials.some((credential) => serves(leaf, credential))
  return [...of, ...ifGiven.filter(given)]
}

function anyOf(
  proofs: readonly Leaf[],
  input: ProofInput,
  refusals: readonly Refused[],
): Verdict | Promise<Verdict> {
  const [proof, ...others] = proofs
  if (proof === undefined) return mostInformative(refusals)
  return andThen(verifyLeaf(proof.scheme, proof, input), (verdict) =>
    verdict.authentic ? verdict : anyOf(others, input, [...refusals, verdict]),
  )
}

function allOf(
  proofs: readonly Leaf[],
  input: ProofInput,
  passed: readonly Authentic[],
): Verdict | Promise<Verdict> {
  const [proof, ...others] = proofs
  if (proof === undefined) return combined(passed)
  return andThen(verifyLeaf(proof.scheme, proof, input), (verdict) =>
    verdict.authentic ? allOf(others, input, [...passed, verdict]) : verdict,
  )
}

/** The check that says most about the whole body leads; claims come from whichever has them. */
function combined(passed: readonly Authentic[]): Verdict {
  const [lead] = passed.toSorted((one, other) => reach(one) - reach(other))
  if (lead === undefined) return refuse('no_credential')
  const claims = lead.claims ?? passed.find((verdict) => verdict.claims !== undefined)?.claims
  const credential = lead.credential ?? passed.find((one) => one.credential !== null)?.credential
  return { ...lead, credential: credential ?? null, ...(claims !== undefined && { claims }) }
}

/** Smaller is further. What covers only its claims says less of the body than a token does. */
function reach({ trust, claimsOnly }: Authentic): number {
  return claimsOnly ? trusts.length : trusts.indexOf(trust)
}

export function signProof(
  proof: CheckedProof,
  input: SignInput,
): SentRequest | Promise<SentRequest> {
  if (proof.scheme === 'any') {
    const [first] = proof.of
    const leaf = proof.of.find((candidate) => serves(candidate, input.credential)) ?? first
    if (leaf === undefined) throw new Error('a proof of no schemes')
    return signLeaf(leaf.scheme, leaf, input)
  }
  if (proof.scheme === 'all') return signAll(demanded(proof, [input.credential]), input)
  return signLeaf(proof.scheme, proof, input)
}

function signAll(proofs: readonly Leaf[], input: SignInput): SentRequest | Promise<SentRequest> {
  const [proof, ...others] = proofs
  if (proof === undefined) return input.request
  return andThen(signLeaf(proof.scheme, proof, input), (request) =>
    signAll(others, { ...input, request }),
  )
}

/** Whether the credential holds what this way of proving needs. */
export function serves(leaf: Leaf, credential: Credential): boolean {
  return leafServes(leaf.scheme, leaf, credential)
}

function isAnonymous(leaf: Leaf): boolean {
  return leafIsAnonymous(leaf.scheme, leaf)
}

function leafIsAnonymous<Name extends SchemeName>(
  name: Name,
  parameters: ParametersOf[Name],
): boolean {
  return schemes[name].anonymous?.(parameters) === true
}

function leafServes<Name extends SchemeName>(
  name: Name,
  parameters: ParametersOf[Name],
  credential: Credential,
): boolean {
  return schemes[name].serves(parameters, credential)
}

function verifyLeaf<Name extends SchemeName>(
  name: Name,
  parameters: ParametersOf[Name],
  input: ProofInput,
): Verdict | Promise<Verdict> {
  const isLarge = input.request.body.length > limits.parsedBeforeProofBytesMax
  if (isLarge && parsesBody(parameters)) return refuse('body_too_large')
  return schemes[name].verify(parameters, input)
}

const parsing = new WeakMap<object, boolean>()

/** Some proofs stand in the body, or are made of its fields: anybody can make us read those. */
function parsesBody(parameters: Leaf): boolean {
  const known = parsing.get(parameters)
  if (known !== undefined) return known
  const text = JSON.stringify(parameters)
  const isToken = parameters.scheme === 'jwt' && !('header' in parameters.token)
  const parses = isToken || /"field"|\{field:|"canonical":|"items":/.test(text)
  parsing.set(parameters, parses)
  return parses
}

function signLeaf<Name extends SchemeName>(
  name: Name,
  parameters: ParametersOf[Name],
  input: SignInput,
): SentRequest | Promise<SentRequest> {
  return schemes[name].sign(parameters, input)
}

function andThen<In, Out>(
  value: In | Promise<In>,
  next: (value: In) => Out | Promise<Out>,
): Out | Promise<Out> {
  return value instanceof Promise ? value.then(next) : next(value)
}
