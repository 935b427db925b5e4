// Events read once more: what stood in the URL is not kept, and is taken as it was recorded.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events } from '../../src/db/schema.ts'
import { newestPayloads, payloadsOf } from '../../src/jobs/payloads.ts'
import { createDirectory } from '../../src/partners/directory.ts'
import { createVault } from '../../src/vault.ts'
import { openJobScene, type JobScene } from './scene.ts'

let it: JobScene
beforeAll(async () => {
  it = await openJobScene()
})
afterAll(() => it.close())

test('have the type and the key that they were recorded with', async () => {
  const { partnerId, sourceId } = it.own
  const id = await it.came(it.own, { email: 'anna@example.com' })
  const as = { type: 'paid', eventKey: 'order 1' }
  await it.db.orm.update(events).set(as).where(eq(events.id, id))
  const directory = createDirectory(it.db.orm, createVault([Buffer.alloc(32, 5)]))
  const source = await directory.sourceById(partnerId, sourceId)
  if (source === undefined || 'broken' in source) throw new Error('no such source')
  for (const [payload] of [
    await newestPayloads(it.db.questions, source, 1),
    await payloadsOf(it.db.questions, source, [id]),
  ])
    expect(payload).toMatchObject({ id, event: { type: 'paid', key: 'order 1' } })
})
