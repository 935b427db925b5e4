// An event with what was learned about it: the provider's object at $.confirmed, the email of its
// customer at $.joined. Each addition carries a trust of its own; what the sender itself wrote at
// these places is gone. Pure.
import { putAtSteps } from '../bodies/places.ts'
import type { ReadEvent } from '../inbound/event.ts'
import { readAgain } from '../inbound/read.ts'
import { isJsonObject, type JsonValue } from '../json.ts'
import type { Join, Lookup, Provider } from '../providers/provider.ts'
import { isAtOrBelow, normalizedStep } from '../rules/path-text.ts'
import { compilePath } from '../rules/path.ts'
import type { SentRequest, Settings, Trust } from '../schemes/scheme.ts'
import { isUnsigned } from './parking.ts'
import { scalarAt } from './url.ts'

/** Does the object say what the event says? What is missing on either side says nothing. */
export function agrees({ agree }: Lookup, event: JsonValue, fetched: JsonValue): boolean {
  return agree.every((pair) => {
    const [said, found] = [
      scalarAt(compilePath(pair.event), event),
      scalarAt(compilePath(pair.fetched), fetched),
    ]
    return said !== null && said === found
  })
}

export interface Confirming {
  provider: Provider
  settings: Settings
  request: SentRequest
}

export function withConfirmed(
  event: ReadEvent,
  fetched: JsonValue,
  also: JsonValue | undefined,
  { provider, settings, request }: Confirming,
): ReadEvent {
  const whole = also !== undefined && isJsonObject(fetched) ? { ...fetched, also } : fetched
  return readAgain(provider, request, withAdded(event, 'confirmed', whole, 'confirmed'), settings)
}

/** The email of its customer, never believed more than what says who the customer is. */
export function withContact(
  event: ReadEvent,
  contact: { email: string; trust: Trust } | null,
  join: Join | undefined,
): ReadEvent {
  if (contact === null || join === undefined) return event
  const { apply } = join
  const trust = isUnsigned(event, apply.customer) ? 'unsigned' : contact.trust
  return withJoined(event, contact.email, trust)
}

export function withJoined(event: ReadEvent, email: string, trust: Trust): ReadEvent {
  return withAdded(event, 'joined', { email }, trust)
}

function withAdded(event: ReadEvent, name: string, added: JsonValue, trust: Trust): ReadEvent {
  const path = `$${normalizedStep(name)}`
  const elsewhere = event.regions.filter((region) => !isAtOrBelow(region.path, path))
  return {
    ...event,
    value: putAtSteps(event.value, [name], added),
    regions: [...elsewhere, { path, trust }],
  }
}
