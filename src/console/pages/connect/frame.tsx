// The frame of the steps: where somebody stands, and the way back. Each step is whole without a script;
// what was chosen travels in the forms.
import type { Child } from 'hono/jsx'
import type { Provider } from '../../../providers/provider.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Logo } from '../../ui/providers.tsx'
import type { Source } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { steps, type Standing, type Step } from './standing.ts'

/** What somebody connects, and what the steps work with. */
export interface Connecting {
  parts: ConsoleParts
  source: Source
  provider: Provider
}

export const stepHref = (
  { base }: Visit,
  { source: { id } }: { source: { id: string } },
  step: Step,
  more: Readonly<Record<string, string>> = {},
) => hrefWith(`${base}/sources/${id}/connect`, { step, ...more })

/** On to a step. */
export const on = (
  c: Page,
  visit: Visit,
  of: { source: { id: string } },
  step: Step,
  more: Readonly<Record<string, string>> = {},
) => c.redirect(stepHref(visit, of, step, more), 303)

/** To the page where the rules are that somebody works with. */
export const toRules = (c: Page, { base }: Visit, { source, rule }: Standing) =>
  c.redirect(rule === undefined ? `${base}/sources/${source.id}` : `${base}/rules/${rule.id}`, 303)

interface FrameProps {
  title: string
  status?: 200 | 422
  refreshSeconds?: number
}

export function answerStep(
  c: Page,
  visit: Visit,
  standing: Standing,
  { title, status = 200, refreshSeconds }: FrameProps,
  body: Child,
) {
  const { source } = standing
  return answerIn(
    c,
    visit,
    {
      title,
      place: 'sources',
      above: { href: `${visit.base}/sources/${source.id}`, label: source.name },
      aside: <Logo id={source.provider} language={visit.language} />,
      status,
      ...(refreshSeconds !== undefined && { refreshSeconds }),
    },
    <>
      <Steps standing={standing} visit={visit} />
      {body}
    </>,
  )
}

function Steps({ standing, visit }: { standing: Standing; visit: Visit }) {
  const { provider, step, reached } = standing
  const say = words[visit.language].connect.steps
  const here = steps.indexOf(step)
  const done = Math.max(steps.indexOf(reached), here)
  const own = steps.filter((each) => each !== 'secret' || provider.credentials.length > 0)
  return (
    <ol class="steps">
      {own.map((each) => {
        const at = steps.indexOf(each)
        // The campaign is chosen for what was written just before: there is no way back to it.
        const isLink = at <= done && each !== step && each !== 'campaign'
        return (
          <li
            class={at < here ? 'past' : undefined}
            aria-current={each === step ? 'step' : undefined}
          >
            {isLink ? <a href={stepHref(visit, standing, each)}>{say[each]}</a> : say[each]}
          </li>
        )
      })}
    </ol>
  )
}
