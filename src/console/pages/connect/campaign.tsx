// The step in which a campaign is chosen or made; then the rule is written, and not yet on.
import { limits } from '../../../limits.ts'
import { change, idMade, type Changed, type Mistake } from '../../change.ts'
import { Problem } from '../../forms.tsx'
import type { Provider } from '../../../providers/provider.ts'
import type { ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import { nameOf } from '../../ui/providers.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { draftIn, formOf, type Draft } from '../rules/draft.ts'
import { saveDraft } from '../rules/save.ts'
import { answerStep, on, toRules, type Connecting } from './frame.tsx'
import { standingOf, type Standing } from './standing.ts'

type Names = Awaited<ReturnType<typeof namesOf>>

export async function campaignDone(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source, provider } = connecting
  const form = await formOf(c)
  const draft = draftIn(form)
  const standing = await standingOf(c, parts, visit, source, provider)
  if (standing.isSettled) return toRules(c, visit, standing)
  const again = (mistakes: readonly Mistake[]) =>
    CampaignStep(c, visit, parts, { ...standing, step: 'campaign' }, draft, mistakes)
  const fresh = form.one('which') === 'new' ? form.one('fresh').trim() : undefined
  if (fresh !== undefined) {
    const made = await makeSandbox(parts, visit, fresh)
    if (!made.ok) return again(made.mistakes)
  }
  const { id: before, name = nameFor(draft, provider, visit) } = standing.rule ?? {}
  const rule = { ...draft, name, campaign: fresh ?? draft.campaign, enabled: false }
  const saved = await saveDraft(parts, visit, source.id, before, rule)
  if (!saved.ok) return again(saved.mistakes)
  return on(c, visit, connecting, 'check', { rule: before ?? idMade(saved, 'rule') ?? '' })
}

const makeSandbox = (parts: ConsoleParts, visit: Visit, name: string): Promise<Changed> =>
  change(parts, visit, (editor, deps, editing) =>
    editor.writeCampaign(deps, editing, null, { name, mode: 'sandbox' }),
  )

export async function CampaignStep(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  standing: Standing,
  draft: Draft,
  mistakes: readonly Mistake[],
) {
  const { language, base, asker } = visit
  const say = words[language].connect.campaign
  const names = await namesOf(parts.ledger, asker, 'campaigns')
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title, status: mistakes.length > 0 ? 422 : 200 },
    <form
      method="post"
      action={`${base}/sources/${standing.source.id}/connect/campaign`}
      class="form"
    >
      {mistakes.length > 0 && <Problem>{mistakes.map(({ says }) => says).join('; ')}</Problem>}
      {draft.events.map((type) => (
        <input type="hidden" name="event" value={type} />
      ))}
      <input type="hidden" name="email" value={draft.email.join('\n')} />
      {draft.unsigned && <input type="hidden" name="unsigned" value="allow" />}
      {names.length > 0 && <Existing names={names} chosen={draft.campaign} visit={visit} />}
      <label class="check">
        <input type="radio" name="which" value="new" checked={names.length === 0} />
        {say.fresh}
      </label>
      <input
        name="fresh"
        type="text"
        aria-label={say.freshName}
        value={freeName(nameOf(standing.provider, language), names)}
        maxlength={limits.campaignNameCharsMax}
      />
      <p class="help">{say.freshHelp}</p>
      <button type="submit">{say.next}</button>
    </form>,
  )
}

interface ExistingProps {
  names: Names
  chosen: string
  visit: Visit
}

function Existing({ names, chosen, visit }: ExistingProps) {
  const say = words[visit.language].connect.campaign
  return (
    <>
      <label class="check">
        <input type="radio" name="which" value="existing" checked />
        {say.existing}
      </label>
      <select name="campaign" aria-label={say.existing}>
        {names.map(([name]) => (
          <option value={name} selected={name === chosen}>
            {name}
          </option>
        ))}
      </select>
    </>
  )
}

/** It stays when the campaign is live: so not “sandbox”. */
function freeName(wanted: string, names: Names): string {
  const taken = new Set(names.map(([name]) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`
    if (!taken.has(name)) return name
  }
}

/** As the provider's event is called; else the configuration names it. */
function nameFor({ events }: Draft, provider: Provider, { language }: Visit): string {
  const [only, ...others] = events
  const known = provider.events.find(({ type }) => type === only)
  return known === undefined || others.length > 0 ? '' : known.label[language]
}
