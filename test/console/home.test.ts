// Where whoever is signed in begins: the first minute of an installation, and the way to one's partners.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureOperator } from '../../src/access/operator.ts'
import { insertMember } from '../../src/db/access/people.ts'
import { auditEntries, partners } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { makeMember, makeUser, password } from '../access/people.ts'
import { hostile, isEscaped, openHouse, type House } from './company.ts'
import { Surfer } from './surfer.ts'

let it: House
beforeAll(async () => {
  it = await openHouse()
})
afterAll(() => it.close())

const named = async (name: string) =>
  (await it.db.orm.select().from(partners).where(eq(partners.name, name))).length

describe('the first minute', () => {
  test('the set-up link signs its operator in, and leads to the first partner', async () => {
    const token = await ensureOperator(it.relayDb.orm, undefined)
    const surfer = new Surfer(it.app)
    expect((await surfer.get('/signin')).html).toContain('no operator')
    const email = 'olga@example.com'
    const ready = await surfer.post(`/setup/${token ?? ''}`, { email, password })
    expect(ready.html).toMatch(/mrl_[\w-]{43}/)
    expect(ready.html).toContain('href="/console"')
    const start = await surfer.get('/console')
    expect(start.status).toBe(200)
    expect(start.html).toContain(email)
    expect(start.html).toContain('The first partner')
    expect(start.html).toContain('action="/console/partners"')
    expect(start.html).not.toContain('mrl_')
    const made = await surfer.post('/console/partners', { name: ' Vector & Co ' }, 'http')
    expect(made.url).toBe('http://localhost/console/p/Vector%20%26%20Co')
    expect(await named('Vector & Co')).toBe(1)
    const [entry] = await it.db.orm
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subject, 'partner Vector & Co'))
    expect(entry?.actor).toMatch(/^user:/)
    expect((await surfer.get('/console')).html).toContain('href="/console/p/Vector%20%26%20Co"')
  })
})

describe('a new partner', () => {
  test.each([
    ['', 'A name has'],
    ['   ', 'A name has'],
    ['a/b', 'A name has'],
    ['..', 'A name has'],
    ['a\u0000b', 'A name has'],
    ['x'.repeat(limits.nameCharsMax + 1), 'A name has'],
    ['there already', 'of this name already'],
  ])('named “%.20s” is not made', async (name, says) => {
    if (name === 'there already' && (await named(name)) === 0) await it.company(name)
    const { surfer } = await it.operator()
    const before = await it.db.orm.select().from(partners)
    const { status, html } = await surfer.post('/console/partners', { name })
    expect([status, html.includes(says)]).toEqual([422, true])
    expect(html).toMatch(/id="name"[^>]*aria-invalid="true"/)
    expect(await it.db.orm.select().from(partners)).toHaveLength(before.length)
  })

  test.each(['${HOME}', '{ file: passwd }', 'null', '- a', 'ООО «Ромашка»', '#1', hostile])(
    'may be called %s, and is called just that',
    async (name) => {
      const { surfer } = await it.operator()
      await surfer.post('/console/partners', { name }, 'http')
      expect(await named(name)).toBe(1)
    },
  )

  test('is made by operators alone, and by no form of another site', async () => {
    const company = await it.company()
    const { surfer } = await it.member(company.id, 'owner')
    expect((await surfer.post('/console/partners', { name: 'mine' })).status).toBe(404)
    expect((await surfer.get('/console?all')).html).not.toContain('/console/partners')
    const { surfer: operator } = await it.operator()
    const cookie = [...operator.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, 'sec-fetch-site': 'cross-site' }
    const init = { method: 'POST', headers, body: new URLSearchParams({ name: 'mine' }) }
    expect((await it.app.request('/console/partners', init)).status).toBe(403)
    const stranger = await it.app.request('/console/partners', { ...init, headers: {} })
    expect(stranger.headers.get('location')).toBe('/signin')
    expect(await named('mine')).toBe(0)
  })
})

describe('whoever has to sign in first', () => {
  test('comes to the page they wanted, once', async () => {
    const company = await it.company()
    const { email } = await it.member(company.id, 'viewer')
    const surfer = new Surfer(it.app)
    const wanted = `${company.base}/events?state=unmatched`
    expect((await surfer.get(wanted)).url).toBe('http://localhost/signin')
    expect((await surfer.post('/signin', { email, password })).url).toBe(
      `http://localhost${wanted}`,
    )
    expect((await surfer.get('/console')).url).toBe(`http://localhost${company.base}`)
  })

  test.each([
    'https://evil.example/console/p/x',
    '//evil.example/console/p/x',
    '/signout',
    '/console/p/../../signout',
  ])('is never led to %s', async (elsewhere) => {
    const company = await it.company()
    const { surfer } = await it.member(company.id, 'viewer')
    surfer.cookies.set('moab_relay_wish', encodeURIComponent(elsewhere))
    expect((await surfer.get('/console')).url).toBe(`http://localhost${company.base}`)
  })
})

describe('whoever belongs', () => {
  test('to one partner goes straight there, unless they want to see all', async () => {
    const company = await it.company()
    const { surfer } = await it.member(company.id, 'viewer')
    expect((await surfer.get('/console', 'http')).url).toBe(`http://localhost${company.base}`)
    const all = await surfer.get('/console?all')
    expect(all.html).toContain(`href="${company.base}"`)
    expect(all.html).toContain('Viewer')
  })

  test('to several chooses, and sees no others', async () => {
    const [one, two, third] = [await it.company(), await it.company(), await it.company()]
    const me = await it.member(one.id, 'owner')
    const { html: before } = await me.surfer.get('/console?all')
    expect(before).not.toContain(two.base)
    await insertMember(it.db.orm, {
      partnerId: two.id,
      id: uuidv7(),
      userId: me.userId,
      role: 'auditor',
    })
    const { html, status } = await me.surfer.get('/console')
    expect(status).toBe(200)
    for (const { base } of [one, two]) expect(html).toContain(`href="${base}"`)
    expect(html).not.toContain(third.base)
  })

  test('to none is told whom to ask', async () => {
    const email = `${uuidv7()}@example.com`
    await makeUser(it.db, email)
    const surfer = new Surfer(it.app)
    const seen = await surfer.post('/signin', { email, password })
    expect(seen.html).toContain('You belong to no partner yet.')
    expect(seen.html).not.toContain('/console/partners')
  })
})

describe('an operator', () => {
  test('finds a partner among many by a part of its name, and pages through all', async () => {
    const { surfer } = await it.operator()
    for (let n = 0; n < limits.consoleRowsShown; n++) await it.company(`many ${n}`)
    const odd = await it.company('ООО «Ромашка и 100%_»')
    const found = await surfer.get(`/console?find=${encodeURIComponent('ромашка и 100%_')}`)
    expect(found.html).toContain(odd.base)
    expect(found.html).not.toContain('many')
    expect((await surfer.get('/console?find=ma%25ny')).html).toContain('Nothing is like this.')

    const seen = new Set<string>()
    let page = '/console'
    for (let n = 0; n < 10 && page !== ''; n++) {
      const { html } = await surfer.get(page)
      for (const [, name = ''] of html.matchAll(/href="\/console\/p\/([^"]+)"/g)) {
        expect(seen).not.toContain(name)
        seen.add(name)
      }
      page = /<a href="([^"]+)">Older/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    }
    expect(seen.size).toBe((await it.db.orm.select().from(partners)).length)
  })

  test('sees names as text', async () => {
    if ((await named(hostile)) === 0) await it.company(hostile)
    const { surfer } = await it.operator()
    const { html } = await surfer.get(`/console?find=${encodeURIComponent(hostile)}`)
    expect(isEscaped(html)).toBe(true)
  })
})

test('language and time zone are the reader’s, in this browser; nonsense changes nothing', async () => {
  const company = await it.company()
  const member = await makeMember(it.db, company.id, 'owner')
  const surfer = new Surfer(it.app)
  await surfer.post('/signin', { email: member.email, password }, 'http')
  const chosen = { language: 'ru', time_zone: 'Asia/Yekaterinburg' }
  const { html } = await surfer.post('/console/account/reading', chosen)
  expect(html).toContain('<html lang="ru">')
  expect(html).toContain('Сохранено.')
  expect(html).toMatch(/value="Asia\/Yekaterinburg" selected/)
  expect(html).toContain('Asia/Yekaterinburg (UTC+5)')
  const settings = await surfer.get(`${company.base}/settings/people`)
  expect(settings.html).toContain('Люди и приглашения')
  await surfer.post('/console/account/reading', { language: 'xx', time_zone: 'Mars/Base' })
  const after = await surfer.get('/console/account')
  expect(after.html).toMatch(/value="Asia\/Yekaterinburg" selected/)
  expect(after.html).toContain('<html lang="ru">')
})
