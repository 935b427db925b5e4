// What the relay would say about one recorded request, in full: verdict, events, emails and answer.
// Needs no database. The emails are those the preset points at; a source's own rules may differ.
import type { UnreadableReason } from '../bodies/read.ts'
import type { JsonValue } from '../json.ts'
import { eventsOfType } from '../providers/event-types.ts'
import type { Answer, Handshake, Provider } from '../providers/provider.ts'
import { parkingOf } from '../lookups/parking.ts'
import { normaliseEmail } from '../rules/email.ts'
import { compilePath } from '../rules/path.ts'
import { reasons } from '../schemes/reasons.ts'
import type { Reason } from '../schemes/reasons.ts'
import type { Authentic, KeySetLookup, Trust } from '../schemes/scheme.ts'
import { answerOf } from './answer.ts'
import { trustAt } from './event.ts'
import type { ReadEvent } from './event.ts'
import { read } from './read.ts'
import type { Recorded } from './recorded.ts'
import { admit } from './verify.ts'

interface JudgedEvent {
  key: string
  type: string
  /** ISO 8601. */
  occurredAt: string | null
  unreadable?: UnreadableReason
  /** It would wait for its provider's word, or for an event that says the customer's email. */
  parked?: 'lookup' | 'join'
}

interface JudgedEmail {
  value: string
  /** Normalized. */
  path: string
  trust: Trust
}

interface Judged {
  event: JudgedEvent | null
  email: JudgedEmail | null
}

/** `events` takes the place of `event` and `email` where the request holds several. */
export type Judgement = {
  authentic: boolean
  /** Answered as the preset says, and never an event; `authentic` only where it had to be proven. */
  handshake?: true
  reason: Reason | null
  hint: string | null
  /** Id of the credential that proved it, else its index in the document. */
  credential: string | number | null
  answer: { status: number; body: string }
} & (Judged | { events: Judged[] })

export async function judge(recorded: Recorded, keySetAt: KeySetLookup): Promise<Judgement> {
  const { provider, proof, request, credentials, settings, now } = recorded
  const verdict = await admit(provider, proof, { request, credentials, settings, now, keySetAt })
  if ('handshake' in verdict) return shaken(verdict.handshake, recorded, verdict.verdict)
  if (verdict.authentic) return accepted(recorded, verdict)
  const { reason, hint } = verdict
  return {
    authentic: false,
    reason,
    hint,
    credential: null,
    event: null,
    email: null,
    answer: { status: reasons[reason].status, body: '' },
  }
}

function accepted(recorded: Recorded, verdict: Authentic): Judgement {
  const { provider, request, settings, credentials } = recorded
  const judged = read(provider, request, verdict, settings).map((event) => {
    const email = emailOf(provider, event)
    const parked = parkingOf(provider, event, credentials, email === null)
    return { event: { ...eventShown(event), ...(parked && { parked: parked.waitsFor }) }, email }
  })
  const [first] = judged
  const shown = first !== undefined && judged.length === 1 ? first : { events: judged }
  return {
    authentic: true,
    reason: null,
    hint: null,
    credential: nameOf(recorded, verdict),
    ...shown,
    answer: said(provider.answer, recorded, verdict),
  }
}

function shaken(handshake: Handshake, recorded: Recorded, verdict: Authentic | null): Judgement {
  return {
    authentic: verdict !== null,
    handshake: true,
    reason: null,
    hint: null,
    credential: verdict === null ? null : nameOf(recorded, verdict),
    event: null,
    email: null,
    answer: said(handshake.answer, recorded, verdict),
  }
}

function said(answer: Answer, recorded: Recorded, verdict: Authentic | null) {
  const { provider, request, settings, credentials } = recorded
  const { format } = provider.body
  const credential = credentials.find(({ id }) => id === verdict?.credential) ?? credentials[0]
  const { status, body } = answerOf(answer, { request, format, settings, credential })
  return { status, body }
}

function nameOf({ credentials }: Recorded, verdict: Authentic): string | number | null {
  const index = credentials.findIndex(({ id }) => id === verdict.credential)
  return verdict.credential === String(index) ? index : verdict.credential
}

function eventShown({ key, type, occurredAt, unreadable }: ReadEvent): JudgedEvent {
  const at = occurredAt === null ? null : new Date(occurredAt).toISOString()
  return { key, type, occurredAt: at, ...(unreadable === null ? {} : { unreadable }) }
}

/** The first value that is an address, at the paths the preset knows for this type. */
function emailOf(provider: Provider, event: ReadEvent): JudgedEmail | null {
  if (event.unreadable !== null) return null
  for (const path of eventsOfType(provider, event.type).flatMap((known) => known.email)) {
    for (const found of compilePath(path).find(event.value)) {
      const judged = addressAt(found, event)
      if (judged !== null) return judged
    }
  }
  return null
}

function addressAt(
  { path, value }: { path: string; value: JsonValue },
  event: ReadEvent,
): JudgedEmail | null {
  const normalised = normaliseEmail(value)
  if (!normalised.ok) return null
  return { value: normalised.email.address, path, trust: trustAt(event, path) }
}
