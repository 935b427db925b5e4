// Signing in, joining and one's own account as a browser does it: forms, redirects and one cookie.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { invite } from '../../src/access/members.ts'
import { totpCode } from '../../src/access/totp.ts'
import { consoleRoutes } from '../../src/console/index.ts'
import { throttles } from '../../src/db/access/schema.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { partners, users } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { makeUser, password } from '../access/people.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner } from '../support/partner.ts'
import { consoleParts } from './parts.ts'

let fresh: FreshDatabase
let db: Database
let relayDb: Database
let app: ReturnType<typeof consoleRoutes>
let now = Date.now()

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  relayDb = openDatabase(fresh.options, fresh.options, true)
  app = consoleRoutes(consoleParts(db, { now: () => now }))
})
afterAll(async () => {
  await relayDb.close()
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.orm.delete(throttles)
})

const someone = () => `${uuidv7()}@example.com`

/** Keeps its cookie as a browser does. */
class Browser {
  cookie = ''
  language = 'en'

  async get(path: string): Promise<Seen> {
    return this.#ask(path, {})
  }

  async post(path: string, fields: Record<string, string> = {}): Promise<Seen> {
    return this.#ask(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async #ask(path: string, init: RequestInit): Promise<Seen> {
    const headers = { 'accept-language': this.language, cookie: this.cookie, 'user-agent': 'Tests' }
    const answer = await app.request(path, { ...init, headers }, {})
    const set = answer.headers.get('set-cookie')
    if (set !== null) this.cookie = set.split(';')[0] ?? ''
    return {
      status: answer.status,
      to: answer.headers.get('location'),
      set,
      html: await answer.text(),
    }
  }
}

interface Seen {
  status: number
  to: string | null
  set: string | null
  html: string
}

async function signedIn(email: string): Promise<Browser> {
  const browser = new Browser()
  expect((await browser.post('/signin', { email, password })).to).toBe('/console')
  return browser
}

describe('signing in', () => {
  test('leads to the console, which shows who it is; signing out ends it', async () => {
    const email = someone()
    await makeUser(db, email)
    const browser = new Browser()
    expect(await browser.get('/console')).toMatchObject({ status: 303, to: '/signin' })
    const seen = await browser.post('/signin', { email, password })
    expect(seen).toMatchObject({ status: 303, to: '/console' })
    expect(seen.set).toMatch(/^moab_relay=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
    expect((await browser.get('/console')).html).toContain(email)
    expect(await browser.get('/signin')).toMatchObject({ status: 303, to: '/console' })
    const { cookie } = browser
    expect(await browser.post('/signout')).toMatchObject({ status: 303, to: '/signin' })
    browser.cookie = cookie
    expect(await browser.get('/console')).toMatchObject({ status: 303, to: '/signin' })
  })

  test('over https the cookie is for https alone', async () => {
    const secure = consoleRoutes(consoleParts(db, { publicUrl: 'https://relay.example.com' }))
    const email = someone()
    await makeUser(db, email)
    const answer = await secure.request(
      '/signin',
      {
        method: 'POST',
        body: new URLSearchParams({ email, password }),
      },
      {},
    )
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-moab_relay=.*; Secure/)
  })

  test('a wrong password says so in the reader’s language, and shows neither password nor cookie', async () => {
    const email = someone()
    await makeUser(db, email)
    const browser = new Browser()
    browser.language = 'ru'
    const seen = await browser.post('/signin', { email, password: 'wrong password' })
    expect(seen).toMatchObject({ status: 422, set: null })
    expect(seen.html).toContain('Неверный email или пароль')
    expect(seen.html).toContain(email)
    expect(seen.html).not.toContain('wrong password')
  })

  test('whoever guesses too often is told how long to wait', async () => {
    const email = someone()
    const browser = new Browser()
    await browser.post('/signin', { email, password: 'wrong' })
    await db.orm.update(throttles).set({ failures: 40 })
    await browser.post('/signin', { email, password: 'wrong' })
    browser.language = 'ru'
    const seen = await browser.post('/signin', { email, password: 'wrong' })
    expect(seen.status).toBe(429)
    expect(seen.html).toMatch(/Подождите \d+ секунд/)
  })

  test.each(['/signin', '/signin/code', '/signin/oidc', '/signout', '/console/account/password'])(
    '%s takes no form of another site',
    async (path) => {
      const answer = await app.request(path, {
        method: 'POST',
        headers: { origin: 'https://evil.example' },
        body: new URLSearchParams({}),
      })
      expect(answer.status).toBe(403)
    },
  )
})

describe('an invitation', () => {
  async function invitation(email: string) {
    const { partnerId } = await makePartner(db)
    await db.orm
      .update(partners)
      .set({ name: `Shop ${email}` })
      .where(eq(partners.id, partnerId))
    const made = await invite(relayDb.orm, { partnerId, email, role: 'editor', actor: 'test' })
    if (!made.ok) throw new Error(made.problem)
    return `/join/${made.token}`
  }

  test('of somebody new: a password, and they are in', async () => {
    const email = someone()
    const link = await invitation(email)
    const browser = new Browser()
    expect((await browser.get(link)).html).toContain(`Shop ${email}`)
    expect((await browser.post(link, { password: 'short' })).status).toBe(422)
    expect(await browser.post(link, { password })).toMatchObject({ status: 303, to: '/console' })
    expect((await browser.get('/console?all')).html).toContain('Editor')
    expect((await browser.get(link)).status).toBe(404)
    await signedIn(email)
  })

  test('of somebody with an account: they sign in first', async () => {
    const email = someone()
    await makeUser(db, email)
    const link = await invitation(email)
    const stranger = new Browser()
    expect((await stranger.get(link)).html).toContain('href="/signin"')
    expect((await stranger.post(link, { password })).status).toBe(422)
    const browser = await signedIn(email)
    expect(await browser.post(link)).toMatchObject({ status: 303, to: '/console' })
    expect((await browser.get('/console?all')).html).toContain(`Shop ${email}`)
  })
})

describe('one’s own account', () => {
  test('is for whoever is signed in', async () => {
    const paths = ['password', 'codes', 'codes/end', 'sessions/end']
    const browser = new Browser()
    expect((await browser.get('/console/account')).to).toBe('/signin')
    for (const path of paths)
      expect((await browser.post(`/console/account/${path}`)).to).toBe('/signin')
  })

  test('changes the password, and ends the other sessions', async () => {
    const email = someone()
    await makeUser(db, email)
    const [browser, other] = [await signedIn(email), await signedIn(email)]
    const change = (current: string, to: string) =>
      browser.post('/console/account/password', { current, password: to })
    expect((await change('wrong', 'another password')).html).toContain('not right')
    expect((await change(password, 'short')).status).toBe(422)
    expect((await change(password, 'another password')).to).toBe('/console/account?done=password')
    expect((await browser.get('/console/account?done=password')).html).toContain('role="status"')
    expect((await other.get('/console')).to).toBe('/signin')
  })

  test('asks for no present password where there is none, and takes a first one', async () => {
    const email = someone()
    const userId = await makeUser(db, email)
    const browser = await signedIn(email)
    expect((await browser.get('/console/account')).html).toContain('name="current"')
    await db.orm.update(users).set({ passwordHash: null }).where(eq(users.id, userId))
    expect((await browser.get('/console/account')).html).not.toContain('name="current"')
    const first = await browser.post('/console/account/password', { password })
    expect(first.to).toBe('/console/account?done=password')
    await signedIn(email)
  })

  test('asks for one-time codes from then on', async () => {
    const email = someone()
    await makeUser(db, email)
    const browser = await signedIn(email)
    const { html } = await browser.get('/console/account')
    const secret = /name="secret" value="([A-Z2-7]{32})"/.exec(html)?.[1] ?? ''
    const again = await browser.post('/console/account/codes', { secret, code: '000000' })
    expect([again.status, again.html.includes(secret)]).toEqual([422, true])
    const code = () => totpCode(secret, now)
    const on = await browser.post('/console/account/codes', { secret, code: code() })
    expect(on.to).toBe('/console/account?done=codes')

    const next = new Browser()
    const asked = await next.post('/signin', { email, password })
    expect(asked.status).toBe(200)
    expect(asked.html).not.toContain(password)
    const step = /name="step" value="([^"]+)"/.exec(asked.html)?.[1] ?? ''
    expect((await next.post('/signin/code', { step, code: '000000' })).status).toBe(422)
    now += 30_000
    expect((await next.post('/signin/code', { step, code: code() })).to).toBe('/console')
    const off = await next.post('/console/account/codes/end', { current: password })
    expect(off.to).toBe('/console/account?done=codes_off')
    await signedIn(email)
  })

  test('lists where one is signed in, and ends one or all others', async () => {
    const email = someone()
    await makeUser(db, email)
    const [browser, second, third] = [
      await signedIn(email),
      await signedIn(email),
      await signedIn(email),
    ]
    const { html } = await browser.get('/console/account')
    expect(html.match(/<strong>Tests<\/strong>/g)).toHaveLength(3)
    const [id] = [...html.matchAll(/name="id" value="([^"]+)"/g)].map((found) => found[1] ?? '')
    await browser.post('/console/account/sessions/end', { id: id ?? '' })
    const left = [await second.get('/console'), await third.get('/console')]
    expect(left.filter(({ to }) => to === '/signin')).toHaveLength(1)
    await browser.post('/console/account/sessions/end')
    expect((await third.get('/console')).to).toBe('/signin')
    expect((await browser.get('/console')).status).toBe(200)
  })
})
