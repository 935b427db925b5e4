// The time a sender signs with its request: reading it strictly, and judging it. The clock is the
// caller's: `now` comes in as an argument.
import { findSibling, valueIn, type Found } from './place.ts'
import type { SignedTextParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Refused, SentRequest, Settings } from './scheme.ts'
import type { WrittenSignatures } from './signature-header.ts'
import type { Root } from './text-pieces.ts'

export interface SignedTime {
  /** As written: this is what was signed. */
  text: string
  /** In the sender's unit; ISO times in milliseconds. */
  value: number
}

type Timestamp = NonNullable<SignedTextParameters['timestamp']>

/** What was found so far: the header's family, what it holds, the value that fields are taken from. */
interface Where {
  family: number
  written: WrittenSignatures
  root: Root
}

export function readTime(
  { timestamp, signature }: SignedTextParameters,
  request: SentRequest,
  { family, written, root }: Where,
): SignedTime | Refused | undefined {
  if (!timestamp) return undefined
  const { at, unit } = timestamp
  if ('header' in at) {
    return timeFound(findSibling(at.header, signature.at, family, request), unit)
  }
  if ('field' in at) return timeFound(valueIn(at.field, root.value), unit)
  const [text] = written.times
  if (text === undefined) return refuse('timestamp_missing')
  return written.times.length > 1 ? refuse('header_repeated') : parseTime(text, unit)
}

function timeFound(found: Found, unit: Timestamp['unit']): SignedTime | Refused {
  if (!('problem' in found)) return parseTime(found.value, unit)
  return refuse(found.problem === 'missing' ? 'timestamp_missing' : `header_${found.problem}`)
}

const digits = /^\d{1,15}$/
const isoForm =
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)| \d\d:\d\d:\d\d)$/

function parseTime(text: string, unit: Timestamp['unit']): SignedTime | Refused {
  const value = unit === 'iso' ? parseIso(text) : digits.test(text) ? Number(text) : NaN
  return Number.isNaN(value) ? refuse('timestamp_malformed') : { text, value }
}

/** RFC 3339 with its zone; "2026-11-30 00:53:20" is UTC with those who write so. */
function parseIso(text: string): number {
  if (!isoForm.test(text)) return NaN
  return Date.parse(text.includes('T') ? text : `${text.replace(' ', 'T')}Z`)
}

export function judgeTime(
  { timestamp }: SignedTextParameters,
  time: SignedTime | undefined,
  { now, settings }: { now: number; settings: Settings },
): Refused | undefined {
  if (!timestamp || !time) return undefined
  const allowed = toleranceOf(settings) ?? timestamp.toleranceSeconds
  // Senders that count seconds compare whole ones, so 300.9 s is still 300.
  const age =
    timestamp.unit === 's' ? Math.floor(now / 1000) - time.value : (now - time.value) / 1000
  if (age > allowed) return refuse('timestamp_too_old')
  if (timestamp.sided === 'two' && -age > allowed) return refuse('timestamp_in_future')
  return undefined
}

const toleranceSecondsMax = 86_400

/** A source may set its own; what is not a sensible number of seconds changes nothing. */
function toleranceOf(settings: Settings): number | undefined {
  const text = settings['tolerance'] ?? ''
  const seconds = digits.test(text) ? Number(text) : 0
  return seconds >= 1 && seconds <= toleranceSecondsMax ? seconds : undefined
}

export function timeText({ timestamp }: SignedTextParameters, now: number): string {
  if (timestamp?.unit === 'iso') return new Date(now).toISOString()
  return String(timestamp?.unit === 'ms' ? now : Math.floor(now / 1000))
}
