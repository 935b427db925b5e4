// Connections of a long-lived client: each is judged, and goes to what was judged.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ask, openPool } from '../../src/http-clients.ts'
import { guardedConnector } from '../../src/outgoing/connector.ts'
import type { Outgoing } from '../../src/outgoing/outgoing.ts'
import { toLoopback, toPublic } from '../support/outgoing.ts'

const v4 = (address: string) => ({ address, family: 4 })

let server: Server
let sockets: Set<Socket>
let hosts: (string | undefined)[]
let port: number
let close: (() => Promise<void>)[]

beforeEach(async () => {
  sockets = new Set()
  hosts = []
  close = []
  server = createServer((request, response) => {
    hosts.push(request.headers.host)
    response.end('here')
  })
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  await Promise.all(close.map((each) => each()))
  server.closeAllConnections()
  server.close()
})

function asking(host: string, outgoing: Outgoing, protocol = 'http', at = port) {
  const origin = `${protocol}://${host}:${at}`
  const pool = openPool(origin, {
    connections: 1,
    connect: guardedConnector(outgoing, { timeout: 1000 }),
  })
  close.push(() => pool.destroy())
  return async () => {
    const { body } = await ask(pool, `${origin}/`, { method: 'GET' })
    return body.text()
  }
}

const to = (outgoing: Outgoing, ...answers: string[][]) => {
  const asked = { times: 0 }
  const resolve = async () => (answers[asked.times++] ?? answers.at(-1) ?? []).map(v4)
  return { outgoing: { ...outgoing, resolve }, asked }
}

describe('a connection', () => {
  test.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '2130706433',
    '0x7f.1',
  ])('to %s is not made', async (host) => {
    await expect(asking(host, toPublic)()).rejects.toMatchObject({ code: 'address_refused' })
    expect(sockets.size).toBe(0)
  })

  test.each([
    ['address_refused', ['127.0.0.1']],
    ['address_refused', ['169.254.169.254']],
    ['address_refused', ['1.1.1.1', '127.0.0.1']],
    ['unencrypted', ['1.1.1.1']],
    ['name_unknown', []],
  ])('by a name is refused as %s: %j', async (code, addresses) => {
    const { outgoing } = to(toPublic, addresses)
    await expect(asking('some.example', outgoing)()).rejects.toMatchObject({ code })
    expect(sockets.size).toBe(0)
  })

  test('to this machine is not made by the name of everybody’s hosts file either', async () => {
    await expect(asking('localhost', toPublic)()).rejects.toMatchObject({ code: 'address_refused' })
  })

  test('goes to the address that was judged, under its name', async () => {
    const { outgoing } = to(toLoopback, ['127.0.0.1'])
    expect(await asking('no-such-name.invalid', outgoing)()).toBe('here')
    expect(hosts).toEqual([`no-such-name.invalid:${port}`])
  })

  test('that is kept alive is judged once, and a new one anew: a name that rebinds leads nowhere', async () => {
    const { outgoing, asked } = to(toLoopback, ['127.0.0.1'], ['169.254.169.254'])
    const get = asking('rebinding.example', outgoing)
    for (let n = 0; n < 5; n++) expect(await get()).toBe('here')
    expect([asked.times, sockets.size]).toEqual([1, 1])
    server.closeAllConnections()
    await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true)
    await expect(get()).rejects.toMatchObject({ code: 'address_refused' })
    expect([asked.times, sockets.size]).toEqual([2, 1])
  })

  test('waits for a name only so long', async () => {
    const outgoing = { ...toLoopback, resolve: () => new Promise<never>(() => {}) }
    await expect(asking('slow.example', outgoing)()).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('over TLS says the name to the server, not the address', async () => {
    const names: string[] = []
    const tls = createTlsServer({
      SNICallback: (name, done) => {
        names.push(name)
        done(new Error('no certificate'))
      },
    })
    tls.on('tlsClientError', () => {})
    tls.listen(0, '127.0.0.1')
    await once(tls, 'listening')
    const { outgoing } = to(toLoopback, ['127.0.0.1'])
    const at = (tls.address() as AddressInfo).port
    await expect(asking('moab.example', outgoing, 'https', at)()).rejects.toThrow()
    expect(names).toEqual(['moab.example'])
    tls.close()
  })
})
