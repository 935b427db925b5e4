// Which extensions a certificate has, by their OIDs: node:crypto does not list them. A strict walk
// over the DER down to them and no further, so that an OID inside a value is never taken for one.
import type { Buffer } from 'node:buffer'
import { limits } from '../limits.ts'

const tags = { sequence: 0x30, oid: 0x06, extensions: 0xa3 } as const

interface Element {
  tag: number
  content: Buffer
}

/** Null where the bytes are not a certificate in DER, or have more extensions than any has. */
export function extensionOids(der: Buffer): Set<string> | null {
  const certificate = single(der)
  const [signed] = (certificate && elements(certificate.content)) ?? []
  if (certificate?.tag !== tags.sequence || signed?.tag !== tags.sequence) return null
  const fields = elements(signed.content)
  const found = fields?.find(({ tag }) => tag === tags.extensions)
  if (found === undefined) return fields && new Set()
  const list = single(found.content)
  return list?.tag === tags.sequence ? oidsOf(list) : null
}

/** Null where it is not alone. */
function single(bytes: Buffer): Element | null {
  const [only, ...others] = elements(bytes) ?? []
  return others.length === 0 ? (only ?? null) : null
}

/** Of each extension the first element: its OID. */
function oidsOf(list: Element): Set<string> | null {
  const oids = new Set<string>()
  for (const extension of elements(list.content) ?? [null]) {
    const [id] = extension?.tag === tags.sequence ? (elements(extension.content) ?? []) : []
    const oid = id?.tag === tags.oid ? dotted(id.content) : null
    if (oid === null) return null
    oids.add(oid)
  }
  return oids
}

/** The elements that stand beside each other, to the last byte. */
function elements(bytes: Buffer): Element[] | null {
  const list: Element[] = []
  for (let at = 0; at < bytes.length;) {
    const next = elementAt(bytes, at)
    if (next === null || list.length >= limits.certificateExtensionsMax) return null
    list.push(next.element)
    at = next.end
  }
  return list
}

function elementAt(bytes: Buffer, at: number): { element: Element; end: number } | null {
  const tag = bytes[at]
  const length = lengthAt(bytes, at + 1)
  if (tag === undefined || (tag & 0x1f) === 0x1f || length === null) return null
  const end = length.end + length.value
  const content = bytes.subarray(length.end, end)
  return end > bytes.length ? null : { element: { tag, content }, end }
}

/** DER writes a length in the fewest bytes; four are more than any certificate needs. */
function lengthAt(bytes: Buffer, at: number): { value: number; end: number } | null {
  const first = bytes[at]
  if (first === undefined || first < 0x80)
    return first === undefined ? null : { value: first, end: at + 1 }
  const more = first - 0x80
  const end = at + 1 + more
  if (more === 0 || more > 4 || end > bytes.length) return null
  const value = bytes.readUIntBE(at + 1, more)
  return value < (more === 1 ? 0x80 : 2 ** (8 * (more - 1))) ? null : { value, end }
}

/** Base 128, the first two arcs in one number. Longer arcs than a safe integer have no OID we know. */
function dotted(content: Buffer): string | null {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    if (arc === 0 && byte === 0x80) return null
    arc = arc * 128 + (byte & 0x7f)
    if (!Number.isSafeInteger(arc)) return null
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first, ...rest] = arcs
  if (first === undefined || (content.at(-1) ?? 0) >= 0x80) return null
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}
