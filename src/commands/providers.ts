// `providers`: which senders are known, and how one of them is connected.
import { isProviderId, providers } from '../providers/index.ts'
import type { Provider, Text } from '../providers/provider.ts'
import { uncheckedNote, uncheckedRetries } from '../providers/unchecked.ts'
import { BadCall, type Command } from './command.ts'

export const providersCommand: Command = {
  usage: 'providers [ID] [--lang en|ru]',
  help: `  --lang en|ru  language (LANG decides, else English)

With ID: where to paste the URL and find the secret, its settings, its events with their email paths,
and code to paste where the sender runs its owner's code (auth0-action).

Exit: 0 printed, 2 no such provider.`,
  options: { lang: { type: 'string' } },
  arguments: { min: 0, max: 1 },
  async run({ positionals: [id], value, env, io }) {
    const russian = (value('lang') ?? env['LANG'] ?? '').startsWith('ru')
    const say = (text: Text) => (russian ? text.ru : text.en)
    if (id === undefined) {
      for (const [name, provider] of Object.entries(providers)) {
        io.out(`${name.padEnd(20)} ${provider.name}`)
      }
      return 0
    }
    if (!isProviderId(id)) {
      throw new BadCall(
        `there is no provider “${id}”; there are: ${Object.keys(providers).join(', ')}`,
      )
    }
    for (const line of described(providers[id], say, russian ? words.ru : words.en)) io.out(line)
    return 0
  },
}

const words = {
  en: {
    url: 'URL',
    secret: 'Secret',
    retries: 'Retries',
    settings: 'Settings',
    events: 'Events',
    code: 'Code to paste',
  },
  ru: {
    url: 'Адрес',
    secret: 'Секрет',
    retries: 'Повторы',
    settings: 'Настройки',
    events: 'События',
    code: 'Код для вставки',
  },
}

function* described(provider: Provider, say: (text: Text) => string, word: (typeof words)['en']) {
  const { guide, settings = {}, snippet } = provider
  yield provider.name
  yield `\n${word.url}: ${say(guide.url)}`
  yield `\n${word.secret}: ${say(guide.secret)}`
  if (guide.note !== undefined) yield `\n${say(guide.note)}`
  const unchecked = uncheckedNote(provider)
  if (unchecked !== undefined) yield `\n${say(unchecked)}`
  const doubt = uncheckedRetries(provider)
  const retries = doubt === undefined ? word.retries : `${word.retries} (${say(doubt)})`
  yield `\n${retries}: ${say(provider.retries)}`
  const named = Object.entries(settings)
  if (named.length > 0) yield `\n${word.settings}:`
  for (const [name, setting] of named) yield `  ${name.padEnd(18)} ${say(setting.help)}`
  yield `\n${word.events}:`
  for (const { type, label, email } of provider.events) {
    yield `  ${type.padEnd(28)} ${say(label)}`
    for (const path of email) yield `${' '.repeat(31)}${path}`
  }
  if (snippet !== undefined) yield `\n${word.code} (${snippet.language}):\n\n${snippet.text}`
}
