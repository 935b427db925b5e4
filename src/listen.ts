// The socket: opening it with an error a person can act on, bounding what each connection may hold,
// and closing it without cutting anyone off.
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { UsageError } from './config.ts'
import { limits } from './limits.ts'

const serverOptions = {
  maxHeaderSize: limits.headerBytesMax,
  headersTimeout: limits.headersReadMsMax,
  requestTimeout: limits.requestReadMsMax,
  connectionsCheckingInterval: limits.connectionsCheckMs,
  keepAliveTimeout: limits.keepAliveMs,
}

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch']

/** Not listening yet. */
export function createServer(fetch: Fetch): Server {
  const server = createAdaptorServer({ fetch, createServer: createHttpServer, serverOptions })
  if (!('maxHeadersCount' in server)) throw new Error('an HTTP/1 server was asked for')
  server.maxConnections = limits.connectionsMax
  makeRoomWhenFull(server)
  dropUnreadAnswers(server)
  hurryStrangers(server)
  return server
}

/** Past the cap Node drops the newcomer. Whoever waits for nothing makes room, so that its next try gets in. */
function makeRoomWhenFull(server: Server): void {
  let madeAt = -Infinity
  server.on('drop', () => {
    if (performance.now() - madeAt < limits.makeRoomMs) return
    madeAt = performance.now()
    server.closeIdleConnections()
  })
}

/**
 * On a connection where nothing moves it may be us who are at work: then it is left alone. It ends when
 * it is the client who does not read (or, by Node's own doing, when there is no request at all).
 */
function dropUnreadAnswers(server: Server): void {
  server.timeout = limits.answerStallMsMax
  server.on('request', (_incoming, outgoing) => {
    outgoing.on('timeout', (socket: Socket) => {
      if (socket.writableLength > 0) socket.destroy()
    })
  })
}

/** Keeping connections is for senders; whoever only knocks gets an answer and little patience. */
function hurryStrangers(server: Server): void {
  const senders = new WeakSet<Socket>()
  server.on('request', (incoming, outgoing) => {
    const { socket } = incoming
    outgoing.once('finish', () => {
      const believed = outgoing.statusCode < 300 && incoming.url?.startsWith('/in/') === true
      if (believed) senders.add(socket)
      else if (!senders.has(socket)) socket.setTimeout(limits.strangerKeepAliveMs)
    })
  })
}

export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UsageError(`port ${port} on ${host} is taken: set PORT to a free one`)
  if (error.code === 'EACCES')
    return new UsageError(`port ${port} may not be opened: set PORT to one above 1023`)
  if (error.code === 'EADDRNOTAVAIL')
    return new UsageError(`HOST ${host} is not an address of this machine`)
  return error
}

/** New connections are refused, idle ones closed, busy ones finished, the rest cut after the grace. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection that was busy when the end began is idle a moment later.
  const sweep = setInterval(() => {
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  }, 100)
  const grace = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
  }, graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(grace)
}

/** As this machine reaches it, without trailing slash. */
export function addressOf(server: Server): string {
  const address = server.address()
  if (!isAddress(address)) return ''
  const host = ['0.0.0.0', '::'].includes(address.address) ? '127.0.0.1' : address.address
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

const isAddress = (address: unknown): address is AddressInfo =>
  typeof address === 'object' && address !== null && 'port' in address
