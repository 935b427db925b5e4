// Calls to where a campaign's URL says, and those to where the operator does.
import { describe, expect, test } from 'vitest'
import { createOutgoing } from '../../src/outgoing/outgoing.ts'
import { toLoopback, toPublic } from '../support/outgoing.ts'
import { http } from './raw-server.ts'
import { apiKey, client, email, ok, server } from './scene.ts'

const answering = () => server((socket) => socket.write(http(ok)))
const resolvesTo = (address: string) => async () => [{ address, family: 4 }]

describe('a campaign’s URL', () => {
  test.each([
    ['http://127.0.0.1:PORT/', 'address_refused'],
    ['http://[::1]:PORT/', 'address_refused'],
    ['http://[::ffff:127.0.0.1]:PORT/', 'address_refused'],
    ['http://2130706433:PORT/', 'address_refused'],
    ['http://127.1:PORT/', 'address_refused'],
    ['http://0.0.0.0:PORT/', 'address_refused'],
    ['http://localhost:PORT/', 'address_refused'],
    ['http://x:y@127.0.0.1:PORT/', 'address_refused'],
    ['https://169.254.169.254/latest/meta-data/', 'address_refused'],
    ['http://1.1.1.1/', 'unencrypted'],
    ['https://1.1.1.1:22/', 'port_refused'],
    ['https://moab.example./', 'url_unusable'],
  ] as const)('%s is not called: %s', async (url, failure) => {
    const inside = await answering()
    const { answer } = await client({ outgoing: toPublic }).register({
      url: url.replace('PORT', String(inside.port)),
      apiKey,
      email,
    })
    expect(answer).toMatchObject({ class: 'no_answer', failure, ambiguous: false })
    expect(inside.accepted).toBe(0)
  })

  test.each([
    ['10.0.0.1', 'address_refused'],
    ['127.0.0.1', 'address_refused'],
    ['1.1.1.1', 'unencrypted'],
  ] as const)('whose name leads to %s is not called: %s', async (address, failure) => {
    const inside = await answering()
    const outgoing = { ...toPublic, resolve: resolvesTo(address) }
    const url = `http://moab.example:${inside.port}/`
    const { answer } = await client({ outgoing }).register({ url, apiKey, email })
    expect(answer).toMatchObject({ failure, ambiguous: false })
    expect(inside.accepted).toBe(0)
  })

  test('that rebinds is called only as long as it leads where it may', async () => {
    const moab = await server((socket) => socket.end(http(ok, { headers: ['connection: close'] })))
    const answers = ['127.0.0.1', '169.254.169.254']
    const outgoing = { ...toLoopback, resolve: async () => resolvesTo(answers.shift() ?? '::1')() }
    const calling = client({ outgoing })
    const url = `http://moab.example:${moab.port}/`
    const first = await calling.register({ url, apiKey, email })
    expect(first.answer.class).toBe('ok')
    const second = await calling.register({ url, apiKey, email })
    expect(second.answer).toMatchObject({ failure: 'address_refused', ambiguous: false })
    expect(moab.accepted).toBe(1)
  })

  test('is judged once for a connection, not for each call', async () => {
    const moab = await answering()
    let asked = 0
    const resolve = async () => {
      asked += 1
      return resolvesTo('127.0.0.1')()
    }
    const calling = client({ connections: 1, outgoing: { ...toLoopback, resolve } })
    const url = `http://moab.example:${moab.port}/`
    for (let n = 0; n < 5; n++) await calling.register({ url, apiKey, email })
    expect([asked, moab.accepted]).toEqual([1, 1])
    expect(moab.received[0]).toContain(`host: moab.example:${moab.port}`)
  })

  test('that redirects inside is not followed', async () => {
    const inside = await answering()
    const moved = http('', { status: '302 Found', headers: [`location: ${inside.url}`] })
    const moab = await server((socket) => socket.write(moved))
    const { answer } = await client().register({ url: moab.url, apiKey, email })
    expect(answer).toMatchObject({ failure: 'http_status', httpStatus: 302 })
    expect(inside.accepted).toBe(0)
  })
})

describe('what the operator chose', () => {
  const chosen = (moabUrl: string, own = '') =>
    createOutgoing({ outgoingAllowed: [], moabUrl }, () => own)

  test('is called wherever it is, by a campaign’s URL too', async () => {
    const moab = await answering()
    const calling = client({ outgoing: chosen(moab.url) })
    for (const path of ['/api/Register/Add', '/api/Other']) {
      const url = new URL(path, moab.url).href
      expect((await calling.register({ url, apiKey, email })).answer.class).toBe('ok')
    }
  })

  test('is MOAB as it is documented, whatever MOAB_URL says', () => {
    const { isChosen } = chosen('https://moab.example/')
    expect(isChosen(new URL('http://tools.moab.pro/api/Register/Add'))).toBe(true)
    expect(isChosen(new URL('http://tools.moab.pro:81/api/Register/Add'))).toBe(false)
    expect(isChosen(new URL('http://tools.moab.pro.example/'))).toBe(false)
  })

  test('of this relay is its sandbox alone, also once that was called', async () => {
    const relay = await answering()
    const at = `http://127.0.0.1:${relay.port}`
    const calling = client({ outgoing: chosen('https://moab.example/', at) })
    const classOf = async (path: string) => {
      const { answer } = await calling.register({ url: at + path, apiKey, email })
      return answer.failure ?? answer.class
    }
    expect(await classOf('/sandbox/api/Register/Add')).toBe('ok')
    expect(await classOf('/in/some-key')).toBe('address_refused')
    expect(await classOf('/sandbox/../in/some-key')).toBe('address_refused')
    expect(await classOf('/sandbox/%2e%2e/in/some-key')).toBe('address_refused')
    expect(relay.accepted).toBe(1)
  })
})
