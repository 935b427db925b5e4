// From an authentic request to the values of the events it holds. Pure; one broken line never takes
// others with it.
import type { Embedded } from '../bodies/format.ts'
import { expand } from '../bodies/embedded.ts'
import { isTooDeep, parseJson, withoutMark } from '../bodies/json.ts'
import { formatOf, readBodyLast, type BodyRead, type UnreadableReason } from '../bodies/read.ts'
import { normalizedStep } from '../rules/path-text.ts'
import { compilePath } from '../rules/path.ts'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { Provider } from '../providers/provider.ts'
import { mapAt } from '../bodies/places.ts'
import type { Authentic, SentRequest } from '../schemes/scheme.ts'

/**
 * `text`: what this part was written as, for its hash; null where the part is the whole body.
 * `at`: the normalized path of this part inside the body.
 */
export type Part = { text: string | null; at: string } & BodyRead

/** Never empty: a body without an event is one unreadable part. */
export function splitRequest(
  { body: { format, embedded, batch } }: Provider,
  request: SentRequest,
  verdict: Authentic,
): Part[] {
  const single = formatOf(request, format)
  const whole = single === 'jwt' ? claimsOf(verdict) : readBodyLast(request, format)
  const parts = single === 'json-lines' ? lines(whole, request) : [asPart(whole)]
  const opened = embedded === undefined ? parts : parts.map((part) => opening(part, embedded))
  const [only] = opened
  return batch && only && 'value' in only ? items(only.value, batch) : opened
}

function claimsOf({ claims }: Authentic): BodyRead {
  if (claims === undefined) return { unreadable: 'empty' }
  return isTooDeep(claims) ? { unreadable: 'too_deep' } : { value: claims }
}

function asPart(read: BodyRead): Part {
  return 'value' in read
    ? { value: read.value, text: null, at: '$' }
    : { unreadable: read.unreadable, text: null, at: '$' }
}

function unreadable(reason: UnreadableReason): Part {
  return asPart({ unreadable: reason })
}

function opening(part: Part, embedded: readonly Embedded[]): Part {
  return 'value' in part ? { ...part, value: expand(part.value, embedded) } : part
}

/** JSON, an array of events, or one value per line. */
function lines(whole: BodyRead, request: SentRequest): Part[] {
  if ('value' in whole) return Array.isArray(whole.value) ? elements(whole.value) : [asPart(whole)]
  // A line that is nested too deeply makes the whole look so.
  return whole.unreadable === 'not_json' || whole.unreadable === 'too_deep'
    ? (splitLines(withoutMark(request.body.toString('utf8'))) ?? [asPart(whole)])
    : [asPart(whole)]
}

function elements(values: readonly JsonValue[]): Part[] {
  if (values.length === 0) return [unreadable('empty')]
  if (values.length > limits.eventsPerRequestMax) return [unreadable('too_many_events')]
  return values.map((value, index) => ({
    text: JSON.stringify(value),
    at: `$${normalizedStep(index)}`,
    value,
  }))
}

/** Null where the body is not one value per line, but one value that is broken. */
function splitLines(text: string): Part[] | null {
  const written = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (written.length > limits.eventsPerRequestMax) return [unreadable('too_many_events')]
  if (written.length < 2) return null
  const parts = written.map((line): Part => ({ ...parseJson(line), text: line, at: '$' }))
  return parts.some((part) => 'value' in part) ? parts : null
}

/** The events inside a body; each keeps the body around it where its meaning depends on that. */
function items(
  value: JsonValue,
  { path, keepsBody }: NonNullable<Provider['body']['batch']>,
): Part[] {
  const { found, complete } = compilePath(path).search(value)
  if (!complete || found.length > limits.eventsPerRequestMax) return [unreadable('too_many_events')]
  if (found.length === 0) return [unreadable('empty')]
  if (!keepsBody) {
    return found.map((item) => ({
      text: JSON.stringify(item.value),
      at: item.path,
      value: item.value,
    }))
  }
  return found.map((item) => {
    const others = new Set(found.map((each) => each.path).filter((other) => other !== item.path))
    const alone = mapAt(value, others, () => null)
    return { text: JSON.stringify(alone), at: '$', value: alone }
  })
}
