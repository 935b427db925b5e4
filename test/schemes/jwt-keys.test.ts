import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import type { Credential } from '../../src/schemes/scheme.ts'
import {
  bearing,
  claims,
  ec,
  ed,
  inHeader,
  jwk,
  otherRsa,
  pem,
  publicKey,
  rsa,
  secret,
  shortRsa,
  token,
  verdict,
} from './jwt-tokens.ts'
import type { JwtProof } from './jwt-tokens.ts'

describe('keys', () => {
  const kid = { kid: 'k1' }
  const sets: [string, string, KeyObject, Partial<Credential>][] = [
    ['a public key', 'RS256', rsa.privateKey, { publicKey }],
    [
      'a public key without its PEM lines',
      'PS512',
      rsa.privateKey,
      { publicKey: publicKey.split('\n').slice(1, -2).join('') },
    ],
    ['an elliptic key', 'ES256', ec.privateKey, { publicKey: pem(ec.publicKey) }],
    ['an Edwards key', 'EdDSA', ed.privateKey, { publicKey: pem(ed.publicKey) }],
    [
      'an inline key set',
      'RS256',
      rsa.privateKey,
      { jwks: { keys: [jwk(otherRsa.publicKey, { kid: 'k0' }), jwk(rsa.publicKey, kid)] } },
    ],
    [
      'a key set with its private halves',
      'RS256',
      rsa.privateKey,
      { jwks: { keys: [jwk(rsa.privateKey, { ...kid, key_ops: ['sign'] })] } },
    ],
    ['a shared secret', 'HS256', rsa.privateKey, { secret }],
  ]
  test.each(sets)('%s proves', async (_what, alg, privateKey, credential) => {
    const signer = credential.secret ? Buffer.from(credential.secret) : privateKey
    const text = await new SignJWT(claims).setProtectedHeader({ alg, ...kid }).sign(signer)
    expect(
      await verdict(bearing(text), [credential], { ...inHeader, algorithms: `HS256 ${alg}` }),
    ).toEqual({
      authentic: true,
      credential: 'c1',
      trust: 'token',
      claims,
    })
  })
  test('key ids may be missing: each key that fits is tried', async () => {
    const jwks = { keys: [jwk(otherRsa.publicKey), jwk(rsa.publicKey)] }
    expect((await verdict(bearing(await token(claims)), [{ jwks }])).authentic).toBe(true)
    expect(
      await verdict(bearing(await token(claims)), [
        { jwks: { keys: [jwk(otherRsa.publicKey), jwk(otherRsa.publicKey)] } },
      ]),
    ).toMatchObject({
      reason: 'signature_mismatch',
    })
  })
  test('a remote key set is asked for with the address of the source and the key id of the token', async () => {
    const asked: unknown[] = []
    const keySetAt = (...of: unknown[]) => {
      asked.push(of)
      return Promise.resolve({ keys: [jwk(rsa.publicKey, kid)] })
    }
    const credentials = [{ jwksUrl: 'https://issuer.example/keys' }]
    const elsewhere = { ...kid, jku: 'https://evil.example/keys', x5u: 'https://evil.example/cert' }
    const seen = await verdict(bearing(await token(claims, elsewhere)), credentials, inHeader, {
      keySetAt,
    })
    expect(seen.authentic).toBe(true)
    expect(asked).toEqual([['https://issuer.example/keys', 'k1']])
  })
  test('a key set that cannot be had leaves the question open', async () => {
    const seen = await verdict(bearing(await token(claims)), [
      { publicKey: pem(otherRsa.publicKey) },
      { jwksUrl: 'https://issuer.example/keys' },
    ])
    expect(seen).toMatchObject({ reason: 'keys_unavailable' })
  })
  test('no key set is asked for a token that could not be right anyway', async () => {
    const keySetAt = () => Promise.reject(new Error('asked'))
    const credentials = [{ jwksUrl: 'https://issuer.example/keys' }]
    for (const text of ['x', 'a.b.c', await token(claims, { alg: 'RS512' })]) {
      expect(await verdict(bearing(text), credentials, inHeader, { keySetAt })).toMatchObject({
        authentic: false,
      })
    }
  })
  const unusable: [string, Partial<Credential>, string][] = [
    ['nothing', {}, 'no_credential'],
    ['blanks', { publicKey: ' ' }, 'no_credential'],
    ['a secret where a key is needed', { secret }, 'no_credential'],
    [
      'a broken key',
      { publicKey: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' },
      'credential_unusable',
    ],
    ['a broken certificate', { certificate: 'AAAA' }, 'credential_unusable'],
    ['a key of another kind', { publicKey: pem(ec.publicKey) }, 'key_not_found'],
    ['a key too short', { publicKey: pem(shortRsa.publicKey) }, 'key_not_found'],
    [
      'a key set without the key',
      { jwks: { keys: [jwk(rsa.publicKey, { kid: 'k2' })] } },
      'key_not_found',
    ],
    [
      'a key set of secrets',
      { jwks: { keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1' }] } },
      'key_not_found',
    ],
    [
      'a key for encryption',
      { jwks: { keys: [jwk(rsa.publicKey, { use: 'enc' })] } },
      'key_not_found',
    ],
    [
      'a broken key of a set',
      { jwks: { keys: [{ kty: 'RSA', n: '!', e: 'AQAB', kid: 'k1' }] } },
      'credential_unusable',
    ],
    [
      'a key too short in a set',
      { jwks: { keys: [jwk(shortRsa.publicKey, kid)] } },
      'credential_unusable',
    ],
    ['another key', { publicKey: pem(otherRsa.publicKey) }, 'signature_mismatch'],
  ]
  test.each(unusable)('%s proves nothing', async (_what, credential, reason) => {
    expect(await verdict(bearing(await token(claims, kid)), [credential])).toMatchObject({
      authentic: false,
      reason,
    })
  })
})

describe('attacks', () => {
  const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const everything: JwtProof = { ...inHeader, algorithms: 'HS256 RS256' }
  const confused = (key: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key))
  const own = jwk(otherRsa.publicKey)
  const attacks: [string, () => Promise<string> | string, string][] = [
    ['algorithm none', () => `${b64({ alg: 'none' })}.${b64(claims)}.`, 'algorithm_not_allowed'],
    ['algorithm None', () => `${b64({ alg: 'None' })}.${b64(claims)}.`, 'algorithm_not_allowed'],
    [
      'an algorithm of Object',
      () => `${b64({ alg: 'constructor' })}.${b64(claims)}.AA`,
      'algorithm_not_allowed',
    ],
    ['the public key as an HMAC secret', () => confused(publicKey), 'key_not_found'],
    [
      'an algorithm outside the list',
      () => token(claims, { alg: 'PS256' }),
      'algorithm_not_allowed',
    ],
    [
      'a key inside the token',
      () => token(claims, { jwk: own } as object, otherRsa.privateKey),
      'signature_mismatch',
    ],
    [
      'an address of keys inside the token',
      () => token(claims, { jku: 'https://evil.example/' } as object, otherRsa.privateKey),
      'signature_mismatch',
    ],
    [
      'a signature cut off',
      async () => (await token(claims)).replace(/[^.]*$/, ''),
      'signature_mismatch',
    ],
    [
      'changed claims',
      async () =>
        (await token(claims)).replace(/\.[^.]+\./, `.${b64({ ...claims, admin: true })}.`),
      'signature_mismatch',
    ],
    [
      'an unknown critical header',
      async () =>
        `${b64({ alg: 'RS256', crit: ['exp2'], exp2: 1 })}.${(await token(claims)).split('.').slice(1).join('.')}`,
      'token_malformed',
    ],
    [
      'claims that are a list',
      async () => `${b64({ alg: 'RS256' })}.${b64([1])}.AA`,
      'signature_mismatch',
    ],
    ['two parts', () => 'a.b', 'token_malformed'],
    ['a token beyond the limit', () => 'a'.repeat(limits.signatureCharsMax), 'token_malformed'],
  ]
  test.each(attacks)('%s: refused', async (_what, make, reason) => {
    expect(await verdict(bearing(await make()), [{ publicKey }], everything)).toMatchObject({
      authentic: false,
      reason,
    })
  })
  test('a public key pasted as secret is never one, even where HS256 is allowed', async () => {
    for (const credential of [{ secret: publicKey }, { secret: publicKey, publicKey }]) {
      expect(
        await verdict(bearing(await confused(publicKey)), [credential], everything),
      ).toMatchObject({ authentic: false })
    }
  })
})

test('whatever arrives, nothing throws and nothing is believed', async () => {
  const part = fc.oneof(
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.string({ unit: 'binary' }),
  )
  const header = fc.record(
    {
      alg: fc.constantFrom('RS256', 'HS256', 'none', 1),
      kid: fc.anything(),
      crit: fc.jsonValue(),
      b64: fc.boolean(),
    },
    { requiredKeys: ['alg'] },
  )
  const first = fc.oneof(
    part,
    header.map((value) =>
      Buffer.from(
        JSON.stringify(value, (_k, v: unknown) => (typeof v === 'bigint' ? 0 : v)) ?? '',
      ).toString('base64url'),
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.tuple(first, part, part), async (parts) => {
      const request = { ...bearing(parts.join('.')), body: Buffer.from(parts.join('.')) }
      for (const place of [inHeader.token, { body: true as const }, { field: '$' }]) {
        const seen = await verdict(request, [{ publicKey, secret }], {
          ...inHeader,
          algorithms: 'RS256 HS256',
          token: place,
        })
        expect(seen.authentic).toBe(false)
      }
    }),
  )
})
