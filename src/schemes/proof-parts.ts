// Parts that the parameters of several schemes are made of.
import { z } from 'zod'
import { compilePath } from '../rules/path.ts'
import { parseTemplate } from './template.ts'

export const HeaderName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'not the name of a header')

export const HeaderNames = z
  .union([HeaderName, z.array(HeaderName).min(1)])
  .transform((names) => (Array.isArray(names) ? names : [names]).map((name) => name.toLowerCase()))

export const Path = z.string().refine(isPath, 'not a JSONPath')

function isPath(text: string): boolean {
  try {
    compilePath(text)
    return true
  } catch {
    return false
  }
}

/** Where a value stands in the request. Several headers: the first one present. */
export const Place = z.union([
  z.strictObject({
    header: HeaderNames,
    /** The header may come several times, each with a signature of its own (Mollie). */
    repeated: z.literal(true).optional(),
  }),
  z.strictObject({ query: z.string().min(1) }),
  /** JSONPath into the body as its reader gives it, or into the item where `items` are signed. */
  z.strictObject({ field: Path }),
])

export const Tolerance = z.coerce.number().int().min(1).max(86_400)

export const Template = z.string().refine((text) => parseTemplate(text) !== null, 'not a template')

export const SignatureSyntax = z.discriminatedUnion('kind', [
  /** The signature alone, after a prefix; `optional`: also without it (Mollie). */
  z.strictObject({
    kind: z.literal('single'),
    prefix: z.string().default(''),
    optional: z.literal(true).optional(),
  }),
  /**
   * `t=1,v1=ab,v1=cd`: pairs; `name` holds signatures, unknown names are ignored. '*': every name
   * does (Braintree writes the public key there).
   */
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
  /** `1796000000000,ab,cd`: the time, then signatures. */
  z.strictObject({ kind: z.literal('positional'), separator: z.string().min(1) }),
])

export const Timestamp = z.strictObject({
  /** Own header, a pair of the signature's header, the first position of it, or a signed field. */
  at: z.union([
    z.strictObject({ header: HeaderNames }),
    z.strictObject({ pair: z.string().min(1) }),
    z.strictObject({ first: z.literal(true) }),
    z.strictObject({ field: Path }),
  ]),
  unit: z.enum(['s', 'ms', 'iso']),
  toleranceSeconds: Tolerance,
  /** one: only old times are refused; two: future ones as well. */
  sided: z.enum(['one', 'two']),
})

export const Canonical = z.strictObject({
  form: z.enum([
    /** Compact JSON of the body with sorted keys, numbers as JavaScript writes them. */
    'json_sorted',
    /** What PHP's json_encode makes of it, in the order received: "/" escaped, Unicode as it is. */
    'php_json',
    /** The same with keys sorted at every level and all scalars as strings. */
    'php_json_sorted',
    /** PHP's serialize() of the fields, keys sorted, every value a string. */
    'php_serialize_sorted',
    /** Values of the scalar fields, sorted by name, joined with `glue`. */
    'values_sorted',
    /** `:name=value` of each field whose name begins with `prefix` (any case), sorted by name. */
    'pairs_prefixed',
  ]),
  /** The object that is meant; the whole body without it. */
  of: Path.optional(),
  /** Names left out, the signature's own among them. */
  exclude: z.array(z.string()).default([]),
  /** values_sorted: the secret takes part as a field of this name. */
  secretAs: z.string().optional(),
  glue: z.string().default(''),
  prefix: z.string().optional(),
  /** The text is signed as its base64. */
  base64: z.literal(true).optional(),
})

interface WhatIsSigned {
  scheme: string
  template: string
  canonical?: { secretAs?: string | undefined } | undefined
  signature: { syntax: { kind: string } }
  timestamp?: { at: object } | undefined
  id?: object | undefined
}

/** What a template names must be there; a time the signature does not cover would only look safe. */
export function checkWhatIsSigned(proof: WhatIsSigned, context: z.RefinementCtx): void {
  for (const [message, isWrong] of Object.entries(mistakes)) {
    if (isWrong(proof)) context.addIssue({ code: 'custom', message })
  }
}

const names = (proof: WhatIsSigned, placeholder: string) =>
  proof.template.includes(`{${placeholder}}`)
const timeIs = ({ timestamp }: WhatIsSigned, where: string) =>
  timestamp !== undefined && where in timestamp.at

const mistakes: Record<string, (proof: WhatIsSigned) => boolean> = {
  '{timestamp} and timestamp belong together': (proof) =>
    names(proof, 'timestamp') !== (proof.timestamp !== undefined && !timeIs(proof, 'field')),
  '{id} and id belong together': (proof) => names(proof, 'id') !== (proof.id !== undefined),
  '{canonical} and canonical belong together': (proof) =>
    names(proof, 'canonical') !== (proof.canonical !== undefined),
  'a digest, and nothing else, is made of the secret': (proof) =>
    (names(proof, 'secret') || proof.canonical?.secretAs !== undefined) !==
    (proof.scheme === 'digest'),
  'a timestamp in a pair needs a signature of pairs': (proof) =>
    timeIs(proof, 'pair') && proof.signature.syntax.kind !== 'pairs',
  'a timestamp in the first position needs a positional signature': (proof) =>
    timeIs(proof, 'first') && proof.signature.syntax.kind !== 'positional',
}
