// In which language the command line speaks to people: as it is told, else as the locale says. Every command
// takes `--lang`, and none sees it: it is read here, before the command is looked at.
import { BadCall, type Language } from './command.ts'

/** Of the locale's variables the first that is set counts. */
export function localeOf(env: NodeJS.ProcessEnv): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return locale.startsWith('ru') ? 'ru' : 'en'
}

/** Wherever it stands, but not behind `--`. Undefined: it is not said. Throws BadCall. */
export function takeLanguage(args: readonly string[]): {
  wanted: Language | undefined
  rest: string[]
} {
  const end = args.indexOf('--')
  const options = end < 0 ? args : args.slice(0, end)
  const at = options.findIndex((each) => each === '--lang' || each.startsWith('--lang='))
  if (at < 0) return { wanted: undefined, rest: [...args] }
  const inline = options[at]?.split('=')[1]
  const taken = inline === undefined ? 2 : 1
  const wanted = languageNamed(inline ?? options[at + 1])
  const rest = [...args.slice(0, at), ...args.slice(at + taken)]
  if (takeLanguage(rest).wanted !== undefined) throw new BadCall(twice)
  return { wanted, rest }
}

function languageNamed(text: string | undefined): Language {
  if (text === 'en' || text === 'ru') return text
  if (text === undefined || text === '' || text.startsWith('-')) throw new BadCall(noValue)
  throw new BadCall({
    en: `--lang is en or ru, not “${text}”`,
    ru: `--lang — это en или ru, а не «${text}»`,
  })
}

const noValue = {
  en: '--lang wants a value: --lang en|ru',
  ru: '--lang нужно значение: --lang en|ru',
}
const twice = { en: '--lang is given twice', ru: '--lang указан дважды' }
