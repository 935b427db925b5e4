// The moves that every entry of a config file is read with.
import type { z } from 'zod'
import { isJsonObject } from '../../json.ts'
import { follow, ReferenceForm, type Given, type Surroundings } from './references.ts'
import { inside, type Place, type Report } from './report.ts'
import { sentence, unknownKey } from './wording.ts'

export interface Reading {
  report: Report
  around: Surroundings
  now: number
}

/** An object of the grammar; undefined when a mistake was reported. */
export function checkShape<Shape extends z.ZodObject>(
  shape: Shape,
  raw: unknown,
  place: Place,
  { report }: Reading,
): z.output<Shape> | undefined {
  const checked = shape.safeParse(raw, { error: sentence })
  for (const issue of checked.error?.issues ?? []) {
    const at = inside(place, ...issue.path.map(step))
    const unknown = 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : null
    if (unknown === null) report.problem(at, issue.message)
    for (const key of unknown ?? []) {
      const message =
        issue.path.length === 0
          ? unknownKey(key, Object.keys(shape.shape))
          : `unknown key "${key.slice(0, 60)}" (${conditionForms})`
      report.problem(inside(at, key), message, 'key')
    }
  }
  return checked.data
}

const conditionForms =
  'a condition is { all: […] }, { any: […] }, { not: … } or { path, op, value }, one of them alone'

const step = (key: PropertyKey) => (typeof key === 'number' ? key : String(key))

/** null: not there; undefined: a mistake was reported. */
export async function readReference(
  raw: unknown,
  place: Place,
  { report, around }: Reading,
): Promise<Given | null | undefined> {
  const form = ReferenceForm.safeParse(raw)
  for (const issue of form.error?.issues ?? []) report.problem(place, issue.message)
  if (form.data === undefined) return form.success ? null : undefined
  const followed = await follow(form.data, around)
  if (followed.ok) return followed.given
  report.problem(place, followed.problem)
  return undefined
}

/** The entry's own keys, whatever else is wrong with it. */
export function keysOf(raw: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(raw) ? raw : {}
}

/** The list under a key, each with its place; null where there is none. */
export function itemsOf(raw: unknown, key: string, place: Place) {
  const list = keysOf(raw)[key]
  if (!Array.isArray(list)) return null
  return list.map((item: unknown, at) => ({ raw: item, place: inside(place, key, at) }))
}

export function refuseDoubles(
  entries: readonly { name: string; place: Place }[],
  what: string,
  { report }: Reading,
): void {
  const seen = new Set<string>()
  for (const { name, place } of entries) {
    if (seen.has(name)) {
      report.problem(
        inside(place, 'name'),
        `there is already a ${what} with this name: names are unique`,
      )
    }
    seen.add(name)
  }
}
