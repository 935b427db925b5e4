// Refused requests: of those that name somebody who was erased nothing readable is kept, also of one that waited in a
// relay's memory while the erasure came to its end.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Sql } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { createRejections } from '../../src/inbound/rejections.ts'
import { limits } from '../../src/limits.ts'
import { pepper, type ScenePartner } from '../ledger/scene.ts'
import { openPrivacyScene, placesOf, type PrivacyScene } from './scene.ts'

let it: PrivacyScene
let own: ScenePartner
let email: string
beforeAll(async () => (it = await openPrivacyScene()))
afterAll(() => it.close())
beforeEach(async () => {
  own = await it.makePartner()
  email = `anna.${uuidv7()}@example.com`
})

/** A relay whose statements wait until the database may be reached. */
function relay(reachable: Promise<void> = Promise.resolve()) {
  const failures: unknown[] = []
  const slow = new Proxy(it.relayDb.work, {
    apply: (sql, _, given: Parameters<Sql>) =>
      reachable.then(() => Reflect.apply(sql, undefined, given)),
  })
  const rejections = createRejections({ sql: slow, pepper, failed: (e) => failures.push(e) })
  const refuse = (body: string, { partnerId, sourceId } = own, headers = {}) =>
    rejections.note({
      partnerId,
      sourceId,
      reason: 'signature_mismatch',
      hint: '',
      method: 'POST',
      headers,
      body: Buffer.from(body),
      ip: '203.0.113.7',
    })
  return {
    refuse,
    async written() {
      await rejections.drained()
      expect(failures).toEqual([])
    },
  }
}

async function eraseNow(): Promise<void> {
  const [id = ''] = await it.request(email, own.partnerId)
  await it.finish(id)
}

const samples = ({ partnerId } = own) =>
  it.db.work<{ body: string; headers: object; ip: string | null; bytes: number; reason: string }[]>`
    select convert_from(body, 'UTF8') as body, headers, ip, body_bytes as bytes, reason
    from rejections where partner_id = ${partnerId} order by id`

test('what waited in memory when the erasure began is written after its end, and names nobody', async () => {
  let reach = () => {}
  const { refuse, written } = relay(new Promise((resolve) => (reach = resolve)))
  const other = await it.makePartner()
  const body = JSON.stringify({ email })
  refuse(body)
  refuse('{"email":"ivan@example.com"}')
  refuse(body, other)
  await eraseNow()
  reach()
  await written()
  expect(await samples()).toEqual([
    { body: '', headers: {}, ip: null, bytes: body.length, reason: 'signature_mismatch' },
    expect.objectContaining({ body: '{"email":"ivan@example.com"}', ip: '203.0.113.7' }),
  ])
  expect((await samples(other)).map((sample) => sample.body)).toEqual([body])
  await it.db.work`delete from rejections where partner_id = ${other.partnerId}`
  expect(await placesOf(it.db.work, email)).toEqual([])
})

test.each<[string, (address: string) => [body: string, headers?: object]]>([
  ['in another spelling', (address) => [`x=${address.toUpperCase()};`]],
  ['percent-encoded', (address) => [`email=${encodeURIComponent(address)}&a=1`]],
  ['with the escapes of JSON', (address) => [`{"e":"${address.replace('@', '\\u0040')}"}`]],
  ['in base64', (address) => [Buffer.from(`{"sub":"${address}"}`).toString('base64url')]],
  ['in a header', (address) => ['{}', { 'x-user': [address] }]],
  ['among other text', (address) => [`{"id":"order-${address}-17"}`]],
])('an erased person is not kept who is named %s', async (_, written) => {
  await eraseNow()
  const { refuse, written: done } = relay()
  const [body, headers = {}] = written(email)
  refuse(body, own, headers)
  refuse('{"email":"xanna@example.com"}')
  await done()
  expect((await samples()).map((sample) => sample.body)).toEqual([
    '',
    '{"email":"xanna@example.com"}',
  ])
  expect(await placesOf(it.db.work, email)).toEqual([])
})

test('what names more people than can be looked at is kept only where nobody was erased', async () => {
  const crowd = Array.from(
    { length: limits.rejectionAddressesMax + 1 },
    (_, n) => `a${n}@example.com`,
  ).join()
  const { refuse, written } = relay()
  refuse(crowd)
  await written()
  await eraseNow()
  refuse(crowd)
  await written()
  expect((await samples()).map(({ body }) => body)).toEqual([crowd, ''])
})
