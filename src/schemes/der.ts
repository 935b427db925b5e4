// Does a certificate carry an extension? node:crypto does not say; so its DER is walked, strictly and
// only as far as needed: Certificate → tbsCertificate → [3] extensions → each one's OID.
import { Buffer } from 'node:buffer'

interface Item {
  tag: number
  content: Buffer
}

const sequence = 0x30
const extensionsTag = 0xa3
const oidTag = 0x06

/** `oid` in dots; false for anything that is not such a certificate. */
export function hasExtension(certificate: Buffer, oid: string): boolean {
  const wanted = encodedOid(oid)
  const [tbs] = itemsIn(itemsIn(certificate, sequence)[0]?.content, sequence)
  const wrapped = itemsIn(tbs?.content).find(({ tag }) => tag === extensionsTag)
  const [list] = itemsIn(wrapped?.content, sequence)
  return itemsIn(list?.content, sequence).some(({ content }) => {
    const [name] = itemsIn(content)
    return name?.tag === oidTag && name.content.equals(wanted)
  })
}

/** All items, or those of one tag; what does not parse ends the list. */
function itemsIn(bytes: Buffer | undefined, tag?: number): Item[] {
  const items: Item[] = []
  let at = 0
  while (bytes !== undefined && at + 2 <= bytes.length) {
    const length = lengthAt(bytes, at + 1)
    if (length === null || length.start + length.size > bytes.length) break
    const end = length.start + length.size
    items.push({ tag: bytes[at] ?? 0, content: bytes.subarray(length.start, end) })
    at = end
  }
  return tag === undefined ? items : items.filter((item) => item.tag === tag)
}

function lengthAt(bytes: Buffer, at: number): { start: number; size: number } | null {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { start: at + 1, size: first }
  const count = first & 0x7f
  if (count === 0 || count > 3 || at + count >= bytes.length) return null
  return { start: at + 1 + count, size: bytes.readUIntBE(at + 1, count) }
}

function encodedOid(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number)
  return Buffer.from([first * 40 + second, ...rest.flatMap(base128)])
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift((left & 0x7f) | 0x80)
  }
  return digits
}
