// Cursors: a version and the key of the last row that was looked at, opaque on purpose.
import { isUuid } from '../ids.ts'

const byId = 1
const byCall = 2

export function cursorOf(id: string): string {
  return Buffer.concat([Buffer.of(byId), bytesOf(id)]).toString('base64url')
}

export function keyAt(given: string): string | undefined {
  const bytes = read(given, byId, 17)
  const id = bytes && uuidIn(bytes, 1)
  return id !== undefined && isUuid(id) && cursorOf(id) === given ? id : undefined
}

/** Of a call to MOAB: its microsecond, grant, number and relay, see db/ledger/attempts.ts. */
export function attemptCursorOf(key: string): string {
  const [micros = '0', grant = '', attempt = '0', node = ''] = key.split('/')
  const numbers = Buffer.alloc(13)
  numbers.writeUInt8(byCall)
  numbers.writeBigUInt64BE(BigInt(micros), 1)
  numbers.writeUInt32BE(Number(attempt), 9)
  return Buffer.concat([numbers, bytesOf(grant), bytesOf(node)]).toString('base64url')
}

export function attemptKeyAt(given: string): string | undefined {
  const bytes = read(given, byCall, 45)
  if (bytes === undefined) return undefined
  const micros = bytes.readBigUInt64BE(1)
  const attempt = bytes.readUInt32BE(9)
  const [grant, node] = [uuidIn(bytes, 13), uuidIn(bytes, 29)]
  // Past this PostgreSQL knows no time and no integer.
  if (micros >= 10n ** 16n || attempt >= 2 ** 31 || !isUuid(grant) || !isUuid(node))
    return undefined
  const key = [String(micros).padStart(16, '0'), grant, String(attempt).padStart(10, '0'), node]
  return attemptCursorOf(key.join('/')) === given ? key.join('/') : undefined
}

function read(given: string, version: number, length: number): Buffer | undefined {
  if (!/^[\w-]{1,60}$/.test(given)) return undefined
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === length && bytes[0] === version ? bytes : undefined
}

const bytesOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex')

const uuidIn = (bytes: Buffer, at: number) =>
  bytes.toString('hex', at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
