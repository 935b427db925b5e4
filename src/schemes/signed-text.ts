// What hmac, digest and detached have in common: a signature somewhere in the request, over a text
// made of the request. Reads what a request claims about itself; nothing of it is believed yet.
// Hashes the exact bytes received, never text decoded from them.
import type { Buffer } from 'node:buffer'
import type { BodyFormat } from '../bodies/format.ts'
import { readBody } from '../bodies/read.ts'
import type { JsonValue } from '../json.ts'
import { compilePath } from '../rules/path.ts'
import { decodeStrictly } from './encoding.ts'
import { findAt, findSibling, valueIn } from './place.ts'
import type { SignedTextParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { ProofInput, Refused, SentRequest } from './scheme.ts'
import { readSignatures, type WrittenSignatures } from './signature-header.ts'
import { readTime, type SignedTime } from './signed-time.ts'
import { renderText } from './text-pieces.ts'
import type { Root, SignedText, TextInput } from './text-pieces.ts'

export interface Claim extends SignedText {
  signatures: readonly Buffer[]
  time: SignedTime | undefined
}

/** One claim; one for each item where items are signed by themselves. */
export function readClaims(parameters: SignedTextParameters, input: ProofInput): Claim[] | Refused {
  const claims: Claim[] = []
  for (const root of rootsOf(parameters, input)) {
    const claim = readClaim(parameters, input, root)
    if ('reason' in claim) return claim
    claims.push(claim)
  }
  return claims.length === 0 ? refuse('field_mismatch') : claims
}

export function rootsOf(
  { items }: SignedTextParameters,
  { request, format }: TextInput,
): readonly Root[] {
  if (items === undefined) {
    return [new WholeBody(request, format)]
  }
  const read = readBody(request, format)
  if (!('value' in read)) return []
  return compilePath(items)
    .find(read.value)
    .map(({ path, value }) => ({ at: path, value }))
}

/** Read only where a field is asked for: most texts are made of bytes and headers alone. */
class WholeBody implements Root {
  readonly at = '$'
  private readonly request: SentRequest
  private readonly format: BodyFormat

  constructor(request: SentRequest, format: BodyFormat) {
    this.request = request
    this.format = format
  }

  get value(): JsonValue | undefined {
    const read = readBody(this.request, this.format)
    return 'value' in read ? read.value : undefined
  }
}

function readClaim(
  parameters: SignedTextParameters,
  input: ProofInput,
  root: Root,
): Claim | Refused {
  const found = findSignatures(parameters, input, root)
  if ('reason' in found) return found
  const { family, written } = found
  const time = readTime(parameters, input.request, { family, written, root })
  if (time && 'reason' in time) return time
  const id = readId(parameters, input.request, family)
  if (typeof id === 'object') return id
  const text = renderText(parameters, input, root, { timestamp: time?.text ?? '', id })
  if ('reason' in text) return text
  const { pieces, covers } = text
  return { pieces, covers, signatures: decoded(written.signatures, parameters), time }
}

interface FoundSignatures {
  family: number
  written: WrittenSignatures
}

function findSignatures(
  parameters: SignedTextParameters,
  { request, format }: ProofInput,
  root: Root,
): FoundSignatures | Refused {
  const { at: place, syntax } = parameters.signature
  const pair = timePairOf(parameters)
  if ('header' in place && place.repeated) {
    const values = place.header.flatMap((name) => request.headers.get(name) ?? [])
    const read = values.map((value) => readSignatures(value, syntax, pair))
    if (read.length === 0) return refuse('header_missing')
    const signatures = read.flatMap((one) => one?.signatures ?? [])
    if (signatures.length === 0) return refuse('header_malformed')
    return { family: 0, written: { signatures, times: [] } }
  }
  const found = 'field' in place ? valueIn(place.field, root.value) : findAt(place, request, format)
  if ('problem' in found) return refuse(`header_${found.problem}`)
  const written = readSignatures(found.value, syntax, pair)
  return written === null ? refuse('header_malformed') : { family: found.family, written }
}

function readId(
  parameters: SignedTextParameters,
  request: SentRequest,
  family: number,
): string | Refused {
  if (!parameters.id) return ''
  const found = findSibling(parameters.id.header, parameters.signature.at, family, request)
  return 'problem' in found ? refuse(`header_${found.problem}`) : found.value
}

/** Text that cannot be a signature is simply none that matches. */
function decoded(signatures: readonly string[], { encoding }: SignedTextParameters): Buffer[] {
  const bytes: Buffer[] = []
  for (const text of signatures) {
    const signature = decodeStrictly(text, encoding)
    if (signature !== null) bytes.push(signature)
  }
  return bytes
}

export function timePairOf({ timestamp }: SignedTextParameters): string | undefined {
  return timestamp && 'pair' in timestamp.at ? timestamp.at.pair : undefined
}
