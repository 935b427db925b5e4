// One rule of a source, and its place among the others.
import type { ApplyDeps } from '../apply.ts'
import type { StoredRule, StoredSource } from '../configuration.ts'
import {
  archivedAlready,
  edit,
  live,
  merged,
  missing,
  type Edited,
  type Editing,
  type Fields,
  type Found,
} from './edit.ts'
import { itemOf, withList } from './pieces.ts'

export interface RuleWish {
  fields: Fields
  /** Its place in the list, from 0; undefined: where it is, or the last. */
  position?: number | undefined
}

/** `of`: the source that gets a new one, or the rule that gets other values. */
export function writeRule(
  deps: ApplyDeps,
  editing: Editing,
  of: { source: string } | { rule: string },
  { fields, position }: RuleWish,
): Promise<Edited> {
  const target = 'rule' in of ? ({ kind: 'rule', id: of.rule } as const) : null
  return edit(deps, editing, target, (found) => {
    const { source, rule } = 'rule' in of ? holding(found, of.rule) : lastOf(found, of.source)
    const rules: readonly Fields[] = itemOf(found, source).rules
    const before = rules.find(({ name }) => name === rule?.name)
    const others = rules.filter((each) => each !== before)
    const item = before === undefined ? fields : merged(before, fields, rule?.name ?? '')
    const stays = before === undefined ? others.length : rules.indexOf(before)
    const place = Math.min(position ?? stays, others.length)
    return withList(found, source, 'rules', others.toSpliced(place, 0, item), place)
  })
}

export function removeRule(deps: ApplyDeps, editing: Editing, id: string): Promise<Edited> {
  return edit(deps, editing, { kind: 'rule', id }, (found) => {
    const { source, rule } = holding(found, id)
    const rest = itemOf(found, source).rules.filter(({ name }) => name !== rule.name)
    return withList(found, source, 'rules', rest, 0)
  })
}

function holding({ sources }: Found, id: string): { source: StoredSource; rule: StoredRule } {
  for (const source of sources) {
    const rule = source.rules.find((each) => each.id === id)
    if (rule !== undefined) return { source, rule }
  }
  if (sources.some(({ archivedRules }) => archivedRules.some((each) => each.id === id)))
    throw archivedAlready()
  throw missing()
}

const lastOf = (found: Found, id: string): { source: StoredSource; rule?: StoredRule } => ({
  source: live(found, 'source', id),
})
