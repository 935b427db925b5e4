// The other direction: the request as a sender would have signed it.
import { putAt, putHeader, putInItem } from './place.ts'
import type { SignedTextParameters } from './proof.ts'
import type { SentRequest, SignInput } from './scheme.ts'
import { writeSignature } from './signature-header.ts'
import { timeText } from './signed-time.ts'
import { rootsOf, timePairOf } from './signed-text.ts'
import { renderText, type Piece, type Root } from './text-pieces.ts'

/** `prove`: the signature over these pieces. */
export function withSignature(
  parameters: SignedTextParameters,
  input: SignInput,
  prove: (pieces: readonly Piece[]) => Buffer,
): SentRequest {
  const timestamp = timeText(parameters, input.now)
  const request = withSiblings(parameters, input, timestamp)
  const roots = rootsOf(parameters, { ...input, request })
  if (roots.length === 0) throw new Error('there is nothing to sign: no item was found')
  return roots.reduce((signed, root) => {
    const text = renderText(parameters, { ...input, request }, root, { timestamp, id: input.id })
    if ('reason' in text) throw new Error(`what is to be signed is not there: ${text.hint}`)
    const signature = prove(text.pieces).toString(parameters.encoding)
    const { syntax } = parameters.signature
    const written = writeSignature(signature, syntax, timestamp, timePairOf(parameters))
    return put(parameters, { ...input, request: signed }, root, written)
  }, request)
}

function put(
  { signature: { at: place }, items }: SignedTextParameters,
  { request, format }: SignInput,
  root: Root,
  written: string,
): SentRequest {
  if (items === undefined || !('field' in place)) return putAt(place, request, written, format)
  return putInItem(root.at, place.field, request, written, format)
}

/** The request with the headers that stand beside the signature. */
function withSiblings(
  parameters: SignedTextParameters,
  { request, id }: SignInput,
  time: string,
): SentRequest {
  const at = parameters.timestamp?.at
  const timed = at && 'header' in at ? putHeader(at.header, request, time) : request
  return parameters.id ? putHeader(parameters.id.header, timed, id) : timed
}
