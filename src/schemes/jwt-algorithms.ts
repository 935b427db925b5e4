// The JWT algorithms a source may allow, each with the only kind of key it may be used with. "none"
// is not among them, and a public key can never end up as an HMAC secret: the confusions of old.
import type { KeyObject } from 'node:crypto'

/** `secret`: a shared secret; else the type of a public key and, for EC, its curve. */
const keyKinds = {
  HS256: 'secret',
  HS384: 'secret',
  HS512: 'secret',
  RS256: 'rsa',
  RS384: 'rsa',
  RS512: 'rsa',
  PS256: 'rsa',
  PS384: 'rsa',
  PS512: 'rsa',
  ES256: 'ec prime256v1',
  ES384: 'ec secp384r1',
  ES512: 'ec secp521r1',
  EdDSA: 'ed25519',
  Ed25519: 'ed25519',
} as const

export type JwtAlgorithm = keyof typeof keyKinds

export function isJwtAlgorithm(name: string): name is JwtAlgorithm {
  return Object.hasOwn(keyKinds, name)
}

/** The configured list, as written: names separated by spaces. */
export function algorithmList(text: string): string[] {
  return text.trim().split(/\s+/)
}

export function allowedAlgorithms(text: string): JwtAlgorithm[] {
  return algorithmList(text).filter(isJwtAlgorithm)
}

export function usesSecret(algorithm: JwtAlgorithm): boolean {
  return keyKinds[algorithm] === 'secret'
}

/** RFC 7518 wants RSA keys of 2048 bits at least. */
const rsaBitsMin = 2048

export function fits(algorithm: JwtAlgorithm, key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) < rsaBitsMin) return false
  const kind = [key.asymmetricKeyType, details?.namedCurve].filter(Boolean).join(' ')
  return keyKinds[algorithm] === kind
}
