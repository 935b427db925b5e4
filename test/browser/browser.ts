// Debian's Chromium, driven by playwright-core. What a page must never do is watched: errors, requests to
// elsewhere, breaches of the content security policy, dialogs.
import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = paths.find((path) => existsSync(path))

/** Without one the tests say so and are skipped. */
export const hasBrowser = executablePath !== undefined

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })

export const sizes = {
  wide: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const

export interface View {
  language?: 'en' | 'ru'
  scheme?: 'light' | 'dark'
  size?: keyof typeof sizes
  scripts?: boolean
}

export function viewOptions({
  language = 'en',
  scheme = 'light',
  size = 'wide',
  scripts = true,
}: View) {
  return {
    locale: language === 'ru' ? 'ru-RU' : 'en-GB',
    timezoneId: 'Europe/Moscow',
    colorScheme: scheme,
    viewport: sizes[size],
    javaScriptEnabled: scripts,
    reducedMotion: 'reduce',
  } satisfies BrowserContextOptions
}

// As text: the tests know no DOM.
const breaches = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('csp: ' + event.violatedDirective + ' ' + event.blockedURI)
})`
const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

/** What went wrong in any page of the context, as it happens. */
export async function watch(context: BrowserContext, url: string): Promise<string[]> {
  const seen: string[] = []
  await context.addInitScript({ content: breaches })
  context.on('page', (page) => {
    page.on('console', (message) => {
      const isWanted = /status of (?:403|404|409|422)/.test(message.text())
      if (message.type() === 'error' && !isWanted) seen.push(`${page.url()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => seen.push(`${page.url()}: ${error.message}`))
    page.on('dialog', (dialog) => {
      seen.push(`${page.url()}: a dialog says ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      const asked = request.url()
      if (!asked.startsWith(url) && !asked.startsWith('data:'))
        seen.push(`${page.url()}: asks ${asked}`)
    })
  })
  return seen
}

export async function signIn(
  page: Page,
  url: string,
  email: string,
  password: string,
): Promise<void> {
  await page.goto(`${url}/signin`)
  await page.fill('input[name=email]', email)
  await page.fill('input[name=password]', password)
  await page.click('main button[type=submit]')
  await page.waitForURL((at) => at.pathname.startsWith('/console'))
}

export const scrollsSideways = (page: Page): Promise<boolean> => page.evaluate<boolean>(isWide)

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What keeps somebody from using the page. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`)
}
