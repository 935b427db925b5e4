// Some senders give no better key of an event than the address of whom it is about. It goes with the person, and
// the event is still known when it is delivered once more.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recordBatch } from '../../src/db/record.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { requestToRecord } from '../support/request.ts'
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

/** No rule finds an address in it, and its body is over already. */
async function unmatched(key: string, partner = own): Promise<string> {
  const id = await it.came(partner, { key, value: { amount: 1 } })
  await it.db.work`
    delete from event_bodies where id = (select body_id from events where id = ${id})`
  return id
}

async function eraseNow(): Promise<void> {
  const [id = ''] = await it.request(email, own.partnerId)
  await it.finish(id)
}

const eventsOf = ({ partnerId }: ScenePartner) =>
  it.db.work<{ id: string; key: string; copies: number; kept: number }[]>`
    select e.id, e.event_key as key, e.copies, octet_length(b.body) as kept from events e
    left join event_bodies b on b.id = e.body_id where e.partner_id = ${partnerId} order by e.id`

test('the key of an event that no rule matched goes, in each spelling; another partner keeps its own', async () => {
  const spellings = [email, email.replace('anna', 'Anna'), email.toUpperCase()]
  const other = await it.makePartner()
  await unmatched(email, other)
  const alike = await unmatched(`x${email}`)
  for (const key of spellings) await unmatched(key)
  await eraseNow()
  const [kept, ...gone] = await eventsOf(own)
  expect(kept).toMatchObject({ id: alike, key: `x${email}` })
  expect(new Set(gone.map(({ key }) => key)).size).toBe(3)
  for (const { key } of gone) expect(key).toMatch(/^erased [0-9a-f]{64}$/)
  await it.db.work`delete from events where id = ${alike}`
  expect((await eventsOf(other)).map(({ key }) => key)).toEqual([email])
  await it.db.work`delete from events where partner_id = ${other.partnerId}`
  expect(await placesOf(it.db.work, email)).toEqual([])
})

test('the same event delivered once more is counted, and brings the address back no more', async () => {
  const id = await unmatched(email)
  await eraseNow()
  for (let n = 0; n < 2; n++)
    await it.came(own, { key: email, value: { amount: 1 }, body: `{"id":"${email}"}` })
  expect(await eventsOf(own)).toMatchObject([{ id, copies: 3 }])
  expect(await placesOf(it.db.work, email)).toEqual([])
})

test.each([(address: string) => address, (address: string) => `signed_up:${address}`])(
  'an event that comes for the first time after the erasure keeps neither key nor body, and is known again: %#',
  async (keyOf) => {
    await eraseNow()
    const key = keyOf(email.replace('anna', 'ANNA'))
    for (let n = 0; n < 2; n++) await it.came(own, { key, body: `{"id":"${key}"}` })
    await it.came(own, { key: `other.${email}` })
    expect(await eventsOf(own)).toMatchObject([
      { key: expect.stringMatching(/^erased /), copies: 2, kept: 0 },
      { key: `other.${email}`, copies: 1 },
    ])
    await it.db.work`delete from events where event_key = ${`other.${email}`}`
    expect(await placesOf(it.db.work, email)).toEqual([])
  },
)

test('what waits to be checked and has such a key ends at once', async () => {
  await eraseNow()
  await it.came(own, { key: email, parked: 'lookup' })
  const rows = await it.db.work`
    select e.state, e.reason, l.state as lookup from events e
    left join lookups l on l.event_id = e.id where e.partner_id = ${own.partnerId}`
  expect(rows).toEqual([{ state: 'unmatched', reason: 'erased', lookup: null }])
})

test('an event that a relay recorded once more, not knowing of the request yet, gets a key of its own', async () => {
  const first = await unmatched(email)
  await eraseNow()
  // Without what hides its key, as it is where the tombstone was not seen.
  const request = requestToRecord(own, { key: email })
  await recordBatch(it.relayDb.record, [request], uuidv7(), 60_000)
  await eraseNow()
  const rows = await eventsOf(own)
  expect(rows.map(({ id }) => id)).toEqual([first, request.events[0]?.id])
  expect(rows[1]?.key).toBe(`erased ${rows[1]?.id}`)
  expect(await placesOf(it.db.work, email)).toEqual([])
})

describe('a key that holds the address among other text', () => {
  const order = (address: string) => `order-${address}-17`

  test('goes although its body is gone long since, with what the rules said of it', async () => {
    const id = await unmatched(order(email))
    const joined = await unmatched(`signed_up:${email}`)
    const alike = await unmatched(order(`x${email}`))
    await eraseNow()
    const rows = await eventsOf(own)
    expect(rows.map((row) => [row.id, row.key])).toEqual([
      [id, expect.stringMatching(/^erased [0-9a-f]{64}$/)],
      [joined, expect.stringMatching(/^erased [0-9a-f]{64}$/)],
      [alike, order(`x${email}`)],
    ])
    await it.db.work`delete from events where id = ${alike}`
    expect(await placesOf(it.db.work, email)).toEqual([])
    await it.came(own, { key: order(email), body: `{"id":"${order(email)}"}` })
    expect((await eventsOf(own))[0]).toMatchObject({ id, copies: 2 })
    expect(await placesOf(it.db.work, email)).toEqual([])
  })

  test('goes with the body that says no more of the person than the key does', async () => {
    await it.came(own, { key: order(email), body: `{"id":"${order(email)}"}` })
    await eraseNow()
    expect(await placesOf(it.db.work, email)).toEqual([])
  })

  test('that comes for the first time after the erasure is hidden, its body is not kept, and it waits for nothing', async () => {
    await eraseNow()
    const key = order(email.toUpperCase())
    await it.came(own, { key, body: `{"id":"${key}"}`, parked: 'lookup' })
    await it.came(own, { key, body: `{"id":"${key}"}` })
    expect(await eventsOf(own)).toMatchObject([
      { key: expect.stringMatching(/^erased /), copies: 2, kept: 0 },
    ])
    expect(await placesOf(it.db.work, email)).toEqual([])
  })

  test('is hidden where it may be somebody else’s address, of whom nothing else goes', async () => {
    const before = await it.came(own, { key: `mary-${email}`, parked: 'lookup' })
    await eraseNow()
    const after = await it.came(own, { key: `mary-${email.toUpperCase()}`, parked: 'lookup' })
    const rows = await it.db.work`
      select e.id, e.event_key as key, e.state, octet_length(b.body) > 0 as kept from events e
      join event_bodies b on b.id = e.body_id where e.partner_id = ${own.partnerId} order by e.id`
    expect(rows).toMatchObject(
      [before, after].map((id) => ({
        id,
        key: expect.stringMatching(/^erased /),
        state: 'parked',
        kept: true,
      })),
    )
  })

  test('is found among many, piece by piece', async () => {
    const usual = limits.erasureKeysAtOnce
    Object.assign(limits, { erasureKeysAtOnce: 2 })
    try {
      for (let n = 0; n < 7; n++) await unmatched(`a${n}-${n % 3 === 0 ? '' : 'x'}${email}-z`)
      await eraseNow()
      const hidden = (await eventsOf(own)).map(({ key }) => key.startsWith('erased '))
      expect(hidden).toEqual([true, false, false, true, false, false, true])
    } finally {
      Object.assign(limits, { erasureKeysAtOnce: usual })
    }
  })
})

test('keys are found by an index, also behind the wall', async () => {
  const plan = await it.relayDb.work.begin(async (tx) => {
    await tx`set local enable_seqscan = off`
    return tx`explain select id from events
      where partner_id = ${own.partnerId} and position('@' in event_key) > 0 and lower(event_key) = any(${[email]})`
  })
  expect(JSON.stringify(plan)).toContain('events_key_person')
})
