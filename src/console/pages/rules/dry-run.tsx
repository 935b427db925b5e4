// A rule tried on what came in: how many it would match, whom, and what would be different from now.
import { Gate } from '../../../access/gate.ts'
import { writeAudit } from '../../../access/audit.ts'
import { isSkipReason, skipReasons } from '../../../jobs/reasons.ts'
import { limits } from '../../../limits.ts'
import { isRuleOutcome, ruleOutcomes } from '../../../rules/trace.ts'
import type { Mistake } from '../../change.ts'
import { numberIn } from '../../moments.ts'
import type { ConsoleParts } from '../../parts.ts'
import { Moment } from '../../ui/marks.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { sayMistake } from '../../../partners/mistakes.ts'
import { definitionOf, type Draft } from './draft.ts'

const gate = new Gate(limits.dryRunsMax, limits.dryRunsWaitingMax)

export type Tried = Awaited<ReturnType<typeof import('../../../jobs/dry-run.ts').tryRule>>

interface Trial {
  sourceId: string
  draft: Draft
  /** Whose past is compared. */
  ruleId: string | undefined
}

export async function tryDraft(
  { history, ledger, orm }: ConsoleParts,
  { partner, actor, language }: Visit,
  { sourceId, draft, ruleId }: Trial,
): Promise<Tried | { mistakes: Mistake[] }> {
  const { rules: say } = words[language]
  const definition = definitionOf(draft)
  if (definition === undefined) return { mistakes: [{ field: 'when', says: say.notJson }] }
  const [{ meantRule }, { tryRule }] = await Promise.all([
    import('../../../jobs/meant-rule.ts'),
    import('../../../jobs/dry-run.ts'),
  ])
  const named = { source: sourceId, rule: ruleId, definition, campaign: draft.campaign }
  const meant = await meantRule(ledger.orm, history.sourceById, partner.id, named)
  if ('pointer' in meant) {
    const field =
      meant.pointer
        .split('/')
        .findLast((step) => /^[a-z_]+$/.test(step) && step !== 'definition') ?? ''
    return { mistakes: [{ field, says: sayMistake(meant.problem, language) }] }
  }
  const { source, rule, comparedWith } = meant
  await writeAudit(orm, {
    partnerId: partner.id,
    actor,
    action: 'rule.tried',
    subject: comparedWith ?? source.id,
    detail: { source: source.name, definition: true },
  })
  const found = await gate.run(() =>
    tryRule({ ...history, questions: ledger.orm }, { source, rule, comparedWith }),
  )
  return found === 'full' ? { mistakes: [{ field: '', says: say.dry.busy }] } : found
}

export function DryRunView({ tried, visit }: { tried: Tried; visit: Visit }) {
  const { language } = visit
  const { dry: say } = words[language].rules
  if (tried.considered === 0) return <p class="help">{say.none}</p>
  const number = (value: number) => numberIn(language, value)
  return (
    <section id="tried" class="card" aria-live="polite">
      <h2>{say.title}</h2>
      <p class="help">{say.considered(number(tried.considered), tried.complete)}</p>
      <ul class="figures">
        <li>
          <strong>{number(tried.matched.events)}</strong>
          <span>{say.matched}</span>
        </li>
        <li>
          <strong>{number(tried.emails)}</strong>
          <span>{say.emails}</span>
        </li>
        <li>
          <strong>{number(tried.already_granted.emails)}</strong>
          <span>{say.already}</span>
        </li>
      </ul>
      <Examples visit={visit} sign="+" label={say.newly} found={tried.newly_matched} kind="added" />
      <Examples
        visit={visit}
        sign="−"
        label={say.noLonger}
        found={tried.no_longer_matched}
        kind="gone"
      />
      {tried.tests > 0 && (
        <p class="help">
          {say.tests}: {number(tried.tests)}
        </p>
      )}
      {Object.entries(tried.unable).map(([reason, count]) => (
        <p class="help">
          {say.unable}: {number(count)} (
          {isSkipReason(reason) ? skipReasons[reason][language] : reason})
        </p>
      ))}
    </section>
  )
}

interface ExamplesProps {
  visit: Visit
  sign: string
  label: string
  found: Tried['newly_matched']
  kind: 'added' | 'gone'
}

function Examples({ visit, sign, label, found, kind }: ExamplesProps) {
  if (found.events === 0) return null
  return (
    <div class="diff">
      <p class={kind === 'added' ? 'added' : ''}>
        <strong>
          {sign}
          {numberIn(visit.language, found.events)}
        </strong>{' '}
        {label}
      </p>
      <ul class="told">
        {found.examples.map(({ event_id: id, received_at: at, type, email, outcome }) => (
          <li>
            <a href={`${visit.base}/events/${id}`}>{type}</a> · <Moment at={at} visit={visit} /> ·{' '}
            {email ?? (isRuleOutcome(outcome) ? ruleOutcomes[outcome][visit.language] : outcome)}
          </li>
        ))}
      </ul>
    </div>
  )
}
