// HMAC over a template of the request: how most senders sign. Hashes the exact bytes received, never
// text decoded from them; compares in constant time; judges the time only once a signature matched.
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { decodeStrictly } from './encoding.ts'
import { explainMismatch } from './hmac-hints.ts'
import { keyBytes } from './key-pipeline.ts'
import { findAt, findHeader, findSibling, putAt, putHeader } from './place.ts'
import type { HmacParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type {
  Credential,
  ProofInput,
  Refused,
  Scheme,
  SentRequest,
  Settings,
  SignInput,
  Verdict,
} from './scheme.ts'
import { readSignatures, writeSignature } from './signature-header.ts'
import type { SignedTime } from './signed-time.ts'
import { judgeTime, readTime, timeText } from './signed-time.ts'
import type { TemplatePart, TemplateVariable } from './template.ts'
import { parseTemplate } from './template.ts'

export const hmac: Scheme<HmacParameters> = { serves, verify, sign }

function serves(_parameters: HmacParameters, credential: Credential): boolean {
  return credential.secret !== undefined && credential.secret.trim() !== ''
}

interface Claim {
  signatures: readonly Buffer[]
  time: SignedTime | undefined
  pieces: readonly Piece[]
}
type Piece = string | Buffer

function verify(parameters: HmacParameters, input: ProofInput): Verdict {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0) return refuse('no_credential')
  const claim = readClaim(parameters, input)
  if ('reason' in claim) return claim
  const match = credentials.find((credential) => {
    const key = keyOf(parameters, credential)
    return key !== null && signedBy(key, parameters, claim)
  })
  if (match === undefined) return explain(parameters, input, credentials, claim)
  const late = judgeTime(parameters, claim.time, input)
  if (late) return late
  return {
    authentic: true,
    credential: match.id,
    trust: coversBody(parameters) ? 'signed' : 'token',
  }
}

/** Everything the request says about its own proof; nothing of it is believed yet. */
function readClaim(parameters: HmacParameters, input: ProofInput): Claim | Refused {
  const place = parameters.signature.at
  const found = findAt(place, input.request, input.format)
  if ('problem' in found) return refuse(`header_${found.problem}`)
  const written = readSignatures(found.value, parameters.signature.syntax, timePairOf(parameters))
  if (written === null) return refuse('header_malformed')
  const time = readTime(parameters, input.request, found.family, written.times)
  if (time && 'reason' in time) return time
  const id = readId(parameters, input.request, found.family)
  if (typeof id === 'object') return id
  const pieces = piecesToSign(partsOf(parameters), input, { timestamp: time?.text ?? '', id })
  if (!Array.isArray(pieces)) return pieces
  return { signatures: decoded(written.signatures, parameters), time, pieces }
}

function readId(
  parameters: HmacParameters,
  request: SentRequest,
  family: number,
): string | Refused {
  if (!parameters.id) return ''
  const found = findSibling(parameters.id.header, parameters.signature.at, family, request)
  return 'problem' in found ? refuse(`header_${found.problem}`) : found.value
}

/** Text that cannot be a signature is simply none that matches. */
function decoded(signatures: readonly string[], parameters: HmacParameters): Buffer[] {
  return signatures.flatMap((text) => decodeStrictly(text, parameters.encoding) ?? [])
}

function piecesToSign(
  parts: readonly TemplatePart[],
  input: { request: SentRequest; settings: Settings },
  values: { timestamp: string; id: string },
): Piece[] | Refused {
  const pieces: Piece[] = []
  for (const part of parts) {
    if ('literal' in part) pieces.push(part.literal)
    else if ('variable' in part) pieces.push(valueOf(part.variable, input, values))
    else if ('header' in part) {
      const found = findHeader([part.header], input.request)
      if ('problem' in found) return refuse(`header_${found.problem}`)
      pieces.push(headerBytes(found.value))
    }
  }
  return pieces
}

function valueOf(
  variable: TemplateVariable,
  { request, settings }: { request: SentRequest; settings: Settings },
  values: { timestamp: string; id: string },
): Piece {
  if (variable === 'body') return request.body
  if (variable === 'url') return settings['url'] || request.url
  return variable === 'id' || variable === 'timestamp' ? headerBytes(values[variable]) : ''
}

/** Header text as it came over the wire: there it is bytes, of which Node makes Latin-1 text. */
function headerBytes(text: string): Piece {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'latin1')
}

function signedBy(key: KeyObject | Buffer, parameters: HmacParameters, claim: Claim): boolean {
  const expected = digest(key, parameters, claim.pieces)
  let matches = false
  for (const signature of claim.signatures) {
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) matches = true
  }
  return matches
}

function digest(
  key: KeyObject | Buffer,
  parameters: HmacParameters,
  pieces: readonly Piece[],
): Buffer {
  const mac = createHmac(parameters.hash, key)
  for (const piece of pieces) mac.update(piece)
  return mac.digest()
}

function explain(
  parameters: HmacParameters,
  input: ProofInput,
  credentials: readonly Credential[],
  claim: Claim,
): Refused {
  const unusable = credentials.some((credential) => keyOf(parameters, credential) === null)
  const hint = explainMismatch(parameters, credentials, input.request.body.length, (key) =>
    signedBy(key, parameters, claim),
  )
  return refuse(unusable ? 'credential_unusable' : 'signature_mismatch', hint)
}

interface Prepared {
  parts: readonly TemplatePart[]
  keys: WeakMap<Credential, KeyObject | null>
}

/** Per parameters and credential object: no secret's text is ever a key of a table. */
const prepared = new WeakMap<HmacParameters, Prepared>()

function prepare(parameters: HmacParameters): Prepared {
  const known = prepared.get(parameters)
  if (known) return known
  const parts = parseTemplate(parameters.template)
  if (parts === null) throw new Error(`not a template: ${parameters.template}`)
  const made: Prepared = { parts, keys: new WeakMap() }
  prepared.set(parameters, made)
  return made
}

function partsOf(parameters: HmacParameters): readonly TemplatePart[] {
  return prepare(parameters).parts
}

/** Null where the secret cannot be a key. */
function keyOf(parameters: HmacParameters, credential: Credential): KeyObject | null {
  const { keys } = prepare(parameters)
  const known = keys.get(credential)
  if (known !== undefined) return known
  const bytes = keyBytes(parameters.key, credential.secret ?? '')
  const key = bytes === null ? null : createSecretKey(bytes)
  keys.set(credential, key)
  return key
}

function coversBody(parameters: HmacParameters): boolean {
  return partsOf(parameters).some((part) => 'variable' in part && part.variable === 'body')
}

function timePairOf({ timestamp }: HmacParameters): string | undefined {
  return timestamp && 'pair' in timestamp.at ? timestamp.at.pair : undefined
}

function sign(parameters: HmacParameters, input: SignInput): SentRequest {
  const key = serves(parameters, input.credential) ? keyOf(parameters, input.credential) : null
  if (key === null) throw new Error('the credential has no secret this scheme can sign with')
  const time = timeText(parameters, input.now)
  const request = withSiblings(parameters, input, time)
  const pieces = piecesToSign(
    partsOf(parameters),
    { ...input, request },
    { timestamp: time, id: input.id },
  )
  if (!Array.isArray(pieces))
    throw new Error(`a header to be signed is not there: ${parameters.template}`)
  const signature = digest(key, parameters, pieces).toString(parameters.encoding)
  const { at, syntax } = parameters.signature
  const written = writeSignature(signature, syntax, time, timePairOf(parameters))
  return putAt(at, request, written, input.format)
}

/** The request with the headers that stand beside the signature. */
function withSiblings(
  parameters: HmacParameters,
  { request, id }: SignInput,
  time: string,
): SentRequest {
  const at = parameters.timestamp?.at
  const timed = at && 'header' in at ? putHeader(at.header, request, time) : request
  return parameters.id ? putHeader(parameters.id.header, timed, id) : timed
}
