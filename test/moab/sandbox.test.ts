import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { answers } from '../../src/moab/answer.ts'
import type { AnswerClass, FailureWord } from '../../src/moab/answer.ts'
import { createMoabClient } from '../../src/moab/client.ts'
import { behaviours, magicAddresses } from '../../src/moab/magic.ts'
import type { Behaviour } from '../../src/moab/magic.ts'
import { createSandbox, serveSandbox } from '../../src/moab/sandbox.ts'
import { toLoopback } from '../support/outgoing.ts'

const apiKey = '3f2b8c1e-9a4d-4222-8333-444455556666'
let moab: Awaited<ReturnType<typeof serveSandbox>>
// Deadline and pace are scaled down together: slow and drip outlast the deadline, as they should.
const client = createMoabClient({ outgoing: toLoopback, deadlineMs: 400 })

beforeAll(async () => {
  moab = await serveSandbox({ port: 0, host: '127.0.0.1', slowMs: 2000, dripMs: 100 })
})
afterAll(async () => {
  await client.close()
  await moab.close()
})

const register = async (email: string, key = apiKey) =>
  (await client.register({ url: moab.url, apiKey: key, email })).answer
const known = (email: string) => moab.sandbox.registrations().some((one) => one.email === email)

async function post(body: string | null, url = moab.url) {
  const response = await fetch(url, { method: 'POST', body })
  return { status: response.status, answer: await response.json() }
}

describe('the contract', () => {
  const good = { api_key: apiKey, email: 'ivan@example.ru' }
  test.each<[string, unknown, number]>([
    ['nothing', undefined, 1],
    ['text', 'api_key=1&email=2', 1],
    ['broken JSON', '{"api_key":', 1],
    ['null', null, 1],
    ['an array', [good], 1],
    ['a number', 5, 1],
    ['an empty object', {}, 1],
    ['too much', { ...good, more: 'x'.repeat(limits.sandboxBodyBytesMax) }, 1],
    ['no key', { email: good.email }, 2],
    ['an empty key', { ...good, api_key: ' ' }, 2],
    ['a null key', { ...good, api_key: null }, 2],
    ['a key that is no GUID', { ...good, api_key: 'key' }, 3],
    ['a GUID without dashes', { ...good, api_key: apiKey.replaceAll('-', '') }, 3],
    ['a number as a key', { ...good, api_key: 7 }, 3],
    ['no email', { api_key: apiKey }, 4],
    ['an empty email', { ...good, email: '' }, 4],
    ['a null email', { ...good, email: null }, 4],
    ['an email without an at sign', { ...good, email: 'ivan' }, 5],
    ['an email with two', { ...good, email: 'i@v@example.ru' }, 5],
    ['an email with a blank', { ...good, email: 'i van@example.ru' }, 5],
    ['an email without a top domain', { ...good, email: 'ivan@example' }, 5],
    ['a list of emails', { ...good, email: [good.email] }, 5],
    ['an endless email', { ...good, email: `${'i'.repeat(limits.emailCharsMax)}@example.ru` }, 5],
    [
      'a key that belongs to nobody',
      { ...good, api_key: '00000000-0000-0000-0000-000000000000' },
      6,
    ],
  ])('%s is answered with its error and status 200', async (_name, body, error) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    expect(await post(text ?? null)).toEqual({ status: 200, answer: { status: 'fail', error } })
    expect(known(good.email)).toBe(false)
  })

  test('the first submission is accepted, the same one again is known; case is not folded', async () => {
    const before = Date.now()
    expect((await register('anna@example.ru')).class).toBe('ok')
    expect((await register('anna@example.ru')).class).toBe('known')
    expect((await register(' anna@example.ru ')).class).toBe('known')
    expect((await register('Anna@example.ru')).class).toBe('ok')
    expect((await register('anna@example.ru', apiKey.replace('3f', '4f'))).class).toBe('ok')
    const mine = moab.sandbox.registrations().filter(({ email }) => /^anna@/i.test(email))
    expect(mine.map(({ email }) => email)).toEqual([
      'anna@example.ru',
      'Anna@example.ru',
      'anna@example.ru',
    ])
    expect(mine.every(({ at }) => at >= before && at <= Date.now())).toBe(true)
  })

  test('it also answers below /sandbox, and takes nothing but POST there', async () => {
    const url = moab.url.replace('/api/', '/sandbox/api/')
    const body = JSON.stringify({ api_key: apiKey, email: 'below@example.ru' })
    expect(await post(body, url)).toEqual({ status: 200, answer: { status: 'ok' } })
    expect((await fetch(url)).status).toBe(404)
  })

  test('every call is counted', async () => {
    const before = moab.sandbox.calls
    await register('count@example.ru')
    await register('moab+9@example.ru')
    await post(null)
    expect(moab.sandbox.calls - before).toBe(3)
  })
})

describe('magic addresses', () => {
  const coded = Object.entries(answers).flatMap(([name, { code }]) =>
    code === null ? [] : [[code, name as AnswerClass] as const],
  )
  test.each(coded)('moab+%i is always %s, whatever the key', async (code, name) => {
    const expected = { class: name, code, failure: null, ambiguous: false, httpStatus: 200 }
    for (const key of [apiKey, apiKey, 'no key at all', ''])
      expect(await register(`moab+${code}@any.example`, key)).toMatchObject(expected)
    expect(known(`moab+${code}@any.example`)).toBe(false)
  })

  test.each(coded)('moab+once-%i is %s first, then accepted, then known', async (code, name) => {
    const email = `moab+once-${code}@example.com`
    expect(await register(email)).toMatchObject({ class: name, code })
    expect((await register(email)).class).toBe('ok')
    expect((await register(email)).class).toBe('known')
  })

  const failing = {
    slow: ['deadline', null],
    drip: ['deadline', 200],
    truncated: ['truncated', 200],
    lost: ['connection_reset', null],
    reset: ['connection_reset', null],
    html: ['not_json', 200],
    '500': ['http_status', 500],
    redirect: ['http_status', 302],
  } as const satisfies Record<Behaviour, [FailureWord, number | null]>
  const misbehaving = Object.entries(failing) as [Behaviour, [FailureWord, number | null]][]

  test.each(misbehaving)(
    'moab+%s always ends without an answer',
    async (word, [failure, httpStatus]) => {
      const expected = { class: 'no_answer', failure, ambiguous: true, httpStatus }
      const email = `moab+${word}@example.com`
      for (const _ of [1, 2]) expect(await register(email)).toMatchObject(expected)
      expect(known(email)).toBe(behaviours[word].registers)
    },
  )

  test.each(misbehaving)(
    'moab+once-%s does so once; then the truth comes out',
    async (word, [failure]) => {
      const email = `moab+once-${word}@example.com`
      expect((await register(email)).failure).toBe(failure)
      expect((await register(email)).class).toBe(behaviours[word].registers ? 'known' : 'ok')
      expect((await register(email)).class).toBe('known')
    },
  )

  test('moab+slow and moab+drip do answer those who wait', async () => {
    const patient = await serveSandbox({ port: 0, host: '127.0.0.1', slowMs: 60, dripMs: 5 })
    for (const word of ['slow', 'drip']) {
      const call = { url: patient.url, apiKey, email: `moab+${word}@example.com` }
      const { answer, ms } = await client.register(call)
      expect(answer.class).toBe('ok')
      expect(ms).toBeGreaterThanOrEqual(50)
    }
    await patient.close()
  })

  test.each([
    'moab+0@x.ru',
    'moab+12@x.ru',
    'moab+constructor@x.ru',
    'moab+once-@x.ru',
    'xmoab+7@x.ru',
    'moab+007x@x.ru',
  ])('%s is an ordinary address', async (email) => {
    expect((await register(email)).class).toBe('ok')
  })

  test('all of them are listed, in both languages, and on the sandbox’s own page', async () => {
    const page = await (await fetch(new URL('/sandbox', moab.url))).text()
    const words = [...coded.map(([code]) => String(code)), ...Object.keys(behaviours)]
    expect(magicAddresses.map(({ address }) => address)).toEqual(
      words.flatMap((word) => [`moab+${word}@example.com`, `moab+once-${word}@example.com`]),
    )
    for (const { address, says } of magicAddresses) {
      for (const line of [address, says.en, says.ru]) expect(page).toContain(line)
      expect(says.ru).toMatch(/[а-я]/)
    }
  })
})

describe('a test can force answers', () => {
  test('one for each next call, then the address is ordinary', async () => {
    const email = 'forced@example.ru'
    moab.sandbox.force(email, [11, 'lost', 9, 'ordinary'])
    const heard = []
    for (let n = 0; n < 5; n += 1) {
      const answer = await register(email)
      heard.push(answer.failure ?? answer.class)
    }
    expect(heard).toEqual(['moab_error', 'connection_reset', 'limit_reached', 'known', 'known'])
  })
})

describe('the sandbox cannot be made to grow', () => {
  const ask = async (sandbox: ReturnType<typeof createSandbox>, email: string) =>
    sandbox.app.request('/api/Register/Add', {
      method: 'POST',
      body: JSON.stringify({ api_key: apiKey, email }),
    })

  test('the oldest registrations are forgotten', async () => {
    const sandbox = createSandbox({ registrationsMax: 3 })
    for (const name of ['a', 'b', 'c', 'd']) await ask(sandbox, `${name}@x.ru`)
    expect(sandbox.registrations().map(({ email }) => email)).toEqual([
      'b@x.ru',
      'c@x.ru',
      'd@x.ru',
    ])
    expect(await (await ask(sandbox, 'a@x.ru')).json()).toEqual({ status: 'ok' })
  })

  test('no more than so many calls are held open', async () => {
    const sandbox = createSandbox({ slowMs: 300 })
    const started = performance.now()
    const held = Array.from({ length: limits.sandboxHeldMax }, () => ask(sandbox, 'moab+slow@x.ru'))
    await (await ask(sandbox, 'moab+slow@x.ru')).json()
    expect(performance.now() - started).toBeLessThan(250)
    await Promise.all(held)
    expect(performance.now() - started).toBeGreaterThanOrEqual(290)
  })

  test('a held call ends when its client leaves, and makes room for the next', async () => {
    const server = await serveSandbox({
      port: 0,
      host: '127.0.0.1',
      slowMs: 60_000,
      dripMs: 60_000,
    })
    const most = limits.sandboxHeldMax
    const hasty = createMoabClient({ outgoing: toLoopback, deadlineMs: 1000, connections: most })
    const words = ['slow', 'drip', 'slow']
    for (const word of words) {
      const call = { url: server.url, apiKey, email: `moab+${word}@example.com` }
      const calls = Array.from({ length: most }, () => hasty.register(call))
      for (const { answer } of await Promise.all(calls)) expect(answer.failure).toBe('deadline')
    }
    expect(server.sandbox.calls).toBe(words.length * most)
    await hasty.close()
    await server.close()
  })
})

test('a port that is taken is an error, not a silence', async () => {
  const port = Number(new URL(moab.url).port)
  await expect(serveSandbox({ port, host: '127.0.0.1' })).rejects.toThrow(/EADDRINUSE/)
})
