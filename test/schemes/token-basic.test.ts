import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import type { Proof } from '../../src/schemes/proof.ts'
import type { Credential, SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { headers, input, proof, sent, sync, toSign, url } from './sent.ts'

function verdict(
  written: Proof,
  request: SentRequest,
  credentials: Partial<Credential>[],
): Verdict {
  return sync(verifyProof(proof(written), input(request, credentials)))
}

const bearer: Proof = { scheme: 'token', at: { header: 'Authorization', prefix: 'Bearer ' } }
const apiKey: Proof = { scheme: 'token', at: { header: 'X-Api-Key' } }
const query: Proof = { scheme: 'token', at: { query: 'token' } }
const field: Proof = { scheme: 'token', at: { field: '$.token' } }
const basic: Proof = { scheme: 'basic' }

const authorization = (...values: string[]) => sent({ headers: headers({ authorization: values }) })
const keyHeader = (...values: string[]) => sent({ headers: headers({ 'x-api-key': values }) })
const body = (text: string | Buffer) => sent({ body: Buffer.from(text) })
const pair = (text: string | Buffer) =>
  authorization(`Basic ${Buffer.from(text).toString('base64')}`)

const token = [{ token: 't0ken' }]
const user = [{ username: 'ivan', password: 'пароль:1' }]

const accepted: [string, Proof, SentRequest, Partial<Credential>[]][] = [
  ['a bearer token', bearer, authorization('Bearer t0ken'), token],
  ['a bearer token in other letters', bearer, authorization('bEARER t0ken'), token],
  ['a token in its own header', apiKey, keyHeader('t0ken'), token],
  [
    'a token beyond ASCII',
    apiKey,
    keyHeader(Buffer.from('Ключ').toString('latin1')),
    [{ token: 'Ключ' }],
  ],
  ['a token in the query', query, sent({ url: `${url}?a=1&token=t0ken` }), token],
  [
    'a token with a plus sign in the query',
    query,
    sent({ url: `${url}?token=a%2Bb` }),
    [{ token: 'a+b' }],
  ],
  ['a token in a field', field, body('{"token":"t0ken"}'), token],
  ['the second of two tokens', apiKey, keyHeader('t0ken'), [{ token: 'old' }, ...token]],
  ['a name and password with a colon', basic, pair('ivan:пароль:1'), user],
  [
    'the second of two passwords',
    basic,
    pair('ivan:пароль:1'),
    [{ username: 'ivan', password: 'x' }, ...user],
  ],
  [
    'basic in small letters',
    basic,
    authorization(`basic ${Buffer.from('a:b').toString('base64')}`),
    [{ username: 'a', password: 'b' }],
  ],
]
test.each(accepted)(
  '%s proves the sender, not the body',
  (_what, written, request, credentials) => {
    expect(verdict(written, request, credentials)).toEqual({
      authentic: true,
      credential: `c${credentials.length}`,
      trust: 'token',
    })
  },
)

const refused: [string, Proof, SentRequest, Partial<Credential>[], string][] = [
  ['no header', bearer, sent(), token, 'token_missing'],
  ['an empty header', apiKey, keyHeader(''), token, 'token_missing'],
  ['a prefix alone', bearer, authorization('Bearer  '), token, 'token_missing'],
  ['no prefix', bearer, authorization('t0ken'), token, 'token_malformed'],
  ['another token', bearer, authorization('Bearer t0keN'), token, 'token_mismatch'],
  ['the beginning of the token', apiKey, keyHeader('t0ke'), token, 'token_mismatch'],
  ['a header sent twice', apiKey, keyHeader('t0ken', 't0ken'), token, 'header_repeated'],
  [
    'a parameter sent twice',
    query,
    sent({ url: `${url}?token=t0ken&token=t0ken` }),
    token,
    'header_repeated',
  ],
  [
    'a token beyond the limit',
    apiKey,
    keyHeader('x'.repeat(limits.signatureCharsMax + 1)),
    token,
    'token_malformed',
  ],
  ['a field that is no text', field, body('{"token":["t0ken"]}'), token, 'token_malformed'],
  ['a body that is not JSON', field, body('token=t0ken'), token, 'token_missing'],
  [
    'a body that is not UTF-8',
    field,
    body(Buffer.from('{"token":"t0ken\xff"}', 'latin1')),
    token,
    'token_missing',
  ],
  ['JSON nested without end', field, body('['.repeat(400_000)), token, 'body_too_large'],
  ['an empty token against an empty one', apiKey, keyHeader(''), [{ token: '' }], 'no_credential'],
  ['no credential', apiKey, keyHeader('t0ken'), [{ secret: 't0ken' }], 'no_credential'],
  ['no basic header', basic, sent(), user, 'header_missing'],
  ['another word than basic', basic, authorization('Bearer abcd'), user, 'header_malformed'],
  ['base64 with dirt in it', basic, authorization('Basic aXZhb!jp4'), user, 'header_malformed'],
  ['no colon', basic, pair('ivan'), user, 'header_malformed'],
  ['another name', basic, pair('iwan:пароль:1'), user, 'password_mismatch'],
  ['another password', basic, pair('ivan:пароль'), user, 'password_mismatch'],
  [
    'bytes that are not UTF-8',
    basic,
    pair(Buffer.from([0x69, 0x3a, 0xff])),
    user,
    'password_mismatch',
  ],
  [
    'an empty password against an empty one',
    basic,
    pair('ivan:'),
    [{ username: 'ivan', password: '' }],
    'no_credential',
  ],
  [
    'two authorization headers',
    basic,
    authorization('Basic YTpi', 'Basic YTpi'),
    [{ username: 'a', password: 'b' }],
    'header_repeated',
  ],
]
test.each(refused)('%s: refused', (_what, written, request, credentials, reason) => {
  expect(verdict(written, request, credentials)).toMatchObject({ authentic: false, reason })
})

test.each([
  [bearer, authorization('Bearer t0ken'), 'Bearer t0ken'],
  [apiKey, keyHeader('t0ken'), ' t0ken\n'],
])(
  'a token saved with what does not belong to it: refused, and said so',
  (written, request, saved) => {
    const seen = verdict(written, request, [{ token: saved }])
    expect(seen).toMatchObject({
      reason: 'token_mismatch',
      hint: expect.stringContaining('blanks or its prefix'),
    })
    expect(JSON.stringify(seen)).not.toContain('t0ken')
  },
)

describe('signing', () => {
  test.each([bearer, apiKey, query, field])('%j: what is signed is authentic', async (written) => {
    const request = await signProof(proof(written), toSign({ token: 'a b+c/=é' }))
    expect(verdict(written, request, [{ token: 'a b+c/=é' }])).toMatchObject({ authentic: true })
  })
  test('a name and password', async () => {
    const request = await signProof(proof(basic), toSign(user[0] ?? {}))
    expect(verdict(basic, request, user)).toMatchObject({ authentic: true })
  })
})

test('whatever arrives, nothing throws and nothing is believed', () => {
  const strings = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(
      fc.array(strings, { maxLength: 3 }),
      strings,
      fc.uint8Array(),
      fc.json(),
      (values, address, bytes, text) => {
        for (const content of [Buffer.from(bytes), Buffer.from(text)]) {
          const request = {
            method: 'GET',
            url: address,
            headers: headers({ authorization: values, 'x-api-key': values }),
            body: content,
          }
          for (const written of [bearer, apiKey, query, field, basic]) {
            expect(verdict(written, request, [...token, ...user]).authentic).toBe(false)
          }
        }
      },
    ),
  )
})
