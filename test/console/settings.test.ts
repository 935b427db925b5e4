// Settings as a browser sees them: each form does what it says, in the database, for whoever may.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyToken } from '../../src/access/tokens.ts'
import { invitations, roleNames } from '../../src/db/access/schema.ts'
import { apiTokens } from '../../src/db/schema.ts'
import { applyConfig } from '../../src/partners/apply.ts'
import { readPeriods } from '../../src/privacy/periods.ts'
import {
  copied,
  hostile,
  isEscaped,
  lastAudit,
  openSettings,
  type House,
  type Member,
} from './company.ts'
import { toPublic } from '../support/outgoing.ts'

let it: House
let company: Awaited<ReturnType<House['company']>>
let owner: Member
let here: string

beforeAll(async () => {
  ;({ it, company, owner, here } = await openSettings())
})
afterAll(() => it.close())

/** Every page and form of the settings, and the roles that may have it. */
const everybody = ['owner', 'editor', 'viewer', 'auditor']
const doors: [method: 'get' | 'post', path: string, roles: string[]][] = [
  ['get', '', everybody],
  ['get', '/people', ['owner', 'auditor']],
  ['get', '/tokens', ['owner', 'auditor']],
  ['get', '/notices', everybody],
  ['get', '/notices/new?kind=slack', ['owner', 'editor']],
  ['get', '/retention', everybody],
  ['post', '/retention', ['owner', 'editor']],
  ['get', '/config', everybody],
  ['get', '/config/relay.yaml', everybody],
  ['post', '/people/invite', ['owner']],
  ['post', '/people/x/role', ['owner']],
  ['post', '/people/x/remove', ['owner']],
  ['post', '/people/x/reset', ['owner']],
  ['post', '/people/invitations/x/end', ['owner']],
  ['post', '/tokens', ['owner']],
  ['post', '/tokens/x/revoke', ['owner']],
  ['post', '/notices', ['owner', 'editor']],
  ['post', '/notices/x', ['owner', 'editor']],
  ['post', '/notices/x/test', ['owner', 'editor']],
  ['post', '/notices/x/switch', ['owner', 'editor']],
  ['post', '/notices/x/remove', ['owner', 'editor']],
]

describe('who gets in', () => {
  test.each(roleNames)('%s: pages and forms of the role, and no other', async (role) => {
    const { surfer } = await it.member(company.id, role)
    for (const [method, path, may] of doors) {
      const { status } = await surfer[method](here + path)
      expect([method, path, status === 403]).toEqual([method, path, !may.includes(role)])
    }
  })

  test('another partner’s are not there, and a stranger is asked to sign in', async () => {
    const elsewhere = await it.company()
    const stranger = await it.member(elsewhere.id, 'owner')
    for (const [method, path] of doors) {
      expect([path, (await stranger.surfer[method](here + path)).status]).toEqual([path, 404])
      const init = method === 'post' ? { method, body: new URLSearchParams() } : {}
      const answer = await it.app.request(here + path, init)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/signin'])
    }
  })

  test('a form of another site is refused, whatever it asks for', async () => {
    const cookie = [...owner.surfer.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    for (const [method, path] of doors) {
      if (method === 'get') continue
      const headers = { cookie, origin: 'https://evil.example' }
      const init = { method, headers, body: new URLSearchParams({ email: 'a@example.com' }) }
      expect([path, (await it.app.request(here + path, init)).status]).toEqual([path, 403])
    }
    expect(
      await it.db.orm.select().from(invitations).where(eq(invitations.email, 'a@example.com')),
    ).toEqual([])
  })

  test('the overview shows doors that open, and no others', async () => {
    const editor = await it.member(company.id, 'editor')
    const { html } = await editor.surfer.get(here)
    expect(html).toContain(`href="${here}/notices"`)
    expect(html).not.toContain(`href="${here}/people"`)
    expect((await owner.surfer.get(here)).html).toContain(`href="${here}/people"`)
  })
})

describe('tokens', () => {
  const make = (fields: [string, string][]) => owner.surfer.post(`${here}/tokens`, fields)

  test('one is shown once, works for what was ticked, and no longer after it is revoked', async () => {
    const seen = await make([
      ['name', 'reports'],
      ['scope', 'events:read'],
      ['scope', 'grants:read'],
      ['days', '30'],
    ])
    const token = copied(seen.html)
    expect(token).toMatch(/^mrl_[\w-]{43}$/)
    const holder = await verifyToken(it.relayDb.orm, token, Date.now())
    expect(holder?.partnerId).toBe(company.id)
    expect([...(holder?.scopes ?? [])]).toEqual(['events:read', 'grants:read'])
    const over = Date.now() + 31 * 86_400_000
    expect(await verifyToken(it.relayDb.orm, token, over)).toBeUndefined()
    expect((await owner.surfer.get(seen.url)).html).not.toContain(token)

    const id = holder?.id ?? ''
    expect((await owner.surfer.get(`${here}/tokens`)).html).toContain(`tokens/${id}/revoke`)
    expect((await owner.surfer.post(`${here}/tokens/${id}/revoke`)).url).toContain('done=revoked')
    expect(await verifyToken(it.relayDb.orm, token, Date.now())).toBeUndefined()
    expect((await owner.surfer.post(`${here}/tokens/${id}/revoke`)).status).toBe(422)
    expect(await lastAudit(it, company.id)).toMatchObject({ action: 'token.revoked' })
  })

  test('one without end works until it is revoked', async () => {
    const name = 'for good'
    await make([
      ['name', name],
      ['scope', 'links'],
      ['days', 'never'],
    ])
    const [row] = await it.db.orm.select().from(apiTokens).where(eq(apiTokens.name, name))
    expect([row?.expiresAt, row?.scopes]).toEqual([null, ['links']])
  })

  test.each([
    [[['scope', 'links']], 'A name is needed'],
    [[['name', 'nothing']], 'Tick at least one thing'],
    [
      [
        ['name', 'nothing'],
        ['scope', 'everything'],
      ],
      'Tick at least one thing',
    ],
    [
      [
        ['name', 'x'.repeat(101)],
        ['scope', 'links'],
      ],
      'A name is needed',
    ],
  ] as [[string, string][], string][])(
    'one with a mistake is not made: %j',
    async (fields, says) => {
      const before = await it.db.orm.select().from(apiTokens)
      const seen = await make(fields)
      expect([seen.status, seen.html.includes(says)]).toEqual([422, true])
      expect(await it.db.orm.select().from(apiTokens)).toHaveLength(before.length)
    },
  )

  test('of another partner is not revoked', async () => {
    const elsewhere = await it.company()
    const stranger = await it.member(elsewhere.id, 'owner')
    const seen = await stranger.surfer.post(`${elsewhere.base}/settings/tokens`, [
      ['name', 'theirs'],
      ['scope', 'links'],
    ])
    const holder = await verifyToken(it.relayDb.orm, copied(seen.html), Date.now())
    await owner.surfer.post(`${here}/tokens/${holder?.id ?? ''}/revoke`)
    expect(await verifyToken(it.relayDb.orm, copied(seen.html), Date.now())).toBeDefined()
  })
})

describe('how long data is kept', () => {
  const change = (fields: Record<string, string>) =>
    owner.surfer.post(`${here}/retention`, { bodies: '', ledger: '', audit: '', ...fields })
  const periods = () => readPeriods(it.relayDb.orm, company.id, company.id)

  test('is made longer at once, and shorter only when that is said to be wanted', async () => {
    await change({})
    const endless = { bodies: null, ledger: null, audit: null }
    expect(await periods()).toEqual(endless)
    const asked = await change({ bodies: '30' })
    expect([asked.status, asked.html.includes('for good')]).toEqual([422, true])
    expect(await periods()).toEqual(endless)
    const done = await change({ bodies: '30', sure: 'true' })
    expect(done.url).toContain('done=saved')
    expect(await periods()).toEqual({ ...endless, bodies: 30 })
    expect(await lastAudit(it, company.id)).toMatchObject({ action: 'retention.changed' })
    expect((await change({ bodies: '31' })).url).toContain('done=saved')
    expect(await periods()).toEqual({ ...endless, bodies: 31 })
  })

  test('is made shorter by owners alone: editors erase nobody', async () => {
    await change({})
    await change({ bodies: '30', sure: 'true' })
    const { surfer } = await it.member(company.id, 'editor')
    const edit = (bodies: string) =>
      surfer.post(`${here}/retention`, { bodies, ledger: '', audit: '', sure: 'true' })
    const before = await periods()
    expect((await edit('10')).status).toBe(403)
    expect(await periods()).toEqual(before)
    expect((await edit('40')).url).toContain('done=saved')
    expect(await periods()).toMatchObject({ bodies: 40 })
  })

  test.each([
    ['bodies', '0'],
    ['bodies', '401'],
    ['bodies', '-5'],
    ['ledger', '29'],
    ['audit', '1.5'],
    ['audit', '1e3'],
  ])('%s of %s days is refused at its field', async (kept, days) => {
    const before = await periods()
    const { status, html } = await change({ [kept]: days, sure: 'true' })
    expect(status).toBe(422)
    expect(html).toMatch(new RegExp(`id="${kept}"[^>]*aria-invalid`))
    expect(await periods()).toEqual(before)
  })
})

test('the configuration is a file without secrets, which changes nothing when it is applied', async () => {
  const text = `
partner: ${company.name}
campaigns: [{ name: spring, mode: live, api_key: 5f0c1e }]
sources:
  - name: shop
    provider: stripe
    key: shop-key-0123456789abcdef0123
    credentials: [{ name: main, secret: whsec_shop_secret_0123456789 }]
`
  const { orm } = it.db
  const deps = { orm, vault: it.parts.vault, outgoing: toPublic, now: Date.now }
  const around = { file: 'relay.yaml', env: {}, actor: 'test' }
  expect(await applyConfig(deps, text, around)).toMatchObject({ ok: true })
  const file = await owner.surfer.get(`${here}/config/relay.yaml`)
  expect(file.html).toContain('name: shop')
  expect(file.html).not.toMatch(/whsec_|5f0c1e|shop-key/)
  const applied = await applyConfig(deps, file.html, around)
  expect(applied.ok && applied.changes.map(({ action }) => action)).toEqual(
    Array.from({ length: 4 }, () => 'unchanged'),
  )
  const page = await owner.surfer.get(`${here}/config`)
  expect(page.html).toContain('name: shop')
  expect(page.html).not.toMatch(/whsec_|5f0c1e|shop-key/)
})

test('names are text, whatever stands in them', async () => {
  const odd = await it.company(hostile)
  const [me] = [await it.member(odd.id, 'owner')]
  const settings = `${odd.base}/settings`
  await me.surfer.post(`${settings}/tokens`, [
    ['name', hostile],
    ['scope', 'links'],
  ])
  await me.surfer.post(`${settings}/notices`, [
    ['kind', 'slack'],
    ['name', hostile],
    ['alarm', 'source_silent'],
    ['url', 'https://hooks.example.com/services/x'],
  ])
  const [row] = await it.db.orm.select().from(apiTokens).where(eq(apiTokens.partnerId, odd.id))
  expect(row?.name).toBe(hostile)
  for (const path of ['', '/people', '/tokens', '/notices', '/config', '/../audit']) {
    for (const language of ['en', 'ru']) {
      me.surfer.language = language
      const { html, status } = await me.surfer.get(settings + path)
      expect([path, status, isEscaped(html)]).toEqual([path, 200, true])
    }
  }
})
