// A MOAB that remembers which email came how often, and that can be away for a while.
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** How it is away: `closed`, nobody listens; `silent`, it takes calls and never answers. */
export const outages = ['closed', 'silent'] as const
export type Outage = (typeof outages)[number]

export interface Stub {
  url: string
  /** Email to the number of times it was told ok. */
  arrived: Map<string, number>
  away(how: Outage): Promise<void>
  back(): Promise<void>
  /** Until so many different emails have arrived, or the time is over. */
  until(emails: number, ms: number): Promise<void>
  close(): Promise<void>
}

export async function openStub(): Promise<Stub> {
  const arrived = new Map<string, number>()
  let silent = false
  const take: RequestListener = (request, response) => {
    if (silent) return void request.resume()
    json(request)
      .then((body) => {
        const email = String((body as { email?: unknown }).email)
        arrived.set(email, (arrived.get(email) ?? 0) + 1)
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
      })
      .catch(() => response.destroy())
    return undefined
  }
  let server = await listening(take, 0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const shut = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    away: async (how) => {
      silent = how === 'silent'
      if (how === 'closed') await shut()
    },
    back: async () => {
      // what hung through the silence is cut off
      await shut()
      silent = false
      server = await listening(take, port)
    },
    until: async (emails, ms) => {
      for (const end = performance.now() + ms; performance.now() < end && arrived.size < emails;)
        await sleep(100)
    },
    close: shut,
  }
}

async function listening(take: RequestListener, port: number): Promise<Server> {
  const server = createServer(take)
  server.keepAliveTimeout = 65_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
