// In which language a command speaks to people: as it is told, else as the locale says.
import { BadCall, type Call } from './command.ts'

export type Language = 'en' | 'ru'

/** For commands with the option `--lang`. Of the locale's variables the first that is set counts. */
export function languageOf({ value, env }: Pick<Call, 'value' | 'env'>): Language {
  const wanted = value('lang')
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  if (wanted === undefined) return locale.startsWith('ru') ? 'ru' : 'en'
  if (wanted === 'en' || wanted === 'ru') return wanted
  throw new BadCall(`--lang is en or ru, not “${wanted}”`)
}
