// What `help` prints, all commands or how one of them is called, and what is said around every command.
import type { Command, Language } from './command.ts'
import { commands } from './index.ts'
import { either, guillemets } from '../nearest.ts'
import { inRussian } from './placeholders.ts'

const en = {
  what: 'moab-relay: signed webhooks in, MOAB bonuses out, the story kept.',
  usage: 'Usage: moab-relay',
  call: '[command] [arguments]',
  help: 'Says how a command is called: moab-relay help COMMAND.',
  version: 'Says which version this is.',
  settings:
    'Settings come from the environment: README.md names them, moab-relay doctor checks them.',
  language: 'Every command takes --lang en|ru (LC_ALL, LC_MESSAGES or LANG decide, else English).',
  noCommand: (name: string, meant: string | undefined) =>
    `There is no command “${name}”${meant === undefined ? '.' : `: did you mean ${either([meant])}?`}\nmoab-relay help lists them all.`,
  calledLike: (name: string) => `moab-relay help ${name} says how it is called.`,
  failed: (why: string) => `moab-relay failed: ${why}`,
  sayMore: 'LOG_LEVEL=debug says more.',
}

const ru: typeof en = {
  what: 'moab-relay принимает подписанные вебхуки, передаёт бонусы в MOAB и хранит всю историю.',
  usage: 'Вызов: moab-relay',
  call: '[команда] [аргументы]',
  help: 'Объясняет, как вызвать команду: moab-relay help КОМАНДА.',
  version: 'Показывает версию.',
  settings: 'Настройки берутся из окружения: список в README.md, проверка — moab-relay doctor.',
  language:
    'Язык любой команды: --lang en|ru; иначе решают LC_ALL, LC_MESSAGES и LANG, а без них английский.',
  noCommand: (name, meant) =>
    `Нет команды «${name}»${meant === undefined ? '.' : `: может быть, ${either([meant], guillemets)}?`}\nВсе команды: moab-relay help.`,
  calledLike: (name) => `Как вызывать: moab-relay help ${name}.`,
  failed: (why) => `Сбой moab-relay: ${why}`,
  sayMore: 'Подробнее — с LOG_LEVEL=debug.',
}

export const frameWords: Record<Language, typeof en> = { en, ru }

export function overview(language: Language): string {
  const say = frameWords[language]
  const rows = [
    ...Object.entries(commands).map(([name, { summary }]) => [name, summary[language]]),
    ['help', say.help],
    ['version', say.version],
  ].map(([name = '', says]) => `  ${name.padEnd(10)} ${says}`)
  const head = [say.what, '', `${say.usage} ${say.call}`, '']
  return [...head, ...rows, '', say.settings, say.language].join('\n')
}

export function helpOf(name: string, { usage, help }: Command, language: Language): string {
  const say = frameWords[language]
  const call = language === 'ru' ? inRussian(usage) : usage
  const summary = commands[name]?.summary[language] ?? ''
  return [`${say.usage} ${call}`, '', summary, '', help[language], '', say.language].join('\n')
}
