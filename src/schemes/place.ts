// Where a value of a proof stands in a request, to find it and to put it there. A value that could
// be two is none: which of them the sender meant cannot be known.
import { Buffer } from 'node:buffer'
import type { JsonObject, JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { compilePath } from '../rules/path.ts'
import type { SentRequest } from './scheme.ts'

export type Place = { header: readonly string[] } | { query: string } | { field: string }

/** `family`: which of several header names it was; a proof's other headers must be its siblings. */
export type Found = { value: string; family: number } | { problem: Problem }
export type Problem = 'missing' | 'repeated' | 'malformed'

export function findAt(place: Place, request: SentRequest): Found {
  if ('header' in place) return findHeader(place.header, request)
  return only(
    'query' in place
      ? queryValues(place.query, request.url)
      : fieldValues(place.field, request.body),
  )
}

/** The first name present. */
export function findHeader(names: readonly string[], request: SentRequest): Found {
  for (const [family, name] of names.entries()) {
    const values = request.headers.get(name)
    if (values && values.length > 0) return only(values, family)
  }
  return { problem: 'missing' }
}

/**
 * The header of the same family as the signature, where both have equally many names. Another name
 * may be there as well (Svix sends both of its families), but only with the same value: else a copy
 * outside the signature could be taken for the signed one.
 */
export function findSibling(
  names: readonly string[],
  of: Place,
  family: number,
  request: SentRequest,
): Found {
  const siblings = 'header' in of && of.header.length === names.length
  const sibling = siblings ? names[family] : undefined
  const found = findHeader(sibling === undefined ? names : [sibling], request)
  if ('problem' in found) return found
  const sent = names.flatMap((name) => request.headers.get(name) ?? [])
  return sent.every((value) => value === found.value) ? found : { problem: 'repeated' }
}

function only(values: readonly JsonValue[], family = 0): Found {
  if (values.length > 1) return { problem: 'repeated' }
  const [value] = values
  if (value === undefined || value === '') return { problem: 'missing' }
  return typeof value === 'string' ? { value, family } : { problem: 'malformed' }
}

function queryValues(name: string, url: string): string[] {
  return parsedUrl(url)?.searchParams.getAll(name) ?? []
}

function parsedUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function fieldValues(path: string, body: Buffer): JsonValue[] {
  const value = parseBody(body)
  return value === undefined
    ? []
    : compilePath(path)
        .find(value)
        .map((found) => found.value)
}

/** Undefined for what is not JSON. */
function parseBody(body: Buffer): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(utf8.decode(body))
    return value
  } catch {
    return undefined
  }
}

/** A copy of the request with the value put in place. */
export function putAt(place: Place, request: SentRequest, value: string): SentRequest {
  if ('header' in place) return putHeader(place.header, request, value)
  if ('query' in place) return putQuery(place.query, request, value)
  return putField(place.field, request, value)
}

export function putHeader(
  names: readonly string[],
  request: SentRequest,
  value: string,
): SentRequest {
  const [name] = names
  if (name === undefined) throw new Error('a place in the headers needs a name')
  return { ...request, headers: new Map([...request.headers, [name, [value]]]) }
}

function putQuery(name: string, request: SentRequest, value: string): SentRequest {
  const url = new URL(request.url)
  url.searchParams.set(name, value)
  return { ...request, url: url.href }
}

/** Only a plain field name can be written to: `$.token`. */
function putField(path: string, request: SentRequest, value: string): SentRequest {
  const name = /^\$\.([A-Za-z]\w*)$/.exec(path)?.[1]
  if (name === undefined) throw new Error(`cannot put a value at ${path}: only at $.name`)
  const parsed = parseBody(request.body)
  const fields: JsonObject = isJsonObject(parsed) ? parsed : {}
  return { ...request, body: Buffer.from(JSON.stringify({ ...fields, [name]: value })) }
}
