// Times as the reader's language writes them. In UTC, until the reader has a time zone of their own.
import type { Language } from './page.tsx'

export function momentIn(language: Language, at: Date): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
    .format(at)
    .concat(' UTC')
}
