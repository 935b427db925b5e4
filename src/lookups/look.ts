// One look: what is known about a parked event now, asking its provider where that is needed. It must
// never accept what only the provider's word could prove, and never asks twice at once.
import type { ClaimedLookup } from '../db/lookups/claim.ts'
import type { ReadEvent } from '../inbound/event.ts'
import { read } from '../inbound/read.ts'
import { validCredentials, type ActiveSource } from '../partners/directory.ts'
import type { JsonObject } from '../json.ts'
import type { Lookup } from '../providers/provider.ts'
import { plan, type Plan } from '../rules/plan.ts'
import type { Credential, SentRequest } from '../schemes/scheme.ts'
import type { LookupClient } from './client.ts'
import { agrees, withConfirmed, withContact } from './enrich.ts'
import type { LookupOutcome } from './outcome.ts'
import { apiCredential, customerIn, wantsLookup } from './parking.ts'
import { eventOf } from './part.ts'
import { compileUrl } from './url.ts'

export type Looked =
  /** The rules were applied to all there is to know. */
  | { planned: Plan; event: ReadEvent; asked: Asked | null }
  /** Only an email is missing, and the event that says it has not come. */
  | { alone: Plan; event: ReadEvent }
  /** No join helps: the provider comes next. */
  | { turn: true }
  | { asked: Asked; planned: null }

export interface Asked {
  outcome: LookupOutcome
  httpStatus: number | null
}

export async function look(
  claimed: ClaimedLookup,
  source: ActiveSource,
  { client, now }: { client: LookupClient; now: number },
): Promise<Looked> {
  const recorded = readAsRecorded(claimed, source)
  if (typeof recorded === 'string') return nothing(recorded)
  const { join } = source.provider
  const joins = join !== undefined && customerIn(join.apply, recorded.event) !== null
  const event = withContact(recorded.event, claimed.contact, join)
  const planned = plan(event, source.rules)
  const credentials = validCredentials(source, now)
  const lookup = lookupNeeded(source, claimed, credentials, joins && planned.reason !== 'no_email')
  if (lookup === undefined) {
    const isAlone = joins && claimed.contact === null && planned.reason === 'no_email'
    return isAlone ? { alone: planned, event } : { planned, event, asked: null }
  }
  if (claimed.waitsFor === 'join') return { turn: true }
  const authorization = apiCredential(lookup, credentials)
  if (authorization === undefined) return nothing('no_credential')
  const told = await ask(lookup, recorded.event, authorization, client)
  if (told.found === null) return { asked: told.asked, planned: null }
  const confirming = { ...source, request: recorded.request }
  const whole = withConfirmed(event, told.found, told.also, confirming)
  return { planned: plan(whole, source.rules), event: whole, asked: told.asked }
}

/** `decided`: a join has given the rules what they lacked, which is enough unless proof is required. */
function lookupNeeded(
  { provider: { lookup } }: ActiveSource,
  { type }: ClaimedLookup,
  credentials: readonly Credential[],
  decided: boolean,
): Lookup | undefined {
  if (!wantsLookup(lookup, type, credentials)) return undefined
  return lookup.required || !decided ? lookup : undefined
}

const nothing = (outcome: LookupOutcome): Looked => ({
  asked: { outcome, httpStatus: null },
  planned: null,
})

interface AsRecorded {
  event: ReadEvent
  request: SentRequest
}

/** From the request, or what was kept of it; else why not: it is gone, or the preset no longer reads it. */
function readAsRecorded(
  claimed: ClaimedLookup,
  source: ActiveSource,
): AsRecorded | 'body_gone' | 'impossible' {
  const { method, headers, body, kept, verdict, part, eventKey, type } = claimed
  if (method === null || headers === null || body === null) {
    if (kept === null) return 'body_gone'
    return { event: eventOf(kept, { key: eventKey, type }), request: gone }
  }
  const request = { method, url: '', headers: new Map(Object.entries(headers)), body }
  const authentic = { authentic: true, credential: null, ...verdict } as const
  const event = read(source.provider, request, authentic, source.settings)[part]
  if (event === undefined || event.unreadable !== null) return 'impossible'
  return { event: { ...event, key: eventKey, type }, request }
}

const gone: SentRequest = { method: '', url: '', headers: new Map(), body: Buffer.alloc(0) }

type Told =
  { found: JsonObject; also: JsonObject | undefined; asked: Asked } | { found: null; asked: Asked }

/** `event`: as its sender wrote it, without what was joined to it. */
async function ask(
  lookup: Lookup,
  event: ReadEvent,
  authorization: string,
  client: LookupClient,
): Promise<Told> {
  const get = async (url: string | null) =>
    url === null
      ? ({ found: null, outcome: 'impossible', httpStatus: null } as const)
      : client.ask({ url, authorization, ...(lookup.headers && { headers: lookup.headers }) })
  const first = await get(compileUrl(lookup.url)(event.value))
  if (first.found === null) return { found: null, asked: first }
  const { found, httpStatus } = first
  if (!agrees(lookup, event.value, found)) {
    return { found: null, asked: { outcome: 'not_confirmed', httpStatus } }
  }
  const asked = { outcome: 'confirmed', httpStatus } as const
  if (lookup.also === undefined) return { found, also: undefined, asked }
  const second = await get(compileUrl(lookup.also.url)(found))
  if (second.found === null && second.outcome !== 'impossible') {
    return { found: null, asked: second }
  }
  // An object that names no second one is confirmed all the same; its rules decide.
  return { found, also: second.found ?? undefined, asked }
}
