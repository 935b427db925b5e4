import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import type { Server } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMoabClient } from '../../src/moab/client.ts'
import { checkTls } from '../../src/moab/tls.ts'
import { selfSigned } from './certificate.ts'
import { http, rawServer } from './raw-server.ts'
import { toLoopback } from '../support/outgoing.ts'

const own = selfSigned('localhost')
const sent: string[] = []
let server: Server
let port = 0

beforeAll(async () => {
  server = createServer(own, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      sent.push(bytes.toString())
      socket.write(http('{"status":"ok"}'))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

describe('the check for TLS', () => {
  test.each(['localhost', '127.0.0.1'])(
    'completes a handshake with %s and sends nothing',
    async (host) => {
      const { https, detail } = await checkTls(`https://${host}:${port}/x`, { ca: own.cert })
      expect(detail).toMatch(/^TLSv1\.[23], certificate valid until /)
      expect(https).toBe(true)
      expect(sent).toEqual([])
    },
  )

  test('does not accept a certificate nobody vouches for', async () => {
    const { https, detail } = await checkTls(`https://localhost:${port}/`)
    expect(https).toBe(false)
    expect(detail).toMatch(/^the TLS handshake failed: .*self.signed/)
  })

  test('does not accept a certificate for another name', async () => {
    const other = selfSigned('elsewhere.example')
    const elsewhere = createServer(other).listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const url = `https://localhost:${(elsewhere.address() as AddressInfo).port}/`
    const { https, detail } = await checkTls(url, { ca: other.cert })
    elsewhere.close()
    expect(https).toBe(false)
    expect(detail).toMatch(/^the TLS handshake failed: .*altnames/)
  })

  test('sees a server that speaks plain HTTP, and one that says nothing', async () => {
    const plain = await rawServer(
      () => {},
      (socket) => socket.write(http('no')),
    )
    const silent = await rawServer(() => {})
    const check = (at: { port: number }) =>
      checkTls(`https://127.0.0.1:${at.port}/`, { connectMs: 200 })
    expect(await check(plain)).toMatchObject({
      https: false,
      detail: expect.stringMatching(/^the TLS handshake failed/),
    })
    expect(await check(silent)).toEqual({
      https: false,
      detail: 'no connection within the time allowed',
    })
    await Promise.all([plain.close(), silent.close()])
  })

  test.each([
    ['http://moab.invalid/api', /^the host name was not found/],
    ['https://127.0.0.1:1/', /^the connection was refused/],
    ['nonsense', /not an http or https URL/],
    ['ftp://127.0.0.1/', /not an http or https URL/],
  ])('says why %s fails', async (url, why) => {
    const { https, detail } = await checkTls(url)
    expect(https).toBe(false)
    expect(detail).toMatch(why)
  })
})

describe('a call over TLS', () => {
  test('sends nothing to a server whose certificate nobody vouches for', async () => {
    const client = createMoabClient({ outgoing: toLoopback })
    const url = `https://localhost:${port}/api/Register/Add`
    const { answer } = await client.register({ url, apiKey: 'k', email: 'ivan@example.ru' })
    await client.close()
    expect(answer).toMatchObject({ failure: 'tls_failed', ambiguous: false })
    expect(sent).toEqual([])
  })

  test('is answered where the operator trusts the certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'moab-tls-'))
    writeFileSync(join(folder, 'ca.pem'), own.cert)
    const source = fileURLToPath(new URL('../../src/moab/client.ts', import.meta.url))
    const script = `import(${JSON.stringify(source)}).then(async ({ createMoabClient }) => {
      const outgoing = { allowed: [], isChosen: () => true }
      const client = createMoabClient({ outgoing })
      const url = 'https://localhost:${port}/api/Register/Add'
      const { answer } = await client.register({ url, apiKey: 'k', email: 'ivan@example.ru' })
      console.log(JSON.stringify(answer))
      await client.close()
    })`
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    })
    const { stdout } = await run.finally(() => rmSync(folder, { recursive: true }))
    expect(JSON.parse(stdout)).toMatchObject({ class: 'ok', httpStatus: 200 })
  })
})
