// What a source may have become since it was set up, and what never leaves by the wrong door.
import { createHmac } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { createLogger } from '../../src/ops/logging.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'

const secret = 'whsec_doors'
const apiKey = '11111111-2222-4333-8444-555555555555'
const keyOf = (name: string) => `${name}-key-0123456789abcdef`
const source = (name: string, campaign: string, more = '') => `
  - name: ${name}
    provider: stripe
    key: ${keyOf(name)}
    credentials: [{ secret: ${secret} }${more}]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: ${campaign} }]`
const config = (campaign = 'spring', validUntil = '2199-01-01T00:00:00Z') => `
partner: acme
campaigns:
  - { name: spring, mode: live, api_key: ${apiKey} }
  - { name: autumn, mode: live, api_key: ${apiKey} }
  - { name: damaged, mode: live, api_key: ${apiKey} }
  - { name: try-out, mode: sandbox }
sources:${source('shop', campaign)}${source('odd', 'spring')}${source('tried', 'try-out')}${source('lame', 'damaged')}${source('rotated', 'spring', `, { secret: whsec_old, valid_until: ${validUntil} }`)}
  - name: token
    provider: generic-token
    key: ${keyOf('token')}
    credentials: [{ token: the-shared-token }]
`
let it: TestRelay
const lines: string[] = []

beforeAll(async () => {
  const log = createLogger('debug')
  Object.assign(Reflect.get(log, pino.symbols.streamSym), {
    write: (line: string) => lines.push(line),
  })
  it = await startTestRelay(config(), {}, undefined, log)
})
afterAll(() => it.close())

let number = 0
async function send(name: string, { with: signedWith = secret, headers = {} } = {}) {
  const id = `evt_${name}_${number++}`
  const body = JSON.stringify({
    id,
    type: 'invoice.paid',
    livemode: true,
    data: { object: { customer_email: `${id}@example.com` } },
  })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', signedWith).update(`${at}.${body}`).digest('hex')
  const answer = await fetch(`${it.url}/in/${keyOf(name)}`, {
    method: 'POST',
    headers: { 'stripe-signature': `t=${at},v1=${mac}`, ...headers },
    body,
  })
  await answer.text()
  return { id, email: `${id}@example.com`, status: answer.status, headers: answer.headers }
}

const rows = (text: string) => it.db.work.unsafe(text)
const grantOf = async (email: string) =>
  (await rows(`select * from grants where email = '${email}'`))[0]
const registered = (address: string) =>
  it.moab.registrations().some(({ email }) => email === address)

describe('a source', () => {
  test('that cannot be used is answered 503, neither accepted nor refused for good', async () => {
    await rows(`update sources set provider = 'nobody' where name = 'odd'`)
    const { id, status, headers } = await send('odd')
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe(String(limits.retryAfterSeconds))
    expect(await rows(`select 1 from events where event_key = '${id}'`)).toHaveLength(0)
  })

  test('does not believe a credential past its end, although it is in memory', async () => {
    const soon = Date.now() + 4000
    await it.apply(config('spring', new Date(soon).toISOString()))
    const answers: { status: number; asked: number; answered: number }[] = []
    await until(async () => {
      const asked = Date.now()
      const { status } = await send('rotated', { with: 'whsec_old' })
      answers.push({ status, asked, answered: Date.now() })
      return asked > soon
    }, 6000)
    const inTime = answers.filter(({ answered }) => answered < soon)
    expect(new Set(inTime.map(({ status }) => status))).toEqual(new Set([200]))
    expect(answers.at(-1)?.status).toBe(401)
    expect((await send('rotated')).status).toBe(200)
  })

  test('follows its rule as it was applied last', async () => {
    const campaignOf = async () => {
      const { email } = await send('shop')
      const [row] = await rows(
        `select c.name from grants g join campaigns c on c.id = g.campaign_id where email = '${email}'`,
      )
      return row?.['name']
    }
    expect(await campaignOf()).toBe('spring')
    await it.apply(config('autumn'))
    await until(async () => (await campaignOf()) === 'autumn', 3000)
  })

  test('that was changed elsewhere is looked at again without being told', async () => {
    expect((await send('shop')).status).toBe(200)
    await rows(`update sources set enabled = false where name = 'shop'`)
    await rows(`update installation set config_version = config_version + 1`)
    await until(async () => (await send('shop')).status === 404, 3000)
    await rows(`update sources set enabled = true where name = 'shop'`)
    await rows(`update installation set config_version = config_version + 1`)
  })
})

describe('a grant', () => {
  test('of the sandbox is granted by the sandbox and never reaches MOAB', async () => {
    const calls = it.moab.calls
    const { email } = await send('tried')
    await until(async () => (await grantOf(email))?.['state'] === 'granted')
    expect(it.moab.calls).toBe(calls)
    expect(registered(email)).toBe(false)
  })

  test('made for the sandbox stays there when its campaign goes live', async () => {
    const { db } = it.installation
    await rows(`update campaign_health set state = 'holding', reason = 'ended', probe_at = null`)
    const { email } = await send('tried')
    expect(await grantOf(email)).toMatchObject({ state: 'held', mode: 'sandbox' })
    await it.apply(
      config().replace(
        '{ name: try-out, mode: sandbox',
        `{ name: try-out, mode: live, api_key: ${apiKey}`,
      ),
    )
    await db.work`update campaign_health set state = 'healthy', reason = null, probe_at = null`
    await until(async () => (await grantOf(email))?.['state'] === 'granted')
    expect(registered(email)).toBe(false)
  })

  test('whose API key does not open is held, and MOAB is not called', async () => {
    await rows(`update campaigns set api_key_sealed = 'x.x.x.x.x' where name = 'damaged'`)
    const { email } = await send('lame')
    const grant = await until(async () => {
      const found = await grantOf(email)
      return found?.['state'] === 'held' && found
    })
    expect(grant).toMatchObject({ reason: 'credentials', answer: 'no_api_key' })
    expect(await rows(`select failure from attempts where grant_id = '${grant['id']}'`)).toEqual([
      { failure: 'key_unusable' },
    ])
    expect(registered(email)).toBe(false)
  })
})

describe('what is a secret', () => {
  test('of a token source is kept out of the ledger', async () => {
    const answers = await Promise.all(
      ['the-shared-token', 'a-wrong-token'].map((token) =>
        fetch(`${it.url}/in/${keyOf('token')}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'x-kept': token.slice(0, 3) },
          body: '{"id":"1","type":"x"}',
        }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 401])
    const kept = await until(async () => {
      const refused = await rows(`select headers from rejections where headers ? 'x-kept'`)
      const taken = await rows(`select headers from event_bodies where headers ? 'x-kept'`)
      return refused.length > 0 && taken.length > 0 && JSON.stringify([refused, taken])
    })
    expect(kept).toContain('[left out]')
    expect(kept).not.toMatch(/shared-token|wrong-token/)
  })

  test('is in no line of the log, and neither is an email, a body or an ingest key', async () => {
    const { email } = await send('tried', { headers: { authorization: 'Bearer topsecret' } })
    await until(async () => (await grantOf(email))?.['state'] === 'granted')
    await send('tried', { with: 'whsec_wrong' })
    await until(async () => lines.some((line) => line.includes('"refused"')))
    const text = lines.join('\n')
    expect(text).toContain('"msg":"attempt"')
    expect(text).toContain('"area":"in"')
    expect(text).not.toMatch(/@example\.com|-key-0123456789|topsecret|invoice\.paid/)
    for (const hidden of [secret, apiKey, 'the-shared-token']) expect(text).not.toContain(hidden)
  })
})

describe('a role', () => {
  test.each([
    ['worker', { in: 404, api: 404 }],
    ['ingest', { in: 405, api: 404 }],
    ['console', { in: 404, api: 401 }],
  ] as const)('%s answers its own routes only', async (role, expected) => {
    const one = await startTestRelay(config(), { ROLE: role })
    try {
      const statusOf = async (path: string) => (await fetch(one.url + path)).status
      expect(await statusOf(`/in/${keyOf('shop')}`)).toBe(expected.in)
      expect(await statusOf('/api/v1/events')).toBe(expected.api)
      expect(await statusOf('/healthz')).toBe(200)
    } finally {
      await one.close()
    }
  })
})
