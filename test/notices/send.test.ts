// Notices as their receivers get them, over real HTTP and SMTP, and what is told when they do not.
import { createServer } from 'node:net'
import { once } from 'node:events'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import {
  newSigningSecret,
  readChannel,
  withDefaults,
  type Channel,
  type ChannelKind,
  type Fields,
} from '../../src/notices/channels.ts'
import type { Notice } from '../../src/notices/notice.ts'
import { createSender, type SenderOptions } from '../../src/notices/send.ts'
import { uuidv7 } from '../../src/ids.ts'
import { parseRanges } from '../../src/schemes/ip.ts'
import { answering, openMailbox, openReceiver, type Mailbox, type Receiver } from './receivers.ts'

const loopback = parseRanges('127.0.0.1') ?? []
const options: SenderOptions = {
  allowed: loopback,
  publicUrl: 'https://relay.example.com',
  now: Date.now,
  deadlineMs: 2000,
}
const sender = createSender(options)
const hostile = 'spring\r\nBcc: evil@example.com <!channel> _x_ & "y"'
const notice = (): Notice => ({
  id: uuidv7(),
  test: false,
  partner: 'acme',
  items: [
    {
      happened: 'opened',
      alarmId: uuidv7(),
      kind: 'campaign_holding',
      subject: uuidv7(),
      subjectName: hostile,
      cause: 'limit_reached',
      detail: { waiting: 3 },
      openedAt: '2026-11-28T20:15:00.000Z',
      closedAt: null,
    },
  ],
  more: 0,
  leftOut: 0,
})

function channel(kind: ChannelKind, fields: Fields): Channel {
  const read = readChannel(kind, withDefaults(kind, fields), loopback)
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes))
  return read.channel
}
const send = (to: Channel, said = notice(), by = sender) => by(to, said, 'en')

let receiver: Receiver
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(() => receiver.close())
const only = () => {
  const [request, ...others] = receiver.received
  if (request === undefined || others.length > 0) throw new Error('not one request')
  return request
}

describe('a webhook', () => {
  const secret = newSigningSecret()
  const webhook = () => channel('webhook', { url: `${receiver.url}/hook?x=1`, secret })

  test('is signed as the open specification says: its own library believes it', async () => {
    const said = notice()
    expect(await send(webhook(), said)).toEqual({
      outcome: 'delivered',
      httpStatus: 200,
      answer: 'ok',
    })
    const { path, headers, body } = only()
    expect(path).toBe('/hook?x=1')
    const signed = {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    }
    expect(signed['webhook-id']).toBe(said.id)
    expect(headers['content-type']).toBe('application/json')
    const payload = new Webhook(secret).verify(body, signed)
    expect(payload).toMatchObject({
      type: 'notice.alarms',
      data: {
        partner: 'acme',
        text: expect.stringContaining('https://relay.example.com/console'),
        alarms: [{ happened: 'opened', kind: 'campaign_holding', subject: { name: hostile } }],
      },
    })
    expect(() => new Webhook(newSigningSecret()).verify(body, signed)).toThrow()
    expect(() => new Webhook(secret).verify(`${body} `, signed)).toThrow()
  })

  test.each([
    [answering(204), 'delivered'],
    [answering(302, '', { location: 'http://127.0.0.1:1/' }), 'redirected'],
    [answering(400, 'no'), 'rejected'],
    [answering(401), 'refused'],
    [answering(410), 'gone'],
    [answering(429, '', { 'retry-after': '30' }), 'busy'],
    [answering(503), 'server_error'],
  ])('answered %# is told in a word', async (answer, outcome) => {
    receiver.answers.push(answer)
    expect((await send(webhook())).outcome).toBe(outcome)
    expect(receiver.received).toHaveLength(1)
  })

  test('asked to wait says for how long', async () => {
    receiver.answers.push(answering(429, '', { 'retry-after': '30' }))
    expect((await send(webhook())).retryAfterMs).toBe(30_000)
  })

  test('gets the beginning of an answer only, without secrets and addresses', async () => {
    const long = `${secret} ivan@example.com ${'x y '.repeat(100_000)}`
    receiver.answers.push(answering(500, long))
    const { answer } = await send(webhook())
    expect(answer?.length).toBeLessThanOrEqual(limits.noticeAnswerCharsMax)
    expect(answer).not.toContain(secret.slice(6, 30))
    expect(answer).not.toContain('ivan')
    expect(answer).toContain('x y')
  })

  test('that drips or never answers is left in time', async () => {
    const quick = createSender({ ...options, deadlineMs: 300 })
    receiver.answers.push(
      () => {},
      (response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(timer))
      },
    )
    expect((await send(webhook(), notice(), quick)).outcome).toBe('timeout')
    const started = performance.now()
    expect((await send(webhook(), notice(), quick)).outcome).toBe('timeout')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('nobody listens for is unreachable', async () => {
    const to = webhook()
    await receiver.close()
    expect((await send(to)).outcome).toBe('unreachable')
    receiver = await openReceiver()
  })
})

describe('a place that is not public', () => {
  const webhook = () => channel('webhook', { url: `${receiver.url}/hook` })

  test('is not reached unless the operator allows it', async () => {
    const strict = createSender({ ...options, allowed: [] })
    expect((await send(webhook(), notice(), strict)).outcome).toBe('address_refused')
    expect(receiver.received).toEqual([])
  })

  test.each(['https://localhost', 'https://rebound.example'])(
    'is not by a name: %s',
    async (url) => {
      const strict = createSender({
        ...options,
        allowed: [],
        ...(!url.includes('localhost') && {
          resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        }),
      })
      const sent = await send(channel('webhook', { url: `${url}/` }), notice(), strict)
      expect(sent).toMatchObject({ outcome: 'address_refused', httpStatus: null })
      const mail = channel('email', {
        host: new URL(url).hostname,
        from: 'a@example.com',
        to: ['b@example.com'],
      })
      expect((await send(mail, notice(), strict)).outcome).toBe('address_refused')
    },
  )

  test('is not by a name that changes after it was judged: the address judged is the one reached', async () => {
    const answers = ['127.0.0.1', '127.0.0.9']
    let asked = 0
    const rebinding = createSender({
      ...options,
      resolve: async () => [{ address: answers[asked++] ?? '127.0.0.9', family: 4 }],
    })
    const to = channel('webhook', { url: `http://twice.example:${new URL(receiver.url).port}/` })
    expect((await send(to, notice(), rebinding)).outcome).toBe('delivered')
    expect(asked).toBe(1)
    expect(only().headers.host).toMatch(/^twice\.example/)
    expect((await send(to, notice(), rebinding)).outcome).toBe('address_refused')
  })

  test('whose name nobody knows is told so; one that is never resolved is left in time', async () => {
    const to = channel('webhook', { url: 'https://nobody.example/' })
    const lost = createSender({ ...options, resolve: () => Promise.reject(new Error('ENOTFOUND')) })
    expect((await send(to, notice(), lost)).outcome).toBe('name_unknown')
    const never = () => new Promise<never>(() => {})
    const slow = createSender({ ...options, deadlineMs: 200, resolve: never })
    expect((await send(to, notice(), slow)).outcome).toBe('timeout')
  })
})

describe('Slack', () => {
  test('gets plain text that calls nobody', async () => {
    const to = channel('slack', { url: `${receiver.url}/services/T0/B0/abcdefghijklmnop` })
    expect((await send(to)).outcome).toBe('delivered')
    const said = JSON.parse(only().body)
    expect(said).toMatchObject({ mrkdwn: false })
    expect(said.text).toContain('&lt;!channel&gt; _x_ &amp; "y"')
    receiver.answers.push(answering(404, 'no_service abcdefghijklmnop'))
    expect(await send(to)).toMatchObject({ outcome: 'gone', answer: 'no_service […]' })
  })
})

describe('Telegram', () => {
  const bot_token = '123456:AAH-abcdefghijklmnopqrstuvwxyz'
  const bot = () =>
    channel('telegram', { bot_token, chat_id: -100123, thread_id: 7, api_url: receiver.url })

  test('gets plain text, to the chat and topic', async () => {
    expect((await send(bot())).outcome).toBe('delivered')
    const { path, body } = only()
    expect(path).toBe(`/bot${bot_token}/sendMessage`)
    const said = JSON.parse(body)
    expect(said).toMatchObject({
      chat_id: '-100123',
      message_thread_id: 7,
      link_preview_options: { is_disabled: true },
    })
    expect(said).not.toHaveProperty('parse_mode')
    expect(said.text).toContain('spring Bcc: evil@example.com <!channel> _x_')
  })

  test.each([
    [400, { description: 'Bad Request: chat not found' }, { outcome: 'chat_refused' }],
    [403, { description: 'Forbidden: bot was blocked' }, { outcome: 'chat_refused' }],
    [401, { description: 'Unauthorized' }, { outcome: 'token_refused' }],
    [404, { description: 'Not Found' }, { outcome: 'token_refused' }],
    [429, { parameters: { retry_after: 35 } }, { outcome: 'busy', retryAfterMs: 35_000 }],
    [502, {}, { outcome: 'server_error' }],
  ])('%s is told in a word', async (status, body, sent) => {
    const said = JSON.stringify({ ok: false, error_code: status, ...body, echo: bot_token })
    receiver.answers.push(answering(status, said))
    const told = await send(bot())
    expect(told).toMatchObject(sent)
    expect(JSON.stringify(told)).not.toContain('abcdefghij')
  })
})

describe('a letter', () => {
  let mailbox: Mailbox
  beforeAll(async () => {
    mailbox = await openMailbox()
  })
  afterAll(() => mailbox.close())
  const letter = (port: number, more: Fields = {}) =>
    channel('email', {
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'relay@shop.example',
      to: ['anna@example.com', 'boris@example.com'],
      ...more,
    })

  test('reaches everybody, in plain text, with nothing of a name in its headers', async () => {
    const said = notice()
    const to = letter(mailbox.port, { username: 'relay', password: 'long secret' })
    expect((await send(to, said)).outcome).toBe('delivered')
    const [got] = mailbox.letters
    expect(got).toMatchObject({
      from: 'relay@shop.example',
      to: ['anna@example.com', 'boris@example.com'],
    })
    expect(mailbox.logins).toEqual(['relay:long secret'])
    const [head = '', body = ''] = got?.source.split('\r\n\r\n') ?? []
    const headers = head.replace(/\r\n[ \t]/g, ' ').split('\r\n')
    expect(headers.filter((line) => /^bcc/i.test(line))).toEqual([])
    expect(headers).toContainEqual(expect.stringMatching(/^Content-Type: text\/plain/))
    expect(headers).toContain('Auto-Submitted: auto-generated')
    expect(headers).toContain(`Message-ID: <${said.id}@shop.example>`)
    expect(headers.filter((line) => line.startsWith('Subject: '))).toHaveLength(1)
    expect(head + body).not.toContain('\r\nBcc')
  })

  test.each([
    ['a recipient', { onRcptTo: refusing(550, 'no such user') }, 'mail_refused'],
    ['for the moment', { onMailFrom: refusing(451, 'greylisted') }, 'busy'],
    ['a password', { onAuth: refusing(535, 'wrong: long secret') }, 'login_refused'],
  ])('that is refused, %s, is told in a word', async (_, answers, outcome) => {
    const box = await openMailbox(answers)
    try {
      const to = letter(box.port, { username: 'relay', password: 'long secret' })
      const sent = await send(to)
      expect(sent.outcome).toBe(outcome)
      expect(sent.answer).toMatch(/^[45]\d\d/)
      expect(JSON.stringify(sent)).not.toContain('long secret')
      expect(box.letters).toEqual([])
    } finally {
      await box.close()
    }
  })

  test('that must be encrypted does not leave where nothing is, nor where the certificate is not right', async () => {
    const own = { username: 'relay', password: 'long secret' }
    const plainly = letter(mailbox.port, { security: 'starttls', ...own })
    const before = mailbox.logins.length
    expect((await send(plainly)).outcome).toBe('no_starttls')
    expect(mailbox.logins).toHaveLength(before)
    // The server's own certificate is signed by nobody.
    const offered = await openMailbox({ disabledCommands: [] })
    const implicit = await openMailbox({ secure: true })
    try {
      expect((await send(letter(offered.port, { security: 'starttls', ...own }))).outcome).toBe(
        'tls_failed',
      )
      expect((await send(letter(implicit.port, { security: 'tls', ...own }))).outcome).toBe(
        'tls_failed',
      )
      expect([...offered.logins, ...implicit.logins]).toEqual([])
    } finally {
      await Promise.all([offered.close(), implicit.close()])
    }
  })

  test('to a server that says nothing is given up in time', async () => {
    const silent = createServer(() => {})
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const quick = createSender({ ...options, deadlineMs: 300 })
    expect((await send(letter(port), notice(), quick)).outcome).toBe('timeout')
    silent.close()
  })
})

function refusing(responseCode: number, message: string) {
  return (...given: unknown[]): void => {
    const answer = given.at(-1)
    if (typeof answer === 'function') answer(Object.assign(new Error(message), { responseCode }))
  }
}
