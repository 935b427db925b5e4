// Channels of notices through the API: made, changed, tested and removed; their secrets never come back.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { limits } from '../../src/limits.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { answering, openMailbox, openReceiver, type Receiver } from '../notices/receivers.ts'
import { openApiScene, type ApiScene } from './scene.ts'

let it: ApiScene
let own: ScenePartner
let token: string
let receiver: Receiver

beforeAll(async () => {
  it = await openApiScene()
})
afterAll(() => it.close())
beforeEach(async () => {
  receiver = await openReceiver()
  own = await it.makePartner()
  token = await it.token(own.partnerId)
})
afterEach(() => receiver.close())

const path = '/api/v1/notice-channels'
const Channel = z.looseObject({
  id: z.string(),
  settings: z.record(z.string(), z.unknown()),
  health: z.looseObject({ failing: z.boolean(), problem: z.string().nullable() }),
})
const Items = z.object({ items: z.array(Channel) })
const Tested = z.looseObject({ delivered: z.boolean(), outcome: z.string(), told: z.string() })

const make = (body: object, by = token) => it.change(path, by, 'POST', body)
async function made(body: object): Promise<z.output<typeof Channel>> {
  const answer = await make(body)
  expect(answer.status).toBe(201)
  return Channel.parse(await answer.json())
}
const patch = (id: string, body: object) => it.change(`${path}/${id}`, token, 'PATCH', body)
const tested = async (id: string, query = '') => {
  const answer = await it.change(`${path}/${id}/tests${query}`, token, 'POST')
  expect(answer.status).toBe(200)
  return Tested.parse(await answer.json())
}
const listed = async (by = token) => Items.parse(await (await it.get(path, by)).json()).items
const Problem = z.object({ errors: z.array(z.object({ pointer: z.string(), detail: z.string() })) })
const pointers = async (answer: Response) => {
  expect(answer.status).toBe(422)
  return Problem.parse(await answer.json()).errors.map(({ pointer }) => pointer)
}
const audited = async () =>
  (
    await it.db.orm.execute<{ action: string; detail: object }>(sql`
    select action, detail from audit_entries where partner_id = ${own.partnerId}
      and action like 'channel.%' order by id`)
  ).map(({ action }) => action)

const bot_token = '123456:AAH-abcdefghijklmnopqrstuvwxyz'
const kinds = {
  webhook: () => ({
    url: `${receiver.url}/secret-path-0123456789`,
    secret: `whsec_${'a'.repeat(32)}`,
  }),
  slack: () => ({ url: `${receiver.url}/secret-path-0123456789` }),
  telegram: () => ({ bot_token, chat_id: 42, api_url: receiver.url }),
  email: () => ({
    host: '127.0.0.1',
    username: 'relay',
    password: 'secret-path-0123456789',
    from: 'relay@example.com',
    to: ['anna@example.com'],
  }),
}
const secretParts = /secret-path|abcdefghijk|aaaaaaaa/

describe('a channel', () => {
  test.each(['webhook', 'slack', 'telegram', 'email'] as const)(
    'of kind %s is made, listed without secrets, changed and removed; all of it is audited',
    async (kind) => {
      const { id } = await made({ name: 'ours', kind, settings: kinds[kind](), language: 'ru' })
      const [channel] = await listed()
      expect(channel).toMatchObject({
        id,
        name: 'ours',
        kind,
        language: 'ru',
        alarms: null,
        enabled: true,
        health: { failing: false, problem: null },
      })
      const changed = await patch(id, { name: 'theirs', alarms: ['disk'], enabled: false })
      expect(await changed.json()).toMatchObject({
        name: 'theirs',
        alarms: ['disk'],
        enabled: false,
      })
      const stored = JSON.stringify(await it.db.orm.execute(sql`select * from notice_channels`))
      const trail = JSON.stringify(await it.db.orm.execute(sql`select * from audit_entries`))
      for (const text of [JSON.stringify(await listed()), stored, trail])
        expect(text).not.toMatch(secretParts)
      expect(trail).not.toMatch(/anna@|relay@/)
      expect((await it.change(`${path}/${id}`, token, 'DELETE')).status).toBe(204)
      expect((await it.change(`${path}/${id}`, token, 'DELETE')).status).toBe(404)
      expect(await listed()).toEqual([])
      expect(await audited()).toEqual(['channel.created', 'channel.changed', 'channel.removed'])
    },
  )

  test('that signs gets a secret, which is shown once', async () => {
    const channel = await made({ name: 'w', kind: 'webhook', settings: { url: receiver.url } })
    expect(channel['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(JSON.stringify(await listed())).not.toContain('whsec')
    const given = await made({ name: 'v', kind: 'webhook', settings: kinds.webhook() })
    expect(given['secret']).toBeNull()
  })

  test.each([
    ['a private address', 'slack', { url: 'https://10.0.0.1/' }, '/settings/url'],
    ['an odd address', 'slack', { url: 'https://0x7f.1/' }, '/settings/url'],
    ['a user', 'webhook', { url: 'https://a:b@example.com/' }, '/settings/url'],
    [
      'a weak secret',
      'webhook',
      { url: 'https://example.com/', secret: 'whsec_YQ==' },
      '/settings/secret',
    ],
    ['no token', 'telegram', { chat_id: 1 }, '/settings/bot_token'],
    ['a wrong chat', 'telegram', { bot_token, chat_id: 'x y' }, '/settings/chat_id'],
    [
      'a private server',
      'email',
      { host: '169.254.169.254', from: 'a@b.ru', to: ['a@b.ru'] },
      '/settings/host',
    ],
    [
      'a line in a sender',
      'email',
      { host: 'a.ru', from: 'a@b.ru\r\nBcc: c@d.ru', to: ['a@b.ru'] },
      '/settings/from',
    ],
    ['nobody', 'email', { host: 'a.ru', from: 'a@b.ru', to: [] }, '/settings/to'],
    [
      'what there is not',
      'slack',
      { url: 'https://example.com/', nonsense: 1 },
      '/settings/nonsense',
    ],
  ])('with %s is refused', async (_, kind, settings, pointer) => {
    expect(await pointers(await make({ name: 'x', kind, settings }))).toEqual([pointer])
    expect(await listed()).toEqual([])
  })

  test('has a name of its own, and a partner only so many', async () => {
    const settings = kinds.slack()
    const { id } = await made({ name: 'a', kind: 'slack', settings })
    await made({ name: 'b', kind: 'slack', settings })
    expect((await make({ name: 'a', kind: 'slack', settings })).status).toBe(409)
    expect((await patch(id, { name: 'b' })).status).toBe(409)
    for (let n = 2; n < limits.noticeChannelsPerPartnerMax; n++)
      await made({ name: `c${n}`, kind: 'slack', settings })
    expect((await make({ name: 'one more', kind: 'slack', settings })).status).toBe(409)
  })

  test('does not take its password or token to another place', async () => {
    const mail = await made({ name: 'm', kind: 'email', settings: kinds.email() })
    for (const settings of [{ host: 'mail.evil.example' }, { port: 2525 }, { security: 'none' }])
      expect(await pointers(await patch(mail.id, { settings }))).toEqual(['/settings/password'])
    expect((await patch(mail.id, { settings: { to: ['b@example.com'] } })).status).toBe(200)
    const moved = { host: 'mail.example.com', password: 'another one' }
    expect((await patch(mail.id, { settings: moved })).status).toBe(200)
    const bot = await made({ name: 'b', kind: 'telegram', settings: kinds.telegram() })
    const elsewhere = { settings: { api_url: 'https://evil.example/' } }
    expect(await pointers(await patch(bot.id, elsewhere))).toEqual(['/settings/bot_token'])
    expect((await patch(bot.id, { settings: { thread_id: 3 } })).status).toBe(200)
  })

  test('of the installation is the operator’s; of a partner the operator may make one, too', async () => {
    const operator = await it.token(null)
    const settings = kinds.slack()
    expect((await make({ name: 'all', kind: 'slack', settings }, operator)).status).toBe(201)
    const theirs = { name: 'theirs', kind: 'slack', settings, partner: own.partnerId }
    expect((await make(theirs, operator)).status).toBe(201)
    expect((await listed()).map(({ name }) => name)).toEqual(['theirs'])
    expect((await listed(operator)).map(({ partner }) => partner)).toContain(null)
    const other = await it.token((await it.makePartner()).partnerId)
    const [mine] = await listed()
    for (const [method, more] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/tests'],
    ] as const)
      expect((await it.change(`${path}/${mine?.id}${more}`, other, method, {})).status).toBe(404)
    expect(receiver.received).toEqual([])
  })
})

describe('a test', () => {
  test('sends a real notice and says what came of it, in words', async () => {
    const { id } = await made({ name: 'w', kind: 'webhook', settings: kinds.webhook() })
    expect(await tested(id)).toMatchObject({
      delivered: true,
      outcome: 'delivered',
      http_status: 200,
      answer: 'ok',
    })
    const [sent] = receiver.received
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ type: 'notice.test' })
    receiver.answers.push(answering(403, 'no: secret-path-0123456789'))
    expect(await tested(id, '?lang=ru')).toMatchObject({
      delivered: false,
      outcome: 'refused',
      http_status: 403,
      answer: 'no: […]',
      told: expect.stringContaining('получатель отказывает'),
    })
    expect((await listed())[0]?.health).toMatchObject({ failing: false, problem: 'refused' })
    await tested(id)
    expect((await listed())[0]?.health).toMatchObject({ problem: null })
    expect((await audited()).slice(1)).toEqual(Array(3).fill('channel.tested'))
    const notices = await (await it.get(`/api/v1/notices?channel=${id}`, token)).json()
    expect(notices).toMatchObject({
      items: [
        { test: true, state: 'delivered' },
        { test: true, state: 'given_up', outcome: 'refused', http_status: 403, answer: 'no: […]' },
        { test: true, state: 'delivered' },
      ],
    })
  })

  test('by mail arrives as a letter', async () => {
    const mailbox = await openMailbox()
    const settings = { ...kinds.email(), port: mailbox.port, security: 'none' }
    const { id } = await made({ name: 'm', kind: 'email', settings, language: 'ru' })
    expect(await tested(id)).toMatchObject({ delivered: true })
    expect(mailbox.letters).toMatchObject([{ to: ['anna@example.com'] }])
    await mailbox.close()
  })

  test('to a name that leads to this machine’s own networks says so', async () => {
    const settings = { url: 'https://localhost:9/' }
    const { id } = await made({ name: 'l', kind: 'slack', settings })
    // Both of its addresses are allowed here; on this port nobody listens.
    expect((await tested(id)).outcome).toBe('unreachable')
  })

  test('is sent so often an hour at most, also many at once', async () => {
    const { id } = await made({ name: 'w', kind: 'slack', settings: kinds.slack() })
    const many = Array.from({ length: limits.noticeTestsPerHourMax + 5 }, () =>
      it.change(`${path}/${id}/tests`, token, 'POST'),
    )
    const statuses = (await Promise.all(many)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(limits.noticeTestsPerHourMax)
    expect(statuses.filter((status) => status === 409)).toHaveLength(5)
    expect(receiver.received).toHaveLength(limits.noticeTestsPerHourMax)
  })
})
