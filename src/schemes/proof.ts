// The parameters of each scheme: what a provider, or a source's settings, may say. Checked by zod
// once, when a source is loaded; the types below are the only place where parameters are named.
import { z } from 'zod'
import { algorithmList, isJwtAlgorithm } from './jwt-algorithms.ts'
import { isKeyStep } from './key-pipeline.ts'
import {
  Canonical,
  checkWhatIsSigned,
  HeaderName,
  HeaderNames,
  Path,
  Place,
  SignatureSyntax,
  Template,
  Tolerance,
  Timestamp,
} from './proof-parts.ts'

/** Places, template, time and id of a signature: the same for every scheme that signs text. */
const signedText = {
  /** What is signed; see template.ts for the placeholders. */
  template: Template,
  /** What {canonical} stands for: fields of the body in a form that both sides can rebuild. */
  canonical: Canonical.optional(),
  encoding: z.enum(['hex', 'base64', 'base64url']),
  signature: z.strictObject({ at: Place, syntax: SignatureSyntax }),
  timestamp: Timestamp.optional(),
  id: z.strictObject({ header: HeaderNames }).optional(),
  /**
   * Each value found here is signed by itself, with paths relative to it; all must be right.
   * (Adyen signs the items of a batch.)
   */
  items: Path.optional(),
}

export const HmacProof = z
  .strictObject({
    scheme: z.literal('hmac'),
    hash: z.enum(['sha1', 'sha256', 'sha384', 'sha512']),
    /** From the secret's text to the key's bytes: utf8, hex, base64, strip:<prefix>, sha1, sha256. */
    key: z.array(z.string().refine(isKeyStep, 'not a step from a secret to a key')).min(1),
    ...signedText,
  })
  .superRefine(checkWhatIsSigned)

/** A hash of fields with the secret among them: `{secret}`, or a named field of `canonical`. */
export const DigestProof = z
  .strictObject({
    scheme: z.literal('digest'),
    hash: z.enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'ripemd160']),
    ...signedText,
  })
  .superRefine(checkWhatIsSigned)

/** A signature by a private key beside the text: the credential holds the public half. */
export const DetachedProof = z
  .strictObject({
    scheme: z.literal('detached'),
    algorithm: z.enum(['rsa-sha1', 'rsa-sha256', 'ecdsa-sha256', 'ed25519']),
    ...signedText,
    /** Before a raw Ed25519 key in base64, as in whpk_… */
    keyPrefix: z.string().optional(),
    /** The sender names the certificate's address in a header: only https on these hosts, below this path. */
    certificateUrl: z
      .strictObject({
        header: HeaderName,
        hosts: z.array(z.string().min(1)).min(1),
        path: z.string().startsWith('/'),
      })
      .optional(),
  })
  .superRefine(checkWhatIsSigned)

export const JwtProof = z.strictObject({
  scheme: z.literal('jwt'),
  token: z.union([
    z.strictObject({ header: HeaderNames, prefix: z.string().default('') }),
    z.strictObject({ body: z.literal(true) }),
    z.strictObject({ query: z.string().min(1) }),
    /** JSONPath of a JSON body. */
    z.strictObject({ field: Path }),
  ]),
  /** Never taken from the token. Either one algorithm, or a list separated by spaces. */
  algorithms: z
    .string()
    .refine((list) => algorithmList(list).every(isJwtAlgorithm), 'not JWT algorithms'),
  /** Several issuers separated by spaces: any of them. */
  issuer: z.string().optional(),
  audience: z.string().optional(),
  subject: z.string().optional(),
  type: z.string().optional(),
  expiry: z.enum(['required', 'if_present', 'ignored']).default('if_present'),
  /** Refuse tokens whose iat is older; then iat is required. */
  maxAgeSeconds: Tolerance.optional(),
  toleranceSeconds: Tolerance.default(60),
  /** The token proves the body when this claim is the SHA-256 of its bytes. */
  bodyHash: z
    .strictObject({ claim: z.string(), encoding: z.enum(['base64', 'base64url', 'hex']) })
    .optional(),
  /** Claims that must be there with exactly this value; paths into the claims. */
  claims: z.array(z.strictObject({ path: Path, equals: z.json() })).optional(),
  /** A time claim other than iat, where the sender signs one. */
  time: z
    .strictObject({
      path: Path,
      unit: z.enum(['s', 'ms']),
      maxAgeSeconds: z.number().int().min(1).max(31_536_000),
    })
    .optional(),
  /**
   * The key comes in the token (x5c), in a chain up to a root that is pinned: by its SHA-256 here, or
   * by the credential's rootCertificate. `oids` must be among the extensions of leaf and intermediate.
   */
  chain: z
    .strictObject({
      rootSha256: z.string().regex(/^[0-9a-f]{64}$/),
      length: z.number().int().min(2).max(5),
      leafOid: z.string(),
      intermediateOid: z.string(),
      /** Certificates are judged at this claim's time (ms), else now. */
      datePath: Path.optional(),
    })
    .optional(),
  /** Keys that are asked for one by one, with the credential's user name and password (Plaid). */
  keyRequest: z
    .strictObject({
      url: z.url({ protocol: /^https$/ }),
      /** JSON body; {username} {password} {kid} are filled in. */
      body: z.record(z.string(), z.string()),
      /** Where the JWK stands in the answer. */
      key: Path,
    })
    .optional(),
})

export const TokenProof = z.strictObject({
  scheme: z.literal('token'),
  at: z.union([
    z.strictObject({ header: HeaderNames, prefix: z.string().default('') }),
    z.strictObject({ query: z.string().min(1) }),
    z.strictObject({ field: Path }),
    /** Each item of a batch holds it, at a path relative to it: all must be right. */
    z.strictObject({ items: Path, field: Path }),
  ]),
  /** Which field of the credential is the token. */
  credential: z.enum(['token', 'secret']).default('token'),
})

export const BasicProof = z.strictObject({ scheme: z.literal('basic') })

/** HTTP Message Signatures, RFC 9421, with Content-Digest (RFC 9530) recomputed from the body. */
export const MessageSignatureProof = z.strictObject({
  scheme: z.literal('message-signature'),
  /** A signature must cover all of these, separated by spaces: '@method @target-uri content-digest'. */
  components: z.string().min(1),
  /** Accepted algorithms of the registry, separated by spaces; never taken from the request alone. */
  algorithms: z.string().min(1),
  toleranceSeconds: Tolerance.default(300),
})

/** The sender's address is one of these. Says where a request came from, not what it says. */
export const NetworkProof = z.strictObject({
  scheme: z.literal('network'),
  /** Addresses and ranges separated by spaces: '185.71.76.0/27 2a02:5180::/32'. */
  networks: z.string().min(1),
})

/** Nothing but the secret URL, and values that every honest request holds. */
export const UrlProof = z.strictObject({
  scheme: z.literal('url'),
  equal: z.array(z.strictObject({ field: Path, value: z.string() })).default([]),
})

const leaves = [
  HmacProof,
  DigestProof,
  DetachedProof,
  JwtProof,
  TokenProof,
  BasicProof,
  MessageSignatureProof,
  NetworkProof,
  UrlProof,
] as const

const Leaf = z.discriminatedUnion('scheme', leaves)

/**
 * `any`: one of them proves (the credential decides which can); `all`: every one must, and those of
 * `ifGiven` as well once the source has a credential for them (Basic on top of a signature).
 */
export const Proof = z.discriminatedUnion('scheme', [
  ...leaves,
  z.strictObject({ scheme: z.literal('any'), of: z.array(Leaf).min(1) }),
  z.strictObject({
    scheme: z.literal('all'),
    of: z.array(Leaf).min(1),
    ifGiven: z.array(Leaf).default([]),
  }),
])

/** As written in a provider file. */
export type Proof = z.input<typeof Proof>
/** As used by the schemes. */
export type CheckedProof = z.output<typeof Proof>
export type HmacParameters = z.output<typeof HmacProof>
export type DigestParameters = z.output<typeof DigestProof>
export type DetachedParameters = z.output<typeof DetachedProof>
/** What the three schemes that sign text have in common. */
export type SignedTextParameters = HmacParameters | DigestParameters | DetachedParameters
export type JwtParameters = z.output<typeof JwtProof>
export type TokenParameters = z.output<typeof TokenProof>
export type BasicParameters = z.output<typeof BasicProof>
export type MessageSignatureParameters = z.output<typeof MessageSignatureProof>
export type NetworkParameters = z.output<typeof NetworkProof>
export type UrlParameters = z.output<typeof UrlProof>
