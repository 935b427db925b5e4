// The life of a credential: it is made, replaced by a newer one beside which it goes on for a while, and
// ends. Ends are set by the database's clock.
import { databaseTime } from '../../db/partners.ts'
import { isJsonObject } from '../../json.ts'
import { limits } from '../../limits.ts'
import type { ApplyDeps } from '../apply.ts'
import { overlaps, type Overlap } from '../overlaps.ts'
import type { StoredCredential, StoredSource } from '../configuration.ts'
import {
  conflicting,
  edit,
  live,
  merged,
  missing,
  mistaken,
  type Edited,
  type Editing,
  type Fields,
  type Found,
} from './edit.ts'
import { itemOf, withList } from './pieces.ts'

/** `of`: the source that gets a new one, or the credential that gets other values. */
export function writeCredential(
  deps: ApplyDeps,
  editing: Editing,
  of: { source: string } | { credential: string },
  fields: Fields,
): Promise<Edited> {
  const target = 'credential' in of ? ({ kind: 'credential', id: of.credential } as const) : null
  return edit(deps, editing, target, (found) => {
    if ('source' in of) {
      const source = live(found, 'source', of.source)
      const { credentials } = itemOf(found, source)
      refuseKnown(source, fields)
      const item = { name: nextName(source, `${credentials.length + 1}`), ...fields }
      return withList(found, source, 'credentials', [...credentials, item], credentials.length)
    }
    const { source, credential } = holding(found, of.credential)
    const { credentials } = itemOf(found, source)
    const at = credentials.findIndex(({ name }) => name === credential.name)
    const item = merged(credentials[at] ?? {}, fields, credential.name)
    return withList(found, source, 'credentials', credentials.with(at, item), at)
  })
}

export function removeCredential(deps: ApplyDeps, editing: Editing, id: string): Promise<Edited> {
  return edit(deps, editing, { kind: 'credential', id }, (found) => {
    const { source, credential } = holding(found, id)
    const { credentials } = itemOf(found, source)
    const rest = credentials.filter(({ name }) => name !== credential.name)
    return withList(found, source, 'credentials', rest, 0)
  })
}

/** A new credential that counts at once; the old one ends when the overlap is over, if not before. */
export function rotateCredential(
  deps: ApplyDeps,
  editing: Editing,
  id: string,
  overlap: Overlap,
  fields: Fields,
): Promise<Edited> {
  return edit(deps, editing, { kind: 'credential', id }, async (found, tx) => {
    const { source, credential } = holding(found, id)
    const now = await databaseTime(tx)
    if (hasEnded(credential, now))
      throw conflicting('it has ended already: add a new credential instead')
    refuseKnown(source, fields)
    const ends = new Date(now.getTime() + overlaps[overlap])
    const end =
      credential.validUntil !== null && credential.validUntil < ends ? credential.validUntil : ends
    const kept = roomFor(source, now)
    const items = itemOf(found, source)
      .credentials.filter(({ name }) => kept.has(name))
      .map((item) =>
        item.name === credential.name ? { ...item, valid_until: end.toISOString() } : item,
      )
    const item = { name: nextName(source, credential.name), ...fields }
    return withList(found, source, 'credentials', [...items, item], items.length)
  })
}

function holding(
  { sources }: Found,
  id: string,
): { source: StoredSource; credential: StoredCredential } {
  for (const source of sources) {
    const credential = source.credentials.find((each) => each.id === id)
    if (credential !== undefined) return { source, credential }
  }
  throw missing()
}

const hasEnded = ({ validUntil }: StoredCredential, now: Date) =>
  validUntil !== null && validUntil <= now

/** The names that stay: where the list is full, those that ended first make room. */
function roomFor({ credentials }: StoredSource, now: Date): Set<string> {
  const excess = credentials.length + 1 - limits.credentialsPerSourceMax
  const ended = credentials
    .filter((each) => hasEnded(each, now))
    .toSorted((a, b) => Number(a.validUntil) - Number(b.validUntil))
  const leaving = new Set(ended.slice(0, Math.max(0, excess)).map(({ name }) => name))
  if (leaving.size < excess)
    throw conflicting(
      `the source has ${credentials.length} credentials that count: remove one first`,
    )
  return new Set(credentials.map(({ name }) => name).filter((name) => !leaving.has(name)))
}

/** The old secret pasted once more: the most usual mistake, and one that nobody would notice. */
function refuseKnown({ credentials }: StoredSource, fields: Fields): void {
  for (const field of ['secret', 'token'] as const) {
    const given = textIn(fields[field])
    const same = credentials.find((each) => each.fields.get(field)?.text === given)
    if (given !== undefined && same !== undefined)
      throw mistaken(
        `/${field}`,
        `is that of the credential "${same.name}" already: paste the new one`,
      )
  }
}

/** As text, or written as `{ text }` so that nothing is looked up. */
function textIn(given: unknown): string | undefined {
  const text = isJsonObject(given) ? given['text'] : given
  return typeof text === 'string' ? text : undefined
}

/** "first", then "first (2)". */
function nextName({ credentials }: StoredSource, name: string): string {
  const taken = new Set(credentials.map((each) => each.name))
  if (!taken.has(name)) return name
  const base = name.replace(/ \(\d+\)$/, '').slice(0, limits.nameCharsMax - ' (99)'.length)
  for (let number = 2; ; number++) {
    const next = `${base} (${number})`
    if (!taken.has(next)) return next
  }
}
