// In which language a command speaks to people: as it is told, else as the locale says.
import { BadCall } from './command.ts'

export type Language = 'en' | 'ru'

export function languageOf(wanted: string | undefined, locale: string | undefined): Language {
  if (wanted === undefined) return locale?.startsWith('ru') === true ? 'ru' : 'en'
  if (wanted === 'en' || wanted === 'ru') return wanted
  throw new BadCall('--lang is en or ru')
}
