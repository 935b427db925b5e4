import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wholeConsole } from '../../src/console/whole.ts'
import { consoleParts } from '../console/parts.ts'
import {
  barriers,
  hasBrowser,
  openBrowser,
  scrollsSideways,
  signIn,
  viewOptions,
  watch,
} from './browser.ts'
import { more, ofOperators, outside, pages } from './tour.ts'
import { live, openWorld, password, type World } from './world.ts'

/** Streams and files: nothing to look at. */
const unseen = /\*|\/live$|\.(?:css|js|svg|yaml)$|\/(?:record|export)$|\/signin\/(?:oidc|code)/

test('every page of the console is on the tour', () => {
  const { routes } = wholeConsole(consoleParts({} as never))
  const shown = new Set(
    routes
      .filter(({ method, path }) => method === 'GET' && !unseen.test(path))
      .map(({ path }) => path),
  )
  const told = [outside, pages, ofOperators].flatMap((each) => Object.keys(each))
  expect([...shown].toSorted()).toEqual(told.toSorted())
})

const views = (['en', 'ru'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((scheme) =>
    (['wide', 'phone'] as const).map((size) => ({ language, scheme, size })),
  ),
)

describe.skipIf(!hasBrowser)('in a browser', () => {
  let world: World
  let browser: Browser

  beforeAll(async () => {
    world = await openWorld()
    await live(world)
    browser = await openBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await world.close()
  })

  describe.each(views)('$language, $scheme, $size', (view) => {
    let context: BrowserContext
    let page: Page
    let wrong: string[]

    beforeAll(async () => {
      context = await browser.newContext(viewOptions(view))
      wrong = await watch(context, world.url)
      page = await context.newPage()
    })
    afterAll(() => context.close())

    async function isFit(path: string) {
      wrong.length = 0
      const answer = await page.goto(world.url + path)
      expect(answer?.status(), path).toBeLessThan(500)
      expect(await barriers(page), path).toEqual([])
      expect(await scrollsSideways(page), `${path} scrolls sideways`).toBe(false)
      expect(wrong, path).toEqual([])
      expect(await page.getAttribute('html', 'lang')).toBe(view.language)
    }

    test.each(Object.entries(outside))('%s', async (_, look) => isFit(await look(world)))

    test('the way in', async () => {
      await signIn(page, world.url, world.people.owner, password)
      expect(wrong).toEqual([])
    })

    test.each(Object.entries(pages))('%s', async (_, look) => isFit(await look(world)))

    test('other steps and states', async () => {
      for (const look of more) await isFit(await look(world))
    }, 60_000)

    test('the pages of operators', async () => {
      await context.clearCookies()
      await signIn(page, world.url, world.people.operator, password)
      for (const look of Object.values(ofOperators)) await isFit(await look(world))
    }, 60_000)
  })

  test('what comes is told as it comes, above the rest', async () => {
    const context = await browser.newContext(viewOptions({}))
    const wrong = await watch(context, world.url)
    const page = await context.newPage()
    await signIn(page, world.url, world.people.viewer, password)
    await page.goto(`${world.url}/console/p/vector/events?source=shop`)
    const before = await page.locator('#feed li').count()
    await world.send('members', 'user.created', 'not.of.the.shop@example.com')
    await world.send('shop', 'invoice.paid', 'just.now@example.com')
    await page.waitForSelector('#feed li.fresh')
    expect(await page.locator('#feed li').count()).toBe(before + 1)
    expect(await page.textContent('#feed li:first-child')).toContain('j***@example.com')
    expect(wrong).toEqual([])
    await context.close()
  })

  test('on a phone the way around is a menu, also by keyboard', async () => {
    const context = await browser.newContext(viewOptions({ size: 'phone' }))
    const page = await context.newPage()
    await signIn(page, world.url, world.people.viewer, password)
    expect(await page.isVisible('#around')).toBe(false)
    await page.focus('button.menu')
    await page.keyboard.press('Enter')
    expect(await page.isVisible('#around')).toBe(true)
    await page.keyboard.press('Escape')
    expect(await page.isVisible('#around')).toBe(false)
    await page.click('button.menu')
    await page.click('#around a[href$="/people"]')
    await page.waitForURL('**/people')
    // A viewer sees no page that is not theirs.
    expect(await page.locator('#around a[href$="/audit"]').count()).toBe(0)
    await context.close()
  })

  test('the first page is small: everything it loads is at most 60 kB, compressed', async () => {
    const { gzipSync } = await import('node:zlib')
    const context = await browser.newContext(viewOptions({}))
    const page = await context.newPage()
    await signIn(page, world.url, world.people.owner, password)
    const loaded = new Set<string>()
    page.on('requestfinished', (request) => loaded.add(request.url()))
    await page.goto(`${world.url}/console/p/vector`, { waitUntil: 'networkidle' })
    let bytes = 0
    for (const url of loaded)
      bytes += gzipSync(await (await context.request.get(url)).body()).length
    await context.close()
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThanOrEqual(60 * 1024)
  })
})
