// Which events must wait: for the provider's word (lookup), or for the event that says a customer's
// email (join); and what an event teaches about a customer. Pure.
import { trustAt, type ReadEvent } from '../inbound/event.ts'
import { isOfType } from '../providers/event-types.ts'
import type { Join, Lookup, Provider } from '../providers/provider.ts'
import { normaliseEmail } from '../rules/email.ts'
import { compilePath } from '../rules/path.ts'
import type { Credential, Trust } from '../schemes/scheme.ts'
import type { ParkedReason } from './outcome.ts'
import { scalarAt } from './url.ts'

export interface Parked {
  waitsFor: 'join' | 'lookup'
  reason: ParkedReason
  customer: string | null
  again: boolean
}

type Read = Pick<ReadEvent, 'type' | 'value' | 'unreadable'>

/**
 * Undefined where the rules decide at once. `foundNoEmail`: they did, and an email was all they
 * lacked. A join is tried first, unless nothing may be accepted without the provider's word.
 */
export function parkingOf(
  provider: Provider,
  event: Read,
  credentials: readonly Credential[],
  foundNoEmail: boolean,
): Parked | undefined {
  const { lookup, join } = provider
  if (event.unreadable !== null) return undefined
  const asks = wantsLookup(lookup, event.type, credentials)
  const again = asks && lookup?.again === true
  const customer = join === undefined ? null : customerIn(join.apply, event)
  const joins = customer !== null && lookup?.required !== true
  if (joins) return foundNoEmail ? { waitsFor: 'join', reason: 'join', customer, again } : undefined
  if (!asks) return undefined
  const has = apiCredential(lookup, credentials) !== undefined
  return { waitsFor: 'lookup', reason: has ? 'lookup' : 'lookup_credentials', customer, again }
}

/** Is the provider asked about events of this type? */
export function wantsLookup(
  lookup: Lookup | undefined,
  type: string,
  credentials: readonly Credential[],
): lookup is Lookup {
  if (lookup === undefined) return false
  if (lookup.events !== undefined && !isOfType(lookup.events, type)) return false
  return lookup.required || apiCredential(lookup, credentials) !== undefined
}

/** The Authorization header of the first credential that has what the API asks for. */
export function apiCredential(
  lookup: Lookup,
  credentials: readonly Credential[],
): string | undefined {
  for (const { username, password, token } of credentials) {
    if (lookup.auth === 'bearer' && token) return `Bearer ${token}`
    if (lookup.auth === 'basic' && username && password)
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }
  return undefined
}

/** The customer an event names, where it is one of these events. */
export function customerIn(
  { events, customer }: Pick<Join['apply'], 'events' | 'customer'>,
  { type, value }: Pick<ReadEvent, 'type' | 'value'>,
): string | null {
  return isOfType(events, type) ? scalarAt(compilePath(customer), value) : null
}

export interface LearnedContact {
  customer: string
  email: string
  trust: Trust
}

/** A customer with the email, as one event says both. Never believed more than either of the two. */
export function contactIn(provider: Provider, event: ReadEvent): LearnedContact | undefined {
  const learn = provider.join?.learn
  if (learn === undefined || event.unreadable !== null) return undefined
  const customer = customerIn(learn, event)
  if (customer === null) return undefined
  for (const found of learn.email.flatMap((path) => compilePath(path).find(event.value))) {
    const normalised = normaliseEmail(found.value)
    if (!normalised.ok) continue
    const trust = isUnsigned(event, learn.customer) ? 'unsigned' : trustAt(event, found.path)
    return { customer, email: normalised.email.address, trust }
  }
  return undefined
}

/** A value that the proof does not cover must not decide whose email is taken. */
export function isUnsigned(event: ReadEvent, path: string): boolean {
  return compilePath(path)
    .find(event.value)
    .some((found) => trustAt(event, found.path) === 'unsigned')
}
