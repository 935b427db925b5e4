// In which language the command line speaks, and that it has all its words in each.
import { describe, expect, test } from 'vitest'
import { frameWords, helpOf, overview } from '../../src/commands/help.ts'
import { commands } from '../../src/commands/index.ts'
import { localeOf, takeLanguage } from '../../src/commands/language.ts'
import { inRussian } from '../../src/commands/placeholders.ts'
import { readConfig, UsageError, variables } from '../../src/config.ts'
import { expectRussian } from '../support/russian.ts'

describe('the language', () => {
  test.each([
    [{}, 'en'],
    [{ LANG: 'C' }, 'en'],
    [{ LANG: 'POSIX' }, 'en'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LANG: 'ru_RU.UTF-8' }, 'ru'],
    [{ LC_MESSAGES: 'ru_RU', LANG: 'en_US' }, 'ru'],
    [{ LC_ALL: 'C', LC_MESSAGES: 'ru', LANG: 'ru' }, 'en'],
    [{ LC_ALL: '', LANG: 'ru' }, 'ru'],
  ])('of the locale %j is %s', (env, language) => expect(localeOf(env)).toBe(language))

  test.each([
    [['story', 'x'], undefined, ['story', 'x']],
    [['story', '--lang', 'ru', 'x'], 'ru', ['story', 'x']],
    [['story', 'x', '--lang=en'], 'en', ['story', 'x']],
    [['--lang', 'ru', 'help'], 'ru', ['help']],
    [['story', '--', '--lang'], undefined, ['story', '--', '--lang']],
    [['verify', '--lang', 'ru', '--', '--lang'], 'ru', ['verify', '--', '--lang']],
  ])('%j: %s', (args, wanted, rest) => expect(takeLanguage(args)).toEqual({ wanted, rest }))

  test.each([
    [['--lang', 'fr'], '--lang is en or ru, not “fr”'],
    [['--lang'], '--lang wants a value: --lang en|ru'],
    [['--lang='], '--lang wants a value: --lang en|ru'],
    [['--lang', '--once'], '--lang wants a value: --lang en|ru'],
    [['--lang', 'ru', 'x', '--lang', 'en'], '--lang is given twice'],
  ])('%j: %s', (args, message) => expect(() => takeLanguage(args)).toThrow(message))
})

/** Names of what is known under no other. */
const names = ['Ctrl', 'moab', 'relay', 'MOAB', 'YAML', 'docs', 'help', 'email', 'keep', 'list']

describe.each(Object.entries(commands))('%s', (name, { summary, load }) => {
  test('has its line, its usage and its help in Russian', async () => {
    const command = await load()
    const { usage, help, options = {} } = command
    expectRussian(summary.ru, names)
    expect(summary.ru).toMatch(/\.$/)
    // The words to be filled in are Russian: those that are left are called so in both.
    const filled = inRussian(usage).match(/\b[A-Z]{2,}\b/g) ?? []
    expect(filled.filter((word) => !['EMAIL', 'URL', 'ID'].includes(word))).toEqual([])
    expect(help.ru).toMatch(/^Код выхода: 0 — /m)
    for (const option of Object.keys(options)) expect(help.ru).toContain(`--${option}`)
    for (const [word] of inRussian(usage).matchAll(/--[a-z]+ [А-ЯЁ]+/g))
      expect(help.ru).toContain(word)
    for (const line of [summary.ru, ...help.ru.split('\n')])
      expect(line.length, line).toBeLessThanOrEqual(100)
    expect(helpOf(name, command, 'ru')).toMatch(/^Вызов: moab-relay /)
  })

  test('its options stand in one column in either language', async () => {
    const { help } = await load()
    for (const text of [help.en, help.ru]) {
      const rows = text
        .split('\n')
        .filter((line) => !line.includes('@'))
        .flatMap((line) => /^ {2}\S+(?: \S+)*? {2,}(?=\S)/.exec(line) ?? [])
      expect(new Set(rows.map((row) => row.length)).size, text).toBeLessThanOrEqual(1)
    }
  })
})

test('the list of commands is Russian, and says how the language is chosen', () => {
  const text = overview('ru')
  expectRussian(text.replaceAll(/^ {2}[a-z]+ |en\|ru|doctor/gm, ''), names)
  for (const name of Object.keys(commands))
    expect(text).toMatch(new RegExp(`^  ${name} +[А-ЯЁ]`, 'm'))
  expect(text).toContain('--lang en|ru')
  expect(overview('en')).toContain('--lang en|ru')
})

test('an unknown command is told in Russian, too', () => {
  expect(frameWords.ru.noCommand('sevre', 'serve')).toBe(
    'Нет команды «sevre»: может быть, «serve»?\nВсе команды: moab-relay help.',
  )
})

test('every mistake of the environment is told in Russian, with the same names', () => {
  const env = Object.fromEntries(Object.keys(variables).map((name) => [name, 'x'.repeat(101)]))
  const wrong = {
    ...env,
    ADMIN_PASSWORD: 'short',
    DATABASE_URL: '',
    ADMIN_EMAIL: '',
    OIDC_CLIENT_ID: '',
  }
  try {
    readConfig({ ...wrong, PORT_FILE: '/nowhere', PORT: '' })
    throw new Error('nothing was wrong')
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { en, ru } = error.text
    const named = (text: string) => text.split('\n').map((line) => line.split(':', 1)[0])
    expect(named(ru).slice(1)).toEqual(named(en).slice(1))
    const known = ['base', 'url', 'base64url', 'postgres', 'https', 'all', 'ingest', 'worker']
    expectRussian(ru, [
      ...known,
      'console',
      'or',
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'silent',
    ])
  }
})
