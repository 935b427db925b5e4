// Texts inside a value that hold a value of their own: JSON in JSON, base64 of JSON or XML, the
// payload of a token. What they hold takes their place; what cannot be read stays the text it is.
import { Buffer } from 'node:buffer'
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import { compilePath } from '../rules/path.ts'
import type { Embedded } from './format.ts'
import { isTooDeep, parseJson } from './json.ts'
import { mapAt, stepsOf } from './places.ts'
import { parseXml, writeXml } from './xml.ts'

/** In order: a later text may stand inside an earlier one. */
export function expand(value: JsonValue, embedded: readonly Embedded[]): JsonValue {
  let expanded = value
  for (const { at, as } of embedded) {
    const places = compilePath(at).find(expanded)
    const paths = new Set(places.map(({ path }) => path))
    if (paths.size > 0) {
      expanded = mapAt(expanded, paths, (found, path) => {
        const inside = opened(found, as)
        // Each text alone was shallow enough; inside the others it may not be.
        return isTooDeep(inside, limits.jsonDepthMax - stepsOf(path).length) ? found : inside
      })
    }
  }
  return expanded
}

/** The other way, for samples: values become the texts that hold them, inner ones first. */
export function collapse(value: JsonValue, embedded: readonly Embedded[]): JsonValue {
  return embedded.toReversed().reduce((collapsed, { at, as }) => {
    const paths = new Set(
      compilePath(at)
        .find(collapsed)
        .map(({ path }) => path),
    )
    return mapAt(collapsed, paths, (found) => closed(found, as))
  }, value)
}

function opened(found: JsonValue, as: Embedded['as']): JsonValue {
  if (typeof found !== 'string') return found
  const text = textIn(found, as)
  if (text === null) return found
  if (as === 'base64-xml') return parseXml(text) ?? found
  const read = parseJson(text)
  // A bare number or word that happens to be JSON was meant as text.
  return 'value' in read && typeof read.value === 'object' && read.value !== null
    ? read.value
    : found
}

function textIn(found: string, as: Embedded['as']): string | null {
  if (as === 'json') return found
  if (as === 'jws') {
    const [, payload, signature] = found.split('.', 3)
    return signature === undefined ? null : decoded(payload ?? '', 'base64url')
  }
  return decoded(found, 'base64')
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decoded(text: string, encoding: 'base64' | 'base64url'): string | null {
  try {
    return utf8.decode(Buffer.from(text, encoding))
  } catch {
    return null
  }
}

const jwsHeader = Buffer.from('{"alg":"ES256"}').toString('base64url')

function closed(found: JsonValue, as: Embedded['as']): JsonValue {
  if (typeof found !== 'object' || found === null) return found
  if (as === 'base64-xml') {
    if (!isJsonObject(found)) return found
    // Braintree ends its base64 with a line break, which it signs.
    return `${Buffer.from(writeXml(found)).toString('base64')}\n`
  }
  const json = JSON.stringify(found)
  if (as === 'json') return json
  if (as === 'base64-json') return Buffer.from(json).toString('base64')
  return `${jwsHeader}.${Buffer.from(json).toString('base64url')}.${Buffer.from('sample').toString('base64url')}`
}
