// UUIDv7 (RFC 9562): sorts by the millisecond it was made in, and within one process strictly.
import { randomBytes } from 'node:crypto'

/** Nobody's: where an id must stand and there is none, as of the installation instead of a partner. */
export const nilUuid = '00000000-0000-0000-0000-000000000000'

let lastMs = 0
let counter = 0
/** What all ids of this millisecond begin with. */
let prefix = ''
/** Random digits, of which each id takes the next ones. */
let digits = ''
let at = 0

export function uuidv7(now: number = Date.now()): string {
  if (now > lastMs) {
    begin(now)
    counter = Number.parseInt(random(3), 16) & 0x07ff
  } else if (++counter > 0x0fff) {
    begin(lastMs + 1)
    counter = 0
  }
  const variant = variants[Number.parseInt(random(1), 16) & 3]
  return `${prefix}${(0x7000 | counter).toString(16)}-${variant}${random(3)}-${random(12)}`
}

const variants = '89ab'

function begin(ms: number): void {
  lastMs = ms
  const time = ms.toString(16).padStart(12, '0')
  prefix = `${time.slice(0, 8)}-${time.slice(8)}-`
}

function random(count: number): string {
  if (at + count > digits.length) {
    digits = randomBytes(4096).toString('hex')
    at = 0
  }
  at += count
  return digits.slice(at - count, at)
}

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
