// Where somebody stands who connects a source, read from what is there.
import { listEvents } from '../../../ledger/events.ts'
import { listRules } from '../../../ledger/setup.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { ConsoleParts } from '../../parts.ts'
import type { Page, Visit } from '../../visit.ts'
import { draftOf, type Draft } from '../rules/draft.ts'
import { needsCredential } from '../sources/meant.ts'
import type { Source } from '../sources/sources.tsx'

export const steps = ['address', 'secret', 'first', 'email', 'campaign', 'check'] as const
export type Step = (typeof steps)[number]
const isStep = (text: string | undefined): text is Step => steps.some((step) => step === text)

export interface Standing {
  source: Source
  provider: Provider
  step: Step
  /** The first step that is not done. */
  reached: Step
  rule: (Draft & { id: string }) | undefined
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
    listRules(ledger, asker, { source: source.id, limit: 1 }),
  ])
  const [first] = 'items' in rules ? rules.items : []
  const hasEvents = 'items' in events && events.items.length > 0
  const reached = needsCredential(source, provider)
    ? 'address'
    : !hasEvents
      ? 'first'
      : first === undefined
        ? 'email'
        : 'check'
  const asked = c.req.query('step')
  const step = isStep(asked) ? asked : reached
  // Without a rule there is nothing to check.
  const possible = first === undefined && (step === 'check' || step === 'campaign') ? 'email' : step
  const rule = first === undefined ? undefined : { ...draftOf(first), id: first.id }
  return { source, provider, step: possible, reached, rule }
}
