// A TCP server that says exactly what a test tells it to: no HTTP library repairs its mistakes.
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface RawServer {
  url: string
  port: number
  /** Connections accepted so far. */
  readonly accepted: number
  /** What the clients wrote, one entry per connection. */
  readonly received: string[]
  close(): Promise<void>
}

/** `onRequest` runs whenever a whole request has arrived on the connection. */
export async function rawServer(
  onRequest: (socket: Socket, nth: number) => void,
  onConnect: (socket: Socket) => void = () => {},
): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const received: string[] = []
  let accepted = 0
  let requests = 0
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const mine = accepted
    accepted += 1
    received[mine] = ''
    sockets.add(socket)
    let pending = ''
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('end', () => socket.end())
    socket.on('data', (bytes) => {
      received[mine] += bytes.toString('utf8')
      pending += bytes.toString('latin1')
      const head = pending.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? Infinity)
      if (head < 0 || pending.length < head + 4 + length) return
      pending = pending.slice(head + 4 + length)
      onRequest(socket, requests++)
    })
    onConnect(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}/api/Register/Add`,
    received,
    get accepted() {
      return accepted
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A whole HTTP answer. */
export function http(body: string | Buffer, head: { status?: string; headers?: string[] } = {}) {
  const bytes = Buffer.from(body)
  const lines = [
    `HTTP/1.1 ${head.status ?? '200 OK'}`,
    `content-length: ${bytes.length}`,
    ...(head.headers ?? []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes])
}
