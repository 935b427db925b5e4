import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimErasure, keepProgress } from '../../src/db/privacy/erasures.ts'
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
