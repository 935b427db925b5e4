// The last step: what the rule would have matched; it is switched on, and the past can be made up for.
import { change } from '../../change.ts'
import { numberIn } from '../../moments.ts'
import { Told } from '../../ui/marks.tsx'
import type { Campaign } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { DryRunView, type Tried } from '../rules/dry-run.tsx'
import { answerStep, on, type Connecting } from './frame.tsx'
import { standingOf, type Standing } from './standing.ts'

export async function switchedOn(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source, provider } = connecting
  const { rule } = await standingOf(c, parts, visit, source, provider)
  if (rule === undefined) return on(c, visit, connecting, 'email')
  const done = await change(parts, visit, (editor, deps, editing) =>
    editor.writeRule(deps, editing, { rule: rule.id }, { fields: { enabled: true } }),
  )
  return on(c, visit, connecting, 'check', done.ok ? { rule: rule.id, done: 'on' } : {})
}

interface Checked {
  rule: NonNullable<Standing['rule']>
  tried: Tried | undefined
  campaign: Campaign | undefined
}

/** What becomes of an event that matches is the campaign's affair. */
function comesTo(campaign: Campaign | undefined): 'live' | 'sandbox' | 'off' {
  if (campaign?.enabled === false) return 'off'
  return campaign?.mode === 'sandbox' ? 'sandbox' : 'live'
}

export function CheckStep(
  c: Page,
  visit: Visit,
  standing: Standing,
  { rule, tried, campaign }: Checked,
) {
  const { language, base } = visit
  const { source } = standing
  const say = words[language].connect.check
  const newly = tried?.newly_matched.events ?? 0
  return answerStep(
    c,
    visit,
    standing,
    { title: rule.enabled ? say.isOn : say.title },
    <>
      {rule.enabled && <Told>{say.comesTo[comesTo(campaign)]}</Told>}
      {tried !== undefined && <DryRunView tried={tried} visit={visit} />}
      {tried !== undefined && tried.matched.events === 0 && (
        <p>{rule.enabled ? say.noneYet : say.none}</p>
      )}
      {rule.enabled ? (
        <div class="actions more">
          {newly > 0 && visit.may('grants:write') && (
            <form method="post" action={`${base}/jobs/new`}>
              <input type="hidden" name="kind" value="replay" />
              <input type="hidden" name="source" value={source.name} />
              <button type="submit" title={say.pastHelp}>
                {say.past(numberIn(language, newly))}
              </button>
            </form>
          )}
          <a class="button quiet" href={`${base}/sources/${source.id}`}>
            {say.toSource}
          </a>
          <a href={base}>{say.toOverview}</a>
        </div>
      ) : (
        <form method="post" action={`${base}/sources/${source.id}/connect/on`}>
          <div class="actions more">
            <button type="submit">{say.on}</button>
            <a href={`${base}/rules/${rule.id}`}>{say.back}</a>
          </div>
          <p class="help">{say.comesTo[comesTo(campaign)]}</p>
        </form>
      )}
    </>,
  )
}
