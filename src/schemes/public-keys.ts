// The public half of a key set. Only named members are copied, so that private material and
// everything unknown stays behind, and shared secrets are never public keys.
import type { JsonObject } from '../json.ts'
import { isJsonObject } from '../json.ts'

const material = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
])

export interface PublicKey {
  kty: string
  [member: string]: string
}

export function publicKeys(keys: readonly unknown[]): PublicKey[] {
  return keys.flatMap((key) => (isJsonObject(key) ? (publicKey(key) ?? []) : []))
}

function publicKey(key: JsonObject): PublicKey | undefined {
  const { kty } = key
  const needed = typeof kty === 'string' ? material.get(kty) : undefined
  if (typeof kty !== 'string' || !needed || !mayVerify(key)) return undefined
  const kept: PublicKey = { kty }
  for (const name of [...needed, 'kid', 'alg', 'use']) {
    const value = key[name]
    if (typeof value === 'string') kept[name] = value
  }
  return needed.every((name) => kept[name]) ? kept : undefined
}

/** A private key says "sign": its public half verifies. Plaid marks a key that has ended. */
function mayVerify({ key_ops: operations, expired_at: ended = null }: JsonObject): boolean {
  if (ended !== null) return false
  if (operations === undefined) return true
  return Array.isArray(operations) && (operations.includes('verify') || operations.includes('sign'))
}
