import { Buffer } from 'node:buffer'
import { createHash, createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signProof } from '../../src/schemes/index.ts'
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
  seconds,
  token,
  verdict,
} from './jwt-tokens.ts'
import type { JwtProof } from './jwt-tokens.ts'
import { json, proof, sent, toSign } from './sent.ts'

describe('claims', () => {
  const cases: [string, object, Partial<JwtProof>, string | null][] = [
    ['no expiry where it is required', { ...claims, exp: undefined }, {}, 'claim_mismatch'],
    ['no expiry where it is not', { ...claims, exp: undefined }, { expiry: 'if_present' }, null],
    ['another issuer', { ...claims, iss: 'https://evil.example/' }, {}, 'claim_mismatch'],
    ['no issuer', { ...claims, iss: undefined }, {}, 'claim_mismatch'],
    ['another audience', { ...claims, aud: ['a', 'b'] }, {}, 'claim_mismatch'],
    ['our audience among others', { ...claims, aud: ['a', 'relay'] }, {}, null],
    ['another subject', claims, { subject: 'me' }, 'claim_mismatch'],
    ['the subject', { ...claims, sub: 'me' }, { subject: 'me' }, null],
    ['another type', claims, { type: 'secevent+jwt' }, 'claim_mismatch'],
    ['expired within tolerance', { ...claims, exp: seconds - 59 }, {}, null],
    ['expired', { ...claims, exp: seconds - 60 }, {}, 'token_expired'],
    ['expired, where that means nothing', { ...claims, exp: 1 }, { expiry: 'ignored' }, null],
    [
      'not yet valid, though its end means nothing',
      { ...claims, nbf: seconds + 61 },
      { expiry: 'ignored' },
      'token_not_yet_valid',
    ],
    [
      'issued too long ago, though its end means nothing',
      { ...claims, iat: seconds - 961 },
      { expiry: 'ignored', maxAgeSeconds: 900 },
      'token_expired',
    ],
    ['one of several issuers', claims, { issuer: `https://other.example/ ${claims.iss}` }, null],
    [
      'a claim that must be so',
      { ...claims, app: { id: 7 } },
      { claims: [{ path: '$.app.id', equals: 7 }] },
      null,
    ],
    [
      'a claim that is not so',
      { ...claims, app: { id: '7' } },
      { claims: [{ path: '$.app.id', equals: 7 }] },
      'claim_mismatch',
    ],
    [
      'a claim that is not there',
      claims,
      { claims: [{ path: '$.app.id', equals: 7 }] },
      'claim_mismatch',
    ],
    [
      'a time of its own',
      { ...claims, at: String(seconds - 900) },
      { time: { path: '$.at', unit: 's', maxAgeSeconds: 900 } },
      null,
    ],
    [
      'a time of its own, too old',
      { ...claims, at: seconds - 901 },
      { time: { path: '$.at', unit: 's', maxAgeSeconds: 900 } },
      'timestamp_too_old',
    ],
    [
      'a time of its own, to come',
      { ...claims, at: seconds + 61 },
      { time: { path: '$.at', unit: 's', maxAgeSeconds: 900 } },
      'timestamp_in_future',
    ],
    [
      'no time of its own',
      claims,
      { time: { path: '$.at', unit: 's', maxAgeSeconds: 900 } },
      'timestamp_missing',
    ],
    [
      'expired, but only if present',
      { ...claims, exp: seconds - 60 },
      { expiry: 'if_present' },
      'token_expired',
    ],
    ['not yet valid', { ...claims, nbf: seconds + 61 }, {}, 'token_not_yet_valid'],
    ['issued long ago', { ...claims, iat: seconds - 361 }, { maxAgeSeconds: 300 }, 'token_expired'],
    [
      'issued in the future',
      { ...claims, iat: seconds + 61 },
      { maxAgeSeconds: 300 },
      'token_not_yet_valid',
    ],
    [
      'no time of issue where age counts',
      { ...claims, iat: undefined },
      { maxAgeSeconds: 300 },
      'claim_mismatch',
    ],
    ['an expiry that is text', { ...claims, exp: 'soon' }, {}, 'claim_mismatch'],
  ]
  test.each(cases)('%s', async (_what, payload, change, reason) => {
    const seen = await verdict(bearing(await token(payload)), [{ publicKey }], {
      ...inHeader,
      ...change,
    })
    expect(seen).toMatchObject(reason === null ? { authentic: true } : { authentic: false, reason })
  })
  test('what the source sets goes before what the preset says', async () => {
    const text = await token({ ...claims, iss: 'mine', aud: 'ours' })
    const settings = { issuer: 'mine', audience: 'ours' }
    expect((await verdict(bearing(text), [{ publicKey }], inHeader, { settings })).authentic).toBe(
      true,
    )
    expect(
      (await verdict(bearing(await token(claims)), [{ publicKey }], inHeader, { settings }))
        .authentic,
    ).toBe(false)
  })
  test('with many credentials the one that came furthest gives the reason', async () => {
    const text = await token({ ...claims, exp: seconds - 100 })
    expect(
      await verdict(bearing(text), [{ publicKey }, { publicKey: pem(otherRsa.publicKey) }]),
    ).toMatchObject({ reason: 'token_expired' })
  })
})

describe('the body', () => {
  test.each(['base64', 'base64url', 'hex'] as const)(
    'is signed by its hash in %s',
    async (encoding) => {
      const written: JwtProof = {
        ...inHeader,
        bodyHash: { claim: 'request_body_sha256', encoding },
      }
      const hash = createHash('sha256').update(json).digest(encoding)
      const text = await token({ ...claims, request_body_sha256: hash })
      expect(await verdict(bearing(text), [{ publicKey }], written)).toMatchObject({
        authentic: true,
        trust: 'signed',
      })
      expect(
        await verdict(bearing(text, Buffer.from([...json, 10])), [{ publicKey }], written),
      ).toMatchObject({ reason: 'body_hash_mismatch' })
      for (const wrong of ['', hash.slice(0, -4), 'AAAA']) {
        const other = await token({ ...claims, request_body_sha256: wrong })
        expect(await verdict(bearing(other), [{ publicKey }], written)).toMatchObject({
          reason: 'body_hash_mismatch',
        })
      }
      expect(await verdict(bearing(await token(claims)), [{ publicKey }], written)).toMatchObject({
        reason: 'claim_mismatch',
      })
    },
  )
  test('is the token itself, or one field of it', async () => {
    const text = await token({ ...claims, email: 'ivan@example.com' })
    const whole = await verdict(sent({ body: Buffer.from(`${text}\n`) }), [{ publicKey }], {
      ...inHeader,
      token: { body: true },
    })
    expect(whole).toMatchObject({ trust: 'signed', claims: { email: 'ivan@example.com' } })
    const body = Buffer.from(JSON.stringify({ token: text, email: 'other@example.com' }))
    const field = await verdict(sent({ body }), [{ publicKey }], {
      ...inHeader,
      token: { field: '$.token' },
    })
    expect(field).toMatchObject({
      trust: 'signed',
      claimsOnly: true,
      claims: { email: 'ivan@example.com' },
    })
  })
  test.each([
    [{ header: 'authorization', prefix: 'Bearer ' }],
    [{ body: true as const }],
    [{ field: '$.token' }],
  ])('without a token in %j there is nothing to believe', async (place) => {
    const written: JwtProof = { ...inHeader, token: place }
    expect(await verdict(sent({ body: Buffer.alloc(0) }), [{ publicKey }], written)).toMatchObject({
      reason: 'token_missing',
    })
  })
})

describe('signing', () => {
  const keys: [string, string, Partial<Credential>][] = [
    ['a shared secret', 'RS256 HS512', { secret }],
    ['a private key as PEM', 'RS256', { secret: pem(rsa.privateKey), publicKey }],
    [
      'a private key of a set',
      'RS256 ES256',
      { jwks: { keys: [jwk(ec.privateKey, { kid: 'k9' })] } },
    ],
    [
      'an Edwards key',
      'EdDSA',
      { secret: pem(ed.privateKey), publicKey: pem(createPublicKey(ed.privateKey)) },
    ],
  ]
  const places: JwtProof['token'][] = [{ header: 'x-jwt' }, { body: true }, { field: '$.token' }]
  test.each(keys)('%s: what is signed is authentic', async (_what, algorithms, credential) => {
    for (const place of places) {
      const written: JwtProof = {
        ...inHeader,
        algorithms,
        token: place,
        maxAgeSeconds: 60,
        type: 'jwt',
        bodyHash: undefined,
      }
      const request = await signProof(proof(written), toSign(credential))
      const seen = await verdict(request, [credential], written)
      expect(seen).toMatchObject({
        authentic: true,
        claims: 'header' in place ? { jti: 'msg_1' } : { name: 'Иван' },
      })
    }
  })
  test('the body’s hash goes into the token', async () => {
    const written: JwtProof = { ...inHeader, bodyHash: { claim: 'h', encoding: 'hex' } }
    const request = await signProof(proof(written), toSign({ secret: pem(rsa.privateKey) }))
    expect(await verdict(request, [{ publicKey }], written)).toMatchObject({ trust: 'signed' })
  })
})
