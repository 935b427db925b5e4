// `providers`: which senders are known, and how one of them is connected.
import { isProviderId, providerName, providers } from '../providers/index.ts'
import type { Provider, Text } from '../providers/provider.ts'
import { uncheckedNote, uncheckedRetries } from '../providers/unchecked.ts'
import { isMeant } from '../providers/search.ts'
import { close, either, guillemets } from '../nearest.ts'
import { BadCall, type Command } from './command.ts'

export const providersCommand: Command = {
  usage: 'providers [ID]',
  help: {
    en: `With ID: where to paste the URL and find the secret, its settings, its events with their email
paths, and code to paste where the sender runs its owner's code (auth0-action).

Exit: 0 printed, 2 no such provider.`,
    ru: `С ID рассказывает, куда вставить адрес и где взять секрет, какие есть настройки и события и где в
них email, и даёт код, если его нужно вставить у отправителя (auth0-action).

Код выхода: 0 — напечатано, 2 — нет такого отправителя.`,
  },
  arguments: { needs: [], max: 1 },
  async run({ positionals: [id], language, io }) {
    const say = (text: Text) => text[language]
    if (id === undefined) {
      for (const name of Object.keys(providers))
        io.out(`${name.padEnd(20)} ${providerName(name, language)}`)
      return 0
    }
    if (!isProviderId(id)) throw noSuchProvider(id)
    io.out(providerName(id, language))
    for (const line of described(providers[id], say, words[language])) io.out(line)
    return 0
  },
}

/** Also for whoever writes a name in the other alphabet. */
function noSuchProvider(written: string): BadCall {
  const ids = Object.keys(providers).filter(isProviderId)
  const named =
    written.length < 3 ? [] : ids.filter((id) => isMeant({ id, provider: providers[id] }, written))
  const meant = [...new Set([...close(written, ids), ...named])].slice(0, 3)
  const isClear = meant.length > 0
  return new BadCall({
    en: `there is no provider “${written}”${isClear ? `: did you mean ${either(meant)}?` : '.'} \`moab-relay providers\` lists all ${ids.length}`,
    ru: `нет отправителя «${written}»${isClear ? `: может быть, ${either(meant, guillemets)}?` : '.'} Все ${ids.length}: \`moab-relay providers\``,
  })
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
  const width = Math.max(...provider.events.map(({ type }) => type.length))
  for (const { type, label, email } of provider.events) {
    yield `  ${type.padEnd(width)}  ${say(label)}`
    for (const path of email) yield `${' '.repeat(width + 4)}${path}`
  }
  if (snippet !== undefined) yield `\n${word.code} (${snippet.language}):\n\n${snippet.text}`
}
