import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '../../src/ids.ts'
import {
  listBookmarks,
  readIsBookmarked,
  removeBookmark,
  setBookmark,
} from '../../src/ledger/bookmarks.ts'
import { limits } from '../../src/limits.ts'
import { openScene, type Scene, type ScenePartner } from './scene.ts'

let scene: Scene
let partner: ScenePartner
let other: ScenePartner
const actor = 'user:test'

beforeAll(async () => {
  scene = await openScene()
  partner = await scene.makePartner()
  other = await scene.makePartner()
})
afterAll(() => scene.close())

const ledger = () => ({ orm: scene.relayDb.questions, changes: scene.relayDb.orm })
const set = (eventId: string, of = partner) =>
  setBookmark(ledger(), { partnerId: of.partnerId, eventId, actor })
const idsOf = async ({ partnerId, sourceId }: ScenePartner) =>
  (await listBookmarks(ledger(), { partnerId, sourceId })).map(({ id }) => id)

test('an event is kept as a sample, once, until somebody takes it away', async () => {
  const eventId = await scene.came(partner)
  const { partnerId } = partner
  expect(await set(eventId)).toBe('done')
  expect(await set(eventId)).toBe('done')
  expect(await idsOf(partner)).toEqual([eventId])
  expect(await readIsBookmarked(ledger(), { partnerId, eventId })).toBe(true)
  await removeBookmark(ledger(), { partnerId, eventId, actor })
  expect(await idsOf(partner)).toEqual([])
  const actions = await scene.db.orm.execute<{ action: string }>(
    sql`select action from audit_entries where subject = ${eventId} order by id`,
  )
  expect(actions.map(({ action }) => action)).toEqual(['bookmark.set', 'bookmark.removed'])
})

test('one of another partner is not there', async () => {
  const eventId = await scene.came(other)
  expect(await set(eventId)).toBe('gone')
  expect(await set(uuidv7())).toBe('gone')
  expect(await set(eventId, other)).toBe('done')
  await removeBookmark(ledger(), { partnerId: partner.partnerId, eventId, actor })
  expect(await idsOf(other)).toEqual([eventId])
})

test('it goes with its event', async () => {
  const eventId = await scene.came(other)
  await set(eventId, other)
  await scene.db.orm.execute(sql`delete from events where id = ${eventId}`)
  expect(await idsOf(other)).not.toContain(eventId)
})

test(`a source has at most ${limits.bookmarksPerSourceMax}`, async () => {
  const fresh = await scene.makePartner()
  for (let n = 0; n < limits.bookmarksPerSourceMax; n++)
    expect(await set(await scene.came(fresh), fresh)).toBe('done')
  expect(await set(await scene.came(fresh), fresh)).toBe('full')
  expect(await idsOf(fresh)).toHaveLength(limits.bookmarksPerSourceMax)
})
