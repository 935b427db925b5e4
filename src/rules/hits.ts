// Where emails stand in events, and in how many of them: to suggest where a rule should look. Pure.
import type { JsonValue } from '../json.ts'
import type { Provider } from '../providers/provider.ts'
import { eventsOfType } from '../providers/event-types.ts'
import { normaliseEmail } from './email.ts'
import { compilePath, PathError } from './path.ts'
import { normalizedStep } from './path-text.ts'
import { writtenPath } from './written-path.ts'

export interface Sampled {
  type: string
  value: JsonValue
}

export interface Candidate {
  path: string
  /** Events in which an address is found there. */
  hits: number
  of: number
  /** The provider's preset points there. */
  preset: boolean
}

const candidatesMax = 8

/** The preset's own places first, then those found in the events, the most frequent first. */
export function emailCandidates(provider: Provider, events: readonly Sampled[]): Candidate[] {
  const types = [...new Set(events.map(({ type }) => type))]
  const known =
    types.length > 0 ? types.flatMap((type) => eventsOfType(provider, type)) : provider.events
  const preset = new Set(known.flatMap(({ email }) => email))
  const seen = new Set<string>()
  for (const { value } of events) for (const path of addressesIn(value)) seen.add(writtenPath(path))
  const counted = (path: string, isPreset: boolean): Candidate => ({
    path,
    preset: isPreset,
    hits: events.filter(({ value }) => hasAddress(path, value)).length,
    of: events.length,
  })
  const others = [...seen].filter((path) => !preset.has(path)).map((path) => counted(path, false))
  return [
    ...[...preset].map((path) => counted(path, true)),
    ...others.toSorted((a, b) => b.hits - a.hits),
  ].slice(0, candidatesMax)
}

/** Of these events, those in which one of the paths leads to an address. */
export const hitsOf = (paths: readonly string[], events: readonly Sampled[]): number =>
  events.filter(({ value }) => paths.some((path) => hasAddress(path, value))).length

function hasAddress(path: string, value: JsonValue): boolean {
  try {
    return compilePath(path)
      .find(value)
      .some((found) => normaliseEmail(found.value).ok)
  } catch (error) {
    if (error instanceof PathError) return false
    throw error
  }
}

const leavesMax = 5000

/** Normalized paths of every address, as far as so many values go. */
function addressesIn(value: JsonValue): string[] {
  const waiting: [JsonValue, string][] = [[value, '$']]
  const found: string[] = []
  for (let n = 0; n < leavesMax; n++) {
    const next = waiting.pop()
    if (next === undefined) break
    const [here, path] = next
    if (here === null || typeof here !== 'object') {
      if (normaliseEmail(here).ok) found.push(path)
      continue
    }
    const members = Array.isArray(here) ? here.entries() : Object.entries(here)
    for (const [step, member] of members) waiting.push([member, path + normalizedStep(step)])
  }
  return found
}
