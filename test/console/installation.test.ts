// What is no partner's, as operators see it; to everybody else it is not there.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { invitationOf } from '../../src/access/members.ts'
import { resetOf } from '../../src/access/resets.ts'
import { createToken, verifyToken } from '../../src/access/tokens.ts'
import { invitations, roleNames } from '../../src/db/access/schema.ts'
import { alarms, apiTokens, auditEntries, users } from '../../src/db/schema.ts'
import { nilUuid, uuidv7 } from '../../src/ids.ts'
import { makeChannel } from '../../src/notices/editing.ts'
import { copied, openHouse, type House } from './company.ts'
import { Surfer } from './surfer.ts'

const here = '/console/installation'
let it: House
let company: Awaited<ReturnType<House['company']>>
let boss: Awaited<ReturnType<House['operator']>>

beforeAll(async () => {
  it = await openHouse()
  company = await it.company('acme')
  boss = await it.operator()
})
afterAll(() => it.close())

const doors: [method: 'get' | 'post', path: string][] = [
  ['get', ''],
  ['get', '/operators'],
  ['get', '/settings/tokens'],
  ['get', '/settings/notices'],
  ['get', '/settings/notices/new?kind=slack'],
  ['get', '/audit'],
  ['post', '/operators/invite'],
  ['post', '/operators/reset'],
  ['post', '/operators/x/remove'],
  ['post', '/operators/invitations/x/end'],
  ['post', '/settings/tokens'],
  ['post', '/settings/tokens/x/revoke'],
  ['post', '/settings/notices'],
]

describe('who gets in', () => {
  test.each(roleNames)('a partner’s %s finds nothing here', async (role) => {
    const { surfer } = await it.member(company.id, role)
    for (const [method, path] of doors)
      expect([path, (await surfer[method](here + path)).status]).toEqual([path, 404])
    expect((await surfer.get(company.base)).html).not.toContain(`href="${here}"`)
  })

  test('whoever is not signed in is asked to, and led back', async () => {
    const stranger = new Surfer(it.app)
    const seen = await stranger.get(`${here}/audit`)
    expect(seen.url).toBe('http://localhost/signin')
    const { email } = await it.operator()
    const fields = { email, password: 'correct horse battery' }
    expect((await stranger.post('/signin', fields)).url).toBe(`http://localhost${here}/audit`)
  })

  test('an operator finds the way from a partner’s pages, and from the list of partners', async () => {
    for (const path of [company.base, '/console?all'])
      expect((await boss.surfer.get(path)).html).toContain(`href="${here}"`)
    for (const [method, path] of doors)
      if (method === 'get') expect((await boss.surfer.get(here + path)).status).toBe(200)
  })
})

describe('the overview', () => {
  test('tells what needs somebody, wherever it is', async () => {
    expect((await boss.surfer.get(here)).html).toContain('Nothing needs you')
    const alarm = { cause: 'x', detail: {}, openedAt: new Date(), seenAt: new Date() }
    await it.db.orm.insert(alarms).values([
      { ...alarm, id: uuidv7(), partnerId: null, kind: 'disk', subject: 'disk' },
      { ...alarm, id: uuidv7(), partnerId: company.id, kind: 'source_silent', subject: 'shop' },
    ])
    const { html } = await boss.surfer.get(here)
    expect(html).toContain('The relay: ')
    expect(html).toContain('The volume of the database is nearly full')
    expect(html).toContain('acme · shop: ')
    expect(html).toContain(`href="${company.base}"`)
    // The figures of all lead nowhere: of all partners there is no list.
    expect(html).toContain('<h2>Today</h2>')
    expect(html).not.toContain(`href="${here}/events`)
    await it.db.orm.delete(alarms)
  })
})

describe('operators', () => {
  test('are invited by a link that is shown once, which can be taken back', async () => {
    const email = 'second@example.com'
    const seen = await boss.surfer.post(`${here}/operators/invite`, { email })
    expect(seen.url).toContain('done=invited')
    const token = copied(seen.html).split('/').at(-1) ?? ''
    expect(await invitationOf(it.relayDb.orm, token)).toMatchObject({ email, partnerId: null })
    const ofPartner = await it.member(company.id, 'owner')
    await ofPartner.surfer.post(`${company.base}/settings/people/invite`, {
      email: 'elsewhere@example.com',
      role: 'viewer',
    })
    const page = await boss.surfer.get(`${here}/operators`)
    expect(page.html).toContain(email)
    expect(page.html).not.toContain(token)
    expect(page.html).not.toContain('elsewhere@example.com')
    const [row] = await it.db.orm.select().from(invitations).where(eq(invitations.email, email))
    const end = `${here}/operators/invitations/${row?.id ?? ''}/end`
    expect((await boss.surfer.post(end)).url).toContain('done=taken_back')
    expect((await boss.surfer.post(end)).status).toBe(422)
  })

  test.each([
    [{ email: 'no address' }, 'This is not an email address.'],
    [{ email: '' }, 'This is not an email address.'],
  ])('are not invited by mistake: %j', async (fields, says) => {
    const seen = await boss.surfer.post(`${here}/operators/invite`, fields)
    expect([seen.status, seen.html.includes(says)]).toEqual([422, true])
  })

  test('are removed, from the next click on; whoever removes themselves is led away', async () => {
    const [one, two] = [await it.operator(), await it.operator()]
    const seen = await boss.surfer.post(`${here}/operators/${one.userId}/remove`)
    expect(seen.html).toContain('This person no longer runs the relay.')
    expect((await one.surfer.get(here)).status).toBe(404)
    expect((await boss.surfer.post(`${here}/operators/${one.userId}/remove`)).status).toBe(422)
    const gone = await two.surfer.post(`${here}/operators/${two.userId}/remove`, {}, 'http')
    expect(gone.url).toBe('http://localhost/console')
  })

  test('one is always there, and the page says so instead of offering it', async () => {
    const others = await it.db.orm.select().from(users).where(eq(users.operator, true))
    for (const { id } of others)
      if (id !== boss.userId) await boss.surfer.post(`${here}/operators/${id}/remove`)
    const { html } = await boss.surfer.get(`${here}/operators`)
    expect(html).toContain('This is the only operator')
    expect(html).not.toContain(`${boss.userId}/remove`)
    const seen = await boss.surfer.post(`${here}/operators/${boss.userId}/remove`)
    expect([seen.status, seen.html.includes('without an operator')]).toEqual([422, true])
  })

  test('make a link for a new password, for anybody with an account', async () => {
    const { email } = await it.member(company.id, 'viewer')
    const fields = { forgetful: ` ${email.toUpperCase()} `, codes: 'true' }
    const seen = await boss.surfer.post(`${here}/operators/reset`, fields)
    const token = copied(seen.html).split('/').at(-1) ?? ''
    expect(seen.html).toContain('The link for a new password')
    expect(await resetOf(it.relayDb.orm, token)).toMatchObject({ email, codes: true })
    const unknown = { forgetful: 'nobody@example.com' }
    const refused = await boss.surfer.post(`${here}/operators/reset`, unknown)
    expect(refused.status).toBe(422)
    expect(refused.html).toContain('Nobody has an account with this email.')
    expect(refused.html).toContain('value="nobody@example.com"')
  })
})

describe('of tokens, notices and the audit', () => {
  test('tokens here are the installation’s, and only those are listed', async () => {
    const scopes = ['events:read'] as const
    const kept = { scopes, expiresAt: null, actor: 'test' }
    await createToken(it.db.orm, { ...kept, partnerId: company.id, name: 'of-the-partner' })
    const given: [string, string][] = [
      ['name', 'of-the-relay'],
      ['scope', 'events:read'],
      ['days', '30'],
    ]
    const seen = await boss.surfer.post(`${here}/settings/tokens`, given)
    expect(await verifyToken(it.db.orm, copied(seen.html), Date.now())).toMatchObject({
      partnerId: null,
    })
    const { html } = await boss.surfer.get(`${here}/settings/tokens`)
    expect(html).toContain('of-the-relay')
    expect(html).not.toContain('of-the-partner')
    const [row] = await it.db.orm.select().from(apiTokens).where(eq(apiTokens.name, 'of-the-relay'))
    await boss.surfer.post(`${here}/settings/tokens/${row?.id}/revoke`)
    expect((await boss.surfer.get(`${here}/settings/tokens`)).html).not.toContain('of-the-relay')
  })

  test('channels here are told of the relay itself', async () => {
    const values = { name: 'of-the-partner', language: 'en', alarms: null, enabled: true } as const
    const url = 'https://hooks.example.com/x'
    const by = { actor: 'test', partnerId: company.id }
    const other = await makeChannel({ ...it.parts, orm: it.db.orm }, by, 'slack', values, { url })
    const form = await boss.surfer.get(`${here}/settings/notices/new?kind=slack`)
    expect(form.html).toContain('value="disk"')
    expect(form.html).not.toContain('value="source_silent"')
    const given: [string, string][] = [
      ['kind', 'slack'],
      ['name', 'of-the-relay'],
      ['language', 'en'],
      ['url', url],
      ['alarm', 'disk'],
    ]
    const seen = await boss.surfer.post(`${here}/settings/notices`, given)
    expect([seen.status, seen.url.includes('done=made')]).toEqual([200, true])
    const list = await boss.surfer.get(`${here}/settings/notices`)
    expect(list.html).toContain('of-the-relay')
    expect(list.html).not.toContain('of-the-partner')
    const theirs = other.ok ? other.id : ''
    expect((await boss.surfer.get(`${here}/settings/notices/${theirs}`)).status).toBe(404)
    const at = new URL(seen.url).pathname
    expect((await boss.surfer.post(`${at}/remove`)).url).toContain('done=removed')
    const [made] = await it.db.orm
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, 'channel.removed'))
    expect([made?.partnerId ?? nilUuid, made?.actor]).toEqual([nilUuid, `user:${boss.userId}`])
  })

  test('the audit is the installation’s, with the names of whom it is about', async () => {
    await it.member(company.id, 'viewer', 'signs.in@example.com')
    const { html } = await boss.surfer.get(`${here}/audit?action=operator.removed`)
    expect(html).toContain('Removed an operator')
    expect(html).toMatch(/Removed an operator<\/strong>: [\w-]+@example\.com/)
    expect(html).toContain(boss.email)
    const all = await boss.surfer.get(`${here}/audit`)
    expect(all.html).toContain('Made a channel of notices')
    expect(all.html).not.toContain('acme')
    // Sign-ins are nobody’s but the relay’s; what happens at a partner stands there.
    expect(all.html).toContain('signs.in@example.com')
    expect(all.html).not.toContain('<strong>Accepted an invitation')
  })
})
