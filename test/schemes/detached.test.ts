// Signatures by private keys: known answers, keys of the wrong kind, certificates and their addresses.
import { Buffer } from 'node:buffer'
import { generateKeyPairSync, sign as signBytes, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import type { Proof } from '../../src/schemes/proof.ts'
import type { Credential, ProofInput, SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { selfSigned } from '../moab/certificate.ts'
import { headers, input, json, now, proof, sent, sync, toSign } from './sent.ts'

type DetachedProof = Extract<Proof, { scheme: 'detached' }>

function detached(change: Partial<DetachedProof> = {}): DetachedProof {
  return {
    scheme: 'detached',
    algorithm: 'rsa-sha256',
    template: '{body}',
    encoding: 'base64',
    signature: { at: { header: 'x-signature' }, syntax: { kind: 'single' } },
    ...change,
  }
}

function verdict(
  written: Proof,
  request: SentRequest,
  credential: Partial<Credential>,
  change: Partial<ProofInput> = {},
): Verdict {
  return sync(verifyProof(proof(written), input(request, [credential], change)))
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
const ed25519 = generateKeyPairSync('ed25519')
const pairs = { rsa, short, p256, p384, ed25519 }

const pemOf = (name: keyof typeof pairs) =>
  pairs[name].publicKey.export({ type: 'spki', format: 'pem' }).toString()
const secretOf = (name: keyof typeof pairs) =>
  pairs[name].privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const bareOf = (name: keyof typeof pairs) =>
  pairs[name].publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

const algorithms = [
  ['rsa-sha1', 'rsa'],
  ['rsa-sha256', 'rsa'],
  ['ecdsa-sha256', 'p256'],
  ['ed25519', 'ed25519'],
] as const

describe.each(algorithms)('%s', (algorithm, pair) => {
  const written = detached({ algorithm })
  const request = sync(signProof(proof(written), toSign({ secret: secretOf(pair) })))

  test('what was signed is authentic, with a PEM or its bare base64', () => {
    for (const publicKey of [pemOf(pair), ` ${bareOf(pair)}\n`]) {
      expect(verdict(written, request, { publicKey })).toEqual({
        authentic: true,
        credential: 'c1',
        trust: 'signed',
      })
    }
  })
  test('a changed body, or another signature, is not', () => {
    const publicKey = pemOf(pair)
    const other = { ...request, body: Buffer.concat([json, Buffer.from(' ')]) }
    expect(verdict(written, other, { publicKey })).toMatchObject({ reason: 'signature_mismatch' })
    for (const value of [
      'AAAA',
      Buffer.alloc(64).toString('base64'),
      Buffer.alloc(256).toString('base64'),
      '====',
      '!',
    ]) {
      const forged = { ...request, headers: headers({ 'x-signature': value }) }
      expect(verdict(written, forged, { publicKey })).toMatchObject({
        reason: 'signature_mismatch',
      })
    }
  })
  test('a key of another kind, or none, cannot be used', () => {
    for (const name of ['rsa', 'short', 'p256', 'p384', 'ed25519'] as const) {
      if (name === pair) continue
      expect(verdict(written, request, { publicKey: pemOf(name) })).toMatchObject({
        reason: 'credential_unusable',
      })
    }
    expect(verdict(written, request, { publicKey: 'not a key' })).toMatchObject({
      reason: 'credential_unusable',
    })
    expect(verdict(written, request, { publicKey: ' ' })).toMatchObject({ reason: 'no_credential' })
    expect(verdict(written, request, { secret: secretOf(pair) })).toMatchObject({
      reason: 'no_credential',
    })
  })
  test('one broken key beside the right one is no harm', () => {
    const credentials = [{ publicKey: 'broken' }, { publicKey: pemOf(pair) }]
    expect(sync(verifyProof(proof(written), input(request, credentials)))).toMatchObject({
      credential: 'c2',
    })
  })
})

test('ECDSA is read in both of its forms', () => {
  const written = detached({ algorithm: 'ecdsa-sha256' })
  for (const dsaEncoding of ['der', 'ieee-p1363'] as const) {
    const value = signBytes('sha256', json, { key: p256.privateKey, dsaEncoding }).toString(
      'base64',
    )
    const request = sent({ headers: headers({ 'x-signature': value }) })
    expect(verdict(written, request, { publicKey: pemOf('p256') }).authentic).toBe(true)
  }
})

describe('RFC 8032, section 7.1', () => {
  const answers: [publicKey: string, message: string, signature: string][] = [
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ]
  test.each(answers)('the key %s', (key, message, signature) => {
    const written = detached({ algorithm: 'ed25519', encoding: 'hex', keyPrefix: 'whpk_' })
    const request = sent({
      body: Buffer.from(message, 'hex'),
      headers: headers({ 'x-signature': signature }),
    })
    const publicKey = `whpk_${Buffer.from(key, 'hex').toString('base64')}`
    expect(verdict(written, request, { publicKey })).toMatchObject({ authentic: true })
    const other = { ...request, body: Buffer.from(`${message}00`, 'hex') }
    expect(verdict(written, other, { publicKey })).toMatchObject({ reason: 'signature_mismatch' })
    // S + L: the same signature to a careless verifier.
    const last =
      signature.slice(0, -2) + (Number.parseInt(signature.slice(-2), 16) + 0x10).toString(16)
    const bent = { ...request, headers: headers({ 'x-signature': last }) }
    expect(verdict(written, bent, { publicKey })).toMatchObject({ reason: 'signature_mismatch' })
  })
  test('a raw key that is too short is none', () => {
    const written = detached({ algorithm: 'ed25519', keyPrefix: 'whpk_' })
    const request = sent({ headers: headers({ 'x-signature': 'AAAA' }) })
    for (const publicKey of [
      'whpk_',
      'whpk_AAAA',
      `whpk_${Buffer.alloc(33).toString('base64')}`,
      'whpk_!',
    ]) {
      expect(verdict(written, request, { publicKey })).toMatchObject({
        reason: 'credential_unusable',
      })
    }
  })
})

describe('certificates', () => {
  const { cert: certificate, key } = selfSigned('sender.example')
  const { validFrom, validTo } = new X509Certificate(certificate)
  const [from, until] = [Date.parse(validFrom), Date.parse(validTo)]
  const written = detached({ algorithm: 'ecdsa-sha256' })
  const request = sync(signProof(proof(written), toSign({ secret: key })))

  test.each([
    [from, true],
    [until, true],
    [from - 1000, false],
    [until + 1000, false],
  ])('at %d: valid %s', (at, valid) => {
    const seen = verdict(written, request, { certificate }, { now: at })
    if (valid) expect(seen).toMatchObject({ authentic: true })
    else
      expect(seen).toMatchObject({
        reason: 'credential_unusable',
        hint: expect.stringContaining('expired'),
      })
  })
})

describe('a certificate whose address the sender names', () => {
  const paypal = detached({
    template: '{header:paypal-transmission-id}|{timestamp}|{setting:webhook_id}|{body_crc32}',
    signature: { at: { header: 'paypal-transmission-sig' }, syntax: { kind: 'single' } },
    timestamp: {
      at: { header: 'paypal-transmission-time' },
      unit: 'iso',
      toleranceSeconds: 86_400,
      sided: 'two',
    },
    certificateUrl: {
      header: 'PayPal-Cert-Url',
      hosts: ['api.paypal.com'],
      path: '/v1/notifications/certs',
    },
  })
  const settings = { webhook_id: 'WH-1' }
  const base = sent({ headers: headers({ 'paypal-transmission-id': 'id-1' }) })
  const request = sync(
    signProof(proof(paypal), toSign({ secret: secretOf('rsa') }, { request: base, settings })),
  )
  const jwk: JsonObject = JSON.parse(JSON.stringify(rsa.publicKey.export({ format: 'jwk' })))
  const asked: [string, string | undefined][] = []
  const seen = (
    from: SentRequest,
    credentials: Partial<Credential>[] = [],
    change: Partial<ProofInput> = {},
  ) => {
    asked.length = 0
    const keySetAt: ProofInput['keySetAt'] = (url, keyId) => {
      asked.push([url, keyId])
      return Promise.resolve({ keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }, jwk] })
    }
    return verifyProof(proof(paypal), input(from, credentials, { settings, keySetAt, ...change }))
  }
  const withUrl = (url: string) => ({
    ...request,
    headers: new Map([...request.headers, ['paypal-cert-url', [url]]]),
  })

  test('proves without a credential', async () => {
    expect(await seen(request)).toEqual({ authentic: true, credential: null, trust: 'signed' })
    expect(asked).toEqual([['https://api.paypal.com/v1/notifications/certs/sample', undefined]])
  })
  test('a key of the credential’s own is used instead, and nothing is fetched', async () => {
    expect(await seen(request, [{ publicKey: pemOf('rsa') }])).toMatchObject({ credential: 'c1' })
    expect(await seen(request, [{ publicKey: bareOf('rsa') }])).toMatchObject({ credential: 'c1' })
    expect(asked).toEqual([])
  })
  test('the webhook’s own id is part of it, and must be there', async () => {
    expect(await seen(request, [], { settings: { webhook_id: 'WH-2' } })).toMatchObject({
      reason: 'signature_mismatch',
    })
    for (const none of [{}, { webhook_id: ' ' }]) {
      expect(await seen(request, [], { settings: none })).toMatchObject({
        reason: 'setting_missing',
        hint: expect.stringContaining('webhook_id'),
      })
    }
  })
  test('what cannot be fetched leaves the fate open', async () => {
    expect(
      await seen(request, [], { keySetAt: () => Promise.resolve('unavailable') }),
    ).toMatchObject({ reason: 'keys_unavailable' })
    expect(
      await seen(request, [], { keySetAt: () => Promise.resolve({ keys: [] }) }),
    ).toMatchObject({ reason: 'key_not_found' })
  })
  test('an old time is refused once the signature fits', async () => {
    expect(await seen(request, [], { now: now + 86_401_000 })).toMatchObject({
      reason: 'timestamp_too_old',
    })
  })
  test.each([
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://evil.example/v1/notifications/certs/CERT-1',
    'https://evil.example#api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1',
    'https://evil.example\\@api.paypal.com/v1/notifications/certs/CERT-1',
    'https://user@api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:443/v1/notifications/certs/CERT-1',
    'https://api.paypal.com./v1/notifications/certs/CERT-1',
    'https://API.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/../../upload/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/%2e%2e/%2e%2e/upload',
    'https://api.paypal.com/v1/notifications/certs/..%2fupload',
    'https://api.paypal.com/v1/notifications/certs//CERT-1',
    'https://api.paypal.com/v1/notifications/certs/',
    'https://api.paypal.com/v1/notifications/certs',
    'https://api.paypal.com/v1/notifications/certs-of-others/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/CERT-1?x=1',
    'https://api.paypal.com/v1/notifications/certs/CERT-1#x',
    ' https://api.paypal.com/v1/notifications/certs/CERT-1',
    'https:/api.paypal.com/v1/notifications/certs/CERT-1',
    'not a url',
  ])('%s is never asked', async (url) => {
    expect(await seen(withUrl(url))).toMatchObject({ reason: 'address_not_allowed' })
    expect(asked).toEqual([])
  })
  test('the address missing, or named twice, is refused', async () => {
    expect(await seen(withUrl(''))).toMatchObject({ reason: 'header_missing' })
    const twice = ['a', 'b']
    const request2 = {
      ...request,
      headers: new Map([...request.headers, ['paypal-cert-url', twice]]),
    }
    expect(await seen(request2)).toMatchObject({ reason: 'header_repeated' })
  })
})
