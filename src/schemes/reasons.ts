// Why a request was not believed: a closed list, stored with the sample and shown to people.
// `status` is what the sender hears. 503 where the sender may be right and we cannot tell.
export const reasons = {
  no_credential: {
    status: 503,
    hint: 'this source has no valid credential yet: add the secret the provider shows',
  },
  header_missing: {
    status: 401,
    hint: 'the signature header is missing: was the request sent by this provider?',
  },
  header_repeated: { status: 401, hint: 'a header of the proof was sent more than once' },
  header_malformed: {
    status: 401,
    hint: 'the signature header does not have the form this provider uses',
  },
  signature_mismatch: {
    status: 401,
    hint: 'the signature does not match: wrong secret, or the body was changed on the way',
  },
  timestamp_missing: { status: 401, hint: 'the signed time is missing' },
  timestamp_malformed: {
    status: 401,
    hint: 'the signed time is not a number in the unit this provider uses',
  },
  timestamp_too_old: {
    status: 401,
    hint: 'the signed time is too old: a replay, or a clock that is wrong',
  },
  timestamp_in_future: {
    status: 401,
    hint: 'the signed time lies in the future: check the clocks',
  },
  token_missing: { status: 401, hint: 'the token is missing' },
  token_mismatch: { status: 401, hint: 'the token is not one of this source’s tokens' },
  token_malformed: { status: 401, hint: 'the token cannot be parsed' },
  algorithm_not_allowed: {
    status: 401,
    hint: 'the token uses an algorithm this source does not allow',
  },
  key_not_found: { status: 401, hint: 'no key of the key set fits the token' },
  keys_unavailable: { status: 503, hint: 'the provider’s key set could not be fetched' },
  keys_refused: {
    status: 503,
    hint: 'the key set lies where the relay does not go: it must be at https, on port 443 or 8443, at a public address (the operator may allow more with OUTGOING_ALLOWED_NETWORKS)',
  },
  claim_mismatch: { status: 401, hint: 'a claim of the token is not what this source expects' },
  token_expired: { status: 401, hint: 'the token has expired' },
  token_not_yet_valid: { status: 401, hint: 'the token is not valid yet' },
  body_hash_mismatch: { status: 401, hint: 'the token was made for another body' },
  password_mismatch: { status: 401, hint: 'user name or password is wrong' },
  credential_unusable: {
    status: 503,
    hint: 'a credential of this source cannot be used: paste it again',
  },
  field_mismatch: {
    status: 401,
    hint: 'a field that every request of this sender holds is missing or has another value',
  },
  address_mismatch: {
    status: 401,
    hint: 'the request came from an address that is not one of this provider’s',
  },
  not_covered: {
    status: 401,
    hint: 'the signature does not cover all that this source demands',
  },
  address_not_allowed: {
    status: 401,
    hint: 'the certificate’s address is not one of the provider’s own',
  },
  setting_missing: {
    status: 503,
    hint: 'a setting that this provider needs is not filled in',
  },
  address_unknown: {
    status: 503,
    hint: 'the sender’s address cannot be seen: name the proxies in front of the relay in TRUSTED_PROXIES',
  },
  method_not_allowed: {
    status: 405,
    hint: 'this provider sends its events with another HTTP method',
  },
  encoding_not_supported: {
    status: 415,
    hint: 'the body is compressed: switch compression off at the sender or the proxy',
  },
  body_too_large: { status: 413, hint: 'the body is larger than the relay takes' },
  body_too_slow: { status: 408, hint: 'the body did not arrive in time' },
  host_ambiguous: { status: 400, hint: 'the request names two hosts' },
} as const satisfies Record<string, { status: number; hint: string }>

export type Reason = keyof typeof reasons
