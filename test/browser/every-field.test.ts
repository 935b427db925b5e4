// Strings that break things, in every field of every form: nothing runs, nothing breaks, and what was kept is
// shown as text.
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hasBrowser, openBrowser, scrollsSideways, signIn, viewOptions, watch } from './browser.ts'
import { formsOf, kindOf, send, type Form } from './forms.ts'
import { attacks } from './naughty.ts'
import { more, ofOperators, pages } from './tour.ts'
import { live, openWorld, password, type World } from './world.ts'

const naughty = z
  .array(z.string())
  .parse(createRequire(import.meta.url)('big-list-of-naughty-strings/blns.json'))
const strings = [...attacks, ...naughty].map((text) => text.toWellFormed())
/** Of each field, so many, taken in turns: all fields together get all of them, many times. */
const perField = 5

/** What ends the tour is not tried, what removes something comes last. */
const ends = /\/signout$|\/account\/(?:password|codes|sessions)/
const removes = /remove|archive|\/end$|revoke|cancel|erase|erasures|switch|confirm/

describe.skipIf(!hasBrowser)('every field of every form', () => {
  let world: World
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let wrong: string[]
  let addresses: string[]

  beforeAll(async () => {
    world = await openWorld()
    await live(world)
    browser = await openBrowser()
    context = await browser.newContext(viewOptions({}))
    wrong = await watch(context, world.url)
    page = await context.newPage()
    await signIn(page, world.url, world.people.operator, password)
    const looks = [...Object.values(pages), ...more, ...Object.values(ofOperators)]
    const paths = await Promise.all(looks.map(async (look) => look(world)))
    addresses = paths.map((path) => world.url + path)
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await world.close()
  })

  test('takes what it is given or refuses it, and every page shows it as text', async () => {
    const found = await formsOf(page, addresses)
    const forms = found
      .filter(({ action }) => !ends.test(action))
      .toSorted((a, b) => Number(removes.test(a.action)) - Number(removes.test(b.action)))
    const kinds = new Set(forms.map(kindOf))
    // So many there are; fewer would mean that they are no longer found.
    expect(kinds.size).toBeGreaterThan(40)
    const broken: string[] = []
    const given = new Set<string>()
    let next = 0
    for (const form of forms) {
      /** What it took stays, so that there is something to show. */
      const kept: Record<string, string> = {}
      for (const field of Object.keys(form.fields)) {
        const turns = Array.from({ length: perField }, () => strings[next++ % strings.length] ?? '')
        for (const text of [...turns, attacks[next % attacks.length] ?? '']) {
          const status = await statusOf(form, { ...kept, [field]: text })
          given.add(text)
          if (status < 400) kept[field] = text
          if (status >= 500) broken.push(`${status} ${kindOf(form)} ${field}: ${text.slice(0, 60)}`)
        }
      }
    }
    expect(given.size).toBe(new Set(strings).size)
    expect(broken).toEqual([])
    for (const address of addresses) {
      const answer = await page.goto(address)
      expect(answer?.status(), address).toBeLessThan(500)
      expect(await scrollsSideways(page), `${address} scrolls sideways`).toBe(false)
    }
    expect(wrong).toEqual([])
  }, 400_000)

  async function statusOf(form: Form, changed: Record<string, string>): Promise<number> {
    const answer = await send(page.request, form, changed)
    await answer.dispose()
    return answer.status()
  }
})
