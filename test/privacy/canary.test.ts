// Unique strings in every secret and every address, and everything goes wrong that can: none of them may
// be heard from a log, a metric, a problem, an error for people, a URL or the audit.
import { createHmac } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { allScopes } from '../../src/access/scopes.ts'
import { createToken } from '../../src/access/tokens.ts'
import { commands } from '../../src/commands/index.ts'
import type { Io } from '../../src/commands/command.ts'
import { readConfig } from '../../src/config.ts'
import { openInstallation } from '../../src/installation.ts'
import { createLogger } from '../../src/ops/logging.ts'
import { applyConfig, describeProblems } from '../../src/partners/apply.ts'
import { createWire, type Wire } from '../support/wire.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { toPublic } from '../support/outgoing.ts'

/** No word of these may come out anywhere. */
const canaries = {
  webhookSecret: 'whsec_CanaryOne7f3a',
  ingestKey: 'canary-ingest-key-9d2e41',
  apiKey: '0ddba11c-cafe-4bad-8bad-ca1a7ca1a701',
  password: 'CanaryPassword55e1',
  relayKey: 'CanaryRelayKey0b7d',
  databasePassword: 'CanaryDbPass3c19',
  mailbox: 'canary.person.71c4',
} as const
const email = (local: string) => `${local}@${canaries.mailbox}.example.com`

const heard: { where: string; text: string }[] = []
const hear = (where: string, text: string) => void heard.push({ where, text })

let wire: Wire
let it: TestRelay
let token = ''

const yaml = `
partner: acme
campaigns: [{ name: c, mode: live, api_key: ${canaries.apiKey} }]
sources:
  - name: shop
    provider: stripe
    key: ${canaries.ingestKey}
    credentials: [{ secret: ${canaries.webhookSecret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: c }]
`

beforeAll(async () => {
  wire = await createWire(inject('server'))
  const log = createLogger('trace')
  Object.assign(Reflect.get(log, pino.symbols.streamSym), {
    write: (line: string) => hear('log', line),
  })
  it = await startTestRelay(yaml, {}, wire.port, log)
  const { orm } = it.installation.db
  const [partner] = await it.installation.db.work`select id from partners`
  const made = { partnerId: partner?.['id'], name: 'canary', scopes: allScopes, expiresAt: null }
  token = (await createToken(orm, { ...made, actor: 'test' })).token
})
afterAll(async () => {
  await it.close()
  await wire.close()
})

async function webhook(body: string, secret: string = canaries.webhookSecret): Promise<number> {
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  const answer = await fetch(`${it.url}/in/${canaries.ingestKey}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${mac}` },
    body,
  })
  hear('webhook', (await answer.text()) + JSON.stringify([...answer.headers]))
  return answer.status
}

let n = 0
const paid = (address: string) =>
  JSON.stringify({
    id: `evt_${n++}`,
    type: 'invoice.paid',
    livemode: true,
    data: { object: { customer_email: address } },
  })

async function api(method: string, path: string, body?: unknown): Promise<number> {
  const answer = await fetch(`${it.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  hear(`${method} ${path.split('?')[0]}`, await answer.text())
  return answer.status
}

/** As the command line would say it; what a person typed there is theirs. */
async function command(name: string, ...positionals: string[]): Promise<void> {
  const said: string[] = []
  const io: Io = {
    out: (text) => void said.push(text),
    write: async (text) => void said.push(text),
    closed: () => false,
    note: (text) => void said.push(text),
    colour: false,
    terminal: false,
  }
  const config = () =>
    readConfig({
      DATABASE_URL: `postgres://u:${canaries.databasePassword}@127.0.0.1:1/x`,
    })
  const command = await commands[name]?.load()
  await command
    ?.run({
      positionals,
      flag: () => false,
      value: () => undefined,
      config,
      env: {},
      language: 'en',
      io,
    })
    .catch((error: unknown) => said.push(error instanceof Error ? error.message : ''))
  hear(`command ${name}`, said.join('\n'))
}

test('senders who are wrong, and bodies that are', async () => {
  expect(await webhook(paid(email('wrong')), 'whsec_another')).toBe(401)
  for (const body of [
    `{"email":"${email('half')}`,
    `"${email('text')}"`,
    `[${'['.repeat(80)}"${email('deep')}"`,
  ])
    await webhook(body)
  await webhook(paid(`two ${email('a')}, ${email('b')}`))
  await webhook('x'.repeat(1_100_000) + email('large'))
  const unknown = await fetch(`${it.url}/in/${canaries.ingestKey}x`, {
    method: 'POST',
    body: email('lost'),
  })
  hear('unknown key', await unknown.text())
})

test('a MOAB that fails in every way', async () => {
  const words = ['5', '7', '11', 'html', 'reset', 'truncated', 'unknown']
  for (const word of words) expect(await webhook(paid(email(`moab+${word}`)))).toBe(200)
  await until(async () => {
    const [row] = await it.installation.db.work`select count(*)::int as n from attempts`
    return row?.['n'] >= 2
  })
})

test('an API that is asked badly', async () => {
  const bad = canaries.mailbox + '@@'
  await api('POST', '/api/v1/erasures', { email: bad })
  await api('POST', '/api/v1/people/export', { email: bad })
  await api('POST', '/api/v1/people/export', `{"email": "${email('broken')}"`)
  await api('POST', '/api/v1/people/affected', { source: 'nonsense' })
  await api('POST', '/api/v1/invitations', { email: bad, role: 'viewer' })
  await api('POST', '/api/v1/links', { source: 'shop', emails: [bad] })
  await api('GET', `/api/v1/people/${encodeURIComponent(email('unknown'))}`)
  await api('GET', `/api/v1/grants?email=${encodeURIComponent(bad)}`)
  const answer = await fetch(`${it.url}/signin`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email: email('person'), password: canaries.password }),
  })
  hear('signin', `${[...answer.headers].join()} ${answer.url}`)
})

test('a configuration that is hostile', async () => {
  const { db, vault } = it.installation
  const hostile = [
    `partner: acme\ncampaigns: [{ name: c, mode: nonsense, api_key: ${canaries.apiKey} }]`,
    `partner: acme\ncampaigns: [{ name: c, mode: live, api_key: [${canaries.apiKey}] }]`,
    `partner: acme\nsources: [{ name: s, provider: stripe, key: x, credentials: [{ secret: ${canaries.webhookSecret}, token: [] }] }]`,
    `partner: acme\nsources: [{ name: s, provider: stripe, credentials: [{ secret: "${canaries.webhookSecret}\n`,
    `partner: acme\nsources: [{ name: s, provider: stripe, credentials: [${canaries.webhookSecret}] }]`,
  ]
  for (const text of hostile) {
    const deps = { orm: db.orm, vault, outgoing: toPublic, now: Date.now }
    const result = await applyConfig(deps, text, { file: 'hostile.yaml', env: {}, actor: 'test' })
    expect(result.ok).toBe(false)
    if (!result.ok) hear('config', describeProblems(result.problems))
  }
  const [partner] = await db.work`select id from partners`
  const body = { campaigns: [{ name: 'c', mode: 'live', api_key: { nonsense: canaries.apiKey } }] }
  expect(
    await api('PUT', `/api/v1/partners/${partner?.['id']}/config`, body),
  ).toBeGreaterThanOrEqual(400)
  const environment = {
    RELAY_KEY: canaries.relayKey,
    RELAY_KEY_PREVIOUS: canaries.relayKey,
    DATABASE_URL: `postgres://u:${canaries.databasePassword}@[bad`,
    ADMIN_PASSWORD: canaries.password,
  }
  expect(() => readConfig(environment)).toThrow()
  try {
    readConfig(environment)
  } catch (error) {
    hear('environment', error instanceof Error ? error.message : '')
  }
})

test(
  'a database that is cut off, for webhooks, the API and commands',
  { timeout: 60_000 },
  async () => {
    wire.cut()
    expect(await webhook(paid(email('cut')))).toBe(503)
    expect(await api('POST', '/api/v1/erasures', { email: email('cut') })).toBe(500)
    expect(await api('POST', '/api/v1/people/export', { email: email('cut') })).toBe(500)
    for (const name of ['story', 'erase', 'link']) await command(name, email('cut'))
    await command('keys', 'status')
    await openInstallation(
      readConfig({ DATABASE_URL: `postgres://u:${canaries.databasePassword}@127.0.0.1:1/x` }),
      { owner: false, migrate: false, log: (line) => hear('open', line) },
    ).catch((error: unknown) => hear('open', error instanceof Error ? error.message : ''))
    wire.mend()
    // Each connection of each pool notices by itself.
    let inRow = 0
    await until(async () => {
      inRow = await api('GET', '/api/v1/erasures').then((status) =>
        status === 200 ? inRow + 1 : 0,
      )
      await it.installation.db.work`select 1`.catch(() => (inRow = 0))
      return inRow > 8
    }, 30_000)
  },
)

test('a person who is erased in the middle of it', { timeout: 70_000 }, async () => {
  await api('POST', '/api/v1/erasures', { email: email('moab+7') })
  await until(async () => {
    const [row] = await it.installation.db.work`select phase from erasures`
    return row?.['phase'] === 'done'
  }, 60_000)
  await api('GET', '/api/v1/erasures')
  await api('GET', '/api/v1/audit-entries')
})

test('then nothing of it was heard', async () => {
  hear('metrics', await (await fetch(`${it.url}/metrics`)).text())
  const audited = await it.installation.db
    .work`select actor, action, subject, detail::text from audit_entries`
  hear('audit', JSON.stringify(audited))
  const masked = /\b\w\*\*\*@\S+/g
  // Where the address itself was asked for, the answer may repeat it to whoever asked.
  const hits = heard.flatMap(({ where, text }) =>
    Object.entries({ ...canaries, token })
      .filter(([, canary]) =>
        text.replaceAll(masked, '').toLowerCase().includes(canary.toLowerCase()),
      )
      .map(([name]) => `${name} in ${where}`),
  )
  expect([...new Set(hits)]).toEqual([])
  expect(heard.filter(({ where }) => where === 'log').length).toBeGreaterThan(20)
})
