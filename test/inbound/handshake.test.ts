// Pings and challenges are answered as the preset says and leave no event; everything else does not
// pass for one.
import { describe, expect, test } from 'vitest'
import { admit } from '../../src/inbound/verify.ts'
import { providers, resolveProof } from '../../src/providers/index.ts'
import type { Handshake, Provider } from '../../src/providers/provider.ts'
import type { SentRequest } from '../../src/schemes/scheme.ts'
import { headers, now, sent } from '../schemes/sent.ts'

const answer = { status: 200, body: 'pong' }

function withHandshake(when: Handshake['when'], proof: Handshake['proof'] = 'none'): Provider {
  return {
    ...providers['generic-token'],
    body: { format: ['json', 'form'] },
    handshakes: [{ when, proof, answer }],
  }
}

function met(provider: Provider, request: SentRequest) {
  const resolved = resolveProof(provider, {})
  if (!resolved.ok) throw new Error(resolved.problem)
  return admit(provider, resolved.proof, {
    request,
    credentials: [{ id: 'one', token: 'right' }],
    settings: {},
    now,
    keySetAt: () => Promise.resolve('unavailable'),
  })
}

const base = 'https://relay.example.com/in/x'
const proven = headers({ authorization: 'Bearer right' })
const cases: [string, Handshake['when'], fits: Partial<SentRequest>, not: Partial<SentRequest>][] =
  [
    ['the method', { method: 'GET' }, { method: 'GET' }, { method: 'POST' }],
    ['a header', { header: 'x-challenge' }, { headers: headers({ 'X-Challenge': 'a' }) }, {}],
    [
      'the value of a header',
      { headerIs: { name: 'x-event', equals: 'ping' } },
      { headers: headers({ 'X-Event': 'ping' }) },
      { headers: headers({ 'X-Event': ['ping', 'push'] }) },
    ],
    [
      'a parameter',
      { query: 'validationToken' },
      { url: `${base}?validationToken=a` },
      { url: `${base}?other=a` },
    ],
    [
      'the value of a parameter',
      { queryIs: { name: 'type', equals: 'check' } },
      { url: `${base}?type=check` },
      { url: `${base}?type=check&type=pay` },
    ],
    [
      'the form of a parameter',
      { queryLike: { name: 'c', pattern: '[0-9a-f]{20,32}' } },
      { url: `${base}?c=20f9f8ed05f77439fe955c977e4c8a53` },
      { url: `${base}?c=20f9f8ed05f77439fe955c977e4c8a53z` },
    ],
    [
      'the whole body',
      { body: 'test=test' },
      { body: Buffer.from('test=test') },
      { body: Buffer.from('test=test&Email=a@b.ru') },
    ],
    [
      'a field',
      { field: { path: '$.event', equals: 'check' } },
      { body: Buffer.from('{"event":"check"}') },
      { body: Buffer.from('{"event":"pay"}') },
    ],
  ]

describe('a handshake is known by', () => {
  test.each(cases)('%s', async (_what, when, fits, not) => {
    const provider = withHandshake(when)
    expect(await met(provider, sent(fits))).toMatchObject({ handshake: { answer }, verdict: null })
    expect(await met(provider, sent(not))).not.toHaveProperty('handshake')
  })
})

describe('a handshake that must be proven', () => {
  const provider = withHandshake({ method: 'GET' }, 'required')
  test('is refused without the proof', async () => {
    expect(await met(provider, sent({ method: 'GET' }))).toMatchObject({ reason: 'token_missing' })
  })
  test('is met with it', async () => {
    const verdict = await met(provider, sent({ method: 'GET', headers: proven }))
    expect(verdict).toMatchObject({ handshake: { answer }, verdict: { credential: 'one' } })
  })
})

test('a method that is only there for handshakes carries no events', async () => {
  const provider = withHandshake({ method: 'GET', query: 'challenge' })
  const verdict = await met(provider, sent({ method: 'GET', headers: proven }))
  expect(verdict).toMatchObject({ reason: 'method_not_allowed' })
})
