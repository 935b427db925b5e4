// Sentences for the person who wrote a config file: what zod found, in words that say what is
// allowed. A value is never repeated: it may be a secret in the wrong place.
import type { z } from 'zod'

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

/** `there is no provider "strip": did you mean "stripe"? There are: …` */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  const guess = near === undefined ? '' : `: did you mean "${near}"?`
  const list = known.length === 0 ? 'There are none' : `There are: ${known.slice(0, 60).join(', ')}`
  return `there is no ${what} "${name.slice(0, 60)}"${guess === '' ? '.' : guess} ${list}`
}

export function unknownKey(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  const guess = near === undefined ? '' : `, did you mean "${near}"?`
  return `unknown key "${name.slice(0, 60)}"${guess} (allowed: ${known.join(', ')})`
}

/** Within a third of its letters; short names have no neighbours. */
function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > 60) return undefined
  const plain = (text: string) => text.toLowerCase().replace(/[-_ ]/g, '')
  const distances = known.map((other) => ({ other, far: distance(plain(name), plain(other)) }))
  const [best] = distances.sort((a, b) => a.far - b.far)
  return best !== undefined && best.far <= Math.ceil(best.other.length / 3) - 1
    ? best.other
    : undefined
}

/** Letters to change, add, leave out, or swap with their neighbour. */
function distance(one: string, other: string): number {
  const a = Array.from(one)
  const b = Array.from(other)
  const rows = [[0, ...b.map((_, j) => j + 1)]]
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const changed = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      rows[i]?.push(isSwap ? Math.min(changed, at(i - 2, j - 2) + 1) : changed)
    }
  }
  return at(a.length, b.length)
}
