// What is changed through the API: tokens, invitations, members; and the audit that tells of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allScopes } from '../../src/access/scopes.ts'
import { makeMember } from '../access/people.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { openApiScene, type ApiScene } from './scene.ts'

let it: ApiScene
let own: ScenePartner
let other: ScenePartner
let token: string
let operator: string

beforeAll(async () => {
  it = await openApiScene()
})
afterAll(() => it.close())
beforeEach(async () => {
  own = await it.makePartner()
  other = await it.makePartner()
  token = await it.token(own.partnerId)
  operator = await it.token(null)
})

const List = z.object({ items: z.array(z.record(z.string(), z.unknown())) })
const items = async (path: string, by = token) =>
  List.parse(await (await it.get(path, by)).json()).items
const told = async (answer: Response) =>
  z.record(z.string(), z.unknown()).parse(await answer.json())

describe('tokens', () => {
  const wanted = { name: 'reports', scopes: ['events:read'] }
  const make = (by: string, body: object = wanted) => it.change('/api/v1/tokens', by, 'POST', body)

  test('are made, shown once, listed without it, and revoked', async () => {
    const answer = await make(token, { ...wanted, days: 10 })
    expect(answer.status).toBe(201)
    const made = await told(answer)
    expect(made).toMatchObject({ name: 'reports', scopes: ['events:read'] })
    const secret = String(made['token'])
    expect((await it.get('/api/v1/events', secret)).status).toBe(200)
    expect((await it.get('/api/v1/grants', secret)).status).toBe(403)
    const listed = (await items('/api/v1/tokens')).find(({ id }) => id === made['id'])
    expect(listed).toMatchObject({ name: 'reports', expires_at: made['expires_at'] })
    expect(JSON.stringify(listed)).not.toContain(secret)
    const path = `/api/v1/tokens/${String(made['id'])}`
    expect((await it.change(path, token, 'DELETE')).status).toBe(204)
    expect((await it.get('/api/v1/events', secret)).status).toBe(401)
    expect((await it.change(path, token, 'DELETE')).status).toBe(404)
  })

  test('can do no more than the one they are made with, and see no other partner', async () => {
    const few = await it.token(own.partnerId, ['access:write', 'events:read'])
    expect((await make(few)).status).toBe(201)
    const more = await make(few, { name: 'more', scopes: ['events:read', 'people:reveal'] })
    expect(more.status).toBe(422)
    expect(await told(more)).toMatchObject({ errors: [{ in: 'body', pointer: '/scopes' }] })
    const elsewhere = await make(token, { ...wanted, partner: other.partnerId })
    expect(await told(elsewhere)).toMatchObject({ errors: [{ pointer: '/partner' }] })
    const given = await make(operator, { ...wanted, partner: own.partnerId })
    expect(await items('/api/v1/events', String((await told(given))['token']))).toEqual([])
  })

  test.each([
    [{}, '/name'],
    [{ name: 'x', scopes: [] }, '/scopes'],
    [{ name: 'x', scopes: ['everything'] }, '/scopes/0'],
    [{ ...wanted, days: 0 }, '/days'],
    [{ ...wanted, nonsense: 1 }, '/nonsense'],
  ])('%j is refused at %s', async (body, pointer) => {
    const answer = await make(token, body)
    expect(answer.status).toBe(422)
    const { errors } = await told(answer)
    expect(errors).toContainEqual(expect.objectContaining({ in: 'body', pointer }))
  })

  test('what is no JSON, or too much of it, is refused', async () => {
    const form = await it.get('/api/v1/tokens', token, { method: 'POST', body: 'name=x' })
    expect([form.status, (await told(form))['code']]).toEqual([415, 'not_json'])
    expect((await make(token, { ...wanted, name: 'x'.repeat(70_000) })).status).toBe(413)
  })
})

describe('invitations', () => {
  const wanted = { email: 'Anna@Example.com', role: 'editor' }
  const invite = (by: string, body: object = wanted) =>
    it.change('/api/v1/invitations', by, 'POST', body)

  test('give a link once, are listed without it, and can be taken back', async () => {
    const answer = await invite(token)
    expect(answer.status).toBe(201)
    const made = await told(answer)
    expect(made).toMatchObject({ email: 'anna@example.com', role: 'editor' })
    expect(made['link']).toMatch(/^https:\/\/relay\.example\.com\/join\/[\w-]{43}$/)
    const [listed] = await items('/api/v1/invitations')
    expect(listed).toMatchObject({ id: made['id'], partner: { id: own.partnerId } })
    expect(JSON.stringify(listed)).not.toContain('/join/')
    const path = `/api/v1/invitations/${String(made['id'])}`
    expect((await it.change(path, operator, 'DELETE')).status).toBe(204)
    expect(await items('/api/v1/invitations')).toEqual([])
  })

  test('of operators are made by tokens of the installation only', async () => {
    const { role: _role, ...plain } = wanted
    expect((await invite(token, plain)).status).toBe(422)
    expect((await invite(operator)).status).toBe(422)
    expect(await told(await invite(operator, plain))).toMatchObject({ role: null })
    expect(await items('/api/v1/invitations')).toEqual([])
  })

  test('of a member, and of what is no address, are refused', async () => {
    const { email } = await makeMember(it.db, own.partnerId, 'viewer')
    expect((await invite(token, { ...wanted, email })).status).toBe(409)
    expect(await told(await invite(token, { ...wanted, email: 'anna' }))).toMatchObject({
      errors: [{ pointer: '/email' }],
    })
  })
})

describe('members', () => {
  test('get another role, or are removed; the last owner stays', async () => {
    const { id: owner } = await makeMember(it.db, own.partnerId, 'owner')
    const { id, email } = await makeMember(it.db, own.partnerId, 'viewer')
    const put = (who: string, role: string) =>
      it.change(`/api/v1/members/${who}`, token, 'PATCH', { role })
    expect((await put(id, 'auditor')).status).toBe(204)
    expect((await items('/api/v1/members'))[0]).toMatchObject({ id, email, role: 'auditor' })
    const answer = await put(owner, 'viewer')
    expect([answer.status, (await told(answer))['code']]).toEqual([409, 'conflict'])
    expect((await put(id, 'king')).status).toBe(422)
    expect((await it.change(`/api/v1/members/${id}`, operator, 'DELETE')).status).toBe(204)
    expect(await items('/api/v1/members')).toHaveLength(1)
  })
})

describe('the audit', () => {
  test('tells who did what, in both languages, and can be asked about one thing', async () => {
    const made = await told(
      await it.change('/api/v1/tokens', token, 'POST', { name: 'x', scopes: [...allScopes] }),
    )
    const path = `/api/v1/audit-entries?action=token.created&subject=${String(made['id'])}`
    const [entry] = await items(path)
    expect(entry).toMatchObject({
      partner: { id: own.partnerId },
      actor: expect.stringMatching(/^token:/),
      told: 'made an API token',
    })
    expect((await items(`${path}&lang=ru`))[0]).toMatchObject({ told: 'создан токен API' })
    expect(await items(`${path}&actor=nobody`)).toEqual([])
    expect(await items(`${path}&from=2999-01-01`)).toEqual([])
  })
})

test('partners: a partner sees itself, an operator all of them', async () => {
  expect(await items('/api/v1/partners')).toMatchObject([{ id: own.partnerId }])
  const all = await items('/api/v1/partners', operator)
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([own.partnerId, other.partnerId]))
})
