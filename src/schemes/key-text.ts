// Public keys as people paste them.
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createPublicKey } from 'node:crypto'

const isPemText = /^\s*-----BEGIN /

export function isPem(text: string): boolean {
  return isPemText.test(text)
}

/** PEM, or what stands between its lines: so Keycloak and bePaid show a key. Throws for neither. */
export function readPublicKey(text: string): KeyObject {
  if (isPem(text)) return createPublicKey(text)
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
}

/** The head of an Ed25519 key in SPKI; the 32 bytes of the key follow. */
const ed25519Head = Buffer.from('302a300506032b6570032100', 'hex')
const ed25519Bytes = 32

/** `whpk_` and base64 of the 32 bytes. Throws where it is not that. */
export function readRawEd25519(text: string, prefix: string): KeyObject {
  const raw = Buffer.from(text.trim().slice(prefix.length), 'base64')
  if (!text.trim().startsWith(prefix) || raw.length !== ed25519Bytes) throw new Error('not a key')
  return createPublicKey({
    key: Buffer.concat([ed25519Head, raw]),
    format: 'der',
    type: 'spki',
  })
}
