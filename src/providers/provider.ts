// What a provider is: pure data. A function in a provider file means that a scheme is missing.
import type { BodyFormat, Embedded } from '../bodies/format.ts'
import type { JsonValue } from '../json.ts'
import type { Condition } from '../rules/condition.ts'
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
  /** What each of `allowed` is called where it is chosen; absent: as it is written. */
  options?: Readonly<Record<string, Text>>
  /** Words separated by blanks, each one of these. */
  eachOf?: readonly string[]
  /** What the text must be; without it any text goes, the empty one too. */
  form?: SettingForm
  /** It is this source's own URL in most cases: proposed where it is asked for. */
  ownUrl?: true
  /** The sender shows it only once it has the URL. */
  afterUrl?: true
}

/** `word`: something the provider shows, without blanks; `networks`: addresses and ranges. */
export type SettingForm = 'header' | 'path' | 'url' | 'networks' | 'word' | 'email'

/** Fields of a credential that belong together, in the order a form asks for them. */
export type CredentialFields = readonly (
  | 'secret'
  | 'token'
  | 'username'
  | 'password'
  | 'publicKey'
  | 'certificate'
  | 'rootCertificate'
  | 'jwks'
  | 'jwksUrl'
)[]

/**
 * Where a fact comes from: read in the sender's own code, in its documentation, told alike by several
 * others, or remembered and not checked again.
 */
export type Evidence = 'official-code' | 'official-docs' | 'secondary' | 'recall'

/**
 * Joined with ":"; JSONPath, `header:name` where the proof covers that header, or `name:$.path`: the
 * name of the only member found there. A part that the proof does not cover counts as missing.
 */
export type KeyExpression = readonly string[]

export interface Provider {
  /** As the sender writes itself; `ru` where Russian readers know another name. */
  name: string
  nameRu?: string
  kind:
    | 'payment'
    | 'auth'
    | 'commerce'
    | 'forms'
    | 'courses'
    | 'crm'
    | 'no-code'
    | 'code'
    | 'links'
    | 'generic'
  /** For whom it is listed first. */
  market: 'world' | 'russia' | 'both'
  evidence: { signature: Evidence; email: Evidence; delivery: Evidence }
  /** Default: POST only. */
  methods?: readonly string[]
  /** What the sender adds to the URL it was given, '/v1/webhook': its requests come in there as well. */
  pathSuffixes?: readonly string[]
  proof: FromSettings<Proof>
  settings?: Readonly<Record<string, Setting>>
  /** Each entry is one way to fill in a credential; none: the source needs no credential. */
  credentials: readonly CredentialFields[]
  body: {
    format: BodyFormat
    /** Texts that hold values, in order: a later one may stand inside an earlier one. */
    embedded?: readonly Embedded[]
    /** A body that holds several events. */
    batch?: {
      /** JSONPath of the events: each is read by itself, as $. */
      path: string
      /** Each event keeps the whole body around it, without the other events. */
      keepsBody?: true
      /** The body around a sample, which stands where it says "{{event}}". */
      around: JsonValue
    }
  }
  event: {
    /**
     * All must be there, else the next of `otherKeys` is tried, else the key is the hash of the
     * bytes. The settings `key_path` and `type_path`, where a provider has them, take the place of these.
     */
    key: KeyExpression
    otherKeys?: readonly KeyExpression[]
    /**
     * Joined with "."; missing parts are left out. As a key's parts, or `query:name`, or `text:word`
     * where the sender has one kind of event and does not name it.
     */
    type: readonly string[]
    occurredAt?: { path: string; unit: 's' | 'ms' | 'iso' }
    /** The event is a test when this path has one of these values. */
    test?: { path: string; oneOf: readonly JsonValue[] }
    /** JSONPath of fields the proof does not cover although it covers others. */
    unsigned?: readonly string[]
  }
  answer: Answer
  /** Answered before or after the proof, never recorded as events. */
  handshakes?: readonly Handshake[]
  /** Ask the provider whether it is true, and for what the webhook does not say. */
  lookup?: Lookup
  /** The email of an earlier event of the same customer. */
  join?: Join
  /** Visited by people, by GET /go/:key, and sent on to a page. Names of the settings that say how. */
  visit?: { landing: string; confirm: string }
  guide: Guide
  /** The sender's own schedule, as its documentation states it. */
  retries: Text
  events: readonly ProviderEvent[]
  /** Code to paste at the provider, where it runs the owner's code. */
  snippet?: { language: string; text: string }
}

/** Where to find the secret, and where to paste the URL. */
export interface Guide {
  secret: Text
  url: Text
  note?: Text
  /** `developers`: there is no page to paste the URL at, the partner's developers pass it on. */
  pastedBy?: 'developers'
  /** The owner invents the secret: with fewer characters it could be guessed. */
  inventedCharsMin?: number
}

/** What a provider expects to hear. */
export interface Answer {
  status: number
  /**
   * With {field:$.path} {header:name} {query:name} {setting:name} {hash}; in a JSON answer the values
   * are escaped for the inside of a string.
   */
  body?: string
  contentType?: string
  /** {hash}: a hex digest of a text made like the body, with {secret} as well; `key`: an HMAC. */
  hash?: { algorithm: 'md5' | 'sha1' | 'sha256'; of: string; key?: readonly string[] }
}

/** A request that only asks whether somebody is there. All that is named must hold. */
export interface Handshake {
  when: {
    method?: string
    header?: string
    query?: string
    /** The body as a whole: a regular expression of linear time, matched from end to end. */
    body?: string
    /** JSONPath and the value there. */
    field?: { path: string; equals: JsonValue }
    /** The header has this value. */
    headerIs?: { name: string; equals: string }
    /** The parameter has this value. */
    queryIs?: { name: string; equals: string }
    /** The parameter fits this regular expression from end to end. */
    queryLike?: { name: string; pattern: string }
  }
  /** `none`: answered to anyone, so the answer must give nothing away. */
  proof: 'none' | 'required'
  answer: Answer
}

/**
 * After recording, the object is fetched with the source's own API credential; what comes stands at
 * `$.confirmed` of the event. Until then the event is parked. Not for bodies of the formats `jwt` and
 * `query`: such an event could not be read a second time.
 */
export interface Lookup {
  /** Types, or patterns with "*" at their end; absent: every event. */
  events?: readonly string[]
  /** https with the host written out; {field:$.path} in path and query, percent-encoded. */
  url: string
  /** The first credential of the source with these fields. */
  auth: 'basic' | 'bearer'
  headers?: Readonly<Record<string, string>>
  /** Both must have the same value, else the event is not true. `fetched`: $ is the fetched object. */
  agree: readonly { event: string; fetched: string }[]
  /** A second object, named by the first ($ is the first): stands at `$.confirmed.also`. */
  also?: { url: string }
  /** Without a confirmation nothing is accepted; else only where the source has a credential for it. */
  required: boolean
  /** The same notification again means "look again" (Mollie sends nothing but the id). */
  again?: true
}

/**
 * What is found stands at `$.joined.email` of the event. Only events whose rules lacked nothing but an
 * email wait for it; where a lookup is there as well, the join comes first, unless it is `required`.
 */
export interface Join {
  /** Events that hold both the customer's id and the email. */
  learn: { events: readonly string[]; customer: string; email: readonly string[] }
  /** Events that hold the customer's id only. */
  apply: { events: readonly string[]; customer: string }
}

/** What was paid, where the event says it: told to people, never decided by. */
export interface Amount {
  /** JSONPath of a number, or of a text that is one. */
  value: string
  /** JSONPath of the currency's code, or the code itself; absent: the sender names none. */
  currency?: string
  /** `minor`: the smallest unit of ISO 4217; `milli`: a thousandth. */
  unit: 'major' | 'minor' | 'milli'
  /** Digits of the minor unit where the sender counts otherwise than ISO 4217. */
  digits?: Readonly<Record<string, number>>
}

export interface ProviderEvent {
  /** A name, or a pattern with "*" at its end. */
  type: string
  means: 'registered' | 'signed_in' | 'paid' | 'clicked' | 'submitted' | 'other'
  label: Text
  /** A condition a rule for this event should have, as rules write it. */
  when?: Condition
  /** Ordered JSONPaths where the email of the person is found. */
  email: readonly string[]
  amount?: Amount
  /** When the email is missing. */
  missing: Text
  /**
   * Invented data as a rule sees it (embedded values in place, one event of a batch); `trigger` sets
   * the email at `sampleEmail`, and fills "{{id}}", "{{type}}", "{{now:iso}}", "{{now:s}}",
   * "{{now:ms}}" (the last two as numbers, unless they stand beside other text).
   */
  sample: JsonValue
  /** Normalized path ($['a']['b'][0]) of the email inside `sample`. */
  sampleEmail?: string
  /** Headers the sample is sent with besides those of the proof. */
  sampleHeaders?: Readonly<Record<string, string>>
  /** Parameters added to the URL the sample is sent to. */
  sampleQuery?: Readonly<Record<string, string>>
}
