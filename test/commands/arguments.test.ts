// What somebody typed: each mistake names what is wrong, and what was perhaps meant.
import { describe, expect, test } from 'vitest'
import { isHelpWanted, readArguments } from '../../src/commands/arguments.ts'
import { BadCall } from '../../src/commands/command.ts'
import type { Text } from '../../src/providers/provider.ts'
import { commands } from '../../src/commands/index.ts'

const shape = {
  usage: 'send SOURCE EVENT [--email ADDRESS] [--lang en|ru] [--print]',
  options: { email: { type: 'string' }, lang: { type: 'string' }, print: { type: 'boolean' } },
  arguments: { needs: ['SOURCE', 'EVENT'], max: 2 },
} as const
const alone = { usage: 'look', arguments: { needs: [], max: 0 } } as const

test('arguments and options are told apart, in any order', () => {
  const args = ['--email', 'a@example.com', 'shop', '--print', 'paid']
  const { positionals, values } = readArguments(shape, args)
  expect(positionals).toEqual(['shop', 'paid'])
  expect([...values]).toEqual([
    ['email', 'a@example.com'],
    ['print', true],
  ])
})

test.each([
  [['shop', 'paid', '--email=-1'], '-1'],
  [['shop', 'paid', '--email', '-'], '-'],
  [['--email', 'x', '--', 'shop', '--odd'], 'x'],
])('%j is taken', (args, email) => {
  expect(readArguments(shape, args).values.get('email')).toBe(email)
})

test.each([
  [[], 'send: SOURCE and EVENT are missing'],
  [['shop'], 'send: EVENT is missing'],
  [['shop', ''], 'send: EVENT is empty'],
  [['shop', 'paid', 'more'], 'send takes 2 arguments: “more” is too much'],
  [['shop', 'paid', '--emial', 'x'], 'send has no option --emial: did you mean --email?'],
  [['shop', 'paid', '--emial=s3cret'], 'send has no option --emial: did you mean --email?'],
  [['shop', 'paid', '-print'], 'send has no option -print: did you mean --print?'],
  [['shop', 'paid', '--quiet'], 'send has no option --quiet'],
  [['shop', 'paid', '-q'], 'send has no option -q'],
  [['shop', 'paid', '--toString'], 'send has no option --toString'],
  [['shop', 'paid', '--lang'], '--lang wants a value: --lang en|ru'],
  [['shop', 'paid', '--email', ''], '--email wants a value: --email ADDRESS'],
  [['shop', 'paid', '--email='], '--email wants a value: --email ADDRESS'],
  [
    ['shop', 'paid', '--email', '--print'],
    '--email wants a value: --email ADDRESS, or --email=--print if that is meant',
  ],
  [['shop', 'paid', '--print=yes'], '--print takes no value'],
  [['shop', 'paid', '--email', 'a', '--email', 'b'], '--email is given twice'],
])('%j: %s', (args, message) => {
  expect(complaint(args)?.en).toBe(message)
})

test.each([
  [[], 'send: не указаны аргументы ИСТОЧНИК и СОБЫТИЕ'],
  [['shop'], 'send: не указан аргумент СОБЫТИЕ'],
  [['shop', ''], 'send: аргумент СОБЫТИЕ пуст'],
  [['shop', 'paid', 'more'], 'send: «more» здесь лишнее'],
  [['shop', 'paid', '--emial', 'x'], 'у send нет параметра --emial: может быть, --email?'],
  [['shop', 'paid', '--lnag', 'ru'], 'у send нет параметра --lnag: может быть, --lang?'],
  [['shop', 'paid', '--quiet'], 'у send нет параметра --quiet'],
  [['shop', 'paid', '--email'], '--email нужно значение: --email АДРЕС'],
  [['shop', 'paid', '--print=yes'], '--print пишется без значения'],
  [['shop', 'paid', '--email', 'a', '--email', 'b'], '--email указан дважды'],
])('%j, in Russian: %s', (args, message) => {
  expect(complaint(args)?.ru).toBe(message)
})

function complaint(args: string[]): Text | undefined {
  try {
    readArguments(shape, args)
    return undefined
  } catch (error) {
    if (error instanceof BadCall) return error.text
    throw error
  }
}

test('what takes nothing says so', () => {
  expect(() => readArguments(alone, ['x'])).toThrow('look takes no arguments: “x” is too much')
})

test('whoever asks for help gets it, whatever else is wrong', () => {
  for (const args of [['--help'], ['-h'], ['shop', '--odd', '-h']])
    expect(isHelpWanted(shape, args)).toBe(true)
  for (const args of [[], ['--', '--help'], ['help']]) expect(isHelpWanted(shape, args)).toBe(false)
})

describe.each(Object.entries(commands))('%s', (name, { load }) => {
  test('its usage shows its options with their values, and what it needs', async () => {
    const { usage, options = {}, arguments: args } = await load()
    expect(usage).toMatch(new RegExp(`^${name}\\b`))
    for (const [option, { type }] of Object.entries(options))
      expect(usage).toMatch(new RegExp(`--${option}${type === 'string' ? ' [^\\s[-]' : '\\b'}`))
    for (const word of args.needs.flatMap((need) => need.split(' or ')))
      expect(usage).toContain(word)
    expect(args.max).toBeGreaterThanOrEqual(args.needs.length)
  })

  test('its help fits on a terminal', async () => {
    const { help } = await load()
    for (const text of [help.en, help.ru])
      expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
  })
})
