// The words every scheme shares: what a proof gets, and what it may say.
// A scheme never does I/O, never reads a clock and never throws for a bad signature.
import type { BodyFormat } from '../bodies/format.ts'
import type { JsonObject } from '../json.ts'
import type { Reason } from './reasons.ts'

/** How far a value can be believed; see "Trust" in docs/trust.md. */
export const trusts = ['signed', 'confirmed', 'token', 'unsigned'] as const
export type Trust = (typeof trusts)[number]

/** Lower-case names; every value a header was sent with, in order. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>

export interface SentRequest {
  method: string
  /** The public URL as the sender saw it: some schemes sign it. */
  url: string
  headers: HeaderMap
  /** Exactly the bytes received. */
  body: Buffer
  ip?: string
}

/** A decrypted credential of a source. Which fields are filled is the provider's business. */
export interface Credential {
  id: string
  secret?: string
  token?: string
  username?: string
  password?: string
  publicKey?: string
  certificate?: string
  rootCertificate?: string
  jwks?: { keys: JsonObject[] }
  jwksUrl?: string
}

export type Settings = Readonly<Record<string, string>>

/** It could not be fetched, or the relay does not go where it lies: the fate is unknown (503). */
export type NoKeySet = 'unavailable' | 'refused'

/**
 * Fetches a remote key set, or says that it could not. What is served
 * may be a JWKS, a map of key ids to certificates (Google), or one certificate (PayPal): it comes as
 * JWKs.
 */
export type KeySetLookup = (
  url: string,
  keyId: string | undefined,
  /** What is asked for came with the request (an address in a header, a key's id): asked sparingly. */
  foreign?: { question?: KeyQuestion },
) => Promise<{ keys: JsonObject[] } | NoKeySet>

/** Where keys are asked for one by one: a JSON body to POST, and where the JWK stands in the answer. */
export interface KeyQuestion {
  body: Readonly<Record<string, string>>
  key: string
}

export interface ProofInput {
  request: SentRequest
  /** How the provider's bodies are written: for proofs that stand in a field, or cover fields. */
  format: BodyFormat
  /** Only those valid now. */
  credentials: readonly Credential[]
  settings: Settings
  /** Unix milliseconds. */
  now: number
  keySetAt: KeySetLookup
}

export type Verdict = Authentic | Refused

export interface Authentic {
  authentic: true
  /** Id of the credential that proved it; null where none takes part (a secret URL, an address). */
  credential: string | null
  /** The trust of the body's fields. */
  trust: Trust
  /**
   * Normalized paths of the only fields the proof covers, with all below them; the others are
   * unsigned. Absent: it covers the whole body.
   */
  covers?: readonly string[]
  /** Claims of a verified token, where the scheme has one. */
  claims?: JsonObject
  /** The trust is that of the claims: the rest of the body is not covered by them. */
  claimsOnly?: true
}

export interface Refused {
  authentic: false
  reason: Reason
  /** One sentence for the person who configures the source; never a secret in it. */
  hint: string
}

/** One row of the table of schemes. */
export interface Scheme<Parameters> {
  /** It needs no credential: an address, a secret URL. */
  anonymous?: (parameters: Parameters) => boolean
  /** Whether this credential holds what the scheme needs; an empty secret never does. */
  serves(parameters: Parameters, credential: Credential): boolean
  verify(parameters: Parameters, input: ProofInput): Verdict | Promise<Verdict>
  /** The same request with its proof added, as the sender would have made it. */
  sign(parameters: Parameters, input: SignInput): SentRequest | Promise<SentRequest>
}

export interface SignInput {
  request: SentRequest
  format: BodyFormat
  credential: Credential
  settings: Settings
  /** Unix milliseconds. */
  now: number
  /** A unique id for this delivery, for schemes that sign one. */
  id: string
}
