// Times as the reader writes them, in their time zone; the year only where it is another one.
import type { Language } from './reader.ts'

/** `ru-RU` and `en-GB`: the day before the month, 24 hours. */
const locales = { en: 'en-GB', ru: 'ru-RU' } as const

/** One for each language, zone and form: to make one takes longer than to use it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>()
const formatsMax = 64

function formatFor(
  language: Language,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${Object.values(options).join(' ')}`
  const known = formats.get(key)
  if (known !== undefined) return known
  if (formats.size >= formatsMax) formats.clear()
  const made = new Intl.DateTimeFormat(locales[language], { ...options, timeZone })
  formats.set(key, made)
  return made
}

export function momentIn(language: Language, at: Date, timeZone = 'UTC'): string {
  const text = formatFor(language, timeZone, {
    day: 'numeric',
    month: 'short',
    ...(yearOf(at) !== yearOf(new Date()) && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)
  return timeZone === 'UTC' ? `${text} UTC` : text
}

const yearOf = (at: Date) => at.getUTCFullYear()

/** To the second, with the zone: what stands behind a shorter one. */
export function exactMomentIn(language: Language, at: Date, timeZone: string): string {
  return formatFor(language, timeZone, { dateStyle: 'long', timeStyle: 'long' }).format(at)
}

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** “3 minutes ago”, “in 2 hours”. */
export function distanceIn(language: Language, at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000)
  const [unit, size] = steps.find(([, each]) => Math.abs(seconds) >= each) ?? steps[3]
  const format = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' })
  return format.format(Math.trunc(seconds / size), unit)
}

export const numberIn = (language: Language, value: number): string =>
  new Intl.NumberFormat(locales[language]).format(value)

/** Of a whole; a dash where there is none. */
export const shareIn = (language: Language, part: number, whole: number): string =>
  whole === 0
    ? '–'
    : new Intl.NumberFormat(locales[language], { style: 'percent' }).format(part / whole)
