// Rules of a source. The grammar is rules/rule.ts's; here each gets its name, by which it is known
// again when the file is applied once more.
import { limits } from '../../limits.ts'
import { Rule } from '../../rules/rule.ts'
import { checkShape, itemsOf, refuseDoubles, type Reading } from './reading.ts'
import type { Place } from './report.ts'

/** What the database stores under `definition`. */
export type RuleDefinition = Pick<Rule, 'events' | 'when' | 'email' | 'unsigned_email'>

export interface RuleEntry {
  place: Place
  name: string
  enabled: boolean
  campaign: string
  definition: RuleDefinition
}

/** null: the file does not mention them. */
export function readRules(
  source: unknown,
  sourcePlace: Place,
  reading: Reading,
): RuleEntry[] | null {
  const items = itemsOf(source, 'rules', sourcePlace)
  if (items === null) return null
  const rules = items.flatMap(({ raw, place }) => {
    const rule = checkShape(Rule, raw, place, reading)
    return rule === undefined ? [] : [{ rule, place }]
  })
  const named = rules.flatMap(({ rule, place }) =>
    rule.name === undefined ? [] : [{ name: rule.name, place }],
  )
  refuseDoubles(named, 'rule', reading)
  const taken = new Set(named.map(({ name }) => name))
  return rules.map(({ rule, place }) => entryOf(rule, place, taken))
}

function entryOf(rule: Rule, place: Place, taken: Set<string>): RuleEntry {
  const { name = defaultName(rule.events, taken), enabled = true, campaign, ...rest } = rule
  taken.add(name)
  const { events, when, email, unsigned_email: unsigned } = rest
  const definition: RuleDefinition = {
    events,
    ...(when !== undefined && { when }),
    email,
    ...(unsigned !== undefined && { unsigned_email: unsigned }),
  }
  return { place, name, enabled, campaign, definition }
}

/** After what it listens to, so that a rule without a name stays itself when others move. */
function defaultName(events: readonly string[], taken: ReadonlySet<string>): string {
  const most = limits.ruleNameCharsMax - ' (99)'.length
  const text = events.join(', ').replace(/\p{Cc}/gu, ' ')
  const base = text.slice(0, most).toWellFormed().trim() || 'rule'
  if (!taken.has(base)) return base
  for (let number = 2; ; number++) {
    const name = `${base} (${number})`
    if (!taken.has(name)) return name
  }
}
