// Forms: name=value pairs, as application/x-www-form-urlencoded or as the query of a URL.
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import { nest } from './brackets.ts'
import type { BodyRead } from './read.ts'

export type Pair = readonly [name: string, value: string]

/** `flat`: names as they are, a repeated one gives a list. `nested`: a[b][]=1, as PHP reads it. */
export function parseForm(text: string, names: 'flat' | 'nested'): BodyRead {
  const trimmed = text.replace(/^[\s&]+|\s+$/g, '')
  if (trimmed === '') return { unreadable: 'empty' }
  const pieces = trimmed.split('&', limits.formFieldsMax + 1)
  if (pieces.length > limits.formFieldsMax) return { unreadable: 'too_many_fields' }
  const pairs = pieces.filter((piece) => piece !== '').map(pairOf)
  return names === 'flat' ? { value: flat(pairs) } : nest(pairs)
}

function pairOf(piece: string): Pair {
  const split = piece.indexOf('=')
  if (split < 0) return [decoded(piece), '']
  return [decoded(piece.slice(0, split)), decoded(piece.slice(split + 1))]
}

/** "+" is a blank; what is no percent-encoding of UTF-8 stays as it was written. */
function decoded(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

function flat(pairs: readonly Pair[]): JsonValue {
  const fields = new Map<string, JsonValue>()
  for (const [name, value] of pairs) {
    const before = fields.get(name)
    if (before === undefined) fields.set(name, value)
    else if (Array.isArray(before)) before.push(value)
    else fields.set(name, [before, value])
  }
  // fromEntries defines own members: "__proto__" is a name like any other.
  return Object.fromEntries(fields)
}
