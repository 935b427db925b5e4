import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import type { FailureWord } from '../../src/moab/answer.ts'
import { http } from './raw-server.ts'
import type { rawServer } from './raw-server.ts'
import { apiKey, client, email, ok, server } from './scene.ts'

describe('the request', () => {
  test('is what the document asks for, to the byte', async () => {
    const moab = await server((socket) => socket.write(http(ok)))
    const { answer, ms } = await client().register({ url: `${moab.url}?a=b`, apiKey, email })
    expect(answer).toEqual({
      class: 'ok',
      code: null,
      failure: null,
      ambiguous: false,
      httpStatus: 200,
      snippet: ok,
    })
    expect(ms).toBeGreaterThanOrEqual(0)
    const [head = '', body] = (moab.received[0] ?? '').split('\r\n\r\n')
    const [line, ...headers] = head.split('\r\n')
    expect(line).toBe('POST /api/Register/Add?a=b HTTP/1.1')
    expect(headers.toSorted()).toEqual([
      'accept: application/json',
      'connection: keep-alive',
      'content-length: 76',
      'content-type: application/json',
      `host: 127.0.0.1:${moab.port}`,
      'user-agent: moab-relay',
    ])
    expect(body).toBe(`{"api_key":"${apiKey}","email":"${email}"}`)
  })

  test('carries odd text as JSON in UTF-8', async () => {
    const moab = await server((socket) => socket.write(http(ok)))
    const odd = { apiKey: 'a"\\\r\n', email: 'иван"\u0000@xn--e1afmkfd.xn--p1ai' }
    expect((await client().register({ url: moab.url, ...odd })).answer.class).toBe('ok')
    const body = (moab.received[0] ?? '').split('\r\n\r\n')[1] ?? ''
    expect(JSON.parse(body)).toEqual({ api_key: odd.apiKey, email: odd.email })
  })
})

describe('an answer that is tolerated', () => {
  test.each<[string, Buffer[]]>([
    ['with a byte order mark', [http(`\ufeff${ok}`)]],
    ['as text/html', [http(ok, { headers: ['content-type: text/html'] })]],
    ['without a content type', [http(ok)]],
    [
      'in chunks',
      [
        Buffer.from(
          'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"sta\r\na\r\ntus":"ok"}\r\n0\r\n\r\n',
        ),
      ],
    ],
    ['byte by byte', [...http(ok)].map((byte) => Buffer.from([byte]))],
    [
      'after an early hint',
      [Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'), http(ok)],
    ],
  ])('%s', async (_name, writes) => {
    const moab = await server((socket) => {
      const [...rest] = writes
      const next = () => rest.length > 0 && socket.write(rest.shift() ?? '', next)
      next()
    })
    expect((await client().register({ url: moab.url, apiKey, email })).answer.class).toBe('ok')
  })

  test('that ends with the connection, as HTTP/1.0 does', async () => {
    const moab = await server((socket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${ok}`))
    expect((await client().register({ url: moab.url, apiKey, email })).answer.class).toBe('ok')
  })
})

type Misbehaviour = Parameters<typeof rawServer>[0]
const half = 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"sta'
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const large = ok.padEnd(limits.moabAnswerBytesMax + 1)

describe('after the request was written, no answer is ambiguous', () => {
  test.each<[string, FailureWord, number | null, Misbehaviour]>([
    ['a reset before the answer', 'connection_reset', null, (s) => s.resetAndDestroy()],
    ['a close before the answer', 'connection_lost', null, (s) => s.end()],
    [
      'a reset within the head',
      'connection_reset',
      null,
      (s) => s.write('HTTP/1.1 200 OK\r\nx-', () => setTimeout(() => s.resetAndDestroy(), 30)),
    ],
    ['a close within the head', 'connection_lost', null, (s) => s.end('HTTP/1.1 200 OK\r\nx-')],
    [
      'a reset within the body',
      'truncated',
      200,
      (s) => s.write(half, () => setTimeout(() => s.resetAndDestroy(), 30)),
    ],
    ['a close within the body', 'truncated', 200, (s) => s.end(half)],
    ['a close within a chunk', 'truncated', 200, (s) => s.end(`${chunked}f\r\n{"sta`)],
    ['a close before the last chunk', 'truncated', 200, (s) => s.end(`${chunked}f\r\n${ok}\r\n`)],
    ['garbage between chunks', 'truncated', 200, (s) => s.write(`${chunked}f\r\n${ok}\r\nzz\r\n`)],
    [
      'a length that is too long',
      'truncated',
      200,
      (s) => s.end(`HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n${ok}`),
    ],
    ['a page', 'not_json', 200, (s) => s.write(http('<h1>Back soon</h1>'))],
    ['an empty answer', 'not_json', 200, (s) => s.write(http(''))],
    [
      'a compressed answer nobody asked for',
      'not_json',
      200,
      (s) => s.write(http(gzipSync(ok), { headers: ['content-encoding: gzip'] })),
    ],
    ['status 204', 'http_status', 204, (s) => s.write('HTTP/1.1 204 No Content\r\n\r\n')],
    ['status 500', 'http_status', 500, (s) => s.write(http(ok, { status: '500 Oh' }))],
    [
      'status 500, broken off',
      'http_status',
      500,
      (s) => s.end('HTTP/1.1 500 Oh\r\ncontent-length: 9\r\n\r\nx'),
    ],
    ['a body that is too large', 'answer_too_large', 200, (s) => s.write(http(large))],
    [
      'an endless body',
      'answer_too_large',
      200,
      (s) => s.write(`${chunked}fffff\r\n${'x'.repeat(0xfffff)}\r\n`),
    ],
    [
      'a head that is too large',
      'answer_too_large',
      null,
      (s) => s.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`),
    ],
    ['another protocol', 'not_http', null, (s) => s.write('SSH-2.0-OpenSSH_9.2\r\n')],
    [
      'an unasked upgrade',
      'connection_lost',
      null,
      (s) => s.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
    ['silence', 'deadline', null, () => {}],
    ['silence within the head', 'deadline', null, (s) => s.write('HTTP/1.1 200 OK\r\n')],
    ['silence within the body', 'deadline', 200, (s) => s.write(half)],
    [
      'a whole body whose end never comes',
      'deadline',
      200,
      (s) => s.write(`${chunked}f\r\n${ok}\r\n`),
    ],
    ['a drip of head lines', 'deadline', null, (s) => drip(s, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n')],
    ['a drip of the body', 'deadline', 200, (s) => drip(s, chunked, '1\r\n \r\n')],
    [
      'a drip of early hints',
      'deadline',
      null,
      (s) => drip(s, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    ],
  ])('%s', async (_name, failure, httpStatus, misbehave) => {
    const moab = await server(misbehave)
    const { register } = client({ deadlineMs: 400 })
    const { answer, ms } = await register({ url: moab.url, apiKey, email })
    expect(answer).toMatchObject({
      class: 'no_answer',
      code: null,
      failure,
      ambiguous: true,
      httpStatus,
    })
    expect(ms).toBeLessThan(800)
    expect(moab.accepted).toBe(1)
  })

  function drip(socket: Parameters<Misbehaviour>[0], head: string, drop: string): void {
    socket.write(head)
    const timer = setInterval(() => socket.write(drop), 20)
    socket.on('close', () => clearInterval(timer))
  }

  test('a redirect, which is not followed', async () => {
    const trap = await server((socket) => socket.write(http(ok)))
    const moab = await server((socket) =>
      socket.write(http('', { status: '307 Elsewhere', headers: [`location: ${trap.url}`] })),
    )
    const { answer } = await client().register({ url: moab.url, apiKey, email })
    expect(answer).toMatchObject({ failure: 'http_status', httpStatus: 307, ambiguous: true })
    expect(trap.accepted).toBe(0)
  })

  test('what was seen of the answer is kept, without the email and the key', async () => {
    const moab = await server((socket) =>
      socket.write(`${chunked}ff\r\n<${email}> <${apiKey}> <odd-key>`),
    )
    const { register } = client({ deadlineMs: 300 })
    const { answer } = await register({ url: moab.url, apiKey: 'odd-key', email })
    expect(answer).toMatchObject({ failure: 'deadline', httpStatus: 200 })
    expect(answer.snippet).toBe('<[…]> <[key]> <[…]>')
  })
})

describe('before the request was written, a failure is not ambiguous', () => {
  test.each<[string, FailureWord]>([
    ['not a url', 'url_unusable'],
    ['', 'url_unusable'],
    ['ftp://127.0.0.1/x', 'url_unusable'],
    ['file:///etc/passwd', 'url_unusable'],
    ['http://moab.invalid/api/Register/Add', 'name_not_found'],
    ['http://127.0.0.1:1/api/Register/Add', 'connection_refused'],
    ['https://127.0.0.1:1/api/Register/Add', 'connection_refused'],
  ])('%j: %s', async (url, failure) => {
    const { answer } = await client().register({ url, apiKey, email })
    expect(answer).toMatchObject({
      class: 'no_answer',
      failure,
      ambiguous: false,
      httpStatus: null,
      snippet: null,
    })
  })

  test('TLS spoken to a plain server', async () => {
    const plain = await server(
      () => {},
      (socket) => socket.write(http('no')),
    )
    const url = `https://127.0.0.1:${plain.port}/`
    const { answer } = await client().register({ url, apiKey, email })
    expect(answer).toMatchObject({ failure: 'tls_failed', ambiguous: false })
    expect(plain.received.join()).not.toContain('api_key')
  })

  test('a connection that takes too long', async () => {
    const silent = await server(() => {})
    const url = `https://127.0.0.1:${silent.port}/`
    const { answer } = await client({ connectMs: 100 }).register({ url, apiKey, email })
    expect(answer).toMatchObject({ failure: 'connection_timeout', ambiguous: false })
  })

  test('the deadline, while the connection is still being made', async () => {
    const silent = await server(() => {})
    const url = `https://127.0.0.1:${silent.port}/`
    const { answer, ms } = await client({ deadlineMs: 200, connectMs: 400 }).register({
      url,
      apiKey,
      email,
    })
    expect(answer).toMatchObject({ failure: 'deadline', ambiguous: false })
    expect(ms).toBeLessThan(500)
  })

  test('the deadline, while all connections are busy: and the call is never sent later', async () => {
    const moab = await server((socket) => setTimeout(() => socket.write(http(ok)), 350))
    const { register } = client({ connections: 1, deadlineMs: 500 })
    const calls = [1, 2, 3].map((n) =>
      register({ url: moab.url, apiKey, email: `${n}@example.ru` }),
    )
    const outcomes = (await Promise.all(calls)).map(({ answer }) => [
      answer.failure,
      answer.ambiguous,
    ])
    expect(outcomes).toEqual([
      [null, false],
      ['deadline', true],
      ['deadline', false],
    ])
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(moab.received.join('')).toContain('2@example.ru')
    expect(moab.received.join('')).not.toContain('3@example.ru')
  })
})

describe('the caller', () => {
  test('can give up: unambiguous before, ambiguous after the request was written', async () => {
    const gone = AbortSignal.abort()
    const stop = new AbortController()
    const moab = await server(() => stop.abort())
    const { register } = client()
    const call = { url: moab.url, apiKey, email }
    const before = await register({ ...call, signal: gone })
    expect(before.answer).toMatchObject({ failure: 'cancelled', ambiguous: false })
    expect(moab.accepted).toBe(0)
    const after = await register({ ...call, signal: stop.signal })
    expect(after.answer).toMatchObject({ failure: 'cancelled', ambiguous: true })
  })

  test('can end hundreds of calls with one signal, without a warning', async () => {
    const warnings: string[] = []
    const heard = (warning: Error) => warnings.push(warning.name)
    process.on('warning', heard)
    const moab = await server(() => {})
    const stop = new AbortController()
    const { register } = client()
    const calls = Array.from({ length: 200 }, () =>
      register({ url: moab.url, apiKey, email, signal: stop.signal }),
    )
    setTimeout(() => stop.abort(), 100)
    const outcomes = await Promise.all(calls)
    process.off('warning', heard)
    expect(outcomes.every(({ answer }) => answer.failure === 'cancelled')).toBe(true)
    expect(warnings).toEqual([])
  })

  test('can close: calls in flight end, later ones are refused', async () => {
    const moab = await server((socket) => setTimeout(() => socket.write(http(ok)), 100))
    const made = client()
    const order: string[] = []
    const inFlight = made.register({ url: moab.url, apiKey, email })
    const noted = inFlight.then(() => order.push('answered'))
    const closed = made.close().then(() => order.push('closed'))
    const late = await made.register({ url: moab.url, apiKey, email })
    expect(late.answer).toMatchObject({ failure: 'cancelled', ambiguous: false })
    await Promise.all([noted, closed])
    expect((await inFlight).answer.class).toBe('ok')
    expect(order).toEqual(['answered', 'closed'])
    await made.close()
  })
})
