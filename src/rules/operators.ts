// What a condition can ask about the values a path finds: one row per operator.
//
// A clause looks at all values the path finds. The positive operators hold if any value satisfies
// them; `ne` and `nin` hold if no value equals, so they hold where nothing is found.
// Types are strict, with one exception: a number is also compared with text that is a plain decimal
// ("4900.00"), because forms and several payment senders deliver numbers as text. Text that is asked
// for is never compared with a number: "007" is not 7.
// `gt gte lt lte` take numbers only; text, dates included, is never ordered.
// All text operators respect case but `like`, in which `*` stands for any characters.
import { z } from 'zod'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'

export type Holds = (found: readonly JsonValue[]) => boolean

interface Label {
  en: string
  ru: string
}

interface Operator {
  /** What may stand under `value`. */
  value: z.ZodType<JsonValue, JsonValue | undefined>
  /** Between the field and the value, in a select and in a trace. */
  label: Label
  /** The question with its operand filled in; throws where `value` does not accept the operand. */
  holds(operand: JsonValue | undefined): Holds
}

function operator<Operand extends JsonValue>(
  value: z.ZodType<Operand, JsonValue | undefined>,
  label: Label,
  holds: (operand: Operand) => Holds,
): Operator {
  return { value, label, holds: (operand) => holds(value.parse(operand)) }
}

const Text = z
  .string('must be text, in quotes')
  .min(1, 'must not be empty')
  .max(limits.operandCharsMax, `may have at most ${limits.operandCharsMax} characters`)
const Numeral = z
  .number('must be a number, without quotes')
  .refine(
    (number) => !Number.isInteger(number) || Number.isSafeInteger(number),
    'is too large to be exact: write it as text, in quotes',
  )
const Scalar = z.union(
  [z.string().max(limits.operandCharsMax), Numeral, z.boolean(), z.null()],
  `must be text (of at most ${limits.operandCharsMax} characters), a number, true, false or null`,
)
const Scalars = z
  .array(Scalar, 'must be a list')
  .min(1, 'must not be empty')
  .max(limits.operandListMax, `may have at most ${limits.operandListMax} entries`)
const Presence = z.boolean('must be true or false').default(true)

type Scalar = z.output<typeof Scalar>

function any(test: (value: JsonValue) => boolean): Holds {
  return (found) => found.some(test)
}

function none(test: (value: JsonValue) => boolean): Holds {
  return (found) => !found.some(test)
}

function equals(operand: Scalar): (value: JsonValue) => boolean {
  if (typeof operand !== 'number') return (value) => value === operand
  return (value) => decimal(value) === operand
}

function equalsOne(operands: Scalar[]): (value: JsonValue) => boolean {
  const tests = operands.map(equals)
  return (value) => tests.some((test) => test(value))
}

/** No exponents, signs of thousands or commas: those are read differently by different people. */
const plainDecimal = /^-?\d{1,30}(?:\.\d{1,30})?$/

function decimal(value: JsonValue): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.length > 62 || !plainDecimal.test(value)) return null
  return Number(value)
}

function ordered(compare: (value: number, operand: number) => boolean) {
  return (operand: number) =>
    any((value) => {
      const number = decimal(value)
      return number !== null && compare(number, operand)
    })
}

function text(test: (value: string) => boolean): Holds {
  return any((value) => typeof value === 'string' && test(value))
}

/** A part of text, or one element of a list. */
function contains(operand: Scalar): Holds {
  const isElement = equals(operand)
  return any((value) => {
    if (Array.isArray(value)) return value.some(isElement)
    return typeof value === 'string' && typeof operand === 'string' && value.includes(operand)
  })
}

/** Each piece between stars is looked for once, after the piece before it: never backtracks. */
function like(operand: string): Holds {
  const pieces = operand.toLowerCase().split('*')
  const [first = ''] = pieces
  const last = pieces.at(-1) ?? ''
  const middle = pieces.slice(1, -1)
  return text((value) => {
    const subject = value.toLowerCase()
    if (pieces.length === 1) return subject === first
    if (subject.length < first.length + last.length) return false
    if (!subject.startsWith(first) || !subject.endsWith(last)) return false
    let at = first.length
    for (const piece of middle) {
      const found = subject.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
    }
    return at <= subject.length - last.length
  })
}

export const operators = {
  eq: operator(Scalar, { en: '=', ru: '=' }, (operand) => any(equals(operand))),
  ne: operator(Scalar, { en: '≠', ru: '≠' }, (operand) => none(equals(operand))),
  in: operator(Scalars, { en: 'is one of', ru: 'одно из' }, (list) => any(equalsOne(list))),
  nin: operator(Scalars, { en: 'is none of', ru: 'ни одно из' }, (list) => none(equalsOne(list))),
  exists: operator(
    Presence,
    { en: 'is present', ru: 'присутствует' },
    (wanted) => (found) => found.length > 0 === wanted,
  ),
  gt: operator(
    Numeral,
    { en: '>', ru: '>' },
    ordered((value, operand) => value > operand),
  ),
  gte: operator(
    Numeral,
    { en: '≥', ru: '≥' },
    ordered((value, operand) => value >= operand),
  ),
  lt: operator(
    Numeral,
    { en: '<', ru: '<' },
    ordered((value, operand) => value < operand),
  ),
  lte: operator(
    Numeral,
    { en: '≤', ru: '≤' },
    ordered((value, operand) => value <= operand),
  ),
  contains: operator(Scalar, { en: 'contains', ru: 'содержит' }, contains),
  starts_with: operator(Text, { en: 'starts with', ru: 'начинается с' }, (operand) =>
    text((value) => value.startsWith(operand)),
  ),
  ends_with: operator(Text, { en: 'ends with', ru: 'заканчивается на' }, (operand) =>
    text((value) => value.endsWith(operand)),
  ),
  like: operator(Text, { en: 'is like', ru: 'похоже на' }, like),
} as const satisfies Record<string, Operator>

export type OperatorName = keyof typeof operators

export function isOperatorName(name: string): name is OperatorName {
  return Object.hasOwn(operators, name)
}

export const operatorNames = Object.keys(operators).filter(isOperatorName)
