// Settings become a proof, or a sentence about what is wrong with them.
import { describe, expect, test } from 'vitest'
import { providers, resolveProof } from '../../src/providers/index.ts'
import { settingProblems } from '../../src/providers/resolve.ts'
import type { ProviderId } from '../../src/providers/index.ts'
import type { Settings } from '../../src/schemes/scheme.ts'

const firebase = {
  issuer: 'https://securetoken.google.com/sample',
  audience: 'https://x.example.com/in/1',
}

const accepted: [ProviderId, Settings, object][] = [
  ['generic-hmac', {}, { hash: 'sha256', key: ['utf8'], template: '{body}', encoding: 'hex' }],
  ['generic-hmac', { header: 'X-Sig' }, { signature: { at: { header: ['x-sig'] } } }],
  ['generic-hmac', { hash: 'sha1', key: 'hex' }, { hash: 'sha1', key: ['hex'] }],
  [
    'generic-hmac',
    { header: '', hash: '' },
    { hash: 'sha256', signature: { at: { header: ['x-signature'] } } },
  ],
  [
    'generic-hmac',
    { timestamp_header: 'X-Time', timestamp_unit: 'ms', template: '{timestamp}.{body}' },
    { timestamp: { at: { header: ['x-time'] }, unit: 'ms', sided: 'two' } },
  ],
  [
    'generic-token',
    {},
    { of: [{ at: { header: ['authorization'], prefix: 'Bearer ' } }, { scheme: 'basic' }] },
  ],
  ['generic-token', { prefix: '' }, { of: [{ at: { prefix: '' } }, {}] }],
  ['fusionauth', {}, { algorithms: 'RS256' }],
  ['fusionauth', { algorithms: 'HS256' }, { algorithms: 'HS256' }],
  ['kinde', { issuer: 'https://x.example.com' }, { issuer: 'https://x.example.com' }],
  ['firebase-blocking', firebase, firebase],
  ['keycloak', { hash: 'sha1' }, { of: [{ hash: 'sha1' }, { algorithms: 'RS256' }] }],
  ['okta', { header: 'X-Okta-Secret' }, { at: { header: ['x-okta-secret'], prefix: '' } }],
  ['stripe', { url: 'https://x.example.com/in/1', tolerance: '600' }, { scheme: 'hmac' }],
]

const notSaved: [ProviderId, Settings, string, string][] = [
  ['yookassa', { networks: 'абв' }, 'networks', 'entry 1 is neither an address nor a range'],
  ['yookassa', { networks: '10.0.0.0/99' }, 'networks', 'must lie between 0 and 32'],
  ['yookassa', { networks: '10.0.0.1, ::/129' }, 'networks', 'entry 2: the number after "/"'],
  ['yookassa', { networks: '10.0.0.0/8/9' }, 'networks', 'entry 1'],
  ['google-pubsub', { audience: 'x' }, 'service_account', 'is required'],
  ['google-pubsub', { audience: 'x', service_account: 'push' }, 'service_account', 'email'],
  ['paypal', { webhookId: 'мой вебхук' }, 'webhookId', 'one word'],
  ['rfc9421', { algorithms: 'ed25519 rsa' }, 'algorithms', 'separated by spaces: ed25519'],
  ['signed-link', { landing_url: 'ftp://x.example.com' }, 'landing_url', 'https://'],
]

const refused: [ProviderId, Settings, string][] = [
  // Google's keys sign for every project, and the sign-in tokens of its people.
  ['firebase-blocking', { audience: firebase.audience }, 'setting "issuer": is required'],
  ['firebase-blocking', { issuer: firebase.issuer }, 'setting "audience": is required'],
  ['firebase-blocking', { ...firebase, issuer: ' ' }, 'setting "issuer": is required'],
  ['keycloak', { hash: 'md5' }, 'setting "hash": must be one of'],
  ['zitadel', { algorithms: 'HS256' }, 'setting "algorithms": must be one of'],
  ['generic-hmac', { hash: 'md5' }, 'setting "hash": must be one of'],
  ['generic-hmac', { key: 'strip:x' }, 'setting "key": must be one of'],
  ['generic-hmac', { header: 'X Sig' }, 'setting "header": must be the name of a header'],
  ['generic-hmac', { template: 'signed' }, 'the body must be signed'],
  ['generic-hmac', { template: '{body}{nonsense}' }, 'not a template'],
  ['generic-hmac', { timestamp_header: 'X-Time' }, '{timestamp} and timestamp belong together'],
  ['generic-hmac', { template: '{timestamp}.{body}' }, '{timestamp} and timestamp belong together'],
  ['generic-token', { key_path: 'id' }, 'setting "key_path": must be a JSONPath'],
  ['generic-token', { type_path: '$..[' }, 'setting "type_path": must be a JSONPath'],
  ['fusionauth', { algorithms: 'none' }, 'setting "algorithms": must be one of'],
  ['fusionauth', { algorithms: 'RS256 HS256' }, 'setting "algorithms": must be one of'],
  ['stripe', { header: 'X-Sig' }, 'setting "header" is unknown here'],
  ['stripe', JSON.parse('{"__proto__":"x"}'), 'setting "__proto__" is unknown here'],
]

describe('settings', () => {
  test.each(accepted)('of %s %j become the proof', (id, settings, proof) => {
    expect(resolveProof(providers[id], settings)).toMatchObject({ ok: true, proof })
  })

  test.each(refused)('of %s %j are refused: %s', (id, settings, problem) => {
    const resolved = resolveProof(providers[id], settings)
    expect(resolved).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
  })

  test.each(notSaved)('of %s %j are not saved: %s', (id, settings, name, problem) => {
    expect(settingProblems(providers[id], settings)).toEqual([
      { name, problem: expect.stringContaining(problem) },
    ])
  })

  test('as every preset has them can be saved', () => {
    for (const [id, provider] of Object.entries(providers)) {
      const wrong = settingProblems(provider, {}).filter(({ problem }) => problem !== 'is required')
      expect([id, wrong]).toEqual([id, []])
    }
  })

  test('that were saved before a form became stricter go on', () => {
    expect(resolveProof(providers.yookassa, { networks: 'абв' })).toMatchObject({ ok: true })
  })

  test('that are wrong are never repeated in the message', () => {
    const settings = { hash: 'whsec_oops', key_path: 'whsec_oops', header: 'whsec oops' }
    expect(JSON.stringify(resolveProof(providers['generic-hmac'], settings))).not.toContain('oops')
  })

  test('a proof without a time has none when the header of the time is left empty', () => {
    const resolved = resolveProof(providers['generic-hmac'], { timestamp_header: '' })
    expect(resolved.ok && 'timestamp' in resolved.proof).toBe(false)
  })
})
