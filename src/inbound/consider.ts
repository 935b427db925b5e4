// From a proven request to what becomes of each of its events: read → plan, and whether somebody must
// be asked first. Pure, so that it can be done anywhere (see aside.ts) and done again.
import type { StoredVerdict } from '../db/lookups/claim.ts'
import { withContact } from '../lookups/enrich.ts'
import { limits } from '../limits.ts'
import { contactIn, parkingOf } from '../lookups/parking.ts'
import type { ActiveSource } from '../partners/directory.ts'
import { plan } from '../rules/plan.ts'
import type { Authentic, Credential, SentRequest, Trust } from '../schemes/scheme.ts'
import type { ReadEvent } from './event.ts'
import { read } from './read.ts'
import type { PlannedEvent } from './recorder.ts'

export type Rulebook = Pick<ActiveSource, 'provider' | 'settings' | 'rules'>

export interface Proven {
  request: SentRequest
  verdict: Authentic
  credentials: readonly Credential[]
}

/** An event of the request as it was recorded: what it was, and what was learned about it since. */
export interface RecordedPart {
  part: number
  key: string
  type: string
  contact: { email: string; trust: Trust } | null
}

export interface Considered {
  events: PlannedEvent[]
  /** The steps did not suffice: with more of them another plan might have come out. */
  spent: boolean
}

/** `stepsMax`: work of all rules over all events of the request together. `recorded`: of these only. */
export function consider(
  source: Rulebook,
  proven: Proven,
  stepsMax: number,
  recorded?: readonly RecordedPart[],
): Considered {
  const steps = { left: stepsMax }
  const { request, verdict } = proven
  const written = read(source.provider, request, verdict, source.settings)
  const events = recorded === undefined ? written : asRecorded(written, recorded, source)
  return {
    events: events.map((event) => decide(event, source, proven, steps)),
    spent: steps.left <= 0,
  }
}

/** Where it is quick; nothing for what is large, or turns out to take long: that is for another thread. */
export function considerHere(
  source: Rulebook,
  proven: Proven,
  recorded?: readonly RecordedPart[],
): PlannedEvent[] | undefined {
  if (proven.request.body.length >= limits.asideBodyBytesMin) return undefined
  const { events, spent } = consider(source, proven, limits.planStepsHereMax, recorded)
  return spent ? undefined : events
}

/** Those that are still read as events; a type may have stood where nothing was kept. */
function asRecorded(
  written: readonly ReadEvent[],
  recorded: readonly RecordedPart[],
  { provider: { join } }: Rulebook,
): ReadEvent[] {
  return recorded.flatMap(({ part, key, type, contact }) => {
    const event = written[part]
    if (event === undefined) return []
    if (event.unreadable !== null) return [{ ...event, key }]
    const named = { ...event, key, type: type === '' ? event.type : type }
    return [withContact(named, contact, join)]
  })
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
