import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureOperator } from '../../src/access/operator.ts'
import { verifyToken } from '../../src/access/tokens.ts'
import { consoleRoutes } from '../../src/console/index.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { limits } from '../../src/limits.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { consoleParts } from './parts.ts'

let fresh: FreshDatabase
let db: Database
let relayDb: Database
let app: ReturnType<typeof consoleRoutes>
let link: string

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  relayDb = openDatabase(fresh.options, fresh.options, true)
  app = consoleRoutes(consoleParts(relayDb))
  link = `/setup/${(await ensureOperator(relayDb.orm, undefined)) ?? ''}`
})
afterAll(async () => {
  await relayDb.close()
  await db.close()
  await fresh.drop()
})

const get = async (path: string, language = 'en') =>
  app.request(path, { headers: { 'accept-language': language } })
const post = async (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) => app.request(path, { method: 'POST', body: new URLSearchParams(fields), headers }, {})

const password = 'a long password'

describe('every page', () => {
  test.each(['/', '/signin', '/join/unknown', '/reset/unknown', '/setup/unknown', 'link'])(
    '%s runs no script but our own and is in both languages',
    async (path) => {
      const at = path === 'link' ? link : path
      for (const [language, letters] of [
        ['en', /[a-z]{4}/],
        ['ru-RU,en;q=0.5', /[а-я]{4}/],
      ] as const) {
        const answer = await get(at, language)
        const html = await answer.text()
        expect(html).toMatch(/^<!doctype html>/i)
        expect(html).toContain(`<html lang="${language.slice(0, 2)}">`)
        expect(html.slice(html.indexOf('<h1>'))).toMatch(letters)
        expect(html).not.toMatch(
          /<script(?! src="\/console\/[a-z]+\.js" defer=""><\/script>)|style="|\son\w+=|https?:\/\//,
        )
        expect(answer.headers.get('content-security-policy')).toContain(`default-src 'none'`)
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    },
  )

  test.each([
    ['', 'en'],
    ['de', 'en'],
    ['de,ru;q=0.7', 'ru'],
    ['en;q=0.3,ru;q=0.9', 'ru'],
    ['ru;q=0', 'en'],
    ['RU-ru', 'ru'],
    ['__proto__', 'en'],
    [','.repeat(5000), 'en'],
  ])('for “%.20s” is in %s', async (asked, language) => {
    expect(await (await get('/', asked)).text()).toContain(`<html lang="${language}">`)
  })

  test('finds its stylesheet', async () => {
    const answer = await get('/console/style.css')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/css; charset=utf-8',
    ])
  })
})

describe('the set-up link', () => {
  test('of somebody else is not there', async () => {
    for (const path of ['/setup/unknown', `${link.slice(0, -1)}_`, '/setup/a.b', '/setup']) {
      expect((await get(path)).status).toBe(404)
    }
    expect((await post('/setup/unknown', { email: 'a@example.com', password })).status).toBe(404)
  })

  test('says what is wrong, keeps the email and never the password', async () => {
    const answer = await post(link, { email: 'a@example.com"><b>', password: 'hunter2' })
    const html = await answer.text()
    expect(answer.status).toBe(422)
    expect(html).toContain('role="alert"')
    expect(html).not.toContain('<b>')
    expect(html).not.toContain('hunter2')
    expect((await post(link, { password })).status).toBe(422)
    expect(
      (await post(link, { email: 'a@example.com', password: 'x'.repeat(limits.formBytesMax) }))
        .status,
    ).toBe(413)
  })

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost' },
  ])('refuses a form of another site: %j', async (headers) => {
    const answer = await post(
      link,
      { email: 'a@example.com', password },
      headers as Record<string, string>,
    )
    expect(answer.status).toBe(403)
  })

  test('makes the operator once, shows a token that works, and is gone', async () => {
    const answer = await post(
      link,
      { email: 'op@example.com', password },
      { origin: 'http://localhost' },
    )
    const html = await answer.text()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const token = /mrl_[\w-]{43}/.exec(html)?.[0] ?? ''
    expect(await verifyToken(relayDb.orm, token, Date.now())).toMatchObject({ partnerId: null })
    expect(html).not.toContain(password)
    expect((await get(link)).status).toBe(404)
    expect((await post(link, { email: 'op@example.com', password })).status).toBe(404)
  })
})
