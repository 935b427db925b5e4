// HTTP Basic: user name and password, both always compared, over hashes. Proves who sends, not what.
import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { limits } from '../limits.ts'
import { decodeStrictly } from './encoding.ts'
import { findHeader, putHeader } from './place.ts'
import type { BasicParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type {
  Credential,
  ProofInput,
  Refused,
  Scheme,
  SentRequest,
  SignInput,
  Verdict,
} from './scheme.ts'

export const basic: Scheme<BasicParameters> = { serves, verify, sign }

const header = ['authorization']
const colon = 0x3a

function serves(_parameters: BasicParameters, { username, password }: Credential): boolean {
  return Boolean(username) && Boolean(password)
}

function verify(parameters: BasicParameters, input: ProofInput): Verdict {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0) return refuse('no_credential')
  const sent = readPair(input.request)
  if ('reason' in sent) return sent
  let match: Credential | undefined
  for (const credential of credentials) {
    const sameUser = equal(sent.username, credential.username ?? '')
    const samePassword = equal(sent.password, credential.password ?? '')
    if (sameUser && samePassword) match ??= credential
  }
  if (match === undefined) return refuse('password_mismatch')
  return { authentic: true, credential: match.id, trust: 'token' }
}

/** Bytes, so that names and passwords beyond ASCII compare as the UTF-8 they were sent as. */
function readPair(request: SentRequest): { username: Buffer; password: Buffer } | Refused {
  const found = findHeader(header, request)
  if ('problem' in found) return refuse(`header_${found.problem}`)
  const text = /^basic +(\S+) *$/i.exec(found.value.slice(0, limits.signatureCharsMax))?.[1]
  const bytes = text === undefined ? null : decodeStrictly(text, 'base64')
  const split = bytes?.indexOf(colon) ?? -1
  if (bytes === null || split < 0) return refuse('header_malformed')
  return { username: bytes.subarray(0, split), password: bytes.subarray(split + 1) }
}

function equal(sent: Buffer, saved: string): boolean {
  return timingSafeEqual(sha256(sent), sha256(Buffer.from(saved, 'utf8')))
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function sign(parameters: BasicParameters, { request, credential }: SignInput): SentRequest {
  if (!serves(parameters, credential))
    throw new Error('the credential has no user name and password')
  const pair = Buffer.from(`${credential.username}:${credential.password}`, 'utf8').toString(
    'base64',
  )
  return putHeader(header, request, `Basic ${pair}`)
}
