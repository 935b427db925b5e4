// Secrets at rest: compact JWE (dir, A256GCM) under the relay key. The place a secret belongs to
// (table, column, row) is in the protected header, hence authenticated: a ciphertext moved to
// another row does not open. Several keys may be given; the first one seals, all of them open.
import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'

export interface Vault {
  /** `place` names the row and column, for example `credentials.sealed:<id>`. */
  seal(text: string, place: string): Promise<string>
  /** Throws VaultError when the text was tampered with, moved, or sealed under an unknown key. */
  open(sealed: string, place: string): Promise<string>
  /** The same under the current key, at its place as ever. Throws as `open` does. */
  reseal(sealed: string): Promise<string>
  /** What sealed texts begin with, for each key; the first is the one that seals. */
  heads: readonly string[]
}

export class VaultError extends Error {
  override name = 'VaultError'
}

export function createVault(keys: readonly Buffer[]): Vault {
  const ring = new Map(keys.map((key) => [keyId(key), sealingKey(key)]))
  const [current] = ring
  if (current === undefined) throw new VaultError('a vault needs at least one key')
  const [currentId, currentKey] = current
  const seal = (text: string, place: string) =>
    new CompactEncrypt(Buffer.from(text, 'utf8'))
      .setProtectedHeader({ ...algorithms, kid: currentId, place })
      .encrypt(currentKey)
  return {
    seal,
    async open(sealed, place) {
      const opened = await decrypt(sealed, ring)
      if (opened.place !== place) throw new VaultError(`this secret does not belong to ${place}`)
      return opened.text
    },
    async reseal(sealed) {
      const { text, place } = await decrypt(sealed, ring)
      if (typeof place !== 'string') throw new VaultError('a stored secret belongs nowhere')
      return seal(text, place)
    },
    heads: [...ring.keys()].map(headOf),
  }
}

const algorithms = { alg: 'dir', enc: 'A256GCM' } as const

/** Nine bytes of a key's id and its quotation mark fill twelve letters of base64: the id can be seen from outside. */
const headOf = (kid: string) => Buffer.from(`${beforeKid}${kid}"`).toString('base64url')
const beforeKid = `${JSON.stringify(algorithms).slice(0, -1)},"kid":"`

/** What all sealed texts begin with, whatever their key. */
export const anyHead = Buffer.from(beforeKid).toString('base64url')
export const headChars = anyHead.length + 12

async function decrypt(sealed: string, ring: ReadonlyMap<string, Uint8Array>) {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(
      sealed,
      (header) => {
        const key = ring.get(header.kid ?? '')
        if (key === undefined) throw new VaultError('unknown key')
        return key
      },
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    )
    return { text: Buffer.from(plaintext).toString('utf8'), place: protectedHeader['place'] }
  } catch {
    throw new VaultError(
      'a stored secret does not open: RELAY_KEY is not the key it was sealed with, or it was altered',
    )
  }
}

/** First characters of a hash: names the key without telling anything about it. */
const keyId = (key: Buffer) =>
  createHash('sha256').update('moab-relay kid').update(key).digest('base64url').slice(0, 8)

/** The master key itself seals nothing; each use has its own key derived from it. */
const sealingKey = (key: Buffer) =>
  new Uint8Array(hkdfSync('sha256', key, '', 'moab-relay vault', 32))

/** Keyed hash under which an email is looked up; the pepper never leaves the vault unsealed. */
export function emailKey(pepper: Buffer, address: string): Buffer {
  return createHmac('sha256', pepper).update(address, 'utf8').digest()
}

/** The same for a customer's id at a provider; no such text is an address. */
export function customerKey(pepper: Buffer, sourceId: string, customer: string): Buffer {
  return emailKey(pepper, JSON.stringify(['customer', sourceId, customer]))
}

/** What stands in an event's row instead of a key that names somebody who was erased: for the same key always the same. */
export function hiddenKey(pepper: Buffer, eventKey: string): string {
  return `erased ${emailKey(pepper, JSON.stringify(['event key', eventKey])).toString('hex')}`
}

/** Of a body that is gone, from its SHA-256. No address begins like this. */
export function hashUnder(pepper: Buffer, sha256: Buffer): Buffer {
  return createHmac('sha256', pepper).update('moab-relay body ').update(sha256).digest()
}
