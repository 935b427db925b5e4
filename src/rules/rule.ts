// The grammar of a rule: what a person fills in, the configuration file holds and the database
// stores. Checked once, when saved; every problem carries its exact place in the document.
import { z } from 'zod'
import { limits } from '../limits.ts'
import { compileCondition, Condition } from './condition.ts'
import type { CompiledCondition } from './condition.ts'
import { compilePath, PathText } from './path.ts'
import type { CompiledPath } from './path.ts'

const EventPattern = z
  .string()
  .min(1)
  .max(limits.eventTypeCharsMax)
  .regex(/^[^*]*\*?$/, '"*" may stand only at the end, as in invoice.*')

export const Rule = z.strictObject({
  name: z.string().trim().min(1).max(limits.ruleNameCharsMax).optional(),
  /** Absent: enabled. */
  enabled: z.boolean().optional(),
  /** Types of events; `invoice.*` for all that start so, `*` for all. */
  events: z.array(EventPattern).min(1).max(limits.eventPatternsPerRuleMax),
  when: Condition.optional(),
  /** JSONPaths in order: the first value that is an address wins. */
  email: z.array(PathText).min(1).max(limits.emailPathsPerRuleMax),
  /** Name of a campaign of the same partner. */
  campaign: z.string().trim().min(1).max(limits.campaignNameCharsMax),
  /** Opts in to values that the sender's proof does not cover. */
  unsigned_email: z.literal('allow').optional(),
})
export type Rule = z.output<typeof Rule>

/** Ready to be applied to any number of events; holds no state. */
export interface CompiledRule {
  enabled: boolean
  appliesTo(eventType: string): boolean
  when: CompiledCondition | null
  email: readonly CompiledPath[]
  allowsUnsigned: boolean
}

export function compileRule(rule: Rule): CompiledRule {
  return {
    enabled: rule.enabled !== false,
    appliesTo: compileEvents(rule.events),
    when: rule.when === undefined ? null : compileCondition(rule.when),
    email: rule.email.map(compilePath),
    allowsUnsigned: rule.unsigned_email === 'allow',
  }
}

function compileEvents(patterns: readonly string[]): (eventType: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const starts = patterns
    .filter((pattern) => pattern.endsWith('*'))
    .map((each) => each.slice(0, -1))
  return (type) => exact.has(type) || starts.some((start) => type.startsWith(start))
}
