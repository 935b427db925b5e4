// Where a credential says its keys are, and the relay does not go.
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { createKeySets, type KeySets } from '../../src/inbound/key-sets.ts'
import { limits } from '../../src/limits.ts'
import { providers } from '../../src/providers/index.ts'
import { verifyProof } from '../../src/schemes/index.ts'
import { reasons } from '../../src/schemes/reasons.ts'
import { headers, input, proof, sent } from '../schemes/sent.ts'
import { toLoopback, toPublic } from '../support/outgoing.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const set = JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'a' }] })
const keyIds = (found: Awaited<ReturnType<KeySets['keySetAt']>>) =>
  typeof found === 'string' ? found : found.keys.map(({ kid }) => kid)

let server: Server
let url: string
let asked: number
let answer: (response: ServerResponse) => void
let time: number

beforeEach(async () => {
  asked = 0
  time = 0
  answer = (response) => response.end(set)
  server = createServer((_request, response) => {
    asked += 1
    answer(response)
  })
  url = `${await listening(server)}/keys`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function listening(on: Server): Promise<string> {
  on.listen(0, '127.0.0.1')
  await once(on, 'listening')
  return `http://127.0.0.1:${(on.address() as AddressInfo).port}`
}

describe('where a partner may not send the relay', () => {
  /** With names of its own. */
  const guarded = async (
    address: string,
    {
      allowed = toPublic.allowed,
      names = {},
    }: { allowed?: typeof toPublic.allowed; names?: Names },
  ) => {
    const resolve = async (host: string) => names[host] ?? []
    const own = createKeySets({ outgoing: { ...toPublic, allowed, resolve }, clock: () => time })
    try {
      return keyIds(await own.keySetAt(address, 'a'))
    } finally {
      await own.close()
    }
  }
  type Names = Record<string, { address: string; family: number }[]>
  const v4 = (address: string) => [{ address, family: 4 }]

  test.each([
    'http://127.0.0.1/keys',
    'https://127.0.0.1/keys',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/keys',
    'https://[::ffff:127.0.0.1]/keys',
    'https://[::ffff:7f00:1]/keys',
    'https://2130706433/keys',
    'https://0x7f.1/keys',
    'https://user:secret@example.com/keys',
    'https://example.com:22/keys',
    'http://example.com/keys',
    'ftp://127.0.0.1/keys',
    'file:///etc/hostname',
    'keys',
    '',
  ])('%j is refused without a look', async (address) => {
    expect(await guarded(address, {})).toBe('refused')
  })

  test('a name that leads inside is refused, one that nobody knows may be known tomorrow', async () => {
    const names = {
      'keys.example': v4('10.0.0.1'),
      'half.example': [...v4('1.1.1.1'), ...v4('::1')],
    }
    expect(await guarded('https://keys.example/', { names })).toBe('refused')
    expect(await guarded('https://half.example/', { names })).toBe('refused')
    expect(await guarded('https://nobody.example/', { names })).toBe('unavailable')
  })

  test('in a network of the operator’s own it is fetched, from the address that was judged', async () => {
    const { allowed } = toLoopback
    const named = url.replace('127.0.0.1', 'keys.example')
    const names = { 'keys.example': v4('127.0.0.1') }
    expect(await guarded(named, { allowed, names })).toEqual(['a'])
    expect(await guarded(named, { allowed, names: { 'keys.example': v4('10.0.0.1') } })).toBe(
      'refused',
    )
    expect(asked).toBe(1)
  })

  test('a redirect is not followed', async () => {
    const inside = createServer((_request, response) => {
      asked += 100
      response.end(set)
    })
    const target = await listening(inside)
    answer = (response) => response.writeHead(302, { location: `${target}/keys` }).end()
    expect(await guarded(url, toLoopback)).toBe('unavailable')
    expect(asked).toBe(1)
    inside.close()
  })

  test.each([
    ['with a password in it', '//', '//user:secret@'],
    ['of this machine under another name', '127.0.0.1', '[::ffff:127.0.0.1]'],
  ])('an address %s is never fetched', async (_what, part, odd) => {
    expect(await guarded(url.replace(part, odd), toLoopback)).toBe('refused')
    expect(asked).toBe(0)
  })

  test('keys that were had before are used on', async () => {
    let at = v4('127.0.0.1')
    const outgoing = { ...toLoopback, resolve: async () => at }
    const own = createKeySets({ outgoing, clock: () => time })
    const named = url.replace('127.0.0.1', 'keys.example')
    expect(keyIds(await own.keySetAt(named, 'a'))).toEqual(['a'])
    server.closeAllConnections()
    at = v4('169.254.169.254')
    time = limits.jwksAgeMsMax + 1
    expect(keyIds(await own.keySetAt(named, 'a'))).toEqual(['a'])
    expect(await own.keySetAt(named, 'b')).toBe('refused')
    time = limits.jwksAgeMsMax + limits.jwksStaleMsMax
    expect(await own.keySetAt(named, 'a')).toBe('refused')
    expect(asked).toBe(1)
    await own.close()
  })

  test('a sender whose keys lie where the relay does not go is asked to repeat, and it is said why', async () => {
    const own = createKeySets({ outgoing: toPublic })
    const written = proof({ scheme: 'jwt', token: { header: 'x-jwt' }, algorithms: 'ES256' })
    const signer = new SignJWT({ sub: 'x' }).setProtectedHeader({ alg: 'ES256', kid: 'a' })
    const request = sent({ headers: headers({ 'x-jwt': await signer.sign(pair.privateKey) }) })
    const asking = input(request, [{ jwksUrl: url }], { keySetAt: own.keySetAt })
    expect(await verifyProof(written, asking)).toMatchObject({ reason: 'keys_refused' })
    expect(reasons.keys_refused.status).toBe(503)
    const recorded = { ...asking, proof: written, provider: providers.kinde }
    const [found] = await diagnose(recorded, { keySetAt: own.keySetAt })
    expect(found?.cause).toBe('keys_refused')
    expect(found?.text.ru).toContain(new URL(url).host)
    await own.close()
    expect(asked).toBe(0)
  })
})
