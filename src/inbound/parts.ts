// From exact bytes to JSON values, one per event. Pure, and safe against what a sender may write:
// nesting is counted before anything is parsed, and one broken line never takes others with it.
import { isUtf8 } from 'node:buffer'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { UnreadableReason } from './event.ts'

/** `text`: what this part was written as, for its hash; null where the part is the whole body. */
export type Part =
  { text: string | null; value: JsonValue } | { text: string | null; unreadable: UnreadableReason }

/** Never empty: a body without an event is one unreadable part. */
export function splitBody(body: Buffer, format: 'json' | 'json-lines'): Part[] {
  if (!isUtf8(body)) return [whole('not_utf8')]
  const text = withoutMark(body.toString('utf8'))
  if (text.trim() === '') return [whole('empty')]
  const parsed = parse(text, null)
  if (format === 'json') return [parsed]
  if ('unreadable' in parsed) return lines(text) ?? [parsed]
  return Array.isArray(parsed.value) ? elements(parsed.value) : [parsed]
}

/** The same limit for the claims of a token, which never were text here. */
export function isTooDeep(value: JsonValue, levels: number = limits.jsonDepthMax): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isTooDeep(item, levels - 1))
}

function whole(unreadable: UnreadableReason): Part {
  return { text: null, unreadable }
}

/** A byte order mark says nothing and is no JSON. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function parse(text: string, own: string | null): Part {
  if (nestsTooDeep(text)) return { text: own, unreadable: 'too_deep' }
  try {
    const value: JsonValue = JSON.parse(text)
    return { text: own, value }
  } catch {
    return { text: own, unreadable: 'not_json' }
  }
}

function elements(values: readonly JsonValue[]): Part[] {
  if (values.length === 0) return [whole('empty')]
  if (values.length > limits.eventsPerRequestMax) return [whole('too_many_events')]
  return values.map((value) => ({ text: JSON.stringify(value), value }))
}

/** Null where the body is not one value per line, but one value that is broken. */
function lines(text: string): Part[] | null {
  const written = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (written.length > limits.eventsPerRequestMax) return [whole('too_many_events')]
  if (written.length < 2) return null
  const parts = written.map((line) => parse(line, line))
  return parts.some((part) => 'value' in part) ? parts : null
}

const quote = 0x22
const backslash = 0x5c

/** Counts brackets outside strings, up to the first one too many: a hostile body costs nothing. */
function nestsTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === 0x5b || code === 0x7b) depth += 1
    else if (code === 0x5d || code === 0x7d) depth -= 1
    if (depth > limits.jsonDepthMax) return true
  }
  return false
}

/** Where the string that begins at `start` ends; the end of the text where it never does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1
    if (slashes % 2 === 0) return end
  }
  return text.length
}
