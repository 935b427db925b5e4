// A sender that adds a path to the URL it was given is received there as well; at any other source
// such a path does not exist.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedSample } from '../../src/inbound/sample.ts'
import { inboundRoutes } from '../../src/inbound/route.ts'
import { createServer } from '../../src/connections.ts'
import { addressOf, closeServer, listen } from '../../src/listen.ts'
import { providers, resolveProof } from '../../src/providers/index.ts'
import type { ActiveSource } from '../../src/partners/directory.ts'
import type { SentRequest } from '../../src/schemes/scheme.ts'
import { verifyProof } from '../../src/schemes/index.ts'
import { sender } from '../fixtures/yandex-pay/sender.ts'
import { byEcKeySet } from '../fixtures/sender.ts'
import { input } from '../schemes/sent.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

const key = 'pay-key-0123456789abcdef'
const config = `
partner: acme
sources:
  - name: pay
    provider: yandex-pay
    key: ${key}
    settings: { merchantId: ${sender.settings?.['merchantId'] ?? ''} }
    credentials: [${JSON.stringify(byEcKeySet.current)}]
  - { name: other, provider: generic-token, key: other-${key}, credentials: [{ token: t0ken }] }
`
let it: TestRelay
beforeAll(async () => {
  it = await startTestRelay(config)
})
afterAll(() => it.close())

const events = () => it.db.work`select 1 from events`
const send = (path: string, init: RequestInit = { method: 'POST', body: '{}' }) =>
  fetch(it.url + path, init)

async function signed(): Promise<SentRequest> {
  return signedSample(
    {
      provider: providers['yandex-pay'],
      eventType: 'ORDER_STATUS_UPDATED',
      id: 'order-1',
      now: Date.now(),
      url: `${it.url}/in/${key}`,
    },
    { id: 'any', ...byEcKeySet.signing.current },
    sender.settings ?? {},
  )
}

describe('Yandex Pay', () => {
  test('is received at the URL with what it adds, and at the URL itself', async () => {
    const { url, body } = await signed()
    expect(url).toBe(`${it.url}/in/${key}/v1/webhook`)
    for (const address of [url, `${it.url}/in/${key}`]) {
      const answer = await fetch(address, { method: 'POST', body: new Uint8Array(body) })
      expect(answer.status).toBe(200)
      expect(await answer.text()).toBe('{"status":"success"}')
    }
    expect(await events()).toHaveLength(1)
  })
  test('must prove itself there as anywhere', async () => {
    const { url, body } = await signed()
    const forged = body.toString().slice(0, -6) + 'AAAAAA'
    expect((await fetch(url, { method: 'POST', body: forged })).status).toBe(401)
    expect((await fetch(url)).status).toBe(405)
  })
})

describe('a path below a source’s URL that its sender does not add', () => {
  test.each([
    `/in/${key}/v1/webhooks`,
    `/in/${key}/v1`,
    `/in/${key}//v1/webhook`,
    `/in/${key}/v1/webhook/`,
    `/in/other-${key}/v1/webhook`,
  ])('%s is answered as an unknown key is', async (path) => {
    const unknown = await send('/in/no-such-key-0123456789')
    const answer = await send(path, { method: 'POST', headers: { authorization: 'Bearer t0ken' } })
    expect([unknown.status, answer.status]).toEqual([404, 404])
    const shape = async (one: Response) => [
      one.headers.get('content-type'),
      Object.keys(Object(await one.json())),
    ]
    expect(await shape(answer)).toEqual(await shape(unknown))
  })
})

test('where the URL is signed, it is the one that was called', async () => {
  const provider = { ...providers.square, pathSuffixes: ['/v1/webhook'] }
  const resolved = resolveProof(provider, {})
  if (!resolved.ok) throw new Error(resolved.problem)
  const source: ActiveSource = {
    id: 's',
    name: 's',
    partnerId: 'p',
    providerId: 'square',
    provider,
    proof: resolved.proof,
    settings: {},
    credentials: [],
    rules: [],
    recipe: { providerId: 'square', settings: {}, rules: [] },
  }
  const received: SentRequest[] = []
  const app = inboundRoutes({
    sourceByKey: () => Promise.resolve(source),
    receive(_source, request) {
      received.push(request)
      return Promise.resolve({ status: 200, body: '', outcome: { source: 's' } })
    },
    refuse: () => ({ status: 401, body: '', outcome: { source: 's' } }),
    room: () => true,
    publicUrl: 'https://relay.example.com',
    clientAddress: () => '127.0.0.1',
    stopping: () => false,
    failed: (error) => {
      throw error
    },
  })
  const server = createServer(app.fetch)
  await listen(server, { host: '127.0.0.1', port: 0 })
  try {
    const sample = await signedSample(
      {
        provider,
        eventType: provider.events[0]?.type ?? '',
        id: 'evt-1',
        now: Date.now(),
        url: 'https://relay.example.com/in/key',
      },
      { id: 'c', secret: 'pw' },
      {},
    )
    const local = sample.url.replace('https://relay.example.com', addressOf(server))
    await fetch(local, {
      method: 'POST',
      headers: [...sample.headers].map(([name, [text = '']]): [string, string] => [name, text]),
      body: new Uint8Array(sample.body),
    })
  } finally {
    await closeServer(server, 0)
  }
  const [request] = received
  if (request === undefined) throw new Error('nothing was received')
  expect(request.url).toBe('https://relay.example.com/in/key/v1/webhook')
  expect(await verifyProof(resolved.proof, input(request, [{ secret: 'pw' }]))).toMatchObject({
    authentic: true,
  })
})
