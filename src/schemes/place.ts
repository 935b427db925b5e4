// Where a value of a proof stands in a request, to find it and to put it there. A value that could
// be two is none: which of them the sender meant cannot be known.
import type { BodyFormat } from '../bodies/format.ts'
import { mapAt, putAtSteps, stepsOf } from '../bodies/places.ts'
import { readBody } from '../bodies/read.ts'
import { withValue } from '../bodies/write.ts'
import type { JsonValue } from '../json.ts'
import { compilePath, type Found as InBody } from '../rules/path.ts'
import type { SentRequest } from './scheme.ts'

export type Place = { header: readonly string[] } | { query: string } | { field: string }

/** `family`: which of several header names it was; a proof's other headers must be its siblings. */
export type Found = { value: string; family: number } | { problem: Problem }
export type Problem = 'missing' | 'repeated' | 'malformed'

export function findAt(place: Place, request: SentRequest, format: BodyFormat): Found {
  if ('header' in place) return findHeader(place.header, request)
  return only(
    'query' in place
      ? queryValues(place.query, request.url)
      : fieldsFound(place.field, request, format).map(({ value }) => value),
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
  for (const name of names)
    for (const value of request.headers.get(name) ?? none)
      if (value !== found.value) return { problem: 'repeated' }
  return found
}

const none: readonly string[] = []

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

/** One value inside a value. */
export function valueIn(path: string, value: JsonValue | undefined): Found {
  const found = value === undefined ? [] : compilePath(path).find(value)
  return only(found.map((each) => each.value))
}

/** All that stands there; nothing where the body cannot be read. */
export function fieldsFound(path: string, request: SentRequest, format: BodyFormat): InBody[] {
  const read = readBody(request, format)
  return 'value' in read ? compilePath(path).find(read.value) : []
}

/** A copy of the request with the value put in place. */
export function putAt(
  place: Place,
  request: SentRequest,
  value: string,
  format: BodyFormat,
): SentRequest {
  if ('header' in place) return putHeader(place.header, request, value)
  if ('query' in place) return putQuery(place.query, request, value)
  return putField(place.field, request, value, format)
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

/** At a plain place inside the item that stands at `item`, a normalized path. */
export function putInItem(
  item: string,
  field: string,
  request: SentRequest,
  value: string,
  format: BodyFormat,
): SentRequest {
  const read = readBody(request, format)
  const steps = [...stepsOf(item), ...stepsOf(normalized(field))]
  return withValue(request, format, putAtSteps('value' in read ? read.value : {}, steps, value))
}

/** A plain place, `$.token` or `$['a']['b']`, is made; any other only replaces what is there. */
function putField(
  path: string,
  request: SentRequest,
  value: string,
  format: BodyFormat,
): SentRequest {
  const read = readBody(request, format)
  if (!plainPath.test(path)) return putWhereFound(path, request, value, format)
  const fields = 'value' in read ? read.value : {}
  return withValue(request, format, putAtSteps(fields, stepsOf(normalized(path)), value))
}

function normalized(path: string): string {
  return path.replace(/\.([A-Za-z_]\w*)/g, "['$1']")
}

function putWhereFound(
  path: string,
  request: SentRequest,
  value: string,
  format: BodyFormat,
): SentRequest {
  const read = readBody(request, format)
  const body = 'value' in read ? read.value : null
  const found = compilePath(path).find(body)
  if (found.length === 0) throw new Error(`there is no place ${path} to put a value`)
  const places = new Set(found.map((each) => each.path))
  return withValue(
    request,
    format,
    mapAt(body, places, () => value),
  )
}

const plainPath = /^\$(?:\.[A-Za-z_]\w*|\['[^'\\]+'\]|\[\d+\])+$/
