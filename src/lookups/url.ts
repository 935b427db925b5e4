// The address of an object at the provider, from a preset's template. The host stands in the preset;
// what an event says can only be the whole or a part of one segment, or of one value of the query,
// whatever it holds. Pure.
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import { compilePath, type CompiledPath } from '../rules/path.ts'

/** The address for this value; null where a field is missing, or cannot be such a part. */
export type LookupUrl = (value: JsonValue) => string | null

const fixedHost = /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+\//

/** Throws for a template that no preset may have. */
export function compileUrl(template: string): LookupUrl {
  const pieces = template.split(/\{field:([^{}]*)\}/)
  const [start = ''] = pieces
  // Placeholders and literals alternate; a brace that is left belongs to nothing.
  const literals = pieces.filter((_, index) => index % 2 === 0)
  if (!fixedHost.test(start)) throw new Error('a lookup goes to https and a host written out')
  if (literals.some((text) => /[{}]/.test(text))) throw new Error('only {field:$.path} is known')
  const parts = pieces.map((text, index) => (index % 2 === 0 ? text : compilePath(text)))
  return (value) => {
    const filled = parts.map((part) => (typeof part === 'string' ? part : encoded(part, value)))
    if (filled.includes(null)) return null
    const url = filled.join('')
    // What a parser would read differently (a segment "..") is not what the preset meant.
    return URL.canParse(url) && new URL(url).href === url ? url : null
  }
}

/** Exactly one text or whole number, which stands for itself alone. */
function encoded(path: CompiledPath, value: JsonValue): string | null {
  const text = scalarAt(path, value)
  if (text === null || text.length > limits.lookupFieldCharsMax || !text.isWellFormed()) return null
  return encodeURIComponent(text).replace(/[!'()*]/g, escaped)
}

const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/** The only value at a path as text; null where there is none, or several, or it is no scalar. */
export function scalarAt(path: CompiledPath, value: JsonValue): string | null {
  const [only, ...others] = path.find(value)
  if (only === undefined || others.length > 0) return null
  const { value: found } = only
  if (typeof found === 'string') return found === '' ? null : found
  if (typeof found === 'boolean') return String(found)
  // JSON has rounded whole numbers beyond the safe ones.
  return typeof found === 'number' && Math.abs(found) <= Number.MAX_SAFE_INTEGER
    ? String(found)
    : null
}
