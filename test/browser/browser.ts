// Debian's Chromium, driven by playwright-core; nothing is loaded from elsewhere.
import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

export const chromiumPath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path))

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] })

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
  } satisfies BrowserContextOptions
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
  await Promise.all([
    page.waitForURL((at) => !at.pathname.startsWith('/signin')),
    page.click('main button[type=submit]'),
  ])
}
