// Why a refused request was refused, and what to do: tries what may have gone wrong and names what
// would have been accepted. For people, on request; never on the way of an event, and what is found
// here never accepts one.
import type { Recorded } from '../inbound/recorded.ts'
import { admit } from '../inbound/verify.ts'
import { isProviderId, providers, resolveProof } from '../providers/index.ts'
import { leaves } from '../providers/resolve.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import type { Reason } from '../schemes/reasons.ts'
import type { Credential, KeySetLookup } from '../schemes/scheme.ts'
import { finding, type Finding } from './causes.ts'
import { clockFinding } from './clock.ts'
import { headersOf, isBlind, plainFindings } from './plain.ts'
import { settingsVariants } from './settings.ts'
import { bodyVariants, secretVariants, urlVariants } from './variants.ts'

export interface OtherCredential {
  /** How people know it: “shop (test)”. */
  name: string
  credential: Credential
}

export interface DiagnoseOptions {
  keySetAt: KeySetLookup
  /** Credentials of other sources, or ones that have ended: the request may be signed with one. */
  others?: readonly OtherCredential[]
  /** Why it was refused when it came: counts where what was kept of it cannot be judged again. */
  noted?: Reason
}

/** Empty where the request is accepted. What is certain comes first. */
export async function diagnose(recorded: Recorded, options: DiagnoseOptions): Promise<Finding[]> {
  const trying = new Trying(recorded, options.keySetAt)
  const reason = await trying.reasonOf({})
  if (reason === null) return []
  const blind = isBlind(recorded)
  const found: Finding[] = [
    ...(await clockFinding(trying, reason)),
    ...(await secretFindings(trying, recorded)),
    ...(await settingsFindings(trying, recorded)),
    ...(await otherCredentialFindings(trying, options.others ?? [])),
    ...(await bodyFindings(trying, recorded)),
    ...(await urlFindings(trying, recorded)),
    ...(await providerFindings(trying, recorded)),
    ...plainFindings((blind ? options.noted : undefined) ?? reason, recorded),
  ]
  const sorted = found.toSorted((one, other) => Number(other.certain) - Number(one.certain))
  return sorted.length > 0 ? sorted : [finding('unknown', false)]
}

/** The same request judged with something changed. */
export class Trying {
  #recorded: Recorded
  #keySetAt: KeySetLookup

  constructor(recorded: Recorded, keySetAt: KeySetLookup) {
    this.#recorded = recorded
    this.#keySetAt = keySetAt
  }

  /** Null: it would be accepted. */
  async reasonOf(change: Partial<Recorded>): Promise<Reason | null> {
    const { provider, proof, ...input } = { ...this.#recorded, ...change }
    const admission = await admit(provider, proof, { ...input, keySetAt: this.#keySetAt })
    return 'handshake' in admission || admission.authentic ? null : admission.reason
  }

  /** Also where only the time is wrong: two things may be wrong at once. */
  async fits(change: Partial<Recorded>): Promise<boolean> {
    const reason = await this.reasonOf(change)
    return reason === null || timeReasons.has(reason)
  }

  get now(): number {
    return this.#recorded.now
  }
}

export const timeReasons: ReadonlySet<Reason> = new Set<Reason>([
  'timestamp_too_old',
  'timestamp_in_future',
  'token_expired',
  'token_not_yet_valid',
])

async function secretFindings(trying: Trying, { credentials }: Recorded): Promise<Finding[]> {
  for (const credential of credentials) {
    for (const variant of secretVariants(credential)) {
      if (await trying.fits({ credentials: [variant.credential] }))
        return [finding(variant.cause, true, variant.detail)]
    }
  }
  return []
}

async function settingsFindings(trying: Trying, recorded: Recorded): Promise<Finding[]> {
  for (const { settings, proof, what } of settingsVariants(recorded)) {
    if (await trying.fits({ settings, proof })) return [finding('other_settings', true, what)]
  }
  return []
}

async function otherCredentialFindings(
  trying: Trying,
  others: readonly OtherCredential[],
): Promise<Finding[]> {
  for (const { name, credential } of others) {
    if (await trying.fits({ credentials: [credential] }))
      return [finding('other_credential', true, name)]
  }
  return []
}

async function bodyFindings(trying: Trying, { request }: Recorded): Promise<Finding[]> {
  for (const { what, body } of bodyVariants(request.body)) {
    if (await trying.fits({ request: { ...request, body } }))
      return [finding('body_changed', true, what)]
  }
  return []
}

async function urlFindings(
  trying: Trying,
  { request, settings, proof }: Recorded,
): Promise<Finding[]> {
  if (!leaves(proof).some(signsUrl)) return []
  for (const url of urlVariants(settings['url'] || request.url)) {
    if (await trying.fits({ settings: { ...settings, url } }))
      return [finding('other_url', true, withoutKey(url))]
  }
  return []
}

type Leaf = ReturnType<typeof leaves>[number]

function signsUrl(leaf: Leaf): boolean {
  if (leaf.scheme === 'message-signature') return true
  return 'template' in leaf && leaf.template.includes('{url}')
}

/** The ingest key is a secret: its beginning is enough to tell which it is. */
function withoutKey(url: string): string {
  return url.replace(/(\/in\/[\w-]{4})[\w-]+/, '$1…')
}

async function providerFindings(trying: Trying, recorded: Recorded): Promise<Finding[]> {
  const names: string[] = []
  for (const id of Object.keys(providers).filter(isProviderId)) {
    const provider = providers[id]
    const resolved = resolveProof(provider, {})
    if (provider === recorded.provider || !resolved.ok || provesNothing(resolved.proof)) continue
    const change = { provider, proof: resolved.proof, settings: {} }
    if (await trying.fits(change)) names.push(provider.name)
  }
  if (names.length > 0) return [finding('other_provider', true, names.join(', '))]
  const alike = lookAlikes(recorded)
  return alike.length > 0 ? [finding('looks_like', false, alike.join(', '))] : []
}

/** A secret URL or an address would accept anything. */
function provesNothing(proof: CheckedProof): boolean {
  if (proof.scheme === 'any') return proof.of.some(isWeak)
  return proof.scheme === 'all' ? proof.of.every(isWeak) : isWeak(proof)
}

function isWeak({ scheme }: { scheme: string }): boolean {
  return scheme === 'url' || scheme === 'network'
}

/** Providers whose own signature header is there, while the chosen one's is not. */
function lookAlikes({ provider, request, proof }: Recorded): string[] {
  if (headersOf(proof).some((name) => request.headers.has(name))) return []
  return Object.values(providers)
    .filter((other) => other !== provider)
    .filter((other) => {
      const resolved = resolveProof(other, {})
      const own = resolved.ok ? headersOf(resolved.proof) : []
      return own.some((name) => name !== 'authorization' && request.headers.has(name))
    })
    .map(({ name }) => name)
}
