// The template of a signed text filled in from a request, and what of the body it covers.
import { Buffer, isUtf8 } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { readWritten, writtenOf, type Written } from '../bodies/written.ts'
import type { BodyFormat } from '../bodies/format.ts'
import { formatOf, queryOf } from '../bodies/read.ts'
import type { JsonValue } from '../json.ts'
import { findHeader } from './place.ts'
import { withoutMark } from '../bodies/json.ts'
import { stepsOf } from '../bodies/places.ts'
import { compilePath } from '../rules/path.ts'
import { canonicalText, writtenAt } from './canonical.ts'
import type { SignedTextParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Refused, SentRequest, Settings } from './scheme.ts'
import { parseTemplate, type TemplatePart, type TemplateVariable } from './template.ts'

/** Text, bytes, or the place where the secret takes part (a digest). */
export type Piece = string | Buffer | { secret: true }

/** What is signed, and which fields of the body that covers. */
export interface SignedText {
  pieces: Piece[]
  /** Normalized paths; null: the whole body. */
  covers: string[] | null
}

/** The value that fields are taken from: the body's, or one item's. */
export interface Root {
  readonly value: JsonValue | undefined
  /** Normalized path inside the body. */
  at: string
}

export type TextInput = {
  request: SentRequest
  settings: Settings
  format: BodyFormat
}

interface Values {
  timestamp: string
  id: string
}

/** Made of what one part of the template stands for. */
type Filled = { pieces: Piece[]; covers: string[] | null } | Refused

interface Filling {
  parameters: SignedTextParameters
  input: TextInput
  root: Root
  values: Values
}

export function renderText(
  parameters: SignedTextParameters,
  input: TextInput,
  root: Root,
  values: Values,
): SignedText | Refused {
  const filling = { parameters, input, root, values }
  const pieces: Piece[] = []
  let covers: string[] | null = []
  for (const part of partsOf(parameters)) {
    const filled = fill(part, filling)
    if ('reason' in filled) return filled
    for (const piece of filled.pieces) pieces.push(piece)
    if (filled.covers === null) covers = null
    else for (const path of filled.covers) covers?.push(path)
  }
  return { pieces, covers }
}

/** What of the body such a text covers, whatever else of the request is gone. null: the whole body. */
export function coverOf(
  parameters: SignedTextParameters,
  input: TextInput,
  root: Root,
): string[] | null {
  const filling = { parameters, input, root, values: { timestamp: '', id: '' } }
  const covers: string[] = []
  for (const part of partsOf(parameters)) {
    if (!('field' in part || 'variable' in part)) continue
    const filled = fill(part, filling)
    if ('reason' in filled) return []
    if (filled.covers === null) return null
    covers.push(...filled.covers)
  }
  return covers
}

const parsed = new WeakMap<SignedTextParameters, readonly TemplatePart[]>()

export function partsOf(parameters: SignedTextParameters): readonly TemplatePart[] {
  const known = parsed.get(parameters)
  if (known) return known
  const parts = parseTemplate(parameters.template)
  if (parts === null) throw new Error(`not a template: ${parameters.template}`)
  parsed.set(parameters, parts)
  return parts
}

function fill(part: TemplatePart, filling: Filling): Filled {
  if ('literal' in part) return alone(part.literal)
  if ('variable' in part) return variables[part.variable](filling)
  if ('header' in part) {
    const piece = headerPiece(part.header, filling.input.request)
    return typeof piece === 'object' && 'reason' in piece ? piece : alone(piece)
  }
  if ('setting' in part) {
    const setting = filling.input.settings[part.setting]
    return setting?.trim()
      ? alone(setting)
      : refuse('setting_missing', `the setting "${part.setting}" is not filled in`)
  }
  return field(part.field, filling)
}

function alone(piece: Piece): { pieces: Piece[]; covers: string[] } {
  return { pieces: [piece], covers: [] }
}

function whole(piece: Piece): { pieces: Piece[]; covers: null } {
  return { pieces: [piece], covers: null }
}

const variables: Record<TemplateVariable, (filling: Filling) => Filled> = {
  // A GET says what it says in its parameters: the signature of an empty body would fit any.
  body: ({ input: { request, format } }) =>
    whole(formatOf(request, format) === 'query' ? queryOf(request.url) : request.body),
  body_urldecoded: ({ input: { request } }) => whole(urlDecoded(request.body)),
  // Not proof against a forger who may choose the body: 32 bits. It is what PayPal signs.
  body_crc32: ({ input: { request } }) => whole(String(crc32(request.body))),
  timestamp: ({ values }) => alone(headerBytes(values.timestamp)),
  id: ({ values }) => alone(headerBytes(values.id)),
  url: ({ input: { request, settings } }) => alone(settings['url'] || request.url),
  glue: ({ parameters }) => alone(parameters.canonical?.glue ?? ''),
  secret: () => alone({ secret: true }),
  canonical,
}

/** "+" is a blank; a body that is no percent-encoding is taken as it is. */
function urlDecoded(body: Buffer): string | Buffer {
  try {
    return decodeURIComponent(body.toString('utf8').replaceAll('+', ' '))
  } catch {
    return body
  }
}

/** One scalar, or nothing: a missing field is empty, and is not covered. */
function field(path: string, { input, root }: Filling): Filled {
  const { value, at } = root
  const found = value === undefined ? [] : compilePath(path).find(value)
  const [only] = found
  if (found.length > 1) return refuse('field_mismatch')
  if (only === undefined || only.value === null) return alone('')
  if (typeof only.value === 'object') return refuse('field_mismatch')
  const place = at + only.path.slice(1)
  const text = typeof only.value === 'number' ? literalAt(place, input) : undefined
  return { pieces: [text ?? String(only.value)], covers: [place] }
}

/** What the sender wrote and signed: of 1.10 JavaScript leaves 1.1, of a long whole number less. */
function literalAt(place: string, { request, format }: TextInput): string | undefined {
  const written = writtenJson(request, format)
  const number = written && writtenAt(written, stepsOf(place))
  return number?.kind === 'number' ? number.text : undefined
}

function canonical({ parameters, input, root }: Filling): Filled {
  const wanted = parameters.canonical
  const written = wanted && writtenRoot(input, root)
  if (!wanted || !written) return refuse('field_mismatch')
  const of = wanted.of?.replace(/\.([A-Za-z_]\w*)/g, "['$1']") ?? '$'
  const inner = writtenAt(written, stepsOf(of))
  const text = inner && canonicalText(wanted, inner, root.at + of.slice(1))
  return text ?? refuse('field_mismatch')
}

/** Digits and order as they came, where the body is JSON. */
function writtenRoot({ request, format }: TextInput, root: Root): Written | undefined {
  if (root.value === undefined) return undefined
  const written = writtenJson(request, format)
  return written === undefined ? writtenOf(root.value) : writtenAt(written, stepsOf(root.at))
}

const known = new WeakMap<SentRequest, Written>()

/** Of a body that has been read as JSON; once, however many fields and items are signed. */
function writtenJson(request: SentRequest, format: BodyFormat): Written | undefined {
  const before = known.get(request)
  if (before !== undefined) return before
  const single = formatOf(request, format)
  const isJson = single === 'json' || single === 'json-lines'
  if (!isJson || !isUtf8(request.body)) return undefined
  const written = readWritten(withoutMark(request.body.toString('utf8')))
  known.set(request, written)
  return written
}

/** Header text as it came over the wire: there it is bytes, of which Node makes Latin-1 text. */
function headerBytes(text: string): string | Buffer {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'latin1')
}

function headerPiece(name: string, request: SentRequest): string | Buffer | Refused {
  const found = findHeader([name], request)
  return 'problem' in found ? refuse(`header_${found.problem}`) : headerBytes(found.value)
}
