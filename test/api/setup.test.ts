// What is set up through the API: the same grammar, checks and audit as a config file, without a way to
// this machine's files and environment.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { auditEntries, campaigns, credentials } from '../../src/db/schema.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { openApiScene, type ApiScene } from './scene.ts'

let it: ApiScene
let own: ScenePartner
let token: string

beforeAll(async () => {
  it = await openApiScene()
})
afterAll(() => it.close())
beforeEach(async () => {
  own = await it.makePartner()
  token = await it.token(own.partnerId)
})

const Any = z.record(z.string(), z.unknown())
const told = async (answer: Response) => Any.parse(await answer.json())
const Told = z.object({
  dry_run: z.boolean(),
  changes: z.array(
    z.object({
      action: z.string(),
      kind: z.string(),
      name: z.string(),
      changed: z.string().nullable(),
      url: z.string().nullable(),
    }),
  ),
  warnings: z.array(z.string()),
})
const changes = async (answer: Response) => {
  expect(answer.status).toBe(200)
  return Told.parse(await answer.json())
}
const Problem = z.object({ errors: z.array(z.object({ pointer: z.string(), detail: z.string() })) })
const pointers = async (answer: Response) => {
  expect(answer.status).toBe(422)
  return Problem.parse(await answer.json()).errors.map(({ pointer }) => pointer)
}
const items = async (path: string, by = token) =>
  z.object({ items: z.array(Any) }).parse(await (await it.get(path, by)).json()).items
const apiKey = '11111111-2222-4333-8444-555555555555'

/** Where no partner may send the relay. */
const inside = [
  'https://127.0.0.1/',
  'http://127.0.0.1:8080/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://2130706433/',
  'http://example.com/',
  'https://example.com:22/',
]

describe('campaigns', () => {
  const make = (body: object, query = '') =>
    it.change(`/api/v1/campaigns${query}`, token, 'POST', body)

  test('are made, listed with their health, changed, and values taken away', async () => {
    const wanted = { name: 'spring', mode: 'live', api_key: apiKey, per_second: 20 }
    expect(await changes(await make(wanted))).toMatchObject({
      changes: [{ action: 'created', kind: 'campaign', name: 'spring' }],
    })
    const [made] = await items('/api/v1/campaigns')
    expect(made).toMatchObject({ name: 'spring', per_second: 20, health: { state: 'healthy' } })
    expect(JSON.stringify(made)).not.toContain(apiKey)
    const path = `/api/v1/campaigns/${String(made?.['id'])}`
    const patch = (body: object) => it.change(path, token, 'PATCH', body)
    expect(await changes(await patch({ per_second: null, enabled: false }))).toMatchObject({
      changes: [{ action: 'updated', changed: 'per_second, enabled' }],
    })
    expect((await items('/api/v1/campaigns'))[0]).toMatchObject({
      per_second: null,
      health: { state: 'stopped' },
    })
    expect((await changes(await patch({ enabled: false }))).changes).toEqual([])
    const [row] = await it.db.orm.select().from(campaigns).where(eq(campaigns.name, 'spring'))
    expect(row?.apiKeySealed).not.toBeNull()
  })

  test('a dry run says what would change, and changes nothing', async () => {
    const wanted = { name: 'never', mode: 'sandbox' }
    expect(await changes(await make(wanted, '?dry_run=true'))).toMatchObject({
      dry_run: true,
      changes: [{ action: 'created', name: 'never' }],
    })
    expect((await items('/api/v1/campaigns')).map(({ name }) => name)).not.toContain('never')
  })

  test.each([
    [{ mode: 'live' }, '/name'],
    [{ name: 'x', mode: 'sideways' }, '/mode'],
    [{ name: 'x', mode: 'live' }, '/api_key'],
    [{ name: 'x', mode: 'live', api_key: '${HOME}' }, '/api_key'],
    [{ name: 'x', mode: 'live', api_key: { file: '/etc/passwd' } }, '/api_key'],
    [{ name: 'x', mode: 'sandbox', nonsense: 1 }, '/nonsense'],
    ...inside.map((url): [object, string] => [{ name: 'x', mode: 'sandbox', url }, '/url']),
  ])('%j is refused at %s', async (body, pointer) => {
    const answer = await make(body)
    const text = await answer.clone().text()
    expect(text).not.toContain('root:')
    expect(await pointers(answer)).toContain(pointer)
  })

  test('keep their names, and are another partner’s not to change', async () => {
    const path = `/api/v1/campaigns/${own.campaignId}`
    await changes(await it.change(path, token, 'PATCH', { name: 'renamed', per_second: 3 }))
    expect((await items('/api/v1/campaigns'))[0]?.['name']).toMatch(/^campaign /)
    const other = await it.makePartner()
    const stranger = await it.token(other.partnerId)
    expect((await it.change(path, stranger, 'PATCH', { per_second: 4 })).status).toBe(404)
    const operator = await it.token(null)
    await changes(await it.change(path, operator, 'PATCH', { per_second: 5 }))
    const unnamed = await it.change('/api/v1/campaigns', operator, 'POST', {
      name: 'x',
      mode: 'sandbox',
    })
    expect(await pointers(unnamed)).toEqual(['/partner'])
  })
})

describe('sources', () => {
  const wanted = {
    name: 'clerk',
    provider: 'stripe',
    credentials: [{ name: 'first', secret: 'whsec_first' }],
    rules: [],
  }
  const make = (body: object) => it.change('/api/v1/sources', token, 'POST', body)

  test('are made with a URL, which those who may change things can ask for again', async () => {
    const made = await changes(await make(wanted))
    const url = made.changes.find(({ kind }) => kind === 'source')?.url ?? ''
    expect(url).toMatch(/^https:\/\/relay\.example\.com\/in\/[\w-]{22,}$/)
    const [source] = await items('/api/v1/sources')
    expect(source).toMatchObject({
      name: 'clerk',
      credentials: [{ name: 'first', valid_until: null, last_used_at: null }],
    })
    expect(JSON.stringify(source)).not.toContain('whsec')
    const again = await it.get(`/api/v1/sources/${String(source?.['id'])}/url`, token)
    expect(await told(again)).toEqual({ url })
  })

  test('a credential is rotated with an overlap: the old one stays for a while', async () => {
    await make(wanted)
    const [source] = await items('/api/v1/sources')
    const until = '2027-01-01T00:00:00Z'
    const both = [
      { name: 'first', secret: { stored: true }, valid_until: until },
      { name: 'second', secret: 'whsec_second' },
    ]
    const path = `/api/v1/sources/${String(source?.['id'])}`
    await changes(await it.change(path, token, 'PATCH', { credentials: both }))
    expect((await items('/api/v1/sources'))[0]).toMatchObject({
      credentials: [{ name: 'first', valid_until: '2027-01-01T00:00:00.000Z' }, { name: 'second' }],
    })
    await changes(await it.change(path, token, 'PATCH', { enabled: false }))
    const kept = await it.db.orm
      .select()
      .from(credentials)
      .where(eq(credentials.sourceId, String(source?.['id'])))
    expect(kept).toHaveLength(2)
  })

  test('keys are fetched from nowhere inside', async () => {
    const source = (url: string) => ({
      name: 'login',
      provider: 'kinde',
      credentials: [{ jwksUrl: url }],
    })
    for (const url of inside)
      expect(await pointers(await make(source(url)))).toEqual(['/credentials/0/jwksUrl'])
    await changes(await make(source('https://login.example.com/.well-known/jwks')))
  })

  test('rules are checked where they stand', async () => {
    const path = `/api/v1/sources/${own.sourceId}`
    const rule = { events: ['invoice.paid'], email: ['$.email'], campaign: 'nobody’s' }
    const broken = { ...rule, email: ['$.['] }
    expect(
      await pointers(await it.change(path, token, 'PATCH', { rules: [rule, broken] })),
    ).toEqual(expect.arrayContaining(['/rules/0/campaign', '/rules/1/email/0']))
  })
})

describe('the whole configuration', () => {
  const path = () => `/api/v1/partners/${own.partnerId}/config`

  test('read and written back changes nothing; secrets are not in it', async () => {
    const made = { name: 'x', mode: 'live', api_key: apiKey }
    await it.change('/api/v1/campaigns', token, 'POST', made)
    const config = await told(await it.get(path(), token))
    expect(JSON.stringify(config)).not.toContain(apiKey)
    const { sources: _sources, ...rest } = config
    const again = await it.change(path(), token, 'PUT', rest)
    expect((await changes(again)).changes).toEqual([])
  })

  test('is written whole or not at all', async () => {
    const two = {
      campaigns: [
        { name: 'good', mode: 'sandbox' },
        { name: 'bad', mode: 'sideways' },
      ],
    }
    expect(await pointers(await it.change(path(), token, 'PUT', two))).toEqual([
      '/campaigns/1/mode',
    ])
    expect((await items('/api/v1/campaigns')).map(({ name }) => name)).not.toContain('good')
  })

  test('cannot be written for another partner, whatever the document says', async () => {
    const other = await it.makePartner()
    const document = {
      partner: `partner ${other.partnerId}`,
      campaigns: [{ name: 'mine', mode: 'sandbox' }],
    }
    await changes(await it.change(path(), token, 'PUT', document))
    const [made] = await it.db.orm.select().from(campaigns).where(eq(campaigns.name, 'mine'))
    expect(made?.partnerId).toBe(own.partnerId)
  })

  test('leaves an entry for each thing that changed, with who did it', async () => {
    await it.change('/api/v1/campaigns', token, 'POST', { name: 'noted', mode: 'sandbox' })
    const [entry] = await it.db.orm
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subject, 'campaign noted'))
    expect(entry).toMatchObject({
      partnerId: own.partnerId,
      actor: expect.stringMatching(/^token:/),
      action: 'config.applied',
      detail: { did: 'created' },
    })
  })
})

test('rules are listed by source, with what they say', async () => {
  const rules = await items('/api/v1/rules?source=shop')
  expect(rules).toMatchObject([{ name: 'paid', source: { name: 'shop' }, definition: {} }])
  expect((await it.get('/api/v1/rules?source=nowhere', token)).status).toBe(422)
})
