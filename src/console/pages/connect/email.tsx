// The step in which events are chosen, and the place of the email is clicked in one that came.
import { hitsOf } from '../../../rules/hits.ts'
import { compilePath } from '../../../rules/path.ts'
import { writtenPath } from '../../../rules/written-path.ts'
import { Problem } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import type { ConsoleParts } from '../../parts.ts'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { draftIn, emptyDraft, formOf, withPick, type Draft } from '../rules/draft.ts'
import { EventToClick } from '../rules/event.tsx'
import { EmailField, EventsField, UnsignedField } from '../rules/form.tsx'
import { isUnsignedNow, sightOf, type Sight } from '../rules/sight.ts'
import { CampaignStep } from './campaign.tsx'
import { answerStep, toRules, type Connecting } from './frame.tsx'
import { standingOf, type Standing } from './standing.ts'

export async function emailDone(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source, provider } = connecting
  const form = await formOf(c)
  const given = draftIn(form)
  const [pick, shownId] = [form.one('pick'), form.one('shown')]
  const draft = pick === '' ? given : withPick(given, writtenPath(pick), 'email')
  const standing = await standingOf(c, parts, visit, source, provider)
  if (standing.isSettled) return toRules(c, visit, standing)
  const again = (problem?: string) =>
    EmailStep(
      c,
      visit,
      parts,
      { ...standing, step: 'email' },
      { draft, shownId, ...(problem !== undefined && { problem }) },
    )
  if (pick !== '' || form.one('do') === 'show') return again()
  if (draft.email.length === 0 || draft.events.length === 0)
    return again(words[visit.language].connect.email.none)
  const wrong = draft.email.find((text) => !isPath(text))
  if (wrong !== undefined) return again(words[visit.language].connect.email.noPath(wrong))
  return CampaignStep(c, visit, parts, { ...standing, step: 'campaign' }, draft, [])
}

function isPath(text: string): boolean {
  try {
    compilePath(text)
    return true
  } catch {
    return false
  }
}

interface Written {
  draft: Draft
  shownId: string
  problem?: string
}

export async function EmailStep(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  standing: Standing,
  { draft, shownId, problem }: Written,
) {
  const { source, provider } = standing
  const { language, partner, base } = visit
  const { connect, sources } = words[language]
  const say = connect.email
  const active = await parts.history.sourceById(partner.id, source.id)
  if (active === undefined || 'broken' in active)
    return answerStep(
      c,
      visit,
      standing,
      { title: say.title },
      <Problem>{sources.one.broken(active?.broken ?? '')}</Problem>,
    )
  const sight = await sightOf(parts, active, draft, shownId)
  const isUnsigned = isUnsignedNow(draft, sight)
  const shared = { visit, draft, mistakes: [] }
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title, status: problem === undefined ? 200 : 422 },
    <>
      <p>{say.help}</p>
      <form method="post" action={`${base}/sources/${source.id}/connect/email`} class="two">
        <EventToClick visit={visit} sight={sight} draft={draft} mayWrite onlyEmail />
        <section>
          {problem !== undefined && <Problem>{problem}</Problem>}
          <Hits draft={draft} sight={sight} visit={visit} />
          <EventsField {...shared} provider={provider} came={sight.came} />
          <EmailField {...shared} candidates={sight.candidates} />
          {(isUnsigned || draft.unsigned) && (
            <UnsignedField visit={visit} draft={draft} unsignedNow={isUnsigned} />
          )}
          <button type="submit">{say.next}</button>
        </section>
      </form>
    </>,
  )
}

interface HitsProps {
  draft: Draft
  sight: Sight
  visit: Visit
}

/** In how many of the chosen events an address stands where it was clicked. */
function Hits({ draft, sight, visit: { language } }: HitsProps) {
  const meant = sight.events
    .map(({ event }) => event)
    .filter(({ type }) => draft.events.includes(type))
  if (meant.length === 0 || draft.email.length === 0) return null
  const { found, asks } = words[language].connect.email
  const hits = hitsOf(draft.email, meant)
  // What the provider says when it is asked is not kept: nobody can look for an address in it.
  if (hits === 0 && sight.source.provider.lookup !== undefined) return <p class="help">{asks}</p>
  return (
    <p class={hits === 0 ? 'problem' : 'done'}>
      {found(numberIn(language, hits), numberIn(language, meant.length))}
    </p>
  )
}

/** What the provider's preset and the events that came make likely. */
export async function suggested(
  parts: ConsoleParts,
  { partner }: Visit,
  { source, provider }: Standing,
): Promise<Draft> {
  const active = await parts.history.sourceById(partner.id, source.id)
  if (active === undefined || 'broken' in active) return emptyDraft
  const sight = await sightOf(parts, active, emptyDraft, '')
  const { type } = sight.shown.event
  const known = provider.events.find((event) => event.type === type)
  const [best] = sight.candidates.filter(({ hits }) => hits > 0)
  const email = known?.email ?? (best === undefined ? [] : [best.path])
  return { ...emptyDraft, events: type === '' ? ['*'] : [type], email: [...email] }
}
