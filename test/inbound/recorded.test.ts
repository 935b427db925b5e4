// Recorded requests: every fixture is judged as its author, the provider's own library, would expect,
// and bad documents are told apart without showing what may be a secret.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judge } from '../../src/inbound/judge.ts'
import type { Judgement } from '../../src/inbound/judge.ts'
import { parseRecorded, recordedText } from '../../src/inbound/recorded.ts'
import type { KeySetLookup } from '../../src/schemes/scheme.ts'
import { limits } from '../../src/limits.ts'
import { CredentialFields } from '../../src/schemes/credential.ts'
import { isProviderId, providers } from '../../src/providers/index.ts'
import { makeFixtures, senderOf } from '../fixtures/make.ts'

const root = new URL('../fixtures/', import.meta.url)
const noKeySets: KeySetLookup = () => Promise.resolve('unavailable')

function fixtureNames(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[^/]+\/[^/]+\.json$/.test(name))
    .map((name) => name.slice(0, -'.json'.length))
    .toSorted()
}

function fixture(name: string): { recorded: Document; expect: object } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, root), 'utf8'))
}

interface Document {
  provider: string
  at: number
  settings?: Record<string, string>
  credentials: Record<string, unknown>[]
  request: { headers: Record<string, string | string[]>; body?: string; bodyBase64?: string }
}

async function judged(document: unknown, keySetAt = noKeySets): Promise<Judgement> {
  const parsed = parseRecorded(document)
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return judge(parsed.recorded, keySetAt)
}

describe('fixtures', () => {
  test.each(fixtureNames())('%s is judged as its author expects', async (name) => {
    const { recorded, expect: expected } = fixture(name)
    const judgement = await judged(recorded)
    if (name.includes('/valid')) expect(judgement).toEqual(expected)
    else expect(judgement).toMatchObject(expected)
  })

  test.each(Object.keys(providers).filter(isProviderId))(
    'of %s are exactly what its own library makes today',
    async (id) => {
      const made = await makeFixtures(id)
      const varies = (await senderOf(id))?.varies === true
      const names = fixtureNames().filter((name) => name.startsWith(`${id}/`))
      expect([...made.keys()].map((name) => `${id}/${name}`).toSorted()).toEqual(names)
      if (varies) return
      for (const [name, content] of made) expect(fixture(`${id}/${name}`), name).toEqual(content)
    },
  )

  test('judge a body given as base64 like the same body given as text', async () => {
    const { recorded, expect: expected } = fixture('stripe/valid')
    const { body = '', ...rest } = recorded.request
    const request = { ...rest, bodyBase64: Buffer.from(body).toString('base64') }
    expect(await judged({ ...recorded, request })).toEqual(expected)
  })

  test('name the credential by its id where it has one', async () => {
    const { recorded } = fixture('stripe/valid')
    const credentials = recorded.credentials.map((one) => ({ ...one, id: 'spring' }))
    expect(await judged({ ...recorded, credentials })).toMatchObject({ credential: 'spring' })
  })

  test('without credentials are not refused for good', async () => {
    const { recorded } = fixture('stripe/valid')
    const judgement = await judged({ ...recorded, credentials: [] })
    expect(judgement).toMatchObject({ reason: 'no_credential', answer: { status: 503, body: '' } })
  })

  test('sent with two hosts are refused', async () => {
    const { recorded } = fixture('stripe/valid')
    const headers = { ...recorded.request.headers, Host: ['a.example', 'b.example'] }
    const judgement = await judged({ ...recorded, request: { ...recorded.request, headers } })
    expect(judgement).toMatchObject({ reason: 'host_ambiguous', answer: { status: 400 } })
  })

  test('of a type the preset does not know have no email', async () => {
    const { recorded } = fixture('auth0-event-stream/valid')
    const body = (recorded.request.body ?? '').replace('user.created', 'user.invented')
    const judgement = await judged({ ...recorded, request: { ...recorded.request, body } })
    expect(judgement).toMatchObject({ authentic: true, email: null })
  })

  test('show an email outside the proof for what it is', async () => {
    const parsed = parseRecorded(fixture('stripe/valid').recorded)
    if (!parsed.ok) throw new Error(parsed.problems.join())
    const { provider } = parsed.recorded
    const event = { ...provider.event, unsigned: ['$.data.object.customer_details'] }
    const judgement = await judge(
      { ...parsed.recorded, provider: { ...provider, event } },
      noKeySets,
    )
    expect(judgement).toMatchObject({ email: { value: 'anna@example.com', trust: 'unsigned' } })
  })

  test('that hold no event are authentic and say why they cannot be read', async () => {
    const { recorded } = fixture('auth0-event-stream/valid')
    const judgement = await judged({ ...recorded, request: { ...recorded.request, body: '[]' } })
    expect(judgement).toMatchObject({
      authentic: true,
      event: { type: '', occurredAt: null, unreadable: 'not_an_object' },
      email: null,
    })
  })
})

describe('key sets by address', () => {
  const { recorded, expect: expected } = fixture('kinde/valid')
  const jwksUrl = 'https://tenant.example.com/.well-known/jwks.json'
  const remote = { ...recorded, credentials: [{ jwksUrl }] }

  test('are asked for at the address of the credential', async () => {
    const [credential] = recorded.credentials
    const set = credential?.['jwks'] as { keys: [] }
    const asked: string[] = []
    const judgement = await judged(remote, (url) => {
      asked.push(url)
      return Promise.resolve(set)
    })
    expect(judgement).toEqual(expected)
    expect(asked).toEqual([jwksUrl])
  })

  test('that cannot be fetched leave the fate unknown', async () => {
    expect(await judged(remote)).toMatchObject({
      authentic: false,
      reason: 'keys_unavailable',
      answer: { status: 503 },
    })
  })
})

describe('a document that is no recorded request', () => {
  const good = fixture('stripe/valid').recorded
  const secret = 'whsec_never_shown'
  const bad: [string, unknown, string][] = [
    ['no object', 'text', 'must be an object'],
    ['an unknown provider', { ...good, provider: 'nobody' }, 'provider: there is no such provider'],
    ['a provider named like a property', { ...good, provider: 'toString' }, 'provider: '],
    ['no time', { ...good, at: undefined }, 'at: must be the time of the request in Unix seconds'],
    ['a time in milliseconds', { ...good, at: 1_796_000_000_000 }, 'in Unix seconds'],
    ['a misspelled field', { ...good, reqest: {} }, 'not known here: "reqest"'],
    [
      'a credential with an unknown field',
      { ...good, credentials: [{ secert: secret }] },
      'credentials[0]: ',
    ],
    [
      'a credential of the wrong type',
      { ...good, credentials: [{ secret: [secret] }] },
      'credentials[0].secret: ',
    ],
    [
      'two bodies',
      { ...good, request: { ...good.request, bodyBase64: 'YQ==' } },
      'request: give either',
    ],
    [
      'a body that is not base64',
      { ...good, request: { headers: {}, bodyBase64: '%' } },
      'request.bodyBase64: ',
    ],
    [
      'a header that is a number',
      { ...good, request: { headers: { a: 1 } } },
      'request.headers.a: ',
    ],
    [
      'an unknown setting',
      { ...good, settings: { secret } },
      'settings: setting "secret" is unknown here',
    ],
    [
      'a body over the limit',
      { ...good, request: { headers: {}, body: 'x'.repeat(1024 * 1024 + 1) } },
      'request: the body is too large',
    ],
  ]

  test.each(bad)('(%s) is refused with the place of the mistake', (_name, document, message) => {
    const parsed = parseRecorded(document)
    const problems = parsed.ok ? [] : parsed.problems
    expect(problems.join('\n')).toContain(message)
    expect(problems.join('\n')).not.toContain(secret)
  })

  test.each(bad.filter(([name]) => name !== 'an unknown setting'))(
    '(%s) is told in Russian too',
    (_name, document) => {
      const parsed = parseRecorded(document, 'ru')
      for (const problem of parsed.ok ? [''] : parsed.problems) expect(problem).toMatch(/[а-я]{3}/)
    },
  )
})

test('is described in docs/trust.md, and what stands there can be read', () => {
  const text = readFileSync('docs/trust.md', 'utf8')
  const [, example = ''] = /```json\n(.*?)```/s.exec(text) ?? []
  expect(parseRecorded(JSON.parse(example))).toMatchObject({ ok: true })
  const fields = Object.keys(CredentialFields.shape)
  expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([])
  expect(text).toContain(`up to ${limits.credentialsPerSourceMax}`)
})

test('a request that is written down is read as the same again', () => {
  const { headers, ...request } = { ...sentBy('{"a":"ж"}') }
  const given = recordedText(
    'stripe',
    1_796_000_000_999,
    { ...request, headers },
    { url: 'https://a.example' },
  )
  const parsed = parseRecorded({ ...JSON.parse(given), settings: {} })
  if (!parsed.ok) throw new Error(parsed.problems.join())
  expect(parsed.recorded).toMatchObject({
    now: 1_796_000_000_000,
    request: { ...request, headers },
  })
  expect(JSON.parse(given)).toMatchObject({
    credentials: [],
    settings: { url: 'https://a.example' },
  })
  const bytes = recordedText('stripe', 0, { ...request, headers, body: Buffer.from([0xff, 0]) })
  expect(JSON.parse(bytes).request).toMatchObject({ bodyBase64: '/wA=' })
})

const sentBy = (body: string) => ({
  method: 'POST',
  url: 'https://relay.example.com/in/x',
  headers: new Map([
    ['stripe-signature', ['t=1']],
    ['x-twice', ['a', 'b']],
  ]),
  body: Buffer.from(body),
})
