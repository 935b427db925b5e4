// Sentences for the person who wrote a config file: what zod found, in words that say what is
// allowed. A value is never repeated: it may be a secret in the wrong place.
import type { z } from 'zod'
import { close, either, marked, nearest, straight } from '../../nearest.ts'

const kinds = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping of keys to values'],
  ['record', 'a mapping of keys to values'],
])

/** For `safeParse(…, { error: sentence })`; a message of the schema's own comes first. */
export function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  const wanted = allowed(issue)
  if (wanted === undefined) return undefined
  if (issue.input === undefined) return `is missing: ${wanted}`
  if (issue.code !== 'invalid_type') return wanted
  const isBare = issue.expected === 'string' && isPlain(issue.input)
  return isBare ? `${wanted}: put it in quotes` : wanted
}

const isPlain = (input: unknown) => typeof input === 'number' || typeof input === 'boolean'

function allowed(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return `must be ${kinds.get(issue.expected) ?? issue.expected}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'too_big') return `may ${amount(issue.origin, `at most ${issue.maximum}`)}`
  if (issue.code !== 'too_small') return undefined
  if (issue.origin === 'number') return `must be at least ${issue.minimum}`
  return Number(issue.minimum) === 1
    ? 'must not be empty'
    : `must ${amount(issue.origin, `at least ${issue.minimum}`)}`
}

function amount(origin: string, number: string): string {
  if (origin === 'string') return `have ${number} characters`
  return origin === 'array' ? `have ${number} entries` : `be ${number}`
}

const namedMax = 15

const words = {
  en: {
    none: (what: string, name: string) => `there is no ${what} ${name}`,
    meant: (names: string) => `: did you mean ${names}?`,
    nobody: 'There are none',
    there: (names: string) => `There are: ${names}`,
    more: (count: number) => ` and ${count} more`,
    listed: (where: string, count: number) => `${where} lists all ${count}`,
  },
  ru: {
    none: (what: string, name: string) => `нет ${what} ${name}`,
    meant: (names: string) => `: может быть, ${names}?`,
    nobody: 'Пока нет ни одного',
    there: (names: string) => `Есть: ${names}`,
    more: (count: number) => ` и ещё ${count}`,
    listed: (where: string, count: number) => `Весь список (${count}): ${where}`,
  },
}

interface Naming {
  /** What lists them where they are many. */
  all?: string
  marks?: typeof straight
  language?: keyof typeof words
}

/**
 * `there is no provider "strip": did you mean "stripe"? …`, and then what there is: by name where that is
 * little, else `all` says where the whole list is. `what` stands in the genitive in Russian.
 */
export function unknownName(
  what: string,
  name: string,
  known: readonly string[],
  { all, marks = straight, language = 'en' }: Naming = {},
): string {
  const say = words[language]
  const meant = close(name, known)
  const guess = meant.length === 0 ? '.' : say.meant(either(meant, marks))
  return `${say.none(what, marked(name.slice(0, 60), marks))}${guess} ${listed(known, all, say)}`
}

function listed(
  known: readonly string[],
  all: string | undefined,
  say: (typeof words)['en'],
): string {
  if (known.length === 0) return say.nobody
  if (known.length <= namedMax) return say.there(known.join(', '))
  if (all !== undefined) return say.listed(all, known.length)
  const rest = known.length - namedMax
  return say.there(known.slice(0, namedMax).join(', ')) + say.more(rest)
}

export function unknownKey(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  const guess = near === undefined ? '' : `, did you mean "${near}"?`
  return `unknown key "${name.slice(0, 60)}"${guess} (allowed: ${known.join(', ')})`
}
