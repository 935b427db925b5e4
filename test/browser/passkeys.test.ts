// Passkeys in a real browser, with a device that Chromium plays: added, signed in with, removed, refused.
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  barriers,
  hasBrowser,
  openBrowser,
  scrollsSideways,
  signIn,
  viewOptions,
  watch,
  type View,
} from './browser.ts'
import { openWorld, password, type World } from './world.ts'

const texts = {
  en: {
    added: 'The passkey is added',
    signIn: 'Sign in with a passkey',
    unknown: 'This passkey is not known here, or was removed',
    cancelled: 'You are not signed in: it was cancelled',
    notMade: 'No passkey was made: it was cancelled',
    current: 'The present password is not right',
    already: 'has a passkey for your account already',
    remove: 'Remove this passkey',
    used: 'last used',
  },
  ru: {
    added: 'Ключ доступа добавлен',
    signIn: 'Войти с ключом доступа',
    unknown: 'Этот ключ доступа здесь неизвестен или удалён',
    cancelled: 'Войти не получилось: запрос отменён',
    notMade: 'Ключ доступа не создан: вы отменили запрос',
    current: 'Текущий пароль неверный',
    already: 'уже есть ваш ключ доступа',
    remove: 'Удалить ключ доступа',
    used: 'последний вход',
  },
} as const

const adds = 'form[data-does=create]'
const enters = 'form[data-does=get]'

describe.skipIf(!hasBrowser)('passkeys in a browser', () => {
  let world: World
  let browser: Browser
  let context: BrowserContext
  let wrong: string[]
  /** By name: browsers have no passkeys at an address without one. */
  let url: string

  beforeAll(async () => {
    world = await openWorld()
    url = world.url.replace('127.0.0.1', 'localhost')
    browser = await openBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await world.close()
  })
  beforeEach(async () => {
    await world.db.work`delete from throttles`
  })
  afterEach(() => context.close())

  async function open(view: View = {}): Promise<Page> {
    context = await browser.newContext(viewOptions(view))
    wrong = await watch(context, url)
    return context.newPage()
  }

  /** A device that says yes at once. */
  async function withDevice(page: Page) {
    const cdp = await context.newCDPSession(page)
    await cdp.send('WebAuthn.enable')
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    } as const
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options })
    return { cdp, authenticatorId }
  }

  /** Its owner says no: the device has not seen them. */
  const refuse = (cdp: CDPSession, authenticatorId: string, isUserVerified: boolean) =>
    cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })

  async function isFit(page: Page) {
    expect(await barriers(page)).toEqual([])
    expect(await scrollsSideways(page)).toBe(false)
  }

  async function add(page: Page, name: string, current = password) {
    await page.goto(`${url}/console/account`)
    await page.fill(`${adds} input[name=name]`, name)
    await page.fill(`${adds} input[name=current]`, current)
    await page.click(`${adds} button`)
  }

  test.each<View & { language: 'en' | 'ru' }>([
    { language: 'en' },
    { language: 'ru', size: 'phone', scheme: 'dark' },
  ])(
    'added, signed in with, removed, refused: %o',
    async (view) => {
      const say = texts[view.language]
      const page = await open(view)
      const { cdp, authenticatorId } = await withDevice(page)
      await signIn(page, url, world.people.editor, password)
      await page.goto(`${url}/console/account`)
      expect(await page.inputValue(`${adds} input[name=name]`)).toMatch(/^Chrome, /)
      await add(page, 'my <b>laptop</b>', 'not this one')
      await page.waitForSelector(`${adds} [role=alert]:has-text("${say.current}")`)
      await page.fill(`${adds} input[name=current]`, password)
      await page.click(`${adds} button`)
      await page.waitForSelector(`[role=status]:has-text("${say.added}")`)
      expect(await page.textContent('main')).toContain('my <b>laptop</b>')
      await add(page, 'again')
      await page.waitForSelector(`${adds} [role=alert]:has-text("${say.already}")`)
      await isFit(page)

      await page.click('form[action="/signout"] button')
      await page.waitForURL('**/signin')
      const before = await context.cookies()
      await page.click(`main button:has-text("${say.signIn}")`)
      await page.waitForURL((at) => at.pathname.startsWith('/console'))
      const session = (await context.cookies()).find(({ name }) => name === 'moab_relay')
      expect(session?.httpOnly).toBe(true)
      expect(before.some(({ value }) => value === session?.value)).toBe(false)

      await page.goto(`${url}/console/account`)
      expect(await page.textContent('main')).toContain(say.used)
      await page.click('details.confirm summary')
      await page.click(`main button:has-text("${say.remove}")`)
      await page.waitForURL('**/account?done=passkey_off')
      expect(await page.textContent('main')).not.toContain('laptop')
      await page.click('form[action="/signout"] button')
      await page.waitForURL('**/signin')
      await page.click(`main button:has-text("${say.signIn}")`)
      await page.waitForSelector(`.problem:has-text("${say.unknown}")`)
      expect(new URL(page.url()).pathname).toBe('/signin/passkey')
      await isFit(page)
      const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
      expect(credentials).toHaveLength(1)
      expect(wrong).toEqual([])
    },
    60_000,
  )

  test.each(['en', 'ru'] as const)(
    'whoever says no is told so, and can begin again: %s',
    async (language) => {
      const say = texts[language]
      const page = await open({ language })
      const { cdp, authenticatorId } = await withDevice(page)
      await signIn(page, url, world.people.viewer, password)
      await refuse(cdp, authenticatorId, false)
      await add(page, 'phone')
      await page.waitForSelector(`${adds} [role=alert]:has-text("${say.notMade}")`)
      await refuse(cdp, authenticatorId, true)
      await page.click(`${adds} button`)
      await page.waitForSelector(`[role=status]:has-text("${say.added}")`)
      await page.click('form[action="/signout"] button')
      await page.waitForURL('**/signin')
      await refuse(cdp, authenticatorId, false)
      await page.click(`${enters} button`)
      await page.waitForSelector(`${enters} [role=alert]:has-text("${say.cancelled}")`)
      await refuse(cdp, authenticatorId, true)
      await page.click(`${enters} button`)
      await page.waitForURL((at) => at.pathname.startsWith('/console'))
      expect(wrong).toEqual([])
    },
    60_000,
  )

  test('the password is looked at first, and travels no second time', async () => {
    const page = await open()
    await withDevice(page)
    await signIn(page, url, world.people.auditor, password)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.postData() ?? '')
    })
    await add(page, 'phone')
    await page.waitForSelector('[role=status]')
    expect(sent).toHaveLength(2)
    expect(sent[0]).toContain('current=')
    expect(sent[1]).toMatch(/^answer=[^&]*$/)
  })

  test('signed out meanwhile, one is led to the door', async () => {
    const page = await open()
    await withDevice(page)
    await signIn(page, url, world.people.owner, password)
    await page.goto(`${url}/console/account`)
    await context.clearCookies()
    await page.fill(`${adds} input[name=current]`, password)
    await page.click(`${adds} button`)
    await page.waitForURL('**/signin')
  })

  test('nobody is shown a button that leads nowhere', async () => {
    const withoutScripts = await open({ scripts: false })
    await withoutScripts.goto(`${url}/signin`)
    expect(await withoutScripts.isVisible(enters)).toBe(false)
    await signIn(withoutScripts, url, world.people.owner, password)
    await withoutScripts.goto(`${url}/console/account`)
    expect(await withoutScripts.isVisible(adds)).toBe(false)
    expect(await withoutScripts.isVisible('[data-without-passkeys]')).toBe(true)
    await context.close()

    const old = await open()
    await context.addInitScript({ content: 'delete window.PublicKeyCredential' })
    await old.goto(`${url}/signin`)
    expect(await old.isVisible(enters)).toBe(false)
    // At an address without a name.
    await old.goto(`${world.url}/signin`)
    expect(await old.locator(enters).count()).toBe(0)
    await context.close()

    const page = await open()
    await page.goto(`${url}/signin`)
    expect(await page.isVisible(enters)).toBe(true)
  })
})
