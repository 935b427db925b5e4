// How somebody reads: their language and time zone, as this browser was told or as it says itself.
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { ConsoleParts } from './parts.ts'
import { isSecure } from './session.ts'

export const languages = { en: 'English', ru: 'Русский' } as const
export type Language = keyof typeof languages
export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text)

const cookies = { language: 'moab_relay_lang', timeZone: 'moab_relay_zone' } as const
const yearSeconds = 365 * 86_400

/** What the reader chose here, else the first language asked for that we speak. */
export function languageOf(c: Context): Language {
  const chosen = getCookie(c, cookies.language) ?? ''
  return isLanguage(chosen) ? chosen : languageAsked(c.req.header('accept-language') ?? '')
}

function languageAsked(header: string): Language {
  const asked = header
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameters[0] ?? '')?.[1] ?? '1'
      return { language: tag.toLowerCase().split('-')[0] ?? '', quality: Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return asked.map(({ language }) => language).find(isLanguage) ?? 'en'
}

/** An IANA name; the browser's own, which its script tells, until another is chosen. */
export function timeZoneOf(c: Context): string {
  const chosen = getCookie(c, cookies.timeZone) ?? ''
  return isTimeZone(chosen) ? chosen : 'UTC'
}

export function isTimeZone(name: string): boolean {
  if (!/^[\w+\-/]{1,64}$/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export function keepReading(
  c: Context,
  parts: ConsoleParts,
  chosen: { language?: Language; timeZone?: string },
): void {
  const options = {
    path: '/',
    sameSite: 'Lax',
    secure: isSecure(c, parts),
    maxAge: yearSeconds,
  } as const
  if (chosen.language !== undefined) setCookie(c, cookies.language, chosen.language, options)
  if (chosen.timeZone !== undefined) setCookie(c, cookies.timeZone, chosen.timeZone, options)
}
