// Strings that break things, in every field, header and payload: nothing runs, nothing breaks.
import { createRequire } from 'node:module'
import { z } from 'zod'
import Stripe from 'stripe'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, openBrowser, scrollsSideways, signIn, viewOptions, watch } from './browser.ts'
import { attacks } from './naughty.ts'
import { pages } from './tour.ts'
import { openWorld, password, type World } from './world.ts'

const naughty = z
  .array(z.string())
  .parse(createRequire(import.meta.url)('big-list-of-naughty-strings/blns.json'))

const secret = 'whsec_shop_secret_0123456789'
const q = (text: string) => JSON.stringify(text)
const document = `
partner: vector
campaigns:
${attacks.map((text) => `  - { name: ${q(`${text.slice(0, 60)}`)}, mode: sandbox }`).join('\n')}
sources:
  - name: ${q('<img src=x onerror=alert(1)>\'"')}
    provider: stripe
    key: shop-key-0123456789abcdef0123
    credentials: [{ name: ${q('"><script>alert(1)</script>')}, secret: ${secret} }]
    rules:
${attacks
  .map(
    (text, n) => `      - name: ${q(`${n} ${text}`.slice(0, 90))}
        events: ['*']
        when: { path: ${q(`$['${n} <script>alert(1)<\u002fscript>']`)}, op: ne, value: ${q(text)} }
        email: [$.data.object.customer_email]
        campaign: ${q(attacks[n]?.slice(0, 60) ?? '')}`,
  )
  .join('\n')}
  - name: forms
    provider: tilda
    key: forms-key-0123456789abcdef0123
    credentials: [{ name: main, token: tilda-token-0123456789 }]
    rules: []
`

describe.skipIf(!hasBrowser)('strings that break things', () => {
  let world: World
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let wrong: string[]

  beforeAll(async () => {
    world = await openWorld(document)
    browser = await openBrowser()
    context = await browser.newContext(viewOptions({}))
    wrong = await watch(context, world.url)
    page = await context.newPage()
    await signIn(page, world.url, world.people.owner, password)
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await world.close()
  })

  async function send(payload: object, headers: Record<string, string> = {}): Promise<number> {
    const text = JSON.stringify(payload)
    const signature = new Stripe('sk_test_x').webhooks.generateTestHeaderString({
      payload: text,
      secret,
    })
    const answer = await fetch(`${world.url}/in/shop-key-0123456789abcdef0123`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': signature, ...headers },
      body: text,
    })
    return answer.status
  }

  test('in payloads, types and headers: every page shows them as text', async () => {
    const parts = [attacks, ...pieces(naughty, 100)]
    for (const [n, strings] of parts.entries()) {
      const object = {
        customer_email: `person${n}@example.com`,
        values: strings,
        ...Object.fromEntries(strings.map((text, at) => [`${text}${at}`, text])),
      }
      const type = strings.find((text) => text.length > 3 && text.length < 100) ?? 'x'
      const status = await send(
        { id: `evt_${n}`, object: 'event', type, data: { object } },
        { 'x-note': attacks[n % attacks.length] ?? '', 'user-agent': attacks[1] ?? '' },
      )
      expect(status).toBe(200)
    }
    for (const text of attacks)
      await send({ id: text, type: text, data: { object: { customer_email: text } } })
    const body = '<script>alert(1)</script>'
    await fetch(`${world.url}/in/shop-key-0123456789abcdef0123`, {
      method: 'POST',
      headers: { 'stripe-signature': body },
      body,
    })
    for (const [route, look] of Object.entries(pages)) {
      if (/jobs\/:id|notices\/:id|erasures/.test(route)) continue
      const at = await look(world)
      const answer = await page.goto(world.url + at)
      expect(answer?.status(), at).toBeLessThan(400)
      expect(await scrollsSideways(page), `${at} scrolls sideways`).toBe(false)
    }
    const events = await world.db.work<{ id: string }[]>`select id from events order by id`
    for (const { id } of events) {
      await page.goto(`${world.url}/console/p/vector/events/${id}`)
      await page.click('#looked button')
      await page.waitForSelector('#looked .tree, #looked p')
    }
    expect(wrong).toEqual([])
  }, 180_000)

  test('in addresses and in forms: refused or kept, never an error of ours', async () => {
    const request = page.request
    const home = `${world.url}/console/p/vector`
    const origin = { origin: world.url }
    for (const text of [...attacks, ...naughty]) {
      const query = encodeURIComponent(text.toWellFormed())
      for (const path of [
        `/events?type=${query}`,
        `/grants?campaign=${query}`,
        `/connect?q=${query}`,
      ]) {
        const answer = await request.get(home + path)
        expect(answer.status(), path).toBeLessThan(500)
      }
      const made = await request.post(`${home}/campaigns/new`, {
        headers: origin,
        form: { name: text.toWellFormed(), mode: 'sandbox' },
        maxRedirects: 0,
      })
      expect(made.status(), text).toBeLessThan(500)
      const asked = await request.post(`${home}/people`, {
        headers: origin,
        form: { email: text.toWellFormed() },
      })
      expect(asked.status(), text).toBeLessThan(500)
    }
    for (const path of [
      '/campaigns',
      `/events?type=${encodeURIComponent(attacks[1] ?? '')}`,
      '/sources',
    ])
      await page.goto(home + path)
    expect(wrong).toEqual([])
  }, 300_000)
})

function pieces<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, n) =>
    list.slice(n * size, (n + 1) * size),
  )
}
