import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import { SignJWT } from 'jose'
import { Provider as Issuer } from 'oidc-provider'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeySets } from '../../src/inbound/key-sets.ts'
import type { KeySets } from '../../src/inbound/key-sets.ts'
import type { JsonObject } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { verifyProof } from '../../src/schemes/index.ts'
import type { Verdict } from '../../src/schemes/scheme.ts'
import { selfSigned } from '../moab/certificate.ts'
import { headers, input, proof, sent } from '../schemes/sent.ts'
import { toLoopback } from '../support/outgoing.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = (kid: string): JsonObject => ({
  ...(pair.publicKey.export({ format: 'jwk' }) as JsonObject),
  kid,
})
const keyIds = (set: Awaited<ReturnType<KeySets['keySetAt']>>) =>
  typeof set === 'string' ? set : set.keys.map(({ kid }) => kid)

let server: Server
let url: string
let asked: number
let answer: (response: ServerResponse) => void
let time: number
let sets: KeySets

const jwks =
  (...keys: unknown[]) =>
  (response: ServerResponse) =>
    response.end(JSON.stringify({ keys }))

beforeEach(async () => {
  asked = 0
  time = 0
  answer = jwks(key('a'))
  server = createServer((_request, response) => {
    asked += 1
    answer(response)
  })
  url = `${await listening(server)}/keys`
  sets = createKeySets({ outgoing: toLoopback, clock: () => time })
})
afterEach(async () => {
  await sets.close()
  server.closeAllConnections()
  server.close()
})

async function listening(on: Server): Promise<string> {
  await new Promise<void>((done) => on.listen(0, '127.0.0.1', done))
  const address = on.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

test('a set is fetched once and kept, and concurrent callers share the fetch', async () => {
  const many = await Promise.all(Array.from({ length: 50 }, () => sets.keySetAt(url, 'a')))
  expect(new Set(many).size).toBe(1)
  expect(keyIds(await sets.keySetAt(url, undefined))).toEqual(['a'])
  expect(asked).toBe(1)
})

test('a new key id brings one more fetch, as soon as the cooldown is over', async () => {
  await sets.keySetAt(url, 'a')
  answer = jwks(key('a'), key('b'))
  time = limits.jwksCooldownMs - 1
  expect(await sets.keySetAt(url, 'b')).toBe('unavailable')
  expect(keyIds(await sets.keySetAt(url, 'a'))).toEqual(['a'])
  expect(asked).toBe(1)
  time = limits.jwksCooldownMs
  expect(
    await Promise.all(['b', 'b', 'a'].map(async (id) => keyIds(await sets.keySetAt(url, id)))),
  ).toEqual([['a', 'b'], ['a', 'b'], ['a']])
  expect(asked).toBe(2)
})

test('an id that was looked for in vain is known not to be there, and invented ids cost one fetch', async () => {
  expect(keyIds(await sets.keySetAt(url, 'x'))).toEqual(['a'])
  expect(keyIds(await sets.keySetAt(url, 'x'))).toEqual(['a'])
  for (let n = 0; n < 100; n++)
    expect(await sets.keySetAt(url, `invented ${n}`)).toBe('unavailable')
  expect(asked).toBe(1)
  time = limits.jwksCooldownMs
  await sets.keySetAt(url, 'x')
  expect(asked).toBe(2)
})

test('only so many ids, and none too long, are remembered as absent', async () => {
  const many = Array.from({ length: limits.absentKeyIdsMax + 1 }, (_, n) => `invented ${n}`)
  const found = await Promise.all(many.map((id) => sets.keySetAt(url, id)))
  expect(found.filter((set) => set === 'unavailable')).toHaveLength(1)
  time = limits.jwksCooldownMs
  const ids = ['x'.repeat(limits.absentKeyIdCharsMax), 'x'.repeat(limits.absentKeyIdCharsMax + 1)]
  const [fits, overlong] = await Promise.all(ids.map((id) => sets.keySetAt(url, id)))
  expect(fits).not.toBe('unavailable')
  expect(overlong).toBe('unavailable')
})

test('a set is fetched anew when it is old, and used on while that fails', async () => {
  await sets.keySetAt(url, 'a')
  time = limits.jwksAgeMsMax
  await sets.keySetAt(url, 'a')
  expect(asked).toBe(1)
  answer = (response) => response.writeHead(500).end()
  time = limits.jwksAgeMsMax + 1
  expect(keyIds(await sets.keySetAt(url, 'a'))).toEqual(['a'])
  expect(asked).toBe(2)
  expect(await sets.keySetAt(url, 'b')).toBe('unavailable')
  expect(asked).toBe(2)
  time = limits.jwksStaleMsMax
  expect(keyIds(await sets.keySetAt(url, 'a'))).toEqual(['a'])
  time += 1000
  expect(await sets.keySetAt(url, 'a')).toBe('unavailable')
})

test('a failure is not repeated before the cooldown is over', async () => {
  answer = (response) => response.destroy()
  for (let n = 0; n < 10; n++) expect(await sets.keySetAt(url, 'a')).toBe('unavailable')
  expect(asked).toBe(1)
  answer = jwks(key('a'))
  time = limits.jwksCooldownMs - 1
  expect(await sets.keySetAt(url, 'a')).toBe('unavailable')
  time = limits.jwksCooldownMs
  expect(keyIds(await sets.keySetAt(url, 'a'))).toEqual(['a'])
  expect(asked).toBe(2)
})

const size = (bytes: number) => {
  const text = JSON.stringify({ keys: [key('a')], x: '' })
  return text.replace('"x":""', `"x":"${' '.repeat(bytes - text.length)}"`)
}
const failures: [string, (response: ServerResponse) => void][] = [
  [
    'another status',
    (response) => response.writeHead(201).end(JSON.stringify({ keys: [key('a')] })),
  ],
  ['a redirect', (response) => response.writeHead(302, { location: '/other' }).end()],
  ['no JSON', (response) => response.end('<html>')],
  ['no keys', (response) => response.end('{"keys":{}}')],
  ['too many keys', jwks(...Array.from({ length: limits.jwksKeysMax + 1 }, () => key('a')))],
  ['too many bytes', (response) => response.end(size(limits.jwksBytesMax + 1))],
  [
    'bytes that never end',
    (response) => void setInterval(() => response.write(' '.repeat(65_536)), 1).unref(),
  ],
  ['silence', () => {}],
  ['a drip', (response) => void setInterval(() => response.write(' '), 100).unref()],
]
test.each(failures)('%s: unavailable, within the deadline', async (_what, failing) => {
  answer = failing
  const start = performance.now()
  expect(await sets.keySetAt(url, 'a')).toBe('unavailable')
  expect(performance.now() - start).toBeLessThan(limits.jwksFetchMsMax + 500)
  expect(asked).toBe(1)
})

test('as many keys and bytes as allowed are taken', async () => {
  answer = jwks(...Array.from({ length: limits.jwksKeysMax }, () => key('a')))
  expect(keyIds(await sets.keySetAt(url, 'a'))).toHaveLength(limits.jwksKeysMax)
  answer = (response) => response.end(size(limits.jwksBytesMax))
  expect(keyIds(await sets.keySetAt(`${url}?other`, 'a'))).toEqual(['a'])
})

test('only public keys are kept', async () => {
  const secret = { kty: 'oct', k: 'AAAA', kid: 's' }
  answer = jwks({ ...pair.privateKey.export({ format: 'jwk' }), kid: 'p' }, secret, 'text', null, {
    kty: 'EC',
  })
  const set = await sets.keySetAt(url, 'p')
  expect(keyIds(set)).toEqual(['p'])
  expect(JSON.stringify(set)).not.toContain('"d"')
})

test('the set used longest ago makes room', async () => {
  await sets.keySetAt(url, 'a')
  for (let n = 1; n < limits.keySetsMax; n++) await sets.keySetAt(`nowhere ${n}`, 'a')
  await sets.keySetAt(url, 'a')
  expect(asked).toBe(1)
  for (let n = 1; n < limits.keySetsMax; n++) await sets.keySetAt(`elsewhere ${n}`, 'a')
  await sets.keySetAt(url, 'a')
  expect(asked).toBe(1)
  for (let n = 1; n <= limits.keySetsMax; n++) await sets.keySetAt(`far off ${n}`, 'a')
  await sets.keySetAt(url, 'a')
  expect(asked).toBe(2)
})

describe('with tokens', () => {
  const written = proof({ scheme: 'jwt', token: { header: 'x-jwt' }, algorithms: 'ES256' })

  async function verdict(header: object): Promise<Verdict> {
    const signer = new SignJWT({ sub: 'x' }).setProtectedHeader({ alg: 'ES256', ...header })
    const request = sent({ headers: headers({ 'x-jwt': await signer.sign(pair.privateKey) }) })
    return verifyProof(written, input(request, [{ jwksUrl: url }], { keySetAt: sets.keySetAt }))
  }

  test('addresses of keys in a token are never asked', async () => {
    let tempted = 0
    const trap = createServer((_request, response) => {
      tempted += 1
      jwks(key('evil'))(response)
    })
    const evil = await listening(trap)
    const lures = { kid: 'evil', jku: `${evil}/keys`, x5u: `${evil}/cert`, jwk: key('evil') }
    expect(await verdict(lures)).toMatchObject({ reason: 'key_not_found' })
    expect([tempted, asked]).toEqual([0, 1])
    trap.close()
  })
  test('a sender whose keys cannot be had is asked to repeat', async () => {
    answer = (response) => response.writeHead(503).end()
    expect(await verdict({ kid: 'a' })).toMatchObject({ reason: 'keys_unavailable' })
    answer = jwks(key('a'))
    time = limits.jwksCooldownMs
    expect(await verdict({ kid: 'a' })).toMatchObject({ authentic: true })
  })
})

describe('a real issuer', () => {
  const audience = 'https://relay.example.com/'

  async function issued(): Promise<{ token: string; issuer: string; close: () => void }> {
    const http = createServer()
    const issuer = await listening(http)
    const provider = new Issuer(issuer, {
      clients: [
        {
          client_id: 'sender',
          client_secret: 'sender-secret',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({ scope: 'hook', audience, accessTokenFormat: 'jwt' }),
        },
      },
      jwks: {
        keys: [
          {
            ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
              format: 'jwk',
            }),
            use: 'sig',
            alg: 'RS256',
          },
        ],
      },
    })
    http.on('request', provider.callback())
    const answered = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('sender:sender-secret').toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        resource: audience,
        scope: 'hook',
      }),
    })
    const { access_token: token } = (await answered.json()) as { access_token: string }
    return { token, issuer, close: () => http.close() }
  }

  test('its tokens prove the sender, for the audience they were made for', async () => {
    const { token, issuer, close } = await issued()
    const verify = (change: object, at = Date.now()) =>
      verifyProof(
        proof({
          scheme: 'jwt',
          token: { header: 'authorization', prefix: 'Bearer ' },
          algorithms: 'RS256 PS256',
          type: 'at+jwt',
          issuer,
          audience,
          expiry: 'required',
          ...change,
        }),
        input(
          sent({ headers: headers({ authorization: `Bearer ${token}` }) }),
          [{ jwksUrl: `${issuer}/jwks` }],
          {
            keySetAt: sets.keySetAt,
            now: at,
          },
        ),
      )
    expect(await verify({})).toMatchObject({
      trust: 'token',
      claims: { client_id: 'sender', iss: issuer },
    })
    expect(await verify({ audience: 'https://other.example/' })).toMatchObject({
      reason: 'claim_mismatch',
    })
    expect(await verify({ algorithms: 'ES256' })).toMatchObject({ reason: 'algorithm_not_allowed' })
    expect(await verify({}, Date.now() + 86_400_000)).toMatchObject({ reason: 'token_expired' })
    close()
  })
})

describe('keys in other forms than a set', () => {
  const fresh = selfSigned('localhost').cert

  test('a map of key ids to certificates, as Google serves it', async () => {
    answer = (response) => response.end(JSON.stringify({ one: fresh, two: fresh, note: 'none' }))
    expect(keyIds(await sets.keySetAt(url, 'one'))).toEqual(['one', 'two'])
  })

  test('one certificate, as PayPal serves it, is one key without an id', async () => {
    answer = (response) => response.end(fresh)
    expect(keyIds(await sets.keySetAt(url, undefined, {}))).toEqual([undefined])
  })

  test('a broken certificate is no key, and no reason to refuse for good', async () => {
    answer = (response) => response.end(fresh.replace('MI', 'AA'))
    expect(await sets.keySetAt(url, undefined, {})).toBe('unavailable')
  })

  test('one key that is asked for by its id, with a question that is never part of a name', async () => {
    const question = { body: { client_id: 'a', secret: 's', key_id: 'a' }, key: '$.key' }
    answer = (response) => response.end(JSON.stringify({ key: key('a') }))
    expect(keyIds(await sets.keySetAt(url, 'a', { question }))).toEqual(['a'])
    await sets.keySetAt(url, 'a', { question })
    expect(asked).toBe(1)
    answer = (response) => response.end(JSON.stringify({ key: { ...key('b'), expired_at: 1 } }))
    const other = { ...question, body: { ...question.body, key_id: 'b' } }
    expect(keyIds(await sets.keySetAt(url, 'b', { question: other }))).toEqual([])
  })

  test('whoever names ever new addresses makes us ask only so often; configured ones go on', async () => {
    answer = (response) => response.end(fresh)
    for (let n = 0; n < limits.newForeignKeysPerMinuteMax; n++) {
      expect(await sets.keySetAt(`${url}/${n}`, undefined, {})).not.toBe('unavailable')
    }
    expect(await sets.keySetAt(`${url}/more`, undefined, {})).toBe('unavailable')
    expect(asked).toBe(limits.newForeignKeysPerMinuteMax)
    expect(await sets.keySetAt(`${url}/own`, undefined)).not.toBe('unavailable')
    time += 60_001
    expect(await sets.keySetAt(`${url}/more`, undefined, {})).not.toBe('unavailable')
  })
})
