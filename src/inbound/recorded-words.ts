// What is wrong with a recorded request, for whoever wrote it by hand. The value is never repeated: it may be a
// secret in the wrong place.
import type { z } from 'zod'
import type { Text } from '../providers/provider.ts'

export type Language = keyof Text

/** What the form's own checks say, by their names. */
const own = {
  no_such_provider: {
    en: 'there is no such provider: moab-relay providers lists them',
    ru: 'такого провайдера нет, список: moab-relay providers',
  },
  both_bodies: {
    en: 'give either body or bodyBase64',
    ru: 'укажите что-то одно: body или bodyBase64',
  },
  body_too_large: { en: 'the body is too large', ru: 'тело слишком велико' },
  not_seconds: {
    en: 'must be the time of the request in Unix seconds, such as 1796000000',
    ru: 'укажите время запроса в секундах Unix, например 1796000000',
  },
} as const satisfies Record<string, Text>
export type OwnProblem = keyof typeof own

const kinds: Readonly<Record<string, Text>> = {
  string: { en: 'a text in quotes', ru: 'текст в кавычках' },
  object: { en: 'an object in braces {}', ru: 'объект в фигурных скобках {}' },
  record: { en: 'an object in braces {}', ru: 'объект в фигурных скобках {}' },
  array: { en: 'a list in brackets []', ru: 'список в квадратных скобках []' },
}

const words = {
  en: {
    missing: 'is missing',
    kind: (kind: string) => `must be ${kind}`,
    unknown: (names: string) => `has what is not known here: ${names}`,
    base64: 'must be base64',
    many: (most: string) => `has too many entries, at most ${most}`,
    other: 'cannot be used',
  },
  ru: {
    missing: 'не указано',
    kind: (kind: string) => `здесь нужен ${kind}`,
    unknown: (names: string) => `неизвестное поле: ${names}`,
    base64: 'нужен base64',
    many: (most: string) => `слишком много записей, можно не больше ${most}`,
    other: 'не подходит',
  },
}

const namesOf = (keys: readonly string[]) => keys.map((key) => `"${key.slice(0, 40)}"`).join(', ')

export function problemIn(issue: z.core.$ZodRawIssue, language: Language): string {
  const say = words[language]
  if (issue.code === 'unrecognized_keys') return say.unknown(namesOf(issue.keys))
  if (issue.input === undefined) return say.missing
  if (issue.code === 'invalid_type')
    return say.kind(kinds[issue.expected]?.[language] ?? issue.expected)
  if (issue.code === 'invalid_format') return say.base64
  return issue.code === 'too_big' ? say.many(String(issue.maximum)) : say.other
}

const isOwn = (text: string): text is OwnProblem => Object.hasOwn(own, text)

/** A message of the form's own checks in words; any other as it is. */
export const inWords = (message: string, language: Language): string =>
  isOwn(message) ? own[message][language] : message
