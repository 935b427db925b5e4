// The ways in which senders write their bodies. Every one becomes one JSON value; see index.ts.

/**
 * - `json`: one JSON value
 * - `json-lines`: JSON, an array, or one JSON value per line: each is an event
 * - `form`: name=value&…; a name that comes twice gives a list
 * - `brackets`: a form with PHP's nesting, a[b][]=1; of a plain name that comes twice the last counts
 * - `multipart`: multipart/form-data, names nested as in PHP; of a file only its name and size
 * - `query`: the parameters of the URL, nested as in PHP
 * - `jwt`: the body is a token, the value its claims
 */
export const singleFormats = [
  'json',
  'json-lines',
  'form',
  'brackets',
  'multipart',
  'query',
  'jwt',
] as const
export type SingleFormat = (typeof singleFormats)[number]

/** Where a sender may use several, the bytes decide which it is: never a header that nobody signed. */
export type BodyFormat = SingleFormat | readonly SingleFormat[]

/** A text inside the value that holds a value of its own, which takes its place. */
export interface Embedded {
  /** JSONPath of the text. */
  at: string
  /** `jws`: the payload of a compact JWS that the outer proof covers. */
  as: 'json' | 'base64-json' | 'base64-xml' | 'jws'
}
