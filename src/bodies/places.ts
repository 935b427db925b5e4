// Copies of a value with something else in certain places. Places are normalized paths.
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { normalizedStep } from '../rules/path-text.ts'

/** What is not on the way to one of the places is shared, not copied. */
export function mapAt(
  value: JsonValue,
  paths: ReadonlySet<string>,
  change: (found: JsonValue, at: string) => JsonValue,
  at = '$',
): JsonValue {
  if (paths.has(at)) return change(value, at)
  if (typeof value !== 'object' || value === null || !leadsOn(paths, at)) return value
  const below = (item: JsonValue, step: string | number) =>
    mapAt(item, paths, change, at + normalizedStep(step))
  if (Array.isArray(value)) return value.map((item, index) => below(item, index))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, below(item, name)]))
}

function leadsOn(paths: ReadonlySet<string>, at: string): boolean {
  for (const path of paths) if (path.startsWith(at)) return true
  return false
}

/** The steps of a normalized path as presets write it: plain names and indexes. */
export function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\['((?:[^'\\]|\\.)+)'\]|\[(\d+)\]/g)].map(
    ([, name, index]) => name?.replace(/\\(['\\])/g, '$1') ?? Number(index),
  )
}

/** Puts a value at a path; objects that are missing on the way are made. */
export function putAtSteps(
  value: JsonValue,
  steps: readonly (string | number)[],
  put: JsonValue,
): JsonValue {
  const [step, ...rest] = steps
  if (step === undefined) return put
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? value : []
    return Array.from({ length: Math.max(list.length, step + 1) }, (_, index) =>
      index === step ? putAtSteps(list[index] ?? null, rest, put) : (list[index] ?? null),
    )
  }
  const members = new Map(isJsonObject(value) ? Object.entries(value) : [])
  members.set(step, putAtSteps(members.get(step) ?? null, rest, put))
  return Object.fromEntries(members)
}
