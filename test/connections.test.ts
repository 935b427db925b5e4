// What a connection may do: each limit ends whoever abuses it, and nobody else.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { addressOf, closeServer, listen } from '../src/listen.ts'

const mutable: { -readonly [Name in keyof typeof limits]: unknown } = limits
const before = { ...limits }

let createServer: (typeof import('../src/connections.ts'))['createServer']
let server: ReturnType<typeof createServer>
let port: number
const sockets = new Set<Socket>()

// The real limits are tens of seconds. They are read when the module is loaded.
beforeAll(async () => {
  Object.assign(mutable, {
    headersReadMsMax: 700,
    requestReadMsMax: 1200,
    connectionsCheckMs: 100,
    // The kernel buffers megabytes: whoever reads in drops moves in steps of more than half a second.
    answerStallMsMax: 1600,
    answerTakenMsMax: 3000,
    strangerKeepAliveMs: 500,
    makeRoomMs: 50,
    connectionsMax: 4,
  })
  ;({ createServer } = await import('../src/connections.ts'))
})
afterAll(() => void Object.assign(mutable, before))

beforeEach(async () => {
  const large = 'x'.repeat(32 * 1024 * 1024)
  server = createServer(async (request) => {
    const { pathname } = new URL(request.url)
    await request.text()
    if (pathname === '/large') return new Response(large)
    if (pathname === '/in/slow') await pause(1500)
    return new Response('well', { status: pathname.startsWith('/in/') ? 200 : 404 })
  })
  await listen(server, { host: '127.0.0.1', port: 0 })
  port = Number(new URL(addressOf(server)).port)
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await closeServer(server, 0)
  vi.restoreAllMocks()
})

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  sockets.add(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Milliseconds until the other side ends the connection; null when it does not in time. */
async function endOf(socket: Socket, within: number): Promise<number | null> {
  const started = performance.now()
  socket.resume()
  const timeout = AbortSignal.timeout(within)
  try {
    await once(socket, 'close', { signal: timeout })
    return performance.now() - started
  } catch {
    return null
  }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

async function asked(path: string): Promise<Socket> {
  const socket = await open()
  socket.write(get(path))
  await once(socket, 'data')
  return socket
}

test('headers that do not come to an end', async () => {
  const socket = await open()
  socket.write('POST /in/a HTTP/1.1\r\nHost: a\r\nX-Slow: ')
  const drip = setInterval(() => socket.write('y'), 100)
  const ms = await endOf(socket, 5000)
  clearInterval(drip)
  expect(ms).not.toBeNull()
  expect(Number(ms)).toBeGreaterThan(500)
})

test('a connection that says nothing at all', async () => {
  expect(await endOf(await open(), 5000)).not.toBeNull()
})

test('a body that does not come to an end', async () => {
  const socket = await open()
  socket.write('POST /in/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n')
  const drip = setInterval(() => socket.write('y'), 100)
  const ms = await endOf(socket, 8000)
  clearInterval(drip)
  expect(ms).not.toBeNull()
})

test('an answer that nobody reads', async () => {
  const socket = await open()
  socket.pause()
  socket.write(get('/large'))
  const [taken] = await once(server, 'request')
  const ended = once(taken.socket, 'close')
  expect(await Promise.race([ended.then(() => true), pause(5000)])).toBe(true)
})

test('an answer that is read in drops', async () => {
  const socket = await open()
  socket.on('data', () => {
    socket.pause()
    setTimeout(() => socket.resume(), 25)
  })
  socket.write(get('/large'))
  const [taken] = await once(server, 'request')
  const started = performance.now()
  const ended = once(taken.socket, 'close')
  expect(await Promise.race([ended.then(() => true), pause(9000)])).toBe(true)
  // It kept moving; it is the whole that took too long.
  expect(performance.now() - started).toBeGreaterThan(2500)
})

test('a reader that is slow, but reads, gets the whole of it', async () => {
  const socket = await open()
  let got = 0
  socket.on('data', (bytes: Buffer) => {
    got += bytes.length
    socket.pause()
    setTimeout(() => socket.resume(), 2)
  })
  socket.write(get('/large'))
  const until = performance.now() + 15_000
  while (got < 32 * 1024 * 1024 && performance.now() < until) await pause(50)
  expect(got).toBeGreaterThan(32 * 1024 * 1024)
})

test('our own slowness ends nothing', async () => {
  const sender = await asked('/in/slow')
  expect(sender.destroyed).toBe(false)
})

test('a stranger is kept shortly, a sender for long', async () => {
  const [stranger, sender] = [await asked('/nowhere'), await asked('/in/a')]
  expect(await endOf(stranger, 3000)).not.toBeNull()
  expect(sender.destroyed).toBe(false)
  sender.write(get('/in/a'))
  const [answer] = await once(sender, 'data')
  expect(String(answer)).toContain('200 OK')
})

test('when the house is full, whoever waits for nothing makes room', async () => {
  const idle = await Promise.all(Array.from({ length: 4 }, () => asked('/in/a')))
  const turnedAway = await open()
  await endOf(turnedAway, 3000)
  expect(idle.some((socket) => !socket.destroyed)).toBe(false)
  const next = await asked('/in/b')
  expect(next.destroyed).toBe(false)
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
