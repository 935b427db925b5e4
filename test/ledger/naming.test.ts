// Somebody whom no rule has found: the events and refused requests in which the address stands.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { namingOf } from '../../src/ledger/naming.ts'
import { tellStory } from '../../src/ledger/people.ts'
import { openScene, pepper, type Scene, type ScenePartner } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

async function named({ partnerId }: ScenePartner, email: string, language: 'en' | 'ru' = 'en') {
  const found = await namingOf({ orm: scene.relayDb.questions, pepper }, partnerId, email)
  if (found === undefined || found === 'too_slow') return found
  return tellStory(found, language, { timeZone: 'UTC' }).map((line) => line.split(' · ')[1])
}

test('an event that no rule took is told with its reason, however the address is written in it', async () => {
  const partner = await scene.makePartner()
  await scene.came(partner, { type: 'user.created', value: { who: 'Olga@Example.com' } })
  await scene.came(partner, { body: '%7B olga%40example.com', unreadable: 'not_json', type: '' })
  await scene.came(partner, { type: 'user.created', value: { who: 'volga@example.com' } })
  const told = await named(partner, 'olga@example.com')
  expect(told).toEqual([
    expect.stringMatching(/^user\.created at .*: no rule led to a grant: /),
    expect.stringMatching(/^an event at .*: could not be read: /),
  ])
  expect((await named(partner, 'olga@example.com', 'ru'))?.[0]).toMatch(/ни одно правило/)
})

test('a refused request is told with its reason', async () => {
  const partner = await scene.makePartner()
  await scene.rejected(partner)
  expect(await named(partner, 'somebody@example.com')).toEqual([
    expect.stringMatching(/^a request at .* was refused: the signature does not match$/),
  ])
})

test('events of others are left out: those of another partner, and those with a bonus', async () => {
  const [mine, other] = [await scene.makePartner(), await scene.makePartner()]
  await scene.came(other, { type: 'user.created', value: { who: 'ivan@example.com' } })
  await scene.came(mine, {
    email: 'boss@example.com',
    value: { amount: 1500, email: 'boss@example.com', by: 'ivan@example.com' },
  })
  expect(await named(mine, 'ivan@example.com')).toEqual([])
  expect(await named(other, 'ivan@example.com')).toHaveLength(1)
  expect(await named(mine, 'no address')).toBeUndefined()
})
