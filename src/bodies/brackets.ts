// Names with brackets, as PHP reads them: a[b][0][]=1. Of a plain name that comes twice the last
// counts; members numbered 0, 1, 2 … make a list, as PHP's JSON writes them.
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { BodyRead } from './read.ts'
import type { Pair } from './form.ts'

type Nested = Map<string, string | Nested>

export function nest(pairs: readonly Pair[]): BodyRead {
  const root: Nested = new Map()
  for (const [name, value] of pairs) {
    const steps = stepsOf(name)
    if (steps.length > limits.formDepthMax) return { unreadable: 'too_deep' }
    put(root, steps, value)
  }
  return { value: object(root) }
}

/** `a[b][]` → a, b, ''; a name whose brackets do not close is taken as it is. */
export function stepsOf(name: string): string[] {
  const [, first, rest] = /^([^[]+)((?:\[[^[\]]*\])+)$/.exec(name) ?? []
  if (first === undefined || rest === undefined) return [name]
  return [first, ...rest.slice(1, -1).split('][')]
}

function put(into: Nested, steps: readonly string[], value: string): void {
  const [step = '', ...deeper] = steps
  const name = step === '' ? nextIndex(into) : step
  if (deeper.length === 0) {
    into.set(name, value)
    return
  }
  const before = into.get(name)
  const inner: Nested = before instanceof Map ? before : new Map()
  into.set(name, inner)
  put(inner, deeper, value)
}

/** One more than the largest number so far. */
function nextIndex(list: Nested): string {
  let next = 0
  for (const name of list.keys()) {
    if (isIndex(name)) next = Math.max(next, Number(name) + 1)
  }
  return String(next)
}

function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(name)
}

function object(nested: Nested): JsonValue {
  return Object.fromEntries([...nested].map(([name, value]) => [name, valueOf(value)]))
}

function valueOf(value: string | Nested): JsonValue {
  if (typeof value === 'string') return value
  const isList = [...value.keys()].every((name, index) => name === String(index))
  return isList ? [...value.values()].map(valueOf) : object(value)
}
