// A wire between a relay and its database that can be cut, refused, or fall silent.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { TestServer } from './database.ts'

export interface Wire {
  port: number
  /** Connections are dropped, new ones too. */
  cut(): void
  /** Connections are dropped, nobody listens any more. */
  refuse(): void
  /** Nothing passes any more, nobody is told; new connections meet the same silence. */
  hush(): void
  /** New connections work; those that fell silent stay silent. */
  mend(): void
  close(): Promise<void>
}

interface Pair {
  silent: boolean
  drop(): void
}

export async function createWire(server: TestServer): Promise<Wire> {
  let state: 'up' | 'cut' | 'hushed' = 'up'
  const pairs = new Set<Pair>()
  const listener = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    const far = server.host.startsWith('/')
      ? connect(`${server.host}/.s.PGSQL.${server.port}`)
      : connect(server.port, server.host)
    const pair: Pair = {
      silent: state === 'hushed',
      drop: () => {
        near.destroy()
        far.destroy()
      },
    }
    pairs.add(pair)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('data', (chunk) => !pair.silent && other.write(chunk))
      one.on('error', () => {})
      one.on('close', () => {
        pair.drop()
        pairs.delete(pair)
      })
    }
    return undefined
  })
  const drop = () => {
    for (const pair of pairs) pair.drop()
  }
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    cut: () => {
      state = 'cut'
      drop()
    },
    refuse: () => {
      listener.close()
      drop()
    },
    hush: () => {
      state = 'hushed'
      for (const pair of pairs) pair.silent = true
    },
    mend: () => {
      state = 'up'
      if (!listener.listening) listener.listen(port, '127.0.0.1')
    },
    close: async () => {
      drop()
      if (!listener.listening) return
      listener.close()
      await once(listener, 'close')
    },
  }
}
