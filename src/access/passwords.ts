// Passwords of people, as scrypt in a PHC string: 32 MiB and a few hundred milliseconds for each
// guess. The work is done off the main thread. A password is never logged and never kept.
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

const current = { ln: 15, r: 8, p: 3 }
const hashBytes = 32
const saltBytes = 16

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  return phc(salt, await derive(password, salt, hashBytes, current))
}

/**
 * The hash of a password that nobody has: checking against it takes as long as against a real one. Chance
 * in the place of salt and hash costs nothing to make.
 */
export function nobodysHash(): string {
  return phc(randomBytes(saltBytes), randomBytes(hashBytes))
}

function phc(salt: Buffer, hash: Buffer): string {
  const { ln, r, p } = current
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`
}

const form =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,88})\$([A-Za-z0-9+/]{32,88})$/

/** False also for a string that is no hash of ours, or one that would cost too much to check. */
export async function verifyPassword(phc: string, password: string): Promise<boolean> {
  const parts = form.exec(phc)
  if (parts === null) return false
  const [ln, r, p] = parts.slice(1, 4).map(Number)
  if (!isCost(ln, 17) || !isCost(r, 16) || !isCost(p, 8)) return false
  const [salt, hash] = parts.slice(4).map((text) => Buffer.from(text, 'base64'))
  if (salt === undefined || hash === undefined) return false
  return timingSafeEqual(await derive(password, salt, hash.length, { ln, r, p }), hash)
}

interface Cost {
  /** Binary logarithm of N. */
  ln: number
  r: number
  p: number
}

const isCost = (value: number | undefined, max: number): value is number =>
  value !== undefined && value >= 1 && value <= max

function derive(password: string, salt: Buffer, bytes: number, cost: Cost): Promise<Buffer> {
  const N = 2 ** cost.ln
  const maxmem = 128 * cost.r * (N + cost.p + 2)
  const options: ScryptOptions = { N, r: cost.r, p: cost.p, maxmem }
  // The same password typed on two keyboards must be the same bytes.
  const text = password.normalize('NFKC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
