// A shared token: proves who sends, not what. Compared over hashes, so that neither the length nor a
// common beginning can be measured; every active token is compared every time.
import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { limits } from '../limits.ts'
import { fieldsFound, findAt, putAt, putInItem, valueIn, type Found } from './place.ts'
import { afterPrefix } from './prefix.ts'
import type { TokenParameters } from './proof.ts'
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

export const token: Scheme<TokenParameters> = { serves, verify, sign }

function serves({ credential: field }: TokenParameters, credential: Credential): boolean {
  return (credential[field] ?? '').trim() !== ''
}

function verify(parameters: TokenParameters, input: ProofInput): Verdict {
  const credentials = input.credentials.filter((credential) => serves(parameters, credential))
  if (credentials.length === 0) return refuse('no_credential')
  const sent = readTokens(parameters, input)
  if ('reason' in sent) return sent
  let lead: Credential | undefined
  for (const digests of sent.map(digestsOf)) {
    const match = matchOf(digests, credentials, parameters)
    if (match === undefined)
      return refuse('token_mismatch', explain(parameters, credentials, digests))
    lead ??= match
  }
  return lead === undefined
    ? refuse('token_missing')
    : { authentic: true, credential: lead.id, trust: 'token' }
}

function matchOf(
  digests: readonly Buffer[],
  credentials: readonly Credential[],
  { credential: field }: TokenParameters,
): Credential | undefined {
  let match: Credential | undefined
  for (const credential of credentials) {
    const equal = isOneOf(digests, credential[field] ?? '')
    if (equal) match ??= credential
  }
  return match
}

/** One; of a batch the different ones its items hold. All must be right. */
function readTokens({ at }: TokenParameters, input: ProofInput): string[] | Refused {
  const tokens = new Set<string>()
  for (const found of findTokens(at, input)) {
    if ('problem' in found) {
      return refuse(found.problem === 'repeated' ? 'header_repeated' : `token_${found.problem}`)
    }
    if (found.value.length > limits.signatureCharsMax) return refuse('token_malformed')
    const token = 'header' in at ? afterPrefix(at.prefix, found.value) : found.value
    if (typeof token !== 'string') return token
    tokens.add(token)
  }
  return [...tokens]
}

function findTokens(at: TokenParameters['at'], { request, format }: ProofInput): Found[] {
  if (!('items' in at)) return [findAt(at, request, format)]
  return fieldsFound(at.items, request, format).map(({ value }) => valueIn(at.field, value))
}

/** The usual slips of pasting: blanks around the token, or the header's prefix with it. */
function explain(
  { at, credential: field }: TokenParameters,
  credentials: readonly Credential[],
  sent: readonly Buffer[],
): string | undefined {
  const prefix = 'header' in at ? at.prefix : ''
  const slipped = credentials.some((credential) => {
    const saved = credential[field] ?? ''
    const trimmed = saved.trim()
    const bare =
      prefix !== '' && trimmed.startsWith(prefix) ? trimmed.slice(prefix.length) : trimmed
    return bare !== saved && isOneOf(sent, bare)
  })
  return slipped
    ? 'the token was saved with blanks or its prefix: paste it again without them'
    : undefined
}

/** Header text is Latin-1 made of bytes; a token beyond ASCII was sent as UTF-8 or as that text. */
function digestsOf(sent: string): Buffer[] {
  return [sha256(sent), sha256(Buffer.from(sent, 'latin1'))]
}

function isOneOf(digests: readonly Buffer[], saved: string): boolean {
  const digest = sha256(saved)
  return digests.filter((sent) => timingSafeEqual(sent, digest)).length > 0
}

function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest()
}

function sign(
  { at, credential: field }: TokenParameters,
  { request, credential, format }: SignInput,
): SentRequest {
  const token = credential[field]
  if (!token) throw new Error('the credential has no token')
  if (!('items' in at)) {
    return putAt(at, request, 'header' in at ? at.prefix + token : token, format)
  }
  return fieldsFound(at.items, request, format).reduce(
    (signed, { path }) => putInItem(path, at.field, signed, token, format),
    request,
  )
}
