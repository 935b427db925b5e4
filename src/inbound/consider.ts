// From a proven request to what becomes of each of its events: read → plan, and whether somebody must
// be asked first. Pure, so that it can be done anywhere (see aside.ts) and done again.
import type { StoredVerdict } from '../db/lookups/claim.ts'
import { contactIn, parkingOf } from '../lookups/parking.ts'
import type { ActiveSource } from '../partners/directory.ts'
import { plan } from '../rules/plan.ts'
import type { Authentic, Credential, SentRequest } from '../schemes/scheme.ts'
import type { ReadEvent } from './event.ts'
import { read } from './read.ts'
import type { PlannedEvent } from './recorder.ts'

export type Rulebook = Pick<ActiveSource, 'provider' | 'settings' | 'rules'>

export interface Proven {
  request: SentRequest
  verdict: Authentic
  credentials: readonly Credential[]
}

export interface Considered {
  events: PlannedEvent[]
  /** The steps did not suffice: with more of them another plan might have come out. */
  spent: boolean
}

/** `stepsMax`: work of all rules over all events of the request together. */
export function consider(source: Rulebook, proven: Proven, stepsMax: number): Considered {
  const steps = { left: stepsMax }
  const { request, verdict } = proven
  const events = read(source.provider, request, verdict, source.settings).map((event) =>
    decide(event, source, proven, steps),
  )
  return { events, spent: steps.left <= 0 }
}

function decide(
  event: ReadEvent,
  { provider, rules }: Rulebook,
  { verdict, credentials }: Proven,
  steps: { left: number },
): PlannedEvent {
  const planned = plan(event, rules, steps)
  if (provider.lookup === undefined && provider.join === undefined) return { event, plan: planned }
  const parked = parkingOf(provider, event, credentials, planned.reason === 'no_email')
  return {
    event,
    plan: planned,
    parked: parked && { ...parked, verdict: storedVerdict(verdict) },
    contact: contactIn(provider, event),
  }
}

function storedVerdict({ trust, covers, claimsOnly }: Authentic): StoredVerdict {
  return { trust, ...(covers && { covers }), ...(claimsOnly && { claimsOnly }) }
}
