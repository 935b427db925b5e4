import { describe, expect, test } from 'vitest'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import { Proof } from '../../src/schemes/proof.ts'
import type { Proof as WrittenProof } from '../../src/schemes/proof.ts'
import { reasons } from '../../src/schemes/reasons.ts'
import type { Credential, SentRequest } from '../../src/schemes/scheme.ts'
import { input, proof, sent, toSign } from './sent.ts'

type Leaf = Exclude<WrittenProof, { of: unknown }>

const hmac: Extract<Leaf, { scheme: 'hmac' }> = {
  scheme: 'hmac',
  hash: 'sha256',
  key: ['utf8'],
  template: '{body}',
  encoding: 'hex',
  signature: { at: { header: 'x-sign' }, syntax: { kind: 'single' } },
}
const token = { scheme: 'token', at: { header: 'x-token' } } as const
const basic = { scheme: 'basic' } as const
const jwt = { scheme: 'jwt', token: { header: 'x-jwt' }, algorithms: 'HS256' } as const
const fieldJwt = { scheme: 'jwt', token: { field: '$.token' }, algorithms: 'HS256' } as const

const secret = { secret: 's3cret' }
const user = { username: 'u', password: 'p' }
const either = (...of: Leaf[]) => proof({ scheme: 'any', of })
const both = (...of: Leaf[]) => proof({ scheme: 'all', of })

async function signed(
  written: WrittenProof,
  credential: Partial<Credential>,
  request = sent(),
): Promise<SentRequest> {
  return signProof(proof(written), toSign(credential, { request }))
}

describe('any', () => {
  test('one proof is enough, with whichever credential serves it', async () => {
    const byToken = await signed(token, { token: 't' })
    const verdict = verifyProof(
      either(hmac, token, basic),
      input(byToken, [secret, { token: 't' }]),
    )
    expect(verdict).toEqual({ authentic: true, credential: 'c2', trust: 'token' })
  })
  test('the first that proves leads', async () => {
    const request = await signed(token, { token: 't' }, await signed(hmac, secret))
    const verdict = verifyProof(either(hmac, token), input(request, [secret, { token: 't' }]))
    expect(verdict).toMatchObject({ credential: 'c1', trust: 'signed' })
  })
  test('what came furthest is the reason', async () => {
    const request = await signed(token, { token: 'wrong' })
    expect(
      verifyProof(either(hmac, token), input(request, [secret, { token: 't' }])),
    ).toMatchObject({
      reason: 'token_mismatch',
    })
  })
  test('a scheme no credential serves is not asked for', () => {
    expect(verifyProof(either(hmac, basic), input(sent(), [secret]))).toMatchObject({
      reason: 'header_missing',
    })
    expect(verifyProof(either(hmac, basic), input(sent(), [{ token: 't' }]))).toMatchObject({
      reason: 'no_credential',
    })
    expect(verifyProof(either(hmac, basic), input(sent(), []))).toMatchObject({
      reason: 'no_credential',
    })
  })
  test('a sender that may be right is asked to repeat, whatever the others say', async () => {
    const remote = { ...jwt, algorithms: 'RS256' }
    const other = await signed(jwt, { secret: 'x' }, await signed(token, { token: 'wrong' }))
    const [, , signature] = (other.headers.get('x-jwt')?.[0] ?? '').split('.')
    const header = Buffer.from('{"alg":"RS256"}').toString('base64url')
    const headers = new Map([...other.headers, ['x-jwt', [`${header}.e30.${signature}`]]])
    const verdict = verifyProof(
      either(token, remote),
      input({ ...other, headers }, [{ token: 't' }, { jwksUrl: 'https://keys.example/' }]),
    )
    await expect(verdict).resolves.toMatchObject({ reason: 'keys_unavailable' })
    expect(reasons.keys_unavailable.status).toBe(503)
  })
  test('it is signed in the way the credential serves', async () => {
    const request = await signProof(either(hmac, token), toSign({ token: 't' }))
    expect([...request.headers.keys()]).toEqual(['x-token'])
  })
})

describe('all', () => {
  const needed = both(basic, hmac)

  test('every one must prove; the one that covers the body leads', async () => {
    const request = await signProof(needed, toSign({ ...secret, ...user }))
    expect(verifyProof(needed, input(request, [user, secret]))).toEqual({
      authentic: true,
      credential: 'c2',
      trust: 'signed',
    })
  })
  test('one that fails is enough to refuse', async () => {
    const onlyHmac = await signed(hmac, secret)
    expect(verifyProof(needed, input(onlyHmac, [user, secret]))).toMatchObject({
      reason: 'header_missing',
    })
    const onlyBasic = await signed(basic, user)
    expect(verifyProof(needed, input(onlyBasic, [user, secret]))).toMatchObject({
      reason: 'header_missing',
    })
    expect(verifyProof(needed, input(onlyHmac, [secret]))).toMatchObject({
      reason: 'no_credential',
    })
  })
  test('claims of a token come along', async () => {
    const request = await signProof(both(jwt, hmac), toSign(secret))
    await expect(verifyProof(both(jwt, hmac), input(request, [secret]))).resolves.toMatchObject({
      trust: 'signed',
      claims: { jti: 'msg_1' },
    })
  })
  test('a token in a field says nothing of the rest of the body', async () => {
    const combined = both(fieldJwt, token)
    const request = await signProof(combined, toSign({ ...secret, token: 't' }))
    const verdict = await verifyProof(combined, input(request, [secret, { token: 't' }]))
    expect(verdict).toMatchObject({ authentic: true, trust: 'token', credential: 'c2' })
  })
})

test('hmac, token and basic answer at once: only key sets take time', async () => {
  for (const written of [hmac, token, basic, either(hmac, token), both(basic, hmac)]) {
    expect(
      verifyProof(proof(written), input(sent(), [{ ...secret, ...user, token: 't' }])),
    ).not.toBeInstanceOf(Promise)
  }
})

const time = { at: { header: 'x-time' }, unit: 's', toleranceSeconds: 300, sided: 'one' } as const
test.each([
  ['an unknown step of the key', { ...hmac, key: ['rot13'] }],
  ['no step of the key', { ...hmac, key: [] }],
  ['an unknown placeholder', { ...hmac, template: '{body}{secret}' }],
  ['a brace left over', { ...hmac, template: '{body' }],
  ['an empty template', { ...hmac, template: '' }],
  ['a time that is not signed', { ...hmac, timestamp: time }],
  ['a signed time that is nowhere', { ...hmac, template: '{timestamp}{body}' }],
  ['a signed id that is nowhere', { ...hmac, template: '{id}{body}' }],
  [
    'a pair of a header without pairs',
    { ...hmac, template: '{timestamp}{body}', timestamp: { ...time, at: { pair: 't' } } },
  ],
  ['a header name with a blank', { ...token, at: { header: 'x token' } }],
  ['an empty header name', { ...token, at: { header: '' } }],
  ['a path that is none', { ...token, at: { field: 'token' } }],
  ['the algorithm none', { ...jwt, algorithms: 'none' }],
  ['no algorithm', { ...jwt, algorithms: ' ' }],
  ['an unknown algorithm among others', { ...jwt, algorithms: 'RS256 RS1' }],
  ['a tolerance of nothing', { ...jwt, toleranceSeconds: 0 }],
  ['an unknown scheme', { scheme: 'trust-me' }],
])('%s: such a proof is not accepted', (_what, written) => {
  expect(Proof.safeParse(written).success).toBe(false)
})
