// Where somebody stands who connects a source, read from what is there.
import { listEvents } from '../../../ledger/events.ts'
import { listRules } from '../../../ledger/setup.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { ConsoleParts } from '../../parts.ts'
import { itemsOf } from '../../found.ts'
import { needsCredential, type Source } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { draftOf, type Draft } from '../rules/draft.ts'

export const steps = ['address', 'secret', 'first', 'email', 'campaign', 'check'] as const
export type Step = (typeof steps)[number]
const isStep = (text: string | undefined): text is Step => steps.some((step) => step === text)

export interface Standing {
  source: Source
  provider: Provider
  step: Step
  /** The first step that is not done. */
  reached: Step
  rule: (Draft & { id: string; campaignId: string }) | undefined
  /** Somebody works with its rules already: these steps would undo what was done on their own pages. */
  isSettled: boolean
}

export async function standingOf(
  c: Page,
  { ledger }: ConsoleParts,
  { asker }: Visit,
  source: Source,
  provider: Provider,
): Promise<Standing> {
  const [events, rules] = await Promise.all([
    listEvents(ledger, { ...asker, reveal: false }, { source: source.id, limit: 1 }),
    listRules(ledger, asker, { source: source.id, limit: 2 }),
  ])
  const [first, ...others] = itemsOf(rules)
  const reached = reachedWith({
    secret: !needsCredential(source, provider),
    events: itemsOf(events).length > 0,
    rule: first !== undefined,
  })
  const asked = c.req.query('step')
  const step = isStep(asked) ? asked : reached
  // Without a rule there is nothing to check.
  const possible = first === undefined && (step === 'check' || step === 'campaign') ? 'email' : step
  const rule =
    first === undefined
      ? undefined
      : { ...draftOf(first), id: first.id, campaignId: first.campaign.id }
  const isSettled = others.length > 0 || (rule !== undefined && isAtWork(rule))
  return { source, provider, step: possible, reached, rule, isSettled }
}

/** On, or with conditions, which the steps do not ask for. */
const isAtWork = ({ enabled, clauses, raw }: Draft) => enabled || clauses.length > 0 || raw !== ''

/** What is there tells the first step that is not done. */
function reachedWith(has: { secret: boolean; events: boolean; rule: boolean }): Step {
  if (!has.secret) return 'address'
  if (has.rule) return 'check'
  return has.events ? 'email' : 'first'
}
