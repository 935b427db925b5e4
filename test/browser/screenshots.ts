// `npm run screenshots`: the pictures of the README, from a relay that has seen something. Light and dark, in
// English and Russian; made anew, they never show what is no longer so.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openBrowser, signIn, viewOptions } from './browser.ts'
import { idIn, live, month, openWorld, password, type World } from './world.ts'

const to = join(import.meta.dirname, '../../docs/pictures')
const base = '/console/p/vector'

interface Shot {
  name: string
  path(world: World): string | Promise<string>
  /** What is pressed before. */
  press?: string
  /** A person to ask about. */
  person?: string
}

const shots: readonly Shot[] = [
  { name: 'overview', path: () => base },
  {
    name: 'connect-email',
    path: async (world) =>
      `${base}/sources/${await idIn(world, 'sources', "provider = 'tilda'")}/connect?step=email`,
  },
  {
    name: 'event',
    path: async (world) => `${base}/events/${await idIn(world, 'events', "type = 'user.created'")}`,
    press: '#looked button',
  },
  { name: 'person', path: () => `${base}/people`, person: 'maria@example.com' },
  {
    name: 'campaign',
    path: async (world) =>
      `${base}/campaigns/${await idIn(world, 'campaigns', "name = 'friends'")}`,
  },
  {
    name: 'rule',
    path: async (world) => `${base}/rules/${await idIn(world, 'rules', "name = 'paid invoices'")}`,
    press: 'button[name=do][value=try]',
  },
]

const world = await openWorld()
const browser = await openBrowser()
try {
  await live(world)
  await month(world)
  await mkdir(to, { recursive: true })
  for (const language of ['en', 'ru'] as const)
    for (const scheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        ...viewOptions({ language, scheme }),
        viewport: { width: 1280, height: 800 },
      })
      const page = await context.newPage()
      await signIn(page, world.url, world.people.owner, password)
      for (const { name, path, press, person } of shots) {
        await page.goto(world.url + (await path(world)))
        if (person !== undefined) {
          await page.fill('main input[name=email]', person)
          await page.press('main input[name=email]', 'Enter')
          await page.waitForLoadState('load')
        }
        if (press !== undefined) await page.click(press)
        await page.waitForTimeout(300)
        const file = join(to, `${name}-${language}-${scheme}.png`)
        await page.screenshot({ path: file })
        process.stdout.write(`${file}\n`)
      }
      await context.close()
    }
} finally {
  await browser.close()
  await world.close()
}
