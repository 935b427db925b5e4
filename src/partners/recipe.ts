// What a source makes of a proven request, as plain data: it can be handed to another thread and
// compiled there. Holds no secret.
import { providers, type ProviderId } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
import type { ActiveRule } from '../rules/plan.ts'
import { compileRule, type Rule } from '../rules/rule.ts'
import type { Settings } from '../schemes/scheme.ts'

export interface Recipe {
  providerId: ProviderId
  settings: Settings
  rules: readonly WrittenRule[]
}

export interface WrittenRule extends Omit<ActiveRule, 'rule'> {
  rule: Rule
}

export function compileRecipe({ providerId, settings, rules }: Recipe): {
  provider: Provider
  settings: Settings
  rules: ActiveRule[]
} {
  const compiled = rules.map((written) => ({ ...written, rule: compileRule(written.rule) }))
  return { provider: providers[providerId], settings, rules: compiled }
}
