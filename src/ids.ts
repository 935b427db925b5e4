// UUIDv7 (RFC 9562): sorts by the millisecond it was made in, and within one process strictly.
import { randomBytes } from 'node:crypto'

/** Nobody's: where an id must stand and there is none, as of the installation instead of a partner. */
export const nilUuid = '00000000-0000-0000-0000-000000000000'

let lastMs = 0
let counter = 0
let pool = Buffer.alloc(0)
let at = 0

export function uuidv7(now: number = Date.now()): string {
  if (now > lastMs) {
    lastMs = now
    counter = random(2).readUInt16BE(0) & 0x07ff
  } else if (++counter > 0x0fff) {
    lastMs += 1
    counter = 0
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const tail = random(8)
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80
  const hex = tail.toString('hex')
  const middle = (0x7000 | counter).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${hex.slice(0, 4)}-${hex.slice(4)}`
}

function random(bytes: number): Buffer {
  if (at + bytes > pool.length) {
    pool = randomBytes(4096)
    at = 0
  }
  const slice = Buffer.from(pool.subarray(at, at + bytes))
  at += bytes
  return slice
}

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
