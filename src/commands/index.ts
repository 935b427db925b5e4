// The table of commands; `serve` is the default. The list needs no more than a line of each: what a
// command works with is loaded when it is called.
import type { Text } from '../providers/provider.ts'
import type { Command } from './command.ts'

export interface Listed {
  /** One line for the list of commands. */
  summary: Text
  load(): Promise<Command>
}

export const commands: Readonly<Record<string, Listed>> = {
  serve: {
    summary: {
      en: 'Runs the relay (the default).',
      ru: 'Запускает релей (команда по умолчанию).',
    },
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  demo: {
    summary: {
      en: 'Shows the whole way: signed webhooks in, bonuses at a sandbox MOAB, the story of each.',
      ru: 'Показывает весь путь: подписанные вебхуки, бонусы в песочнице MOAB, история каждого.',
    },
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  migrate: {
    summary: {
      en: 'Brings the database to this version.',
      ru: 'Приводит базу данных к этой версии.',
    },
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  sandbox: {
    summary: {
      en: 'Runs a faithful MOAB to try things against.',
      ru: 'Запускает песочницу, которая отвечает точно как MOAB.',
    },
    load: async () => (await import('./sandbox.ts')).sandboxCommand,
  },
  providers: {
    summary: {
      en: 'Lists the known senders, or says how to connect one.',
      ru: 'Перечисляет известных отправителей или объясняет, как подключить одного.',
    },
    load: async () => (await import('./providers.ts')).providersCommand,
  },
  apply: {
    summary: {
      en: 'Applies a config file (YAML or JSON).',
      ru: 'Применяет конфигурационный файл (YAML или JSON).',
    },
    load: async () => (await import('./apply.ts')).applyCommand,
  },
  export: {
    summary: {
      en: 'Prints the configuration as a config file.',
      ru: 'Печатает настройки как конфигурационный файл.',
    },
    load: async () => (await import('./export.ts')).exportCommand,
  },
  verify: {
    summary: {
      en: 'Judges recorded requests: authentic or not, event, email, answer.',
      ru: 'Проверяет сохранённые запросы: подлинность, событие, email, ответ.',
    },
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  trigger: {
    summary: {
      en: 'Sends a signed sample event of a source to the running relay.',
      ru: 'Отправляет работающему релею подписанный пример события.',
    },
    load: async () => (await import('./trigger.ts')).triggerCommand,
  },
  tail: {
    summary: {
      en: 'Tells what comes in as it comes: events, what became of them, refused requests.',
      ru: 'Показывает, что приходит: события, что с ними стало, отклонённые запросы.',
    },
    load: async () => (await import('./tail.ts')).tailCommand,
  },
  story: {
    summary: {
      en: 'Tells what happened to one person: events, grants, what MOAB said.',
      ru: 'Рассказывает, что было с одним человеком: события, бонусы, ответы MOAB.',
    },
    load: async () => (await import('./story.ts')).storyCommand,
  },
  erase: {
    summary: {
      en: 'Erases a person from every table, and prints a signed record of it.',
      ru: 'Удаляет человека из всех таблиц и печатает подписанный акт об этом.',
    },
    load: async () => (await import('./erase.ts')).eraseCommand,
  },
  retention: {
    summary: {
      en: 'Says how long each partner’s data is kept, or changes it.',
      ru: 'Показывает, сколько хранятся данные каждого партнёра, или меняет сроки.',
    },
    load: async () => (await import('./retention.ts')).retentionCommand,
  },
  link: {
    summary: {
      en: 'Makes signed links: a click on one is an event of its source.',
      ru: 'Делает подписанные ссылки: переход по такой ссылке — событие источника.',
    },
    load: async () => (await import('./link.ts')).linkCommand,
  },
  recheck: {
    summary: {
      en: 'Asks the providers again about parked events that need attention.',
      ru: 'Ещё раз спрашивает провайдеров об отложенных событиях, которые требуют внимания.',
    },
    load: async () => (await import('./recheck.ts')).recheckCommand,
  },
  token: {
    summary: {
      en: 'Makes an API token and prints it, once.',
      ru: 'Создаёт токен API и печатает его один раз.',
    },
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  account: {
    summary: {
      en: 'Lists who can sign in, or makes a link for a new password.',
      ru: 'Показывает, кто может войти, или даёт ссылку для нового пароля.',
    },
    load: async () => (await import('./account.ts')).accountCommand,
  },
  keys: {
    summary: {
      en: 'Says which key the stored secrets are sealed with, or seals all with the new one.',
      ru: 'Показывает, каким ключом зашифрованы секреты, или перешифровывает их новым.',
    },
    load: async () => (await import('./keys.ts')).keysCommand,
  },
  audit: {
    summary: {
      en: 'Proves that the trail of who did what is as it was, or prints its newest checkpoint.',
      ru: 'Доказывает, что журнал действий не меняли, или печатает последнюю отметку.',
    },
    load: async () => (await import('./audit.ts')).auditCommand,
  },
  doctor: {
    summary: {
      en: 'Checks settings, database, keys, sources and the way to MOAB.',
      ru: 'Проверяет настройки, базу данных, ключи, источники и связь с MOAB.',
    },
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
}
