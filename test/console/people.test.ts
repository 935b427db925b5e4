// Who is asked about on the page of people: somebody whom a rule has found has a story; of somebody else it says
// where the address stands all the same, and what to look at next.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleRoutes } from '../../src/console/index.ts'
import { makeMember } from '../access/people.ts'
import { openScene, pepper, type Scene, type ScenePartner } from '../ledger/scene.ts'
import { surferFor } from './company.ts'
import { consoleParts } from './parts.ts'
import type { Surfer } from './surfer.ts'

let it: Scene
let own: ScenePartner
let here: string
let owner: Surfer
let viewer: Surfer
beforeAll(async () => {
  it = await openScene()
  own = await it.makePartner()
  const { orm, questions } = it.relayDb
  const app = consoleRoutes(
    consoleParts(it.relayDb, { ledger: { orm: questions, changes: orm, pepper } }),
  )
  const signedIn = async (role: 'owner' | 'viewer') =>
    surferFor(it.db, app, (await makeMember(it.db, own.partnerId, role)).userId)
  ;[owner, viewer] = [await signedIn('owner'), await signedIn('viewer')]
  const [partner] = await it.db.work`select name from partners where id = ${own.partnerId}`
  here = `/console/p/${encodeURIComponent(String(partner?.['name']))}`
})
afterAll(() => it.close())

const ask = async (email: string, surfer = owner, language = 'en') => {
  surfer.language = language
  const { status, html } = await surfer.post(`${here}/people`, { email })
  return { status, html, says: (text: string) => html.includes(text) }
}

test('where no rule took the address, each event it stands in is linked with its reason and its rules', async () => {
  const other = await it.makePartner()
  const event = await it.came(own, { type: 'user.created', value: { who: 'Olga@Example.com' } })
  const theirs = await it.came(other, { value: { who: 'olga@example.com' } })
  const page = await ask('olga@example.com')
  expect(page.says('No rule has found o***@example.com, so there is no bonus.')).toBe(true)
  expect(page.says(`href="${here}/events/${event}"`)).toBe(true)
  expect(page.says(`href="${here}/sources/${own.sourceId}#rules"`)).toBe(true)
  expect(page.says('No rule led to a grant')).toBe(true)
  expect(page.says(theirs)).toBe(false)
  const russian = await ask('olga@example.com', owner, 'ru')
  expect(russian.says('Ни одно правило не нашло o***@example.com, поэтому бонуса нет.')).toBe(true)
  expect(russian.says('Правила источника shop')).toBe(true)
})

test('a refused request it stands in is linked, with the reason', async () => {
  const refused = await it.rejected(own)
  const page = await ask('somebody@example.com')
  expect(page.says(`href="${here}/rejections/${refused}"`)).toBe(true)
  expect(page.says('The signature does not match')).toBe(true)
})

test('where it stands nowhere that is said, with how far was looked', async () => {
  const page = await ask('nobody@example.com')
  expect(page.says('Nothing is known about n***@example.com.')).toBe(true)
  expect(page.says('newest 2,000 events')).toBe(true)
})

test('a copy and an erasure are for everybody who may, whatever was found of them', async () => {
  await it.came(own, { value: { who: 'vera@example.com' } })
  for (const email of ['vera@example.com', 'nobody@example.com']) {
    const [mine, seen] = [await ask(email), await ask(email, viewer)]
    for (const form of ['copy', 'erase']) {
      expect(mine.says(`action="${here}/people/${form}"`)).toBe(true)
      expect(seen.says(`action="${here}/people/${form}"`)).toBe(false)
    }
  }
})

test('an erasure that is confirmed with another address erases nothing, and loses nobody’s place', async () => {
  const event = await it.came(own, { email: 'mila@example.com' })
  const erase = (again: string) =>
    owner.post(`${here}/people/erase`, { email: 'mila@example.com', again })
  owner.language = 'en'
  const wrong = await erase('mila@example.org')
  expect(wrong.status).toBe(422)
  expect(wrong.html).toContain('Nothing was erased')
  expect(wrong.html).toContain(`href="${here}/events/${event}"`)
  expect(await it.db.work`select 1 from erasures`).toHaveLength(0)
  expect((await erase(' MILA@example.com ')).url).toContain(`${here}/erasures/`)
})
