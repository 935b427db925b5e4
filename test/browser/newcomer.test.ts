// From the link that a new relay prints to the first bonus, as somebody does it who has never seen it:
// by what the pages say, without code. The event comes from outside, signed by the provider's own SDK.
import Stripe from 'stripe'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, openBrowser, viewOptions, watch, type View } from './browser.ts'
import { openEmpty, type EmptyWorld } from './world.ts'

const texts = {
  en: {
    search: 'Search',
    next: 'I have pasted it',
    save: 'Save and go on',
    goOn: 'Go on',
    on: 'Switch it on',
    story: 'Tell the story',
    told: /MOAB answered: accepted → granted/,
  },
  ru: {
    search: 'Поиск',
    next: 'Адрес вставлен',
    save: 'Сохранить и продолжить',
    goOn: 'Продолжить',
    on: 'Включить',
    story: 'Показать историю',
    told: /принято → бонус передан/,
  },
} as const

describe.skipIf(!hasBrowser)('a newcomer', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
  })

  test.each<View>([
    { language: 'en', size: 'wide' },
    { language: 'ru', size: 'phone' },
    { language: 'ru', size: 'wide', scripts: false },
  ])(
    '%o gets from the set-up link to the first bonus',
    async (view) => {
      const world = await openEmpty()
      const context = await browser.newContext(viewOptions(view))
      const wrong = await watch(context, world.url)
      const page = await context.newPage()
      const began = Date.now()
      const clicks = await path(page, world, view)
      expect(wrong).toEqual([])
      console.info(
        `newcomer (${view.language}, ${view.scripts === false ? 'no scripts' : view.size}): ${clicks} clicks, ${((Date.now() - began) / 1000).toFixed(1)} s of the pages' time`,
      )
      await context.close()
      await world.close()
    },
    120_000,
  )
})

/** Returns how many clicks it took. */
async function path(page: Page, world: EmptyWorld, { language = 'en', scripts = true }: View) {
  const say = texts[language]
  let clicks = 0
  const click = async (selector: string) => {
    clicks++
    await page.click(selector)
  }
  const button = (text: string) => `main :is(button, a):has-text("${text}")`

  // The first operator, and the first partner.
  await page.goto(world.setUpLink)
  await page.fill('input[type=email]', 'olga@example.com')
  await page.fill('input[type=password]', 'a long enough password')
  await click('main button[type=submit]')
  await click('main a.button')
  await page.fill('main input[name=name]', 'Vector & Co')
  await click('main form[action="/console/partners"] button')

  // What do you use?
  await click('main a.button')
  await page.fill('input[name=q]', 'strip')
  if (scripts) await until(async () => (await page.locator('.tile').count()) === 1)
  await click('button.tile[value=stripe]')

  // The address, which is pasted at the provider, and the secret that the provider shows.
  const url = await page.inputValue('.copyable input')
  expect(url).toMatch(/\/in\/[\w-]{22,}$/)
  await click(button(say.next))
  const secret = 'whsec_0123456789abcdefghijklmnopqrstuv'
  if (scripts) {
    await page.fill('input[name=secret]', 'sk_live_0123456789abcdefghijklm')
    await until(async () => (await page.textContent('#secret-odd'))?.includes('whsec_') === true)
  }
  await page.fill('input[name=secret]', secret)
  await click(button(say.save))

  // Something is refused first: signed with the secret of another endpoint.
  expect(await sendEvent(url, 'whsec_another', 'anna@example.com')).toBe(401)
  await told(page, '.problem', scripts)
  // The real event: the page notices by itself.
  expect(await sendEvent(url, secret, 'anna@example.com')).toBe(200)
  await told(page, '.feed li', scripts)
  await click(button(say.goOn))

  // The email is clicked in the event; it was suggested already.
  expect(await page.inputValue('textarea[name=email]')).toContain('$.data.object.customer_email')
  await page.fill('textarea[name=email]', '')
  await click('.tree button:is(.suggested, .chosen)')
  expect(await page.inputValue('textarea[name=email]')).toBe('$.data.object.customer_email')
  await click(button(say.goOn))

  // A sandbox campaign, and what would happen.
  await click(button(say.goOn))
  expect(await page.textContent('#tried')).toMatch(/1/)
  await click(button(say.on))
  await page.waitForSelector('.done')

  // The next one gets the bonus.
  expect(await sendEvent(url, secret, 'boris@example.com')).toBe(200)
  await page.goto(`${world.url}/console/p/${encodeURIComponent('Vector & Co')}/people`)
  await page.fill('main input[name=email]', 'boris@example.com')
  await expectStory(page, button(say.story), say.told)
  return clicks
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries === 200) throw new Error('it never came')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Without a script the page asks again by itself, which a test need not wait for. */
async function told(page: Page, selector: string, scripts: boolean): Promise<void> {
  if (!scripts) await page.reload()
  await page.waitForSelector(selector)
}

async function expectStory(page: Page, ask: string, words: RegExp): Promise<void> {
  for (let tries = 0; ; tries++) {
    await page.click(ask)
    const story = (await page.textContent('main')) ?? ''
    if (words.test(story)) return
    if (tries === 20) throw new Error(`the story says: ${story}`)
    await page.waitForTimeout(250)
  }
}

async function sendEvent(url: string, secret: string, email: string): Promise<number> {
  const payload = JSON.stringify({
    id: `evt_${Math.random().toString(36).slice(2)}`,
    object: 'event',
    type: 'invoice.paid',
    livemode: true,
    created: Math.floor(Date.now() / 1000),
    data: { object: { object: 'invoice', customer_email: email, amount_paid: 4900 } },
  })
  const signature = new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload, secret })
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
  return (await fetch(url, { method: 'POST', headers, body: payload })).status
}
