// The sender's address is on a list. It says where a request came from, not what it says; and it can
// only be known where every proxy in between is named in TRUSTED_PROXIES.
import { inRanges, isPrivate, parseAddress, parseRanges, type Range } from './ip.ts'
import type { NetworkParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { ProofInput, Scheme, Verdict } from './scheme.ts'

export const network: Scheme<NetworkParameters> = {
  anonymous: () => true,
  serves: () => false,
  verify,
  sign: (parameters, { request }) => ({ ...request, ip: firstOf(parameters) }),
}

function verify(parameters: NetworkParameters, { request }: ProofInput): Verdict {
  const address = parseAddress(request.ip ?? '')
  if (address === null) return refuse('address_unknown')
  const ranges = rangesOf(parameters)
  // Of a list that nobody can read: the sender may well be right.
  if (ranges.length === 0)
    return refuse(
      'setting_missing',
      'the list of the sender’s addresses cannot be read: correct it',
    )
  if (inRanges(address, ranges)) {
    return { authentic: true, credential: null, trust: 'unsigned' }
  }
  // Most likely a proxy of ours that nobody named: the sender may well be right.
  return refuse(isPrivate(address) ? 'address_unknown' : 'address_mismatch')
}

const known = new WeakMap<NetworkParameters, readonly Range[]>()

function rangesOf(parameters: NetworkParameters): readonly Range[] {
  const before = known.get(parameters)
  if (before) return before
  const ranges = parseRanges(parameters.networks) ?? []
  known.set(parameters, ranges)
  return ranges
}

function firstOf({ networks }: NetworkParameters): string {
  return networks.trim().split(/[\s/]/)[0] ?? ''
}
