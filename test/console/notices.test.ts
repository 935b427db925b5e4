// Channels of notices as a browser sets them up.
import { desc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditEntries } from '../../src/db/schema.ts'
import { noticeChannels } from '../../src/db/notices/schema.ts'
import { limits } from '../../src/limits.ts'
import { openSettings } from '../../src/notices/opening.ts'
import { parseRanges } from '../../src/schemes/ip.ts'
import { answering, openReceiver, type Receiver } from '../notices/receivers.ts'
import { openHouse, type House, type Member } from './company.ts'

let it: House
let receiver: Receiver
let company: Awaited<ReturnType<House['company']>>
let editor: Member
let here: string

beforeAll(async () => {
  it = await openHouse({ allowed: parseRanges('127.0.0.1') ?? [] })
  receiver = await openReceiver()
})
afterAll(async () => {
  await receiver.close()
  await it.close()
})
beforeEach(async () => {
  company = await it.company()
  editor = await it.member(company.id, 'editor')
  here = `${company.base}/settings/notices`
})

const all: [string, string][] = [
  'campaign_holding',
  'moab_unreachable',
  'queue_age',
  'lookup_held',
  'parked_over',
  'source_silent',
  'email_missing',
  'channel_failing',
].map((name) => ['alarm', name])

const fields = (kind: string, settings: Record<string, string>): [string, string][] => [
  ['kind', kind],
  ['name', 'team'],
  ['language', 'ru'],
  ...all,
  ...Object.entries(settings),
]
const make = (kind: string, settings: Record<string, string>) =>
  editor.surfer.post(here, fields(kind, settings))

async function stored() {
  const [row] = await it.db.orm
    .select()
    .from(noticeChannels)
    .where(eq(noticeChannels.partnerId, company.id))
  if (row === undefined) return undefined
  return { ...row, settings: await openSettings(it.parts.vault, row) }
}
const lastAudit = async () => {
  const [entry] = await it.db.orm
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.partnerId, company.id))
    .orderBy(desc(auditEntries.id))
    .limit(1)
  return entry?.action
}

const mail = {
  host: 'smtp.example.com',
  port: '465',
  security: 'tls',
  username: 'relay',
  password: 'pass word',
  from: 'relay@example.com',
  to: 'anna@example.com, boris@example.com',
}
const bot = { bot_token: `123456:${'a'.repeat(35)}`, chat_id: '-100500' }

describe('each kind', () => {
  test.each([
    ['slack', { url: 'https://hooks.example.com/a' }, { url: 'https://hooks.example.com/a' }],
    ['telegram', bot, bot],
    ['telegram', { ...bot, thread_id: '7' }, { ...bot, thread_id: 7 }],
    ['email', mail, { ...mail, port: 465, to: ['anna@example.com', 'boris@example.com'] }],
  ] as [string, Record<string, string>, object][])(
    '%s is made as it was typed',
    async (kind, given, settings) => {
      const form = await editor.surfer.get(`${here}/new?kind=${kind}`)
      for (const name of Object.keys(given)) expect(form.html).toContain(`name="${name}"`)
      const seen = await make(kind, given)
      expect([seen.status, seen.url]).toEqual([200, expect.stringContaining('done=made')])
      expect(await stored()).toMatchObject({
        name: 'team',
        kind,
        language: 'ru',
        alarms: null,
        enabled: true,
        settings,
      })
      expect(await lastAudit()).toBe('channel.created')
    },
  )

  test.each(['webhook', 'slack', 'telegram', 'email'])('%s has a form', async (kind) => {
    expect((await editor.surfer.get(`${here}/new?kind=${kind}`)).status).toBe(200)
  })

  test('and there are no others', async () => {
    expect((await editor.surfer.get(`${here}/new?kind=pigeon`)).status).toBe(404)
    expect((await make('pigeon', {})).status).toBe(404)
  })
})

describe('a webhook', () => {
  const url = 'https://hooks.example.com/long-secret-path'

  test('gets a secret that is shown once', async () => {
    const seen = await make('webhook', { url })
    const secret = /whsec_[A-Za-z0-9+/]{43}=/.exec(seen.html)?.[0]
    expect((await stored())?.settings).toEqual({ url, secret })
    for (const path of [seen.url, here]) {
      const { html } = await editor.surfer.get(path)
      expect(html).not.toMatch(/whsec_|long-secret-path/)
    }
  })

  test('keeps the secret that was given, and shows it to nobody', async () => {
    const secret = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`
    const seen = await make('webhook', { url, secret })
    expect((await stored())?.settings).toEqual({ url, secret })
    expect(seen.html).not.toContain(secret)
  })
})

describe('a mistake', () => {
  test.each([
    ['slack', { url: 'ftp://example.com' }, 'url'],
    ['slack', { url: 'http://169.254.169.254/' }, 'url'],
    ['slack', {}, 'url'],
    ['webhook', { url: 'https://a.example/', secret: 'short' }, 'secret'],
    ['telegram', { ...bot, bot_token: 'x' }, 'bot_token'],
    ['telegram', { ...bot, chat_id: 'a b' }, 'chat_id'],
    ['telegram', { ...bot, thread_id: 'seven' }, 'thread_id'],
    ['email', { ...mail, port: '99999' }, 'port'],
    ['email', { ...mail, to: 'anna' }, 'to'],
    ['email', { ...mail, from: '' }, 'from'],
  ] as [string, Record<string, string>, string][])(
    '%s %j is told at its field, in either language, and nothing is made',
    async (kind, given, field) => {
      for (const [language, letters] of [
        ['en', /^[^а-я]+$/i],
        ['ru', /[а-я]{4}/i],
      ] as const) {
        editor.surfer.language = language
        const { status, html } = await make(kind, given)
        expect(status).toBe(422)
        expect(html).toMatch(new RegExp(`<[^>]*id="${field}"[^>]*aria-invalid="true"`))
        const told = new RegExp(`class="help wrong" id="${field}-help">([^<]*)<`).exec(html)?.[1]
        expect(told).toMatch(letters)
      }
      expect(await stored()).toBeUndefined()
    },
  )

  test('what was typed is there again, but no secret', async () => {
    const { html } = await make('email', { ...mail, to: 'anna' })
    expect(html).toContain('value="smtp.example.com"')
    expect(html).toContain('value="anna"')
    expect(html).not.toContain(mail.password)
    expect(html).toMatch(/<input id="password"[^>]*required/)
    expect((await make('telegram', { ...bot, chat_id: '?' })).html).not.toContain(bot.bot_token)
  })

  test.each([
    ['no name', [['name', ' '], ...all], 'name'],
    ['no alarm', [['name', 'team']], 'alarms'],
  ] as [string, [string, string][], string][])('%s', async (_what, given, field) => {
    const more: [string, string][] = [
      ['kind', 'slack'],
      ['url', 'https://hooks.example.com/a'],
    ]
    const { status, html } = await editor.surfer.post(here, [...given, ...more])
    expect([status, html.includes(`class="help wrong" id="${field}-help"`)]).toEqual([422, true])
    expect(await stored()).toBeUndefined()
  })

  test('a name that is taken', async () => {
    await make('slack', { url: 'https://hooks.example.com/a' })
    const again = await make('slack', { url: 'https://hooks.example.com/a' })
    expect([again.status, again.html.includes('a channel of this name')]).toEqual([422, true])
  })
})

describe('a channel that is there', () => {
  const change = async (kind: string, settings: Record<string, string>) =>
    editor.surfer.post(`${here}/${(await stored())?.id ?? ''}`, fields(kind, settings))

  test('keeps what is left empty, and loses what was taken away', async () => {
    await make('email', mail)
    const { password: _kept, ...rest } = mail
    const seen = await change('email', { ...rest, from: 'robot@example.com' })
    expect(seen.url).toContain('done=changed')
    expect((await stored())?.settings).toMatchObject({
      from: 'robot@example.com',
      password: mail.password,
      username: mail.username,
    })
    await change('email', { ...rest, username: '' })
    expect((await stored())?.settings).not.toHaveProperty('username')
  })

  test('does not send a kept password to another server', async () => {
    await make('email', mail)
    const { password: _kept, ...rest } = mail
    const seen = await change('email', { ...rest, host: 'smtp.evil.example' })
    expect(seen.status).toBe(422)
    expect(seen.html).toMatch(/id="password-help">Enter it again/)
    expect((await stored())?.settings).toMatchObject({ host: mail.host })
  })

  test('is told of what is ticked', async () => {
    await make('slack', { url: 'https://hooks.example.com/a' })
    const id = (await stored())?.id ?? ''
    const ticked = fields('slack', {}).filter(
      ([name, value]) => name !== 'alarm' || value === 'queue_age',
    )
    await editor.surfer.post(`${here}/${id}`, ticked)
    expect((await stored())?.alarms).toEqual(['queue_age'])
    const { html } = await editor.surfer.get(`${here}/${id}`)
    expect(html).toMatch(/value="queue_age" checked/)
    expect(html).not.toMatch(/value="source_silent" checked/)
  })

  test('goes off and on, and away', async () => {
    await make('slack', { url: 'https://hooks.example.com/a' })
    const page = `${here}/${(await stored())?.id ?? ''}`
    await editor.surfer.post(`${page}/switch`, { on: 'false' })
    expect((await stored())?.enabled).toBe(false)
    await editor.surfer.post(`${page}/switch`, { on: 'true' })
    expect((await stored())?.enabled).toBe(true)
    const seen = await editor.surfer.post(`${page}/remove`)
    expect(seen.html).toContain('The channel is removed.')
    expect([await stored(), await lastAudit()]).toEqual([undefined, 'channel.removed'])
    expect((await editor.surfer.get(page)).status).toBe(404)
  })

  test('of another partner is not there', async () => {
    await make('slack', { url: 'https://hooks.example.com/a' })
    const id = (await stored())?.id ?? ''
    const elsewhere = await it.company()
    const { surfer } = await it.member(elsewhere.id, 'owner')
    const page = `${elsewhere.base}/settings/notices/${id}`
    expect((await surfer.get(page)).status).toBe(404)
    for (const act of ['', '/test', '/switch', '/remove'])
      expect([act, (await surfer.post(page + act)).status]).toEqual([act, 404])
    expect(await stored()).toMatchObject({ enabled: true })
  })
})

describe('a test', () => {
  const testOf = async () => `${here}/${(await stored())?.id ?? ''}/test`

  test('that arrives is told, and is among what was sent', async () => {
    await make('webhook', { url: `${receiver.url}/hook` })
    const before = receiver.received.length
    const seen = await editor.surfer.post(await testOf())
    expect(seen.html).toContain('The test arrived.')
    expect(receiver.received).toHaveLength(before + 1)
    expect((await editor.surfer.get(here)).html).toContain('Delivered')
  })

  test('that does not arrive says why, and what the receiver answered', async () => {
    await make('webhook', { url: `${receiver.url}/hook` })
    receiver.answers.push(answering(403, 'go <b>away</b>'))
    const seen = await editor.surfer.post(await testOf())
    expect(seen.html).toContain('The test did not arrive: the receiver refuses')
    expect(seen.html).toContain('HTTP 403')
    expect(seen.html).toContain('go &lt;b&gt;away')
    receiver.answers.push(answering(403))
    editor.surfer.language = 'ru'
    expect((await editor.surfer.post(await testOf())).html).toContain('получатель отказывает')
  })

  test('too often is refused', async () => {
    await make('webhook', { url: `${receiver.url}/hook` })
    const at = await testOf()
    for (let n = 0; n < limits.noticeTestsPerHourMax; n++)
      expect((await editor.surfer.post(at)).status).toBe(200)
    expect((await editor.surfer.post(at)).status).toBe(422)
  })
})
