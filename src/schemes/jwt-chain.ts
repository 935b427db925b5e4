// A token that brings its key in a chain of certificates (x5c), as the App Store's do. It is believed
// only as far as the chain leads to a root that is pinned; nothing else in the header is looked at.
import { Buffer } from 'node:buffer'
import { createHash, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import type { JsonObject } from '../json.ts'
import { extensionOids } from './certificate-extensions.ts'
import { fits } from './jwt-algorithms.ts'
import { millisecondsAt } from './jwt-claims.ts'
import type { TokenHeader, VerifyKey } from './jwt-keys.ts'
import type { JwtParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Refused } from './scheme.ts'

type ChainParameters = NonNullable<JwtParameters['chain']>

export interface Chain {
  certificates: readonly X509Certificate[]
  key: VerifyKey
}

/** `root`: PEM or base64 of the root the owner trusts; without one, the preset's pin. */
export function readChain(
  token: string,
  header: TokenHeader,
  parameters: ChainParameters,
  root: string | undefined,
): Chain | Refused {
  const certificates = certificatesIn(token, parameters.length)
  if (certificates === null)
    return refuse('token_malformed', 'the token has no chain of certificates')
  const [leaf] = certificates
  const top = certificates.at(-1)
  if (leaf === undefined || top === undefined) return refuse('token_malformed')
  const pin = root === undefined ? parameters.rootSha256 : fingerprintOf(root)
  if (pin === null) return refuse('credential_unusable')
  if (sha256(top.raw) !== pin) {
    return refuse('key_not_found', 'the chain of certificates ends at a root that is not trusted')
  }
  if (!isLinked(certificates)) return refuse('key_not_found', 'the chain of certificates is broken')
  const [, ...others] = certificates
  const marked =
    hasExtension(leaf, parameters.leafOid) &&
    others.slice(0, -1).every((issuer) => hasExtension(issuer, parameters.intermediateOid))
  if (!marked) return refuse('key_not_found', 'the certificates are not made for this purpose')
  const key = leaf.publicKey
  return fits(header.alg, key) ? { certificates, key } : refuse('key_not_found')
}

function hasExtension({ raw }: X509Certificate, oid: string): boolean {
  return extensionOids(raw)?.has(oid) === true
}

/** Judged after the signature: the time may be a claim. Null where all were valid then. */
export function chainTimeProblem(
  { datePath }: ChainParameters,
  { certificates }: Chain,
  claims: JsonObject,
  now: number,
): Refused | null {
  const at = datePath === undefined ? now : millisecondsAt(datePath, 'ms', claims)
  if (at === null) return refuse('timestamp_missing')
  const valid = certificates.every(
    ({ validFrom, validTo }) => Date.parse(validFrom) <= at && at <= Date.parse(validTo),
  )
  return valid ? null : refuse('key_not_found', 'a certificate of the chain was not valid then')
}

function certificatesIn(token: string, length: number): X509Certificate[] | null {
  try {
    const { x5c } = decodeProtectedHeader(token)
    if (!Array.isArray(x5c) || x5c.length !== length) return null
    return x5c.map((text) => new X509Certificate(Buffer.from(String(text), 'base64')))
  } catch {
    return null
  }
}

/** Null for what is not exactly one certificate. */
function fingerprintOf(root: string): string | null {
  try {
    const isPem = root.includes('-----BEGIN')
    if (isPem && root.split('-----BEGIN').length !== 2) return null
    return sha256(new X509Certificate(isPem ? root : Buffer.from(root, 'base64')).raw)
  } catch {
    return null
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Each was issued and signed by the next, the last by itself; all but the first may issue. */
function isLinked(certificates: readonly X509Certificate[]): boolean {
  return certificates.every((certificate, index) => {
    const issuer = certificates[index + 1] ?? certificate
    const mayIssue = index === 0 || certificate.ca
    return mayIssue && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  })
}
