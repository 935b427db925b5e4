// Receipts, checked with nothing but the published keys.
import { createHash } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openApiScene, Page, type ApiScene } from './scene.ts'
import type { ScenePartner } from '../ledger/scene.ts'

let it: ApiScene
let own: ScenePartner
let token: string
let keys: JSONWebKeySet
beforeAll(async () => {
  it = await openApiScene()
  const answer = await it.get('/.well-known/jwks.json', null)
  expect(answer.status).toBe(200)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'public, max-age=3600',
    'access-control-allow-origin': '*',
  })
  keys = (await answer.json()) as JSONWebKeySet
})
afterAll(() => it.close())
beforeEach(async () => {
  own = await it.makePartner()
  token = await it.token(own.partnerId)
})

async function grantFor(email: string, answer: string | null | undefined) {
  const eventId = await it.came(own, { email })
  if (answer !== undefined) await it.answered(answer)
  const page = Page.parse(await (await it.get('/api/v1/grants', token)).json())
  return { id: page.items[0]?.id ?? '', eventId }
}

const receiptOf = async (id: string) => {
  const answer = await it.get(`/api/v1/grants/${id}/receipt`, token)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/jose')
  return answer.text()
}

const verified = (jws: string) =>
  jwtVerify(jws, createLocalJWKSet(keys), {
    typ: 'moab-relay-receipt+jwt',
    issuer: 'https://relay.example.com',
    // The scene's clock stands still.
    currentDate: new Date('2026-12-01T00:00:00Z'),
  })

test('the keys are public keys only, the same for everybody and at every look', async () => {
  expect(keys.keys).toHaveLength(1)
  expect(Object.keys(keys.keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  expect(await (await it.get('/.well-known/jwks.json', null)).json()).toEqual(keys)
  expect((await it.get('/.well-known/jwks.json', null, { method: 'POST' })).status).toBe(405)
})

test('a receipt says what was granted, to whom as a hash, and why; and leaves an audit entry', async () => {
  const { id, eventId } = await grantFor('maria@example.com', '{"status":"ok"}')
  const jws = await receiptOf(id)
  const { payload, protectedHeader } = await verified(jws)
  expect(protectedHeader).toEqual({
    alg: 'EdDSA',
    kid: keys.keys[0]?.kid,
    typ: 'moab-relay-receipt+jwt',
  })
  expect(payload).toEqual({
    iss: 'https://relay.example.com',
    sub: id,
    iat: 1_796_000_000,
    partner: `partner ${own.partnerId}`,
    campaign: { id: own.campaignId, name: `campaign ${own.campaignId}` },
    mode: 'live',
    email_sha256: createHash('sha256').update('maria@example.com').digest('hex'),
    event: { id: eventId, type: 'invoice.paid', received_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    attempts: [expect.stringMatching(/^\d{4}-.*Z$/)],
    state: 'granted',
    answer: 'ok',
    code: null,
    settled_at: expect.stringMatching(/^\d{4}-.*Z$/),
  })
  expect(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).not.toContain('maria')
  const [entry] = await it.db.work`
    select partner_id, actor, subject, detail from audit_entries where action = 'receipt.made' and subject = ${id}`
  expect(entry).toEqual({
    partner_id: own.partnerId,
    actor: expect.stringMatching(/^token:/),
    subject: id,
    detail: { kid: keys.keys[0]?.kid },
  })
})

test('an email that MOAB knew already has a receipt too, with MOAB’s code', async () => {
  const { id } = await grantFor('ivan@example.com', '{"status":"fail","error":10}')
  const { payload } = await verified(await receiptOf(id))
  expect(payload).toMatchObject({ state: 'already_known', answer: 'known', code: 10 })
})

test('a receipt with anything else in it, or signed by anybody else, does not verify', async () => {
  const { id } = await grantFor('olga@example.com', '{"status":"ok"}')
  const jws = await receiptOf(id)
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const other = Buffer.from(payload, 'base64url')
    .toString()
    .replace('"mode":"live"', '"mode":"lively"')
  const changed = Buffer.from(other).toString('base64url')
  await expect(verified(`${header}.${changed}.${signature}`)).rejects.toThrow('signature')
  await expect(verified(`${header}.${payload}.${'A'.repeat(86)}`)).rejects.toThrow('signature')
  const elsewhere = await openApiScene()
  try {
    const foreign = await elsewhere.get('/.well-known/jwks.json', null)
    const set = (await foreign.json()) as JSONWebKeySet
    await expect(jwtVerify(jws, createLocalJWKSet(set))).rejects.toThrow('no applicable key')
  } finally {
    await elsewhere.close()
  }
})

test.each([
  ['one that waits for MOAB', undefined, 'queued'],
  ['one that MOAB did not answer for', null, 'queued'],
  ['one with a wrong email', '{"status":"fail","error":5}', 'refused'],
])('%s has none', async (_, answer, state) => {
  const { id } = await grantFor('petr@example.com', answer)
  const refused = await it.get(`/api/v1/grants/${id}/receipt`, token)
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining(`the grant is ${state}`),
  })
  const written = await it.db.work`select 1 from audit_entries where subject = ${id}`
  expect(written).toHaveLength(0)
})

test('once the person is erased the receipt has no hash', async () => {
  const { id } = await grantFor('anna@example.com', '{"status":"ok"}')
  await it.db.work`update grants set email = null where id = ${id}`
  const { payload } = await verified(await receiptOf(id))
  expect(payload).not.toHaveProperty('email_sha256')
  expect(payload.sub).toBe(id)
})
