// Runs a parsed path over a value. json-p3 reads the grammar and checks its types; the walking is
// ours because it must be bounded: every node looked at costs a step, and a run that has none left
// stops and says so. Own properties only; nothing is copied, nothing recurses deeper than the value.
import { jsonpath, TokenKind } from 'json-p3'
import type { JSONPathQuery } from 'json-p3'
import type { JsonObject, JsonValue } from '../json.ts'
import { limits } from '../limits.ts'

const { FilterSelector, IndexSelector, NameSelector, SliceSelector, WildcardSelector } =
  jsonpath.selectors

/** A value and where it stands, as a chain up to the root: most nodes never need their path. */
export interface Place {
  value: JsonValue
  above: Place | null
  step: string | number
}

/** Thrown and caught inside this folder only, to leave any depth of walking at once. */
export class StepsSpent extends Error {}

/** One run of one path: the root that `$` means everywhere, and the steps left. */
export class Run {
  readonly root: JsonValue
  left: number

  constructor(root: JsonValue, steps: number) {
    this.root = root
    this.left = steps
  }

  spend(steps: number): void {
    this.left -= steps
    if (this.left < 0) throw new StepsSpent()
  }
}

export type Emit = (place: Place) => void
/** Calls `emit` for each place that is found from `place`, in the order of RFC 9535. */
export type Walk = (place: Place, run: Run, emit: Emit) => void

export type Expression = InstanceType<typeof jsonpath.expressions.LogicalExpression>['expression']
type Segment = JSONPathQuery['segments'][number]
type Selector = Segment['selectors'][number]

export type Test = (current: JsonValue, run: Run) => boolean
/** How filters are compiled; handed in, since filters hold paths and paths hold filters. */
export type CompileTest = (expression: Expression) => Test

export function compileWalk(query: JSONPathQuery, compileTest: CompileTest): Walk {
  return query.segments.reduceRight<Walk>(
    (rest, segment) => compileSegment(segment, rest, compileTest),
    (place, _run, emit) => emit(place),
  )
}

function compileSegment(segment: Segment, rest: Walk, compileTest: CompileTest): Walk {
  const selectors = segment.selectors.map((selector) =>
    compileSelector(selector, rest, compileTest),
  )
  const children: Walk = (place, run, emit) => {
    for (const select of selectors) select(place, run, emit)
  }
  if (segment.token.kind !== TokenKind.DDOT) return children
  const descend = (place: Place, run: Run, emit: Emit, depth: number) => {
    if (depth > limits.pathDepthMax) throw new StepsSpent()
    children(place, run, emit)
    eachChild(place, run, (child) => {
      if (isContainer(child.value)) descend(child, run, emit, depth + 1)
    })
  }
  return (place, run, emit) => descend(place, run, emit, 0)
}

function compileSelector(selector: Selector, rest: Walk, compileTest: CompileTest): Walk {
  if (selector instanceof NameSelector) return compileName(selector.name, rest)
  if (selector instanceof IndexSelector) return compileIndex(selector.index, rest)
  if (selector instanceof SliceSelector) return compileSlice(selector, rest)
  if (selector instanceof WildcardSelector) {
    return (place, run, emit) => eachChild(place, run, (child) => rest(child, run, emit))
  }
  if (selector instanceof FilterSelector) {
    const holds = compileTest(selector.expression.expression)
    return (place, run, emit) =>
      eachChild(place, run, (child) => {
        if (holds(child.value, run)) rest(child, run, emit)
      })
  }
  throw new Error(`json-p3 has a selector that is not known here: ${selector.toString()}`)
}

function compileName(name: string, rest: Walk): Walk {
  return (place, run, emit) => {
    run.spend(1)
    const found = ownValue(place.value, name)
    if (found !== undefined) rest({ value: found, above: place, step: name }, run, emit)
  }
}

function compileIndex(index: number, rest: Walk): Walk {
  return (place, run, emit) => {
    run.spend(1)
    if (!Array.isArray(place.value)) return
    const at = index < 0 ? place.value.length + index : index
    const found = place.value[at]
    if (found !== undefined) rest({ value: found, above: place, step: at }, run, emit)
  }
}

interface Slice {
  readonly start?: number | undefined
  readonly stop?: number | undefined
  readonly step?: number | undefined
}

function compileSlice({ start, stop, step = 1 }: Slice, rest: Walk): Walk {
  return (place, run, emit) => {
    run.spend(1)
    if (!Array.isArray(place.value) || step === 0) return
    const { length } = place.value
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1]
    const bound = (given: number) =>
      Math.min(Math.max(given < 0 ? given + length : given, low), high)
    const end = stop === undefined ? (step > 0 ? high : low) : bound(stop)
    let at = start === undefined ? (step > 0 ? low : high) : bound(start)
    for (; step > 0 ? at < end : at > end; at += step) {
      run.spend(1)
      const found = place.value[at]
      if (found !== undefined) rest({ value: found, above: place, step: at }, run, emit)
    }
  }
}

function eachChild(place: Place, run: Run, visit: (child: Place) => void): void {
  const { value } = place
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      run.spend(1)
      const found = value[at]
      if (found !== undefined) visit({ value: found, above: place, step: at })
    }
  } else if (isContainer(value)) {
    for (const name of Object.keys(value)) {
      run.spend(1)
      const found = value[name]
      if (found !== undefined) visit({ value: found, above: place, step: name })
    }
  }
}

export function isContainer(value: JsonValue): value is JsonValue[] | JsonObject {
  return typeof value === 'object' && value !== null
}

export function ownValue(value: JsonValue, name: string): JsonValue | undefined {
  if (!isContainer(value) || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined
  return value[name]
}
