// Who stands before the door of a signed link: scanners, people asked to press a button, people who come
// while the database is away.
import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { scannerExamples } from '../../src/links/automatic.ts'
import { sendRaw } from '../support/raw-http.ts'
import { until } from '../support/sending.ts'
import {
  keyOf,
  landing,
  openLinkScene,
  person,
  tokenOf,
  type Going,
  type LinkScene,
} from './link-scene.ts'

let scene: LinkScene
beforeAll(async () => {
  scene = await openLinkScene()
})
afterAll(() => scene.close())

describe('what is no person gets the redirect and nothing else', () => {
  const automatic: [string, Going][] = [
    ['HEAD', { method: 'HEAD' }],
    ...['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip'].map(
      (said): [string, Going] => [`Sec-Purpose: ${said}`, { headers: { 'sec-purpose': said } }],
    ),
    ['Purpose: prefetch', { headers: { purpose: 'prefetch' } }],
    ['X-Purpose: preview', { headers: { 'x-purpose': 'preview' } }],
    ['X-Moz: prefetch', { headers: { 'x-moz': 'prefetch' } }],
    ...[
      ...scannerExamples,
      'TelegramBot (like TwitterBot)',
      'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
      'Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0)',
      'LinkedInBot/1.0 (compatible; Mozilla/5.0)',
      'SkypeUriPreview Preview/0.5',
      'Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    ].map((agent): [string, Going] => [agent, { headers: { 'user-agent': agent } }]),
  ]
  test.each(automatic)('%s', async (_, going) => {
    for (const name of ['mail', 'asks']) {
      const jti = randomUUID()
      const [events, rejections] = [
        await scene.countOf('events'),
        await scene.countOf('rejections'),
      ]
      const answer = await scene.go(await tokenOf({ jti }), { ...going, source: name })
      expect([answer.status, answer.headers['location']]).toEqual([302, landing])
      await scene.go('spoiled', { ...going, source: name })
      expect([await scene.countOf('events'), await scene.countOf('rejections')]).toEqual([
        events,
        rejections,
      ])
    }
  })

  test('and the person who comes afterwards counts', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    await scene.go(token, { method: 'HEAD' })
    await scene.go(token, { headers: { 'sec-purpose': 'prefetch' } })
    await scene.go(token)
    expect(await scene.eventsOf(jti)).toMatchObject([{ copies: 1 }])
  })
})

describe('a door', () => {
  test('is not there for unknown keys and for sources without links', async () => {
    for (const name of ['unknown', 'shop']) {
      const answer = await scene.go(await tokenOf(), { source: name })
      expect(answer.status).toBe(404)
      expect(answer.body).toContain('leads nowhere')
    }
    expect(
      (await scene.go('x', { source: 'shop', headers: { 'accept-language': 'ru' } })).body,
    ).toMatch(/ведёт/)
  })

  test('takes no other methods', async () => {
    const answer = await scene.go(await tokenOf(), { method: 'PUT' })
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, POST'])
  })

  // A sample of what is refused is written beside the answer: each test waits for its own.
  test('for webhooks takes GET only for a source of links', async () => {
    const before = await scene.countOf('rejections')
    const answer = await fetch(`${scene.it.url}/in/${keyOf('mail')}`, {
      method: 'POST',
      body: '{}',
    })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
    expect(await scene.rejectionAfter(before)).toMatchObject({ reason: 'method_not_allowed' })
  })

  test('without a secret yet asks to come again', async () => {
    const before = await scene.countOf('rejections')
    const answer = await scene.go(await tokenOf(), { source: 'bare' })
    expect([answer.status, answer.headers['location']]).toEqual([503, undefined])
    expect(await scene.rejectionAfter(before)).toMatchObject({ reason: 'no_credential' })
  })

  test('refuses two hosts as a sender would be refused, and still sends the visitor on', async () => {
    const before = await scene.countOf('rejections')
    const path = `/go/${keyOf('mail')}?t=${await tokenOf()}`
    const answer = await sendRaw(scene.it.url, [`GET ${path} HTTP/1.1`, 'Host: a', 'Host: b'])
    expect(answer.status).toBe(302)
    expect(answer.headers).toContain(landing)
    expect(await scene.rejectionAfter(before)).toMatchObject({ reason: 'host_ambiguous' })
  })
})

describe('the confirmation page', () => {
  test.each([
    ['en', /Continue to the site/],
    ['ru-RU,ru;q=0.9,en;q=0.8', /Перейти на сайт/],
  ])('(%s) counts nothing until its button is pressed', async (language, button) => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    const page = await scene.go(token, { source: 'asks', headers: { 'accept-language': language } })
    expect(page.status).toBe(200)
    expect(page.body).toMatch(button)
    expect(page.body).toContain('shop.example.com')
    expect(page.body).toContain('<form method="post">')
    expect(page.body).toContain(`<html lang="${language.slice(0, 2)}">`)
    expect(await scene.eventsOf(jti)).toHaveLength(0)

    const pressed = await scene.go(token, { source: 'asks', method: 'POST' })
    expect([pressed.status, pressed.headers['location']]).toEqual([303, landing])
    expect(await scene.eventsOf(jti)).toMatchObject([{ method: 'POST', state: 'matched' }])
  })

  test('runs no script, holds nothing from elsewhere and not the token, and leads only to https', async () => {
    const token = await tokenOf()
    const page = await scene.go(token, { source: 'asks', more: '&x="><script>alert(1)</script>' })
    expect(page.body).not.toMatch(/<script|style="|\son\w+=|https?:\/\//)
    expect(page.body).not.toContain(token)
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).toContain(`form-action 'self' https: https://shop.example.com`)
    expect(policy).not.toMatch(/unsafe|script-src/)
    expect(page.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    })
    const style = await request(`${scene.it.url}/go/style.css`)
    expect([style.statusCode, style.headers['content-type']]).toEqual([
      200,
      'text/css; charset=utf-8',
    ])
    await style.body.dump()
  })

  test('does not strand the holder of a spoiled link', async () => {
    const before = await scene.countOf('rejections')
    const pressed = await scene.go('spoiled', { source: 'asks', method: 'POST' })
    expect([pressed.status, pressed.headers['location']]).toEqual([303, landing])
    expect(await scene.rejectionAfter(before)).toMatchObject({
      reason: 'token_malformed',
      method: 'POST',
    })
  })
})

describe('while the database is away', () => {
  test('the visitor waits on a page that tries again so often and no more, and nothing is lost', async () => {
    const jti = randomUUID()
    const token = await tokenOf({ jti })
    scene.wire.cut()
    let query = `t=${token}`
    const seen: string[] = []
    for (let tries = 0; tries <= limits.visitRetriesMax + 1; tries++) {
      const answer = await request(`${scene.it.url}/go/${keyOf('mail')}?${query}`, {
        headers: { 'user-agent': person, 'accept-language': tries % 2 ? 'ru' : 'en' },
      })
      const html = await answer.body.text()
      expect(answer.statusCode).toBe(503)
      expect(answer.headers).toMatchObject({
        'retry-after': String(limits.retryAfterSeconds),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      expect(answer.headers['location']).toBeUndefined()
      expect(html).toContain(tries % 2 ? 'Попробовать сейчас' : 'Try again now')
      expect(html).toContain('href="https://shop.example.com/Welcome')
      const next = new RegExp(`content="${limits.retryAfterSeconds}; url=\\?([^"]+)"`).exec(
        html,
      )?.[1]
      if (next === undefined) break
      seen.push(next)
      query = next.replaceAll('&amp;', '&')
    }
    expect(seen).toHaveLength(limits.visitRetriesMax)

    scene.wire.mend()
    const answer = await until(async () => {
      const again = await request(`${scene.it.url}/go/${keyOf('mail')}?${query}`)
      await again.body.dump()
      return again.statusCode === 302 && again
    })
    expect(answer.headers['location']).toBe(landing)
    expect(await scene.eventsOf(jti)).toHaveLength(1)
  }, 40_000)
})
