// POST /people/named: somebody whom no rule has found, but whose address stands in what came.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { ScenePartner } from '../ledger/scene.ts'
import { openApiScene, type ApiScene } from './scene.ts'

let it: ApiScene
let own: ScenePartner
let other: ScenePartner
let token: string
const path = '/api/v1/people/named'

beforeAll(async () => {
  it = await openApiScene()
  own = await it.makePartner()
  other = await it.makePartner()
  token = await it.token(own.partnerId)
})
afterAll(() => it.close())

const Named = z.strictObject({
  searched: z.boolean(),
  cut: z.boolean(),
  events: z.array(z.looseObject({ id: z.string(), fate: z.string() })),
  refused: z.array(z.looseObject({ id: z.string(), reason: z.string() })),
  told: z.array(z.string()),
})
const ask = async (body: object, query = '', by = token) => {
  const answer = await it.change(path + query, by, 'POST', body)
  return { status: answer.status, body: await answer.json() }
}

test('events and refused requests are told with their reasons, and nothing of another partner', async () => {
  const event = await it.came(own, { type: 'user.created', value: { who: 'Olga@Example.com' } })
  await it.came(other, { type: 'user.created', value: { who: 'olga@example.com' } })
  const known = await it.change('/api/v1/people/olga@example.com', token, 'GET')
  expect(known.status).toBe(404)
  const found = Named.parse((await ask({ email: 'olga@example.com' })).body)
  expect(found).toMatchObject({
    searched: true,
    cut: false,
    events: [{ id: event, fate: 'unmatched', source: { id: own.sourceId } }],
    refused: [],
    told: [expect.stringContaining('no rule led to a grant')],
  })
  const refused = await it.rejected(own)
  expect(
    Named.parse((await ask({ email: 'SOMEBODY@example.com' }, '?lang=ru')).body),
  ).toMatchObject({
    events: [],
    refused: [{ id: refused, reason: 'signature_mismatch', source: { id: own.sourceId } }],
    told: [expect.stringContaining('отклонён')],
  })
})

test('where there is nothing, nothing is told; what is no address is refused, and so is who may see no people', async () => {
  expect(Named.parse((await ask({ email: 'nobody@example.com' })).body)).toEqual({
    searched: true,
    cut: false,
    events: [],
    refused: [],
    told: [],
  })
  expect((await ask({ email: 'no address' })).status).toBe(422)
  const blind = await it.token(own.partnerId, ['events:read'])
  expect((await ask({ email: 'olga@example.com' }, '', blind)).status).toBe(403)
  const every = await it.token(null)
  expect((await ask({ email: 'olga@example.com' }, '', every)).status).toBe(422)
})

test('of somebody who was erased and never had anything the story says so', async () => {
  const email = 'forgotten@example.com'
  await it.erased(email, own.partnerId)
  const answer = await it.change(`/api/v1/people/${email}`, token, 'GET')
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { events: [], grants: [], told: [expect.stringContaining('the person was erased')] },
  ])
})
