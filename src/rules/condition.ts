// `when`: a tree of all, any and not over clauses `{ path, op, value }`. Checked with the exact
// place of every mistake; run to one of three answers, because a clause that needs too much work,
// or rests on values the proof does not cover, is neither met nor unmet and must not become met
// under a `not`. Every clause is asked, so that the trace tells the whole story.
import { z } from 'zod'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import { operatorNames, operators } from './operators.ts'
import type { OperatorName } from './operators.ts'
import { compilePath, PathText } from './path.ts'
import type { Found, Steps } from './path.ts'

export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { path: string; op: OperatorName; value?: JsonValue | undefined }

type Leaf = Extract<Condition, { path: string }>

const Leaf = z
  .strictObject({
    path: PathText,
    op: z.enum(operatorNames, `must be one of ${operatorNames.join(', ')}`),
    value: z.json().optional(),
  })
  .superRefine((leaf, context) => {
    const operand = operators[leaf.op].value.safeParse(leaf.value)
    for (const issue of operand.error?.issues ?? []) {
      context.addIssue({ ...issue, code: 'custom', path: ['value', ...issue.path] })
    }
  })

const List = z.array(z.lazy(() => Node)).min(1, 'must hold at least one condition')
const branches = new Map<string, z.ZodType<Condition>>([
  ['all', z.strictObject({ all: List })],
  ['any', z.strictObject({ any: List })],
  ['not', z.strictObject({ not: z.lazy(() => Node) })],
])

/** The key decides the form, so that a mistake is reported for the form that was meant. */
const Node: z.ZodType<Condition> = z.unknown().transform((input, context): Condition => {
  if (!isJsonObject(input)) return refuse(context, shapes)
  const key = Object.keys(input).find((name) => branches.has(name))
  const form: z.ZodType<Condition> = branches.get(key ?? '') ?? Leaf
  const checked = form.safeParse(input)
  if (checked.success) return checked.data
  for (const issue of checked.error.issues) {
    context.addIssue({ ...issue, code: 'custom', message: issue.message })
  }
  return z.NEVER
})

const shapes = 'must be { all: […] }, { any: […] }, { not: … } or { path, op, value }'

function refuse(context: z.RefinementCtx, message: string, path: PropertyKey[] = []): never {
  context.addIssue({ code: 'custom', message, path })
  return z.NEVER
}

export const Condition: z.ZodType<Condition> = z
  .unknown()
  .superRefine((input, context) => {
    const problem = sizeProblem(input)
    if (problem) context.addIssue({ code: 'custom', ...problem })
  })
  .pipe(Node)

interface Problem {
  message: string
  path: PropertyKey[]
}

interface Part {
  node: unknown
  path: PropertyKey[]
  depth: number
}

/** Measured before anything recurses, with a list instead of the stack. */
function sizeProblem(input: unknown): Problem | null {
  const waiting: Part[] = [{ node: input, path: [], depth: 1 }]
  let leaves = 0
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const { path, depth } = entry
    if (depth > limits.conditionDepthMax) {
      return { message: `may be nested at most ${limits.conditionDepthMax} deep`, path }
    }
    const below = partsOf(entry)
    if (below.length === 0) leaves += 1
    waiting.push(...below.slice(0, limits.conditionLeavesMax + 1))
    if (leaves + waiting.length > limits.conditionLeavesMax) {
      return { message: `may hold at most ${limits.conditionLeavesMax} clauses`, path: [] }
    }
  }
  return null
}

function partsOf({ node, path, depth }: Part): Part[] {
  if (!isJsonObject(node)) return []
  return Object.entries(node).flatMap(([name, part]) => {
    if (name === 'not') return [{ node: part, path: [...path, name], depth: depth + 1 }]
    if ((name !== 'all' && name !== 'any') || !Array.isArray(part)) return []
    return part.map((item, at) => ({ node: item, path: [...path, name, at], depth: depth + 1 }))
  })
}

/** What a run needs to know besides the value. */
export interface Asking {
  value: JsonValue
  steps: Steps
  /** May this place be relied on? */
  covered(path: string): boolean
  /** Called once for each clause. */
  note(clause: Clause, answer: Answer, found: readonly Found[]): void
}

/** Why a clause has no answer. */
export type Undecided = 'too_much_work' | 'unsigned_condition'
export type Answer = boolean | Undecided

export interface Clause {
  path: string
  op: OperatorName
  value: JsonValue
}

export type CompiledCondition = (asking: Asking) => Answer

export function compileCondition(condition: Condition): CompiledCondition {
  if ('all' in condition) return compileGroup(condition.all, false)
  if ('any' in condition) return compileGroup(condition.any, true)
  if ('not' in condition) {
    const inner = compileCondition(condition.not)
    return (asking) => {
      const answer = inner(asking)
      return typeof answer === 'boolean' ? !answer : answer
    }
  }
  return compileLeaf(condition)
}

/** One `decisive` answer settles the group; else a part without an answer leaves it without one. */
function compileGroup(conditions: readonly Condition[], decisive: boolean): CompiledCondition {
  const parts = conditions.map(compileCondition)
  return (asking) => {
    const answers = parts.map((part) => part(asking))
    if (answers.includes(decisive)) return decisive
    return answers.find((answer) => typeof answer !== 'boolean') ?? !decisive
  }
}

function compileLeaf(leaf: Leaf): CompiledCondition {
  const path = compilePath(leaf.path)
  const clause: Clause = { path: leaf.path, op: leaf.op, value: leaf.value ?? null }
  const holds = operators[leaf.op].holds(leaf.value)
  const operandChars = typeof leaf.value === 'string' ? Math.max(leaf.value.length, 8) : 8
  return (asking) => {
    const { found, complete } = path.search(asking.value, asking.steps)
    const answer = complete ? decided(found, asking) : 'too_much_work'
    asking.note(clause, answer, found)
    return answer
  }

  function decided(found: readonly Found[], asking: Asking): Answer {
    if (!found.every((each) => asking.covered(each.path))) return 'unsigned_condition'
    asking.steps.left -= found.reduce((steps, each) => steps + cost(each.value, operandChars), 0)
    if (asking.steps.left < 0) return 'too_much_work'
    return holds(found.map((each) => each.value))
  }
}

/**
 * What asking costs, in steps. Looking for a part of text may compare each of its characters with
 * each of the part's (the built-in search is not linear); a step is worth 64 such comparisons.
 */
function cost(value: JsonValue, operandChars: number): number {
  if (Array.isArray(value)) return value.length
  return typeof value === 'string' ? Math.ceil((value.length * operandChars) / 64) : 0
}
