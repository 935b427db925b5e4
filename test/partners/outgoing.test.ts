// Where a configuration may send the relay, told when it is saved.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOutgoing } from '../../src/outgoing/outgoing.ts'
import { toLoopback } from '../support/outgoing.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
beforeEach(() => scene.empty())
afterAll(() => scene.close())

const campaign = (url: string, more = '') =>
  `partner: acme\ncampaigns: [{ name: c, mode: sandbox, url: '${url}'${more} }]\n`
const keys = (url: string) =>
  `partner: acme\nsources: [{ name: s, provider: kinde, credentials: [{ jwksUrl: '${url}' }] }]\n`

const refused = [
  ['https://127.0.0.1/', 'private network'],
  ['http://127.0.0.1:8080/', 'private network'],
  ['https://169.254.169.254/latest/', 'private network'],
  ['https://[::1]/', 'private network'],
  ['https://[::ffff:7f00:1]/', 'private network'],
  ['https://[::ffff:127.0.0.1]/', 'write it plainly'],
  ['https://2130706433/', 'write it plainly'],
  ['https://0x7f.1/', 'write it plainly'],
  ['https://a:b@example.com/', 'write it plainly'],
  ['http://example.com/', 'only encrypted'],
  ['https://example.com:22/', 'port is not allowed'],
]
const grammars = [
  ['a campaign’s URL', campaign, 'campaigns[0].url'],
  ['a URL of keys', keys, 'sources[0].credentials[0].jwksUrl'],
] as const

describe.each(grammars)('%s', (_what, written, path) => {
  test.each(refused)('%s is refused: %s', async (url, says) => {
    const result = await scene.apply(written(url))
    if (result.ok) throw new Error('it was applied')
    expect(result.problems).toHaveLength(1)
    expect(result.problems[0]).toMatchObject({ path })
    expect(result.problems[0]?.message).toContain(says)
  })

  test.each(['https://example.com/', 'https://example.com:8443/x?y=z', 'https://1.1.1.1/'])(
    '%s is taken',
    async (url) => {
      expect(await scene.apply(written(url))).toMatchObject({ ok: true })
    },
  )

  test('in a network that the operator allows is taken', async () => {
    const result = await scene.apply(written('http://127.0.0.1:9000/x'), { outgoing: toLoopback })
    expect(result).toMatchObject({ ok: true })
  })

  test('that was taken before may stay, and be taken away', async () => {
    const before = written('http://127.0.0.1:9000/x')
    await scene.applied(before, { outgoing: toLoopback })
    const again = await scene.applied(before)
    expect(again.changes.some(({ action }) => action !== 'unchanged')).toBe(false)
    expect(await scene.apply(written('http://127.0.0.1:9001/x'))).toMatchObject({ ok: false })
    expect(await scene.apply(written('https://example.com/'))).toMatchObject({ ok: true })
  })
})

test('a campaign whose URL is refused can still be switched off', async () => {
  await scene.applied(campaign('http://127.0.0.1:9000/'), { outgoing: toLoopback })
  const off = await scene.applied(campaign('http://127.0.0.1:9000/', ', enabled: false'))
  expect(off.changes).toContainEqual(expect.objectContaining({ detail: 'enabled' }))
})

test('a campaign may name MOAB as the operator does, and the sandbox of this relay', async () => {
  const moabUrl = 'http://10.0.0.7:8090/api/Register/Add'
  const config = { outgoingAllowed: [], moabUrl }
  const outgoing = createOutgoing(config, () => 'http://127.0.0.1:8080')
  const ok = async (url: string) => (await scene.apply(campaign(url), { outgoing })).ok
  expect(await ok('http://10.0.0.7:8090/api/Other')).toBe(true)
  expect(await ok('http://tools.moab.pro/api/Register/Add')).toBe(true)
  expect(await ok('http://127.0.0.1:8080/sandbox/api/Register/Add')).toBe(true)
  expect(await ok('http://127.0.0.1:8080/in/x')).toBe(false)
  expect(await ok('http://10.0.0.7:8091/api/Other')).toBe(false)
})
