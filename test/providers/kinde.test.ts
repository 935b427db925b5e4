// Kinde's own package as the judge: what our sample signer and the fixtures say is a Kinde webhook
// must be one for it too. It fetches its key set, so a real server on this machine serves one.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeWebhook } from '@kinde/webhooks'
import { signedSample } from '../../src/inbound/sample.ts'
import { providers } from '../../src/providers/index.ts'
import { makeFixtures } from '../fixtures/make.ts'
import { keys } from '../fixtures/sender.ts'

const { kty, n, e, kid, alg, use } = keys.current
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ keys: [{ kty, n, e, kid, alg, use }] }))
})

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())

function decoded(token: string): Promise<unknown> {
  const { port } = server.address() as AddressInfo
  return decodeWebhook<never>(token, `http://127.0.0.1:${port}`)
}

function sample(which: 'current' | 'old'): Promise<string> {
  const options = {
    provider: providers.kinde,
    eventType: 'user.created',
    email: 'анна@пример.рф',
    id: 'e1',
    now: Date.now(),
    url: 'https://relay.example.com/in/x',
  }
  const credential = { id: which, jwks: { keys: [{ ...keys[which] }] } }
  return signedSample(options, credential, {}).then(({ body }) => body.toString())
}

describe('Kinde’s own package', () => {
  test('reads what our signer makes', async () => {
    expect(await decoded(await sample('current'))).toMatchObject({
      event_id: 'event_e1',
      type: 'user.created',
      data: { user: { email: 'анна@пример.рф' } },
    })
    expect(asked[0]).toBe('/.well-known/jwks.json')
  })

  test('refuses what another key signed', async () => {
    expect(await decoded(await sample('old'))).toBeNull()
  })

  test('agrees with the recorded requests', async () => {
    for (const [name, { recorded, expect: expected }] of await makeFixtures('kinde')) {
      const { authentic, credential } = expected as {
        authentic: boolean
        credential: number | null
      }
      if (credential === 1) continue
      const { request } = recorded as { request: { body: string } }
      expect((await decoded(request.body)) !== null, name).toBe(authentic)
    }
  })
})
