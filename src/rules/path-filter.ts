// The filters of a path, `[?@.id == $.primary]`, as functions of the value they are asked about.
// Semantics are those of RFC 9535, 2.3.5 and 2.4; "nothing" is undefined. Every comparison and
// every pattern is paid for in steps, so that a filter cannot work longer than a walk.
import { jsonpath } from 'json-p3'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import { compileWalk, isContainer, StepsSpent } from './path-run.ts'
import type { Expression, Run, Test } from './path-run.ts'
import { compilePattern } from './pattern.ts'

const {
  BooleanLiteral,
  FilterQuery,
  FunctionExtension,
  InfixExpression,
  NullLiteral,
  NumberLiteral,
  PrefixExpression,
  RelativeQuery,
  StringLiteral,
} = jsonpath.expressions
type Call = InstanceType<typeof FunctionExtension>

type Operand = (current: JsonValue, run: Run) => JsonValue | undefined
type Values = (current: JsonValue, run: Run) => JsonValue[]

export function compileTest(expression: Expression): Test {
  if (expression instanceof PrefixExpression) {
    const inner = compileTest(expression.right)
    return (current, run) => !inner(current, run)
  }
  if (expression instanceof InfixExpression) return compileInfix(expression)
  if (expression instanceof FilterQuery) {
    const values = compileValues(expression)
    return (current, run) => values(current, run).length > 0
  }
  if (expression instanceof FunctionExtension) return compilePatternTest(expression)
  throw misplaced(expression)
}

function compileInfix(expression: InstanceType<typeof InfixExpression>): Test {
  if (expression.operator === '&&' || expression.operator === '||') {
    const [left, right] = [compileTest(expression.left), compileTest(expression.right)]
    return expression.operator === '&&'
      ? (current, run) => left(current, run) && right(current, run)
      : (current, run) => left(current, run) || right(current, run)
  }
  const compare = comparisons.get(expression.operator)
  if (compare === undefined) throw misplaced(expression)
  const [left, right] = [compileOperand(expression.left), compileOperand(expression.right)]
  return (current, run) => {
    run.spend(1)
    return compare(left(current, run), right(current, run), run)
  }
}

type Compare = (left: JsonValue | undefined, right: JsonValue | undefined, run: Run) => boolean

const comparisons = new Map<string, Compare>([
  ['==', equal],
  ['!=', (left, right, run) => !equal(left, right, run)],
  ['<', less],
  ['>', (left, right, run) => less(right, left, run)],
  ['<=', (left, right, run) => less(left, right, run) || equal(left, right, run)],
  ['>=', (left, right, run) => less(right, left, run) || equal(left, right, run)],
])

function compileOperand(expression: Expression): Operand {
  if (expression instanceof NullLiteral) return () => null
  if (
    expression instanceof BooleanLiteral ||
    expression instanceof NumberLiteral ||
    expression instanceof StringLiteral
  ) {
    return () => expression.value
  }
  if (expression instanceof FilterQuery) {
    const values = compileValues(expression)
    return (current, run) => values(current, run)[0]
  }
  if (expression instanceof FunctionExtension) return compileValueFunction(expression)
  throw misplaced(expression)
}

/** All values of a query inside a filter: `@` is the value asked about, `$` always the whole. */
function compileValues(expression: Expression): Values {
  if (!(expression instanceof FilterQuery)) throw misplaced(expression)
  const walk = compileWalk(expression.path, compileTest)
  const relative = expression instanceof RelativeQuery
  return (current, run) => {
    const values: JsonValue[] = []
    const start = { value: relative ? current : run.root, above: null, step: '' }
    walk(start, run, (place) => values.push(place.value))
    return values
  }
}

function compileValueFunction(call: Call): Operand {
  const [argument] = call.args
  if (argument === undefined) throw misplaced(call)
  if (call.name === 'length') {
    const operand = compileOperand(argument)
    return (current, run) => lengthOf(operand(current, run), run)
  }
  const values = compileValues(argument)
  if (call.name === 'count') return (current, run) => values(current, run).length
  if (call.name !== 'value') throw misplaced(call)
  return (current, run) => {
    const found = values(current, run)
    return found.length === 1 ? found[0] : undefined
  }
}

/** Characters of a string as people count them (code points), members of an array or object. */
function lengthOf(value: JsonValue | undefined, run: Run): number | undefined {
  if (typeof value === 'string') {
    run.spend(Math.ceil(value.length / 8))
    let count = 0
    for (const _character of value) count += 1
    return count
  }
  if (value === undefined || !isContainer(value)) return undefined
  if (Array.isArray(value)) return value.length
  const names = Object.keys(value).length
  run.spend(names)
  return names
}

function compilePatternTest(call: Call): Test {
  const [subject, pattern] = call.args
  const whole = call.name === 'match'
  if (subject === undefined || pattern === undefined || !(whole || call.name === 'search')) {
    throw misplaced(call)
  }
  if (pattern instanceof StringLiteral && compilePattern(pattern.value, whole) === null) {
    throw new jsonpath.JSONPathTypeError(
      `the pattern of ${call.name}() must be an I-Regexp (RFC 9485) of at most ${limits.patternCharsMax} characters`,
      pattern.token,
    )
  }
  const [textOf, patternOf] = [compileOperand(subject), compileOperand(pattern)]
  return (current, run) => {
    const [text, source] = [textOf(current, run), patternOf(current, run)]
    if (typeof text !== 'string' || typeof source !== 'string') return false
    if (!(pattern instanceof StringLiteral)) run.spend(limits.patternStepsPerUse)
    const compiled = compilePattern(source, whole)
    if (compiled === null) return false
    run.spend(1 + Math.ceil((text.length * compiled.states) / 4))
    return compiled.matches(text)
  }
}

function equal(left: JsonValue | undefined, right: JsonValue | undefined, run: Run): boolean {
  return same(left, right, run, 0)
}

function same(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  run: Run,
  depth: number,
): boolean {
  if (left === right) return true
  if (left === undefined || right === undefined || !isContainer(left) || !isContainer(right)) {
    return false
  }
  if (depth > limits.pathDepthMax) throw new StepsSpent()
  if (Array.isArray(left) !== Array.isArray(right)) return false
  // An array's names are its indexes, so both kinds are compared by name.
  const names = Object.keys(left)
  run.spend(names.length)
  if (names.length !== Object.keys(right).length) return false
  const [lefts, rights] = [new Map(Object.entries(left)), new Map(Object.entries(right))]
  return names.every(
    (name) => rights.has(name) && same(lefts.get(name), rights.get(name), run, depth + 1),
  )
}

function less(left: JsonValue | undefined, right: JsonValue | undefined, run: Run): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right
  if (typeof left !== 'string' || typeof right !== 'string') return false
  run.spend(Math.ceil(Math.min(left.length, right.length) / 8))
  return lessByCodePoint(left, right)
}

/** JavaScript compares UTF-16 units, which puts U+10000 and above before U+E000; the RFC does not. */
function lessByCodePoint(left: string, right: string): boolean {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at += 1) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (one !== other) return rank(one) < rank(other)
  }
  return left.length < right.length
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit
}

/** What the parser lets through although the grammar has no place for it, as in `[?!1]`. */
function misplaced(expression: Expression): Error {
  const what = expression.toString()
  return new jsonpath.JSONPathTypeError(`"${what}" cannot stand here`, expression.token)
}
