// The time a sender signs with its request: reading it strictly, and judging it. The clock is the
// caller's: `now` comes in as an argument.
import { findSibling } from './place.ts'
import type { HmacParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Refused, SentRequest, Settings } from './scheme.ts'

export interface SignedTime {
  /** As written: this is what was signed. */
  text: string
  /** In the sender's unit. */
  value: number
}

const digits = /^\d{1,15}$/

/** `pairs`: values of the pair that holds the time, where it stands in the signature's header. */
export function readTime(
  { timestamp, signature }: HmacParameters,
  request: SentRequest,
  family: number,
  pairs: readonly string[],
): SignedTime | Refused | undefined {
  if (!timestamp) return undefined
  if ('header' in timestamp.at) {
    const found = findSibling(timestamp.at.header, signature.at, family, request)
    if (!('problem' in found)) return parseTime(found.value)
    return refuse(found.problem === 'missing' ? 'timestamp_missing' : `header_${found.problem}`)
  }
  const [text] = pairs
  if (text === undefined) return refuse('timestamp_missing')
  return pairs.length > 1 ? refuse('header_repeated') : parseTime(text)
}

function parseTime(text: string): SignedTime | Refused {
  return digits.test(text) ? { text, value: Number(text) } : refuse('timestamp_malformed')
}

export function judgeTime(
  { timestamp }: HmacParameters,
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

export function timeText({ timestamp }: HmacParameters, now: number): string {
  return String(timestamp?.unit === 'ms' ? now : Math.floor(now / 1000))
}
