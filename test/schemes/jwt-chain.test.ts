// Tokens that bring their certificates. What is accepted here, Apple's own library accepts; what it
// refuses is refused.
import { Buffer } from 'node:buffer'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Environment, SignedDataVerifier } from '@apple/app-store-server-library'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { extensionOids } from '../../src/schemes/certificate-extensions.ts'
import { signProof } from '../../src/schemes/index.ts'
import type { Credential, Verdict } from '../../src/schemes/scheme.ts'
import { verdict } from './jwt-tokens.ts'
import type { JwtProof } from './jwt-tokens.ts'
import { now, proof, sent, toSign } from './sent.ts'

const fixture: { leafKey: string; certificates: Record<string, string> } = JSON.parse(
  readFileSync(new URL('../fixtures/apple-chain.json', import.meta.url), 'utf8'),
)
const pem = (name: string) => fixture.certificates[name] ?? ''
const certificate = (name: string) => new X509Certificate(pem(name))
const der = (name: string) => certificate(name).raw
const fingerprint = (name: string) => createHash('sha256').update(der(name)).digest('hex')
const leafKey = createPrivateKey(fixture.leafKey)
const leafOid = '1.2.840.113635.100.6.11.1'
const intermediateOid = '1.2.840.113635.100.6.2.1'
const pinned = {
  rootSha256: fingerprint('root'),
  length: 3,
  leafOid,
  intermediateOid,
  datePath: '$.signedDate',
}
const apple = (change: Partial<JwtProof> = {}): JwtProof => ({
  scheme: 'jwt',
  token: { field: '$.signedPayload' },
  algorithms: 'ES256',
  chain: pinned,
  ...change,
})
const data = { bundleId: 'com.example.app', environment: 'Sandbox' }
const event = { notificationType: 'TEST', notificationUUID: 'u-1', signedDate: now, data }

const chain = ['leaf', 'intermediate', 'root']

async function made(names: string[], claims: object = event, key = leafKey): Promise<string> {
  const x5c = names.map((name) => der(name).toString('base64'))
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', x5c }).sign(key)
}

const carrying = (text: string) =>
  sent({ body: Buffer.from(JSON.stringify({ signedPayload: text })) })

async function appleAccepts(text: string, root = 'root'): Promise<boolean> {
  const verifier = new SignedDataVerifier([der(root)], false, Environment.SANDBOX, data.bundleId)
  return verifier.verifyAndDecodeNotification(text).then(
    () => true,
    () => false,
  )
}

async function ours(
  text: string,
  credentials: Partial<Credential>[] = [],
  written = apple(),
): Promise<Verdict> {
  return verdict(carrying(text), credentials, written)
}

test('a chain to the pinned root proves the claims, without a credential', async () => {
  const text = await made(chain)
  expect(await ours(text)).toEqual({
    authentic: true,
    credential: null,
    trust: 'signed',
    claimsOnly: true,
    claims: event,
  })
  expect(await appleAccepts(text)).toBe(true)
})

const year2020 = Date.UTC(2020, 0)
const year2040 = Date.UTC(2040, 0)
const refused: [string, string[], object, string][] = [
  ['two certificates', ['leafOfRoot', 'root'], event, 'token_malformed'],
  ['four certificates', ['leafOfExtra', 'extra', 'intermediate', 'root'], event, 'token_malformed'],
  ['the order turned round', ['intermediate', 'leaf', 'root'], event, 'key_not_found'],
  ['a leaf without its OID', ['leafWithoutOid', ...chain.slice(1)], event, 'key_not_found'],
  [
    'a leaf with the OID inside a value',
    ['leafWithOidInValue', ...chain.slice(1)],
    event,
    'key_not_found',
  ],
  [
    'an intermediate without its OID',
    ['leaf', 'intermediateWithoutOid', 'root'],
    event,
    'key_not_found',
  ],
  [
    'an intermediate that is no CA',
    ['leafOfIntermediateWithoutCa', 'intermediateWithoutCa', 'root'],
    event,
    'key_not_found',
  ],
  ['a leaf of another issuer', ['leafOfExtra', 'intermediate', 'root'], event, 'key_not_found'],
  [
    'a leaf that had ended',
    ['leafOfOneDay', ...chain.slice(1)],
    { ...event, signedDate: year2040 },
    'key_not_found',
  ],
  ['a time before the chain', chain, { ...event, signedDate: year2020 }, 'key_not_found'],
]
test.each(refused)('%s: refused here and by Apple', async (_what, names, claims, reason) => {
  const text = await made(names, claims)
  expect(await ours(text)).toMatchObject({ authentic: false, reason })
  expect(await appleAccepts(text)).toBe(false)
})

describe('the root', () => {
  test('that is not pinned is refused, though it has the same name', async () => {
    const text = await made(chain)
    const wrong = { chain: { ...pinned, rootSha256: fingerprint('otherRoot') } }
    expect(await ours(text, [], apple(wrong))).toMatchObject({ reason: 'key_not_found' })
    expect(await appleAccepts(text, 'otherRoot')).toBe(false)
    const bent = await made(['leaf', 'intermediate', 'otherRoot'])
    for (const root of ['root', 'otherRoot']) {
      expect(await ours(bent, [{ rootCertificate: pem(root) }])).toMatchObject({
        reason: 'key_not_found',
      })
    }
  })
  test.each([
    ['PEM', pem('otherRoot'), pem('root')],
    ['base64', der('otherRoot').toString('base64'), der('root').toString('base64')],
  ])('of a credential in %s takes the place of the pinned one', async (_form, other, right) => {
    const text = await made(chain)
    const elsewhere = apple({ chain: { ...pinned, rootSha256: '0'.repeat(64) } })
    expect(await ours(text, [{ rootCertificate: right }], elsewhere)).toMatchObject({
      authentic: true,
      credential: 'c1',
    })
    expect(await ours(text, [{ rootCertificate: other }])).toMatchObject({
      reason: 'key_not_found',
    })
    expect(
      await ours(text, [{ rootCertificate: other }, { rootCertificate: right }]),
    ).toMatchObject({ credential: 'c2' })
  })
  test('that cannot be read leaves the question open', async () => {
    const text = await made(chain)
    for (const rootCertificate of ['AAAA', 'not a certificate', pem('root') + pem('otherRoot')])
      expect(await ours(text, [{ rootCertificate }])).toMatchObject({
        reason: 'credential_unusable',
      })
  })
})

describe('the token', () => {
  test('must be signed by the leaf', async () => {
    const text = await made(chain)
    const bent = text.replace(/\.[^.]+\./, `.${Buffer.from('{"a":1}').toString('base64url')}.`)
    expect(await ours(bent)).toMatchObject({ reason: 'signature_mismatch' })
    expect(await appleAccepts(bent)).toBe(false)
  })
  test.each([
    ['no certificates', undefined],
    ['a text', 'x5c'],
    ['numbers', [1, 2, 3]],
    ['texts that are no certificates', ['AAAA', 'AAAA', 'AAAA']],
    ['PEM', chain.map(pem)],
  ])('with %s in its header is malformed', async (_what, x5c) => {
    const header = { alg: 'ES256', ...(x5c === undefined ? {} : { x5c }) } as { alg: string }
    const text = await new SignJWT(event).setProtectedHeader(header).sign(leafKey)
    expect(await ours(text)).toMatchObject({ reason: 'token_malformed' })
  })
  test('must say when it was signed, where that decides', async () => {
    const { signedDate: _, ...undated } = event
    expect(await ours(await made(chain, undated))).toMatchObject({ reason: 'timestamp_missing' })
    const { datePath: __, ...atNow } = pinned
    expect(await ours(await made(chain, undated), [], apple({ chain: atNow }))).toMatchObject({
      authentic: true,
    })
  })
  test('is not read for its date before its signature', async () => {
    const bent = (await made(chain, { ...event, signedDate: year2020 })).replace(
      /.{8}$/,
      'AAAAAAAA',
    )
    expect(await ours(bent)).toMatchObject({ reason: 'signature_mismatch' })
  })
  test('that is made here is accepted here and by Apple', async () => {
    const written = apple({
      expiry: 'ignored',
      claims: [{ path: '$.data.bundleId', equals: data.bundleId }],
    })
    const bundle = chain.map(pem).join('')
    const request = await signProof(
      proof(written),
      toSign(
        { secret: fixture.leafKey, certificate: bundle },
        { request: sent({ body: Buffer.from(JSON.stringify({ ...event, signedDate: 1, data })) }) },
      ),
    )
    expect(await verdict(request, [], written)).toMatchObject({
      authentic: true,
      claims: { signedDate: now },
    })
    const body: { signedPayload: string } = JSON.parse(request.body.toString())
    expect(await appleAccepts(body.signedPayload)).toBe(true)
  })
})

describe('extensions of a certificate', () => {
  test.each([
    ['leaf', leafOid, true],
    ['leafWithoutOid', leafOid, false],
    ['leafWithOidInValue', leafOid, false],
    ['leafWithOidInValue', '1.2.3.4', true],
    ['intermediate', intermediateOid, true],
    ['intermediate', '2.5.29.19', true],
    ['root', intermediateOid, false],
  ])('%s: has %s is %s', (name, oid, expected) => {
    expect(extensionOids(der(name))?.has(oid)).toBe(expected)
  })
  test('whatever the bytes, an answer comes; what is cut or has more at its end is none', () => {
    const bytes = der('leaf')
    for (let end = 0; end < bytes.length; end++)
      expect(extensionOids(bytes.subarray(0, end))).toBeNull()
    expect(extensionOids(Buffer.concat([bytes, Buffer.from([0])]))).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(bytes.length - 1), fc.nat(255), (any, at, byte) => {
        extensionOids(Buffer.from(any))
        const bent = Buffer.from(bytes)
        bent[at] = byte
        expect(() => extensionOids(bent)).not.toThrow()
      }),
      { numRuns: 2000 },
    )
  })
})
