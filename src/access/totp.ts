// One-time codes of an authenticator app: TOTP (RFC 6238) with HMAC-SHA1, six digits, steps of 30 s,
// which is what every app does.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { limits } from '../limits.ts'

const stepMs = 30_000
const digits = 6
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Where a person's shared secret is sealed to. */
export const totpPlace = (userId: string): string => `users.totp_sealed/${userId}`

/** A shared secret in the form apps read: 160 bits in base32. */
export function newTotpSecret(): string {
  let text = ''
  let [bits, value] = [0, 0]
  for (const byte of randomBytes(20)) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(value >>> (bits - 5)) & 31]
    value &= 0xff
  }
  return text
}

/** For the app, as a link or in a QR code. */
export function totpUri(secret: string, email: string): string {
  const label = `moab-relay:${encodeURIComponent(email)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=moab-relay`
}

/** The time step the code belongs to, near `now` (Unix ms); undefined for a wrong one. */
export function totpStepOf(secret: string, code: string, now: number): number | undefined {
  const given = code.replaceAll(' ', '')
  if (!/^\d{6}$/.test(given)) return undefined
  const key = bytesOf(secret)
  const current = Math.floor(now / stepMs)
  let found: number | undefined
  for (let off = -limits.totpStepsOff; off <= limits.totpStepsOff; off++) {
    const right = codeAt(key, current + off)
    if (timingSafeEqual(Buffer.from(right), Buffer.from(given))) found = current + off
  }
  return found
}

export const totpCode = (secret: string, now: number): string =>
  codeAt(bytesOf(secret), Math.floor(now / stepMs))

function codeAt(key: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.max(0, step)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

function bytesOf(secret: string): Buffer {
  const bytes: number[] = []
  let [bits, value] = [0, 0]
  for (const letter of secret) {
    value = (value << 5) | alphabet.indexOf(letter)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >>> bits) & 0xff)
    value &= (1 << bits) - 1
  }
  return Buffer.from(bytes)
}
