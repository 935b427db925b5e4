// The parameters of each scheme: what a provider, or a source's settings, may say. Checked by zod
// once, when a source is loaded; the types below are the only place where parameters are named.
import { z } from 'zod'
import { compilePath } from '../rules/path.ts'
import { algorithmList, isJwtAlgorithm } from './jwt-algorithms.ts'
import { isKeyStep } from './key-pipeline.ts'
import { parseTemplate } from './template.ts'

const HeaderName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'not the name of a header')

const HeaderNames = z
  .union([HeaderName, z.array(HeaderName).min(1)])
  .transform((names) => (Array.isArray(names) ? names : [names]).map((name) => name.toLowerCase()))

const Path = z.string().refine(isPath, 'not a JSONPath')

function isPath(text: string): boolean {
  try {
    compilePath(text)
    return true
  } catch {
    return false
  }
}

/** Where a value stands in the request. Several headers: the first one present. */
const Place = z.union([
  z.strictObject({ header: HeaderNames }),
  z.strictObject({ query: z.string().min(1) }),
  z.strictObject({ field: Path }),
])

const Tolerance = z.coerce.number().int().min(1).max(86_400)

export const HmacProof = z
  .strictObject({
    scheme: z.literal('hmac'),
    hash: z.enum(['sha1', 'sha256', 'sha384', 'sha512']),
    /** From the secret's text to the key's bytes: utf8, hex, base64, strip:<prefix>, sha1, sha256. */
    key: z.array(z.string().refine(isKeyStep, 'not a step from a secret to a key')).min(1),
    /** What is signed: {body} {timestamp} {id} {url} {header:name}. */
    template: z.string().refine((text) => parseTemplate(text) !== null, 'not a template'),
    encoding: z.enum(['hex', 'base64', 'base64url']),
    signature: z.strictObject({
      at: Place,
      syntax: z.discriminatedUnion('kind', [
        /** The signature alone, after an optional prefix. */
        z.strictObject({ kind: z.literal('single'), prefix: z.string().default('') }),
        /** `t=1,v1=ab,v1=cd`: pairs; `name` holds signatures, unknown names are ignored. */
        z.strictObject({
          kind: z.literal('pairs'),
          separator: z.string().min(1),
          assign: z.string().min(1),
          name: z.string().min(1),
        }),
        /** `v1,ab v1,cd`: a list of versioned signatures; other versions are ignored. */
        z.strictObject({
          kind: z.literal('versioned'),
          separator: z.string().min(1),
          version: z.string().min(1),
        }),
      ]),
    }),
    timestamp: z
      .strictObject({
        /** Own header, or a pair of the signature header. */
        at: z.union([
          z.strictObject({ header: HeaderNames }),
          z.strictObject({ pair: z.string().min(1) }),
        ]),
        unit: z.enum(['s', 'ms']),
        toleranceSeconds: Tolerance,
        /** one: only old times are refused; two: future ones as well. */
        sided: z.enum(['one', 'two']),
      })
      .optional(),
    id: z.strictObject({ header: HeaderNames }).optional(),
  })
  .superRefine(checkHmacParts)

/** What a template names must be there; a time the signature does not cover would only look safe. */
function checkHmacParts(
  proof: {
    template: string
    signature: { syntax: { kind: string } }
    timestamp?: { at: object } | undefined
    id?: object | undefined
  },
  context: z.RefinementCtx,
): void {
  const missing = (message: string) => context.addIssue({ code: 'custom', message })
  const time = proof.timestamp
  const names = (variable: string) => proof.template.includes(`{${variable}}`)
  if (names('timestamp') !== (time !== undefined))
    missing('{timestamp} and timestamp belong together')
  if (names('id') !== (proof.id !== undefined)) missing('{id} and id belong together')
  if (time && 'pair' in time.at && proof.signature.syntax.kind !== 'pairs') {
    missing('a timestamp in a pair needs a signature of pairs')
  }
}

export const JwtProof = z.strictObject({
  scheme: z.literal('jwt'),
  token: z.union([
    z.strictObject({ header: HeaderNames, prefix: z.string().default('') }),
    z.strictObject({ body: z.literal(true) }),
    /** JSONPath of a JSON body. */
    z.strictObject({ field: Path }),
  ]),
  /** Never taken from the token. Either one algorithm, or a list separated by spaces. */
  algorithms: z
    .string()
    .refine((list) => algorithmList(list).every(isJwtAlgorithm), 'not JWT algorithms'),
  issuer: z.string().optional(),
  audience: z.string().optional(),
  subject: z.string().optional(),
  type: z.string().optional(),
  expiry: z.enum(['required', 'if_present']).default('if_present'),
  /** Refuse tokens whose iat is older; then iat is required. */
  maxAgeSeconds: Tolerance.optional(),
  toleranceSeconds: Tolerance.default(60),
  /** The token proves the body when this claim is the SHA-256 of its bytes. */
  bodyHash: z
    .strictObject({ claim: z.string(), encoding: z.enum(['base64', 'base64url', 'hex']) })
    .optional(),
})

export const TokenProof = z.strictObject({
  scheme: z.literal('token'),
  at: z.union([
    z.strictObject({ header: HeaderNames, prefix: z.string().default('') }),
    z.strictObject({ query: z.string().min(1) }),
    z.strictObject({ field: Path }),
  ]),
})

export const BasicProof = z.strictObject({ scheme: z.literal('basic') })

const Leaf = z.discriminatedUnion('scheme', [HmacProof, JwtProof, TokenProof, BasicProof])

/** `any`: one of them proves (the credential decides which can); `all`: every one must. */
export const Proof = z.discriminatedUnion('scheme', [
  HmacProof,
  JwtProof,
  TokenProof,
  BasicProof,
  z.strictObject({ scheme: z.literal('any'), of: z.array(Leaf).min(1) }),
  z.strictObject({ scheme: z.literal('all'), of: z.array(Leaf).min(1) }),
])

/** As written in a provider file. */
export type Proof = z.input<typeof Proof>
/** As used by the schemes. */
export type CheckedProof = z.output<typeof Proof>
export type HmacParameters = z.output<typeof HmacProof>
export type JwtParameters = z.output<typeof JwtProof>
export type TokenParameters = z.output<typeof TokenProof>
export type BasicParameters = z.output<typeof BasicProof>
