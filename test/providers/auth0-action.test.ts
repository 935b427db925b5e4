// The code people paste into Auth0 is run here as it stands, against a real server: what it sends
// must be proven by the relay, and whatever goes wrong must never reach the person signing in.
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { read } from '../../src/inbound/read.ts'
import { verify } from '../../src/inbound/verify.ts'
import { providers, resolveProof } from '../../src/providers/index.ts'
import type { SentRequest } from '../../src/schemes/scheme.ts'

const provider = providers['auth0-action']
const snippet = provider.snippet?.text ?? ''
const secret = `whsec_${Buffer.from('thirty-two bytes of test secret!').toString('base64')}`

type Handler = (event: object, api: object) => Promise<void>
interface Action {
  onExecutePostUserRegistration?: Handler
  onExecutePostLogin?: Handler
}

/** Auth0 runs an Action as CommonJS; nothing but `require`, `exports` and the globals is there. */
function loaded(text = snippet): Required<Action> & { log: string[] } {
  const log: string[] = []
  const exports: Action = {}
  const require = createRequire(import.meta.url)
  const console = { log: (line: string) => log.push(line) }
  runInNewContext(text, { require, exports, console, fetch, AbortSignal, Buffer })
  const { onExecutePostUserRegistration, onExecutePostLogin } = exports
  if (!onExecutePostUserRegistration || !onExecutePostLogin) throw new Error('a handler is missing')
  return { onExecutePostUserRegistration, onExecutePostLogin, log }
}

const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

/** Answers with the statuses in turn, the last one for ever; 'silent' never answers. */
async function relay(
  ...answers: (number | 'silent')[]
): Promise<{ url: string; got: SentRequest[] }> {
  const got: SentRequest[] = []
  const server = createServer((request, response) => {
    void received(request).then((whole) => {
      got.push(whole)
      const answer = answers[Math.min(got.length, answers.length) - 1] ?? 200
      if (answer !== 'silent') response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/in/key`, got }
}

async function received(request: IncomingMessage): Promise<SentRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const headers = new Map(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values ?? []] as const),
  )
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers,
    body: Buffer.concat(chunks),
  }
}

function auth0Event(url: string, loginsCount: number): object {
  return {
    user: { user_id: 'auth0|65a.b', email: 'анна@пример.рф', email_verified: true },
    connection: { name: 'google-oauth2' },
    client: { name: 'Shop' },
    stats: { logins_count: loginsCount },
    secrets: { RELAY_URL: url, RELAY_SECRET: secret },
  }
}

async function eventOf(request: SentRequest | undefined) {
  if (request === undefined) throw new Error('nothing was sent')
  const resolved = resolveProof(provider, {})
  if (!resolved.ok) throw new Error(resolved.problem)
  const verdict = await verify(resolved.proof, {
    request,
    format: provider.body.format,
    credentials: [{ id: 'one', secret }],
    settings: {},
    now: Date.now(),
    keySetAt: () => Promise.resolve('unavailable'),
  })
  if (!verdict.authentic) throw new Error(verdict.hint)
  return read(provider, request, verdict)[0]
}

const everySignIn = snippet.replace('REPORT_EVERY_SIGN_IN = false', 'REPORT_EVERY_SIGN_IN = true')
const impatient = snippet.replace('LIMIT_MS = 3000', 'LIMIT_MS = 50')

describe('the Auth0 Action', () => {
  test('sends a registration that the relay and the official library believe', async () => {
    const { url, got } = await relay(200)
    await loaded().onExecutePostUserRegistration(auth0Event(url, 0), {})
    expect(got).toHaveLength(1)
    expect(await eventOf(got[0])).toMatchObject({
      type: 'user.registered',
      trust: 'signed',
      value: {
        data: { user_id: 'auth0|65a.b', email: 'анна@пример.рф', connection: 'google-oauth2' },
      },
    })
    const headers = Object.fromEntries(
      [...(got[0]?.headers ?? [])].map(([name, [value]]) => [name, value ?? '']),
    )
    expect(new Webhook(secret).verify(got[0]?.body.toString() ?? '', headers)).toBeTruthy()
  })

  test('gives a registration the same key from both triggers', async () => {
    const { url, got } = await relay(200)
    await loaded().onExecutePostUserRegistration(auth0Event(url, 0), {})
    await loaded().onExecutePostLogin(auth0Event(url, 1), {})
    const [one, other] = [await eventOf(got[0]), await eventOf(got[1])]
    expect(other).toMatchObject({ key: one?.key, type: 'user.registered' })
  })

  test('says nothing of later sign-ins unless asked to', async () => {
    const { url, got } = await relay(200)
    await loaded().onExecutePostLogin(auth0Event(url, 7), {})
    expect(got).toEqual([])
    await loaded(everySignIn).onExecutePostLogin(auth0Event(url, 7), {})
    await loaded(everySignIn).onExecutePostLogin(auth0Event(url, 8), {})
    const [one, other] = [await eventOf(got[0]), await eventOf(got[1])]
    expect(one?.type).toBe('user.signed_in')
    expect(other?.key).not.toBe(one?.key)
  })

  test('comes again with the same key after a 503, and stops once it is taken', async () => {
    const { url, got } = await relay(503, 200)
    await loaded().onExecutePostUserRegistration(auth0Event(url, 0), {})
    expect(got).toHaveLength(2)
    expect((await eventOf(got[1]))?.key).toBe((await eventOf(got[0]))?.key)
  })

  test('does not come again after a 4xx', async () => {
    const { url, got } = await relay(401)
    await loaded().onExecutePostUserRegistration(auth0Event(url, 0), {})
    expect(got).toHaveLength(1)
  })

  test('gives up in time when the relay says nothing, and lets the person in', async () => {
    const { url, got } = await relay('silent')
    const action = loaded(impatient)
    const started = Date.now()
    await action.onExecutePostLogin(auth0Event(url, 1), {})
    expect(Date.now() - started).toBeLessThan(1500)
    expect(got).toHaveLength(2)
    expect(action.log.join('\n')).toContain('cannot be reached')
  })

  test.each([
    ['no secrets', {}],
    ['a URL that is none', { RELAY_URL: 'nowhere', RELAY_SECRET: secret }],
    ['nobody listening', { RELAY_URL: 'http://127.0.0.1:9/in/x', RELAY_SECRET: secret }],
  ])('with %s only writes a line to the log, without the secret', async (_name, secrets) => {
    const action = loaded(impatient)
    await action.onExecutePostLogin({ ...auth0Event('', 1), secrets }, {})
    expect(action.log.join('\n')).toMatch(/^moab-relay /)
    expect(action.log.join('\n')).not.toContain(secret.slice(6))
  })
})
