import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimErasure, erasureById, keepProgress } from '../../src/db/privacy/erasures.ts'
import { claimKey } from '../../src/access/idempotency.ts'
import { claimDue } from '../../src/db/claim.ts'
import { uuidv7 } from '../../src/ids.ts'
import { openPrivacyScene, type PrivacyScene } from './scene.ts'

let it: PrivacyScene
beforeAll(async () => {
  it = await openPrivacyScene()
})
afterAll(() => it.close())

test('an erasure that was just asked for is taken up before those that still search', async () => {
  const { partnerId } = await it.makePartner()
  const asked: string[] = []
  for (let n = 0; n < 4; n++) asked.push(...(await it.request(`early.${n}@example.com`, partnerId)))
  for (const id of asked) {
    const claimed = await claimErasure(it.relayDb.work, id)
    if (claimed === undefined) throw new Error('not due')
    const { position } = claimed
    const progress = { position, erased: {}, older: [], againMs: 0 }
    await keepProgress(it.relayDb.work, claimed, { phase: 'searching', ...progress })
  }
  const [late] = await it.request('late@example.com', partnerId)
  expect((await claimErasure(it.relayDb.work))?.id).toBe(late)
})

test('a call that began before the first turn is awaited, however long ago the request was', async () => {
  const partner = await it.makePartner()
  const email = 'calling@example.com'
  await it.came(partner, { email })
  const [id = ''] = await it.request(email, partner.partnerId)
  // Nobody was there to carry it out for an hour; the relay that is back has claimed the grant already.
  await it.db
    .work`update erasures set requested_at = requested_at - interval '1 hour' where id = ${id}`
  const [claimed] = await claimDue(it.db.work, { node: uuidv7(), leaseMs: 60_000, most: 1 })
  await it.db.work`
    update grants set lease_until = lease_until - interval '45 s' where id = ${claimed?.id ?? ''}`
  await it.turn(id)
  const states = await it.db.work`select state from grants where partner_id = ${partner.partnerId}`
  expect(states).toEqual([{ state: 'sending' }])
  expect(await it.db.work`select 1 from attempts`).toEqual([])
})

test('an answer that is still being made when the person is erased is awaited, and not kept', async () => {
  const { partnerId } = await it.makePartner()
  const email = 'answered@example.com'
  const { orm } = it.db
  const asked = { method: 'POST', address: '/people/export', body: Buffer.from(email) }
  const owner = { partnerId, tokenId: uuidv7() }
  const claimed = await claimKey({ orm, vault: it.vault }, { owner, key: 'once', ...asked })
  if (!('first' in claimed)) throw new Error('not the first')
  const [id = ''] = await it.request(email, partnerId)
  const turns = async () => {
    for (let n = 0; n < 3; n++) {
      await it.turn(id)
      await it.db.work`update erasures set due_at = now() where id = ${id} and phase <> 'done'`
    }
  }
  await turns()
  expect((await erasureById(orm, null, id))?.phase).toBe('confirming')
  await claimed.first.answered({
    status: 200,
    headers: {},
    body: Buffer.from(`{"email":"${email}"}`),
  })
  await it.finish(id)
  const rows = await it.db.work`select status, answer_sealed from idempotency_keys`
  expect(rows).toEqual([{ status: null, answer_sealed: null }])
})

test('a change that was cut off is not awaited for ever', async () => {
  const { partnerId } = await it.makePartner()
  const asked = { method: 'POST', address: '/x', body: Buffer.alloc(0) }
  const owner = { partnerId, tokenId: uuidv7() }
  await claimKey({ orm: it.db.orm, vault: it.vault }, { owner, key: 'cut', ...asked })
  const [id = ''] = await it.request('somebody@example.com', partnerId)
  await it.turn(id)
  await it.db.work`update idempotency_keys set taken_at = now() - interval '1 hour'`
  await it.finish(id)
})
