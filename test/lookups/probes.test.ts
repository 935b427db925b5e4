import { expect, test } from 'vitest'
import { claimLookupProbes } from '../../src/db/lookups/claim.ts'
import { uuidv7 } from '../../src/ids.ts'
import { lookup, payment, provider, useScene, type Scene } from './scene.ts'

let it: Scene
const { make } = useScene((opened) => (it = opened))

test('a probe is not made for ever with the one that the provider cannot answer', async () => {
  const source = await make(provider({ lookup }))
  for (const id of ['p1', 'p2']) await it.came(source, payment(id))
  await it.db
    .work`update lookups set state = 'held', due_at = null where partner_id = ${source.partnerId}`
  const asked: string[] = []
  for (let n = 0; n < 3; n++) {
    await it.db.work`
      update lookup_health set state = 'holding', probe_at = now() where source_id = ${source.id}`
    const lease = { node: uuidv7(), leaseMs: 60_000, most: 10 }
    const [probe] = await claimLookupProbes(it.db.work, lease)
    const [event] = await it.db.work<{ key: string }[]>`
      select event_key as key from events where id = ${probe?.eventId ?? null}`
    asked.push(event?.key ?? '')
    // It could not be read, so it is held again.
    await it.db.work`
      update lookups set state = 'held', lease_until = null, lease_owner = null where state = 'asking'`
  }
  expect(new Set(asked.slice(0, 2)).size).toBe(2)
  expect(asked[2]).toBe(asked[0])
})
