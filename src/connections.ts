// The HTTP server, and what a connection may do: how long it may take to say something, how long it
// may be silent, how much of an answer it may leave unread. Nothing here knows what is being asked.
import {
  createServer as createHttpServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
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
  const server = createAdaptorServer({
    fetch,
    createServer: createHttpServer,
    serverOptions,
    // HTTP/1.0 knows no Host: the health checks of balancers come without one.
    hostname: 'localhost',
  })
  if (!('maxHeadersCount' in server)) throw new Error('an HTTP/1 server was asked for')
  server.maxConnections = limits.connectionsMax
  const exchanges = watchExchanges(server)
  makeRoomWhenFull(server)
  dropUnreadAnswers(server, exchanges)
  answerNonsense(server, exchanges)
  return server
}

interface Exchange {
  incoming: IncomingMessage
  outgoing: ServerResponse
  /** When the answer was first seen to be complete; performance.now(). */
  toBeTakenSince: number | undefined
}

/** What was asked and is not answered yet, in the order of asking; and the patience with who asked. */
function watchExchanges(server: Server): ReadonlySet<Exchange> {
  const open = new Set<Exchange>()
  const senders = new WeakSet<Socket>()
  server.on('request', (incoming, outgoing) => {
    const exchange = { incoming, outgoing, toBeTakenSince: undefined }
    open.add(exchange)
    outgoing.once('close', () => {
      open.delete(exchange)
      const { socket, url } = incoming
      // Keeping connections is for senders; whoever only knocks gets an answer and little patience.
      if (outgoing.statusCode < 300 && url?.startsWith('/in/') === true) senders.add(socket)
      else if (!senders.has(socket)) socket.setTimeout(limits.strangerKeepAliveMs)
    })
    outgoing.on('timeout', giveUpUnread)
  })
  return open
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
 * Where nothing moves for a while, see giveUpUnread. But whoever takes an answer in drops moves often
 * enough: so what is said whole must be taken within its time; a stream that is being made may go on.
 */
function dropUnreadAnswers(server: Server, exchanges: ReadonlySet<Exchange>): void {
  server.timeout = limits.answerStallMsMax
  const look = setInterval(() => {
    const now = performance.now()
    for (const exchange of exchanges) {
      const { outgoing } = exchange
      if (!outgoing.writableEnded && !outgoing.hasHeader('content-length')) continue
      exchange.toBeTakenSince ??= now
      if (now - exchange.toBeTakenSince > limits.answerTakenMsMax) giveUp(outgoing.socket)
    }
  }, limits.connectionsCheckMs).unref()
  server.once('close', () => clearInterval(look))
}

/**
 * On a connection where nothing moves it may be us who are at work: then it is left alone. It ends when
 * it is the client who does not read (or, by Node's own doing, when there is no request at all).
 */
function giveUpUnread(socket: Socket): void {
  if (socket.writableLength > 0) giveUp(socket)
}

/** Without a farewell, which would wait behind what nobody takes. */
function giveUp(socket: Socket | null): void {
  socket?.resetAndDestroy()
}

/**
 * What cannot be read gets one answer and the end of its connection; but first those get theirs who
 * wrote well before it on the same connection. Node's own way would say 400 in their place.
 */
function answerNonsense(server: Server, exchanges: ReadonlySet<Exchange>): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const open = [...exchanges].filter(({ incoming }) => incoming.socket === socket)
    const owed = open.findLast(({ incoming }) => incoming.complete)
    if (owed !== undefined) owed.outgoing.once('close', () => socket.destroy())
    else if (open.some(({ outgoing }) => outgoing.headersSent)) socket.destroy()
    else refuseWith(nonsense[error.code ?? ''] ?? 400, socket)
  })
  // Node would say nothing at all, which a proxy in front of us takes for our failure.
  server.on('connect', (_incoming, socket) => refuseWith(405, socket))
}

const nonsense: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

function refuseWith(status: number, socket: Duplex): void {
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`
  if (socket.writable) socket.write(`${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  socket.destroy()
}
