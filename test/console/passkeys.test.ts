// Passkeys by the pages: what they answer to a browser, and what they tell its reader.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeReset } from '../../src/access/resets.ts'
import { consoleRoutes } from '../../src/console/index.ts'
import type { ConsoleParts } from '../../src/console/parts.ts'
import { passkeys, throttles } from '../../src/db/access/schema.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { Authenticator } from '../access/authenticator.ts'
import { makeUser, password } from '../access/people.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { consoleParts } from './parts.ts'
import { home, Surfer } from './surfer.ts'

let fresh: FreshDatabase
let db: Database
let relayDb: Database
let now = Date.now()

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  relayDb = openDatabase(fresh.options, fresh.options, true)
})
afterAll(async () => {
  await relayDb.close()
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  now = Date.now()
  await db.orm.delete(throttles)
})

const own = '/console/account/passkeys'
const surfer = (more?: Partial<ConsoleParts>) =>
  new Surfer(consoleRoutes(consoleParts(relayDb, { now: () => now, ...more })))

async function signedIn(language = 'en', more?: Partial<ConsoleParts>) {
  const email = `${uuidv7()}@example.com`
  const userId = await makeUser(db, email)
  const browser = surfer(more)
  browser.language = language
  await browser.post('/signin', { email, password })
  return { browser, userId, email }
}

const ToAdd = z.object({
  options: z.object({
    challenge: z.string(),
    rp: z.object({ id: z.string() }),
    user: z.object({ id: z.string() }),
  }),
})
const ToEnter = z.object({ options: z.object({ challenge: z.string(), rpId: z.string() }) })
const Says = z.object({ says: z.string() })

async function add(browser: Surfer, device: Authenticator, name = 'phone') {
  const begun = await browser.post(`${own}/begin`, { name, current: password })
  const { options } = ToAdd.parse(JSON.parse(begun.html))
  return browser.post(own, { answer: device.create(options) })
}

async function enter(browser: Surfer, device: Authenticator) {
  const begun = await browser.post('/signin/passkey/begin')
  const { options } = ToEnter.parse(JSON.parse(begun.html))
  return browser.post('/signin/passkey', { answer: device.get(options) })
}

describe('by the pages', () => {
  test('a passkey is added, listed, signed in with and removed', async () => {
    const { browser, email } = await signedIn()
    const device = new Authenticator(home)
    const added = await add(browser, device, 'my <b>phone</b>')
    expect(added.url).toBe(`${home}/console/account?done=passkey`)
    expect(added.html).toContain('my &lt;b&gt;phone&lt;/b&gt;')
    expect(added.html).toContain('not used yet')
    const other = surfer()
    const seen = await enter(other, device)
    expect([seen.url, seen.html.includes(email)]).toEqual([`${home}/console`, true])
    const { html } = await browser.get('/console/account')
    expect(html).toContain('last used')
    const [, remove = ''] = /action="([^"]*\/remove)"/.exec(html) ?? []
    expect((await browser.post(remove)).html).not.toContain('phone&lt;')
    const refused = await enter(surfer(), device)
    expect([refused.status, refused.url]).toEqual([422, `${home}/signin/passkey`])
    expect(refused.html).toContain('This passkey is not known here, or was removed')
  })

  test('what was begun is in a cookie that is ours alone and serves once', async () => {
    const browser = surfer()
    const begun = await browser.post('/signin/passkey/begin')
    expect(begun.set).toEqual([
      expect.stringMatching(
        /^moab_relay_passkey=[^;]+; Max-Age=300; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ])
    expect(begun.set[0]).not.toContain(ToEnter.parse(JSON.parse(begun.html)).options.challenge)
    await browser.post('/signin/passkey', { answer: '{}' })
    expect(browser.cookies.has('moab_relay_passkey')).toBe(false)
    const secure = consoleRoutes(consoleParts(relayDb, { publicUrl: 'https://relay.example.com' }))
    const answer = await secure.request('/signin/passkey/begin', { method: 'POST' }, {})
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-moab_relay_passkey=.*; Secure/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(ToEnter.parse(await answer.json()).options.rpId).toBe('relay.example.com')
  })

  test.each([
    ['en', 'The present password is not right.', 'That took too long, or was sent twice.'],
    [
      'ru',
      'Текущий пароль неверный.',
      'Прошло слишком много времени, или запрос отправлен дважды.',
    ],
  ])('mistakes are told in words: %s', async (language, current, over) => {
    const { browser } = await signedIn(language)
    const begun = await browser.post(`${own}/begin`, { name: 'phone', current: 'wrong' })
    expect([begun.status, Says.parse(JSON.parse(begun.html)).says]).toEqual([422, current])
    const device = new Authenticator(home)
    expect((await browser.post(own, { answer: '{}' })).html).toContain(over)
    const { options } = ToAdd.parse(
      JSON.parse((await browser.post(`${own}/begin`, { name: 'x', current: password })).html),
    )
    now += limits.passkeyStepMs
    const late = await browser.post(own, { answer: device.create(options) })
    expect([late.status, late.html.includes(over)]).toEqual([422, true])
  })

  test('an answer that is late, or for which nobody has asked, begins anew', async () => {
    for (const [language, words] of [
      ['en', 'That took too long. Please begin again.'],
      ['ru', 'Прошло слишком много времени. Начните сначала.'],
    ] as const) {
      const browser = surfer()
      browser.language = language
      const seen = await browser.post('/signin/passkey', { answer: '{}' })
      expect([seen.status, seen.html.includes(words)]).toEqual([422, true])
    }
  })

  test('whoever guesses too often is told how long to wait', async () => {
    const { browser } = await signedIn()
    const device = new Authenticator(home)
    await add(browser, device)
    await db.orm.delete(passkeys)
    await enter(surfer(), device)
    await db.orm.update(throttles).set({ failures: 40 })
    await enter(surfer(), device)
    const seen = await enter(surfer(), device)
    expect([seen.status, /Please wait \d+ seconds/.test(seen.html)]).toEqual([429, true])
  })

  test('nobody adds or removes one without being signed in', async () => {
    for (const path of [own, `${own}/begin`, `${own}/${uuidv7()}/remove`])
      expect((await surfer().post(path)).url).toBe(`${home}/signin`)
  })

  test.each(['/signin/passkey', '/signin/passkey/begin', own, `${own}/begin`, `${own}/x/remove`])(
    '%s takes no form of another site',
    async (path) => {
      const answer = await consoleRoutes(consoleParts(relayDb)).request(path, {
        method: 'POST',
        headers: { origin: 'https://evil.example' },
        body: new URLSearchParams({}),
      })
      expect(answer.status).toBe(403)
    },
  )
})

describe('where browsers have no passkeys', () => {
  const publicUrl = 'http://relay.example.com'

  test('none is offered, and the account says why', async () => {
    const { browser } = await signedIn('ru', { publicUrl })
    const { html } = await browser.get('/console/account')
    expect(html).toContain('только когда релей открыт по https')
    expect(html).not.toContain('data-passkey')
    expect((await surfer({ publicUrl }).get('/signin')).html).not.toContain('passkey')
    const begun = await browser.post(`${own}/begin`, { name: 'phone', current: password })
    expect(begun.status).toBe(422)
    expect((await surfer({ publicUrl }).post('/signin/passkey/begin')).status).toBe(422)
    expect((await surfer({ publicUrl }).post('/signin/passkey', { answer: '{}' })).status).toBe(422)
  })

  test('those that were made for another address are told apart, and can be removed', async () => {
    const { browser, email } = await signedIn()
    await add(browser, new Authenticator(home))
    const moved = surfer({ publicUrl: 'https://relay.example.com' })
    // Over https the cookie of plain http is not read.
    await moved.post('/signin', { email, password })
    const { html } = await moved.get('/console/account')
    expect(html).toContain('works only at localhost')
    expect((await browser.get('/console/account')).html).not.toContain('works only at')
  })
})

test.each([
  ['en', 'Your passkeys are removed as well.'],
  ['ru', 'Ваши ключи доступа тоже удалятся.'],
])('the page of a reset link says that they go: %s', async (language, says) => {
  const { browser, userId } = await signedIn(language)
  const made = await makeReset(relayDb.orm, {
    userId,
    codes: false,
    actor: 'test',
    partnerId: null,
  })
  const page = `/reset/${made.ok ? made.token : ''}`
  expect((await browser.get(page)).html).not.toContain(says)
  await add(browser, new Authenticator(home))
  expect((await browser.get(page)).html).toContain(says)
})
