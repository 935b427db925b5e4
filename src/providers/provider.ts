// What a provider is: pure data. A function in a provider file means that a scheme is missing.
import type { JsonValue } from '../json.ts'
import type { Proof } from '../schemes/proof.ts'

export interface Text {
  en: string
  ru: string
}

/**
 * A string of the proof may be taken from the source's settings: `{ setting: 'header' }`.
 * `{ when: 'timestamp_header', use: … }` is a part that is there only when that setting is filled in.
 */
export type FromSettings<T> = T extends string | number | boolean
  ? T | { setting: string }
  : T extends readonly (infer Item)[]
    ? readonly FromSettings<Item>[]
    : | { [Name in keyof T]: FromSettings<T[Name]> }
      | { when: string; use: { [Name in keyof T]: FromSettings<T[Name]> } }

export interface Setting {
  label: Text
  help: Text
  default?: string
  required?: boolean
  allowed?: readonly string[]
  /** What the text must be; without it any text goes, the empty one too. */
  form?: 'header' | 'path'
}

/** Fields of a credential that belong together, in the order a form asks for them. */
export type CredentialFields = readonly (
  'secret' | 'token' | 'username' | 'password' | 'publicKey' | 'jwks' | 'jwksUrl'
)[]

export interface Provider {
  name: string
  kind: 'payment' | 'auth' | 'forms' | 'code' | 'generic'
  market: 'world' | 'russia'
  /** Default: POST only. */
  methods?: readonly string[]
  proof: FromSettings<Proof>
  settings?: Readonly<Record<string, Setting>>
  /** Each entry is one way to fill in a credential. */
  credentials: readonly CredentialFields[]
  body: {
    /** `json-lines` accepts JSON, an array, or one JSON value per line: each is an event. */
    format: 'json' | 'json-lines' | 'jwt'
  }
  event: {
    /**
     * Joined with ":"; JSONPath, or `header:name` where the proof covers that header. All must be
     * there, else the key is the hash of the bytes. The settings `key_path` and `type_path`, where a provider has them, take the place of these.
     */
    key: readonly string[]
    /** Joined with "."; missing parts are left out. JSONPath or `header:name`. */
    type: readonly string[]
    occurredAt?: { path: string; unit: 's' | 'ms' | 'iso' }
    /** The event is a test when this path has this value. */
    test?: { path: string; equals: JsonValue }
    /** JSONPath of fields the proof does not cover although it covers others. */
    unsigned?: readonly string[]
  }
  answer: { status: number; body?: string; contentType?: string }
  /** Where to find the secret, and where to paste the URL. */
  guide: { secret: Text; url: Text; note?: Text }
  /** The sender's own schedule, as its documentation states it. */
  retries: Text
  events: readonly ProviderEvent[]
  /** Code to paste at the provider, where it runs the owner's code. */
  snippet?: { language: string; text: string }
}

export interface ProviderEvent {
  /** A name, or a pattern with "*" at its end. */
  type: string
  means: 'registered' | 'signed_in' | 'paid' | 'clicked' | 'submitted' | 'other'
  label: Text
  /** Ordered JSONPaths where the email of the person is found. */
  email: readonly string[]
  /** When the email is missing. */
  missing: Text
  /**
   * Invented data; `trigger` sets the email at `sampleEmail`, and fills "{{id}}", "{{type}}",
   * "{{now:iso}}", "{{now:s}}", "{{now:ms}}" (the last two as numbers).
   */
  sample: JsonValue
  /** Normalized path ($['a']['b'][0]) of the email inside `sample`. */
  sampleEmail?: string
  /** Headers the sample is sent with besides those of the proof. */
  sampleHeaders?: Readonly<Record<string, string>>
}
