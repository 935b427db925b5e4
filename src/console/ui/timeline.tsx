// What happened, step by step; among the steps each call to MOAB, with MOAB's own words.
import type { Child } from 'hono/jsx'
import type { GrantInFull } from '../../ledger/grants.ts'
import { sayFailure } from '../../ledger/words.ts'
import { answers } from '../../moab/answer.ts'
import type { Visit } from '../visit.ts'
import { words } from '../words.ts'
import { Moment, upper, type Tone } from './marks.tsx'

interface StepProps {
  tone: Tone
  title: Child
  at?: string
  visit: Visit
  children?: Child
}

export const Step = ({ tone, title, at, visit, children }: StepProps) => (
  <li class={tone}>
    <h3>{title}</h3>
    {at !== undefined && <Moment at={at} visit={visit} />}
    {children}
  </li>
)

interface CallProps {
  attempt: GrantInFull['attempts'][number]
  visit: Visit
}

export function Call({ attempt, visit }: CallProps) {
  const { language } = visit
  const say = words[language].events.one
  const good = attempt.answer === 'ok' || attempt.answer === 'known'
  const why = attempt.failure === null ? [] : [sayFailure(attempt.failure, language)]
  const said = [answers[attempt.answer].says[language], ...why]
  return (
    <Step
      tone={good ? 'good' : 'care'}
      title={say.call(attempt.attempt)}
      at={attempt.at}
      visit={visit}
    >
      <p>
        {upper(said.join(': '))}
        {attempt.ambiguous && `; ${say.maybe}`}
        {attempt.late && ` (${say.late})`}
      </p>
      <p class="help">
        {[
          attempt.ms === null ? '' : say.ms(attempt.ms),
          attempt.http_status === null ? '' : `HTTP ${attempt.http_status}`,
        ]
          .filter(Boolean)
          .join(' · ')}
        {attempt.snippet !== null && attempt.snippet !== '' && (
          <>
            {' · '}
            <code>{attempt.snippet}</code>
          </>
        )}
      </p>
    </Step>
  )
}
