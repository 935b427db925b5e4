// JSON text to a value. Nesting is counted before anything is parsed: a hostile body costs nothing.
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { BodyRead } from './read.ts'

export function parseJson(text: string): BodyRead {
  const bare = withoutMark(text)
  if (bare.trim() === '') return { unreadable: 'empty' }
  if (nestsTooDeep(bare)) return { unreadable: 'too_deep' }
  try {
    const value: JsonValue = JSON.parse(bare)
    return { value }
  } catch {
    return { unreadable: 'not_json' }
  }
}

/** A byte order mark says nothing and is no JSON. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** The same limit for values that never were JSON text here: the claims of a token, a form. */
export function isTooDeep(value: JsonValue, levels: number = limits.jsonDepthMax): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isTooDeep(item, levels - 1))
}

const quote = 0x22
const backslash = 0x5c

/** Counts brackets outside strings, up to the first one too many. */
function nestsTooDeep(text: string): boolean {
  // Most events have fewer brackets than levels are allowed; a search for them is eight times quicker.
  if (!hasMore(text, limits.jsonDepthMax)) return false
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

/** More opening brackets than `count`, wherever they stand? */
function hasMore(text: string, count: number): boolean {
  let opened = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      opened += 1
      if (opened > count) return true
    }
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
