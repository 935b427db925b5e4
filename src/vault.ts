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
}

export class VaultError extends Error {
  override name = 'VaultError'
}

export function createVault(keys: readonly Buffer[]): Vault {
  const ring = new Map(keys.map((key) => [keyId(key), sealingKey(key)]))
  const [current] = ring
  if (current === undefined) throw new VaultError('a vault needs at least one key')
  const [currentId, currentKey] = current
  return {
    seal: (text, place) =>
      new CompactEncrypt(Buffer.from(text, 'utf8'))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: currentId, place })
        .encrypt(currentKey),
    async open(sealed, place) {
      const opened = await decrypt(sealed, ring)
      if (opened.place !== place) throw new VaultError(`this secret does not belong to ${place}`)
      return opened.text
    },
  }
}

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

/** Of a body that is gone, from its SHA-256. No address begins like this. */
export function hashUnder(pepper: Buffer, sha256: Buffer): Buffer {
  return createHmac('sha256', pepper).update('moab-relay body ').update(sha256).digest()
}
