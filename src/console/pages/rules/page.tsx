// The page of a rule: the form, and beside it an event that came in, to click in.
import type { readRule } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import type { ActiveSource } from '../../../partners/directory.ts'
import type { Mistake } from '../../change.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import { TextField } from '../../ui/fields.tsx'
import { Told } from '../../ui/marks.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import type { Draft } from './draft.ts'
import { DryRunView, type Tried } from './dry-run.tsx'
import { EventToClick } from './event.tsx'
import { EmailField, EventsField, FormMistakes, RestFields, WhenField } from './form.tsx'
import { History } from './history.tsx'
import { isUnsignedNow, sightOf, type Sight } from './sight.ts'

export type Rule = NonNullable<Awaited<ReturnType<typeof readRule>>>['view']

/** `rule` undefined: a new one of this source. */
export interface Meant {
  sourceId: string
  rule: Rule | undefined
}

interface Shown {
  draft: Draft
  shownId?: string
  mistakes?: readonly Mistake[]
  tried?: Tried
}

export async function rulePage(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  meant: Meant,
  shown: Shown,
) {
  const { language, partner, asker } = visit
  const { draft, shownId = c.req.query('event') ?? '', mistakes = [] } = shown
  const source = await parts.history.sourceById(partner.id, meant.sourceId)
  if (source === undefined) return notThere(c)
  const frame = frameOf(visit, meant, source, mistakes.length > 0)
  if ('broken' in source) {
    const says = words[language].sources.one.broken(source.broken)
    return answerIn(c, visit, frame, <p class="problem">{says}</p>)
  }
  const [sight, campaigns] = await Promise.all([
    sightOf(parts, source, draft, shownId),
    namesOf(parts.ledger, asker, 'campaigns'),
  ])
  const written = { ...shown, visit, source, sight, mistakes, campaigns }
  return answerIn(
    c,
    visit,
    frame,
    <>
      {c.req.query('done') === 'saved' && <Told>{words[language].rules.saved}</Told>}
      <Whole {...written} parts={parts} meant={meant} />
    </>,
  )
}

type WholeProps = Omit<WrittenProps, 'isNew' | 'mayWrite'> & { parts: ConsoleParts; meant: Meant }

function Whole({ parts, meant: { sourceId, rule }, ...written }: WholeProps) {
  const { visit, sight, draft } = written
  const to = rule === undefined ? `sources/${sourceId}/rules/new` : `rules/${rule.id}`
  const here = `${visit.base}/${to}`
  const isNew = rule === undefined
  const isRemoved = !isNew && rule.archived_at !== null
  const mayWrite = visit.may('config:write') && !isRemoved
  return (
    <>
      {isRemoved && <Restore visit={visit} here={here} />}
      <form method="post" action={here} class="two">
        <Written {...written} isNew={isNew} mayWrite={mayWrite} />
        <EventToClick visit={visit} sight={sight} draft={draft} mayWrite={mayWrite} />
      </form>
      {!isNew && mayWrite && <Remove visit={visit} here={here} />}
      {!isNew && <History visit={visit} parts={parts} rule={rule} />}
    </>
  )
}

function frameOf(
  { language, base }: Visit,
  { sourceId, rule }: Meant,
  source: ActiveSource | { broken: string },
  isWrong: boolean,
) {
  const sourceName = rule?.source.name ?? ('broken' in source ? '' : source.name)
  return {
    title: rule?.name ?? words[language].rules.new,
    place: 'sources',
    above: { href: `${base}/sources/${sourceId}`, label: sourceName },
    status: isWrong ? 422 : 200,
  } as const
}

interface PartProps {
  visit: Visit
  here: string
}

function Restore({ visit, here }: PartProps) {
  const say = words[visit.language].rules
  return (
    <form method="post" action={`${here}/restore`}>
      <p>{say.removed}</p>
      {visit.may('config:write') && (
        <button type="submit" class="quiet">
          {say.restore}
        </button>
      )}
    </form>
  )
}

function Remove({ visit, here }: PartProps) {
  const say = words[visit.language].rules
  return (
    <form method="post" action={`${here}/remove`} class="more">
      <button type="submit" class="quiet danger">
        {say.remove}
      </button>
      <p class="help">{say.removeHelp}</p>
    </form>
  )
}

interface WrittenProps {
  visit: Visit
  source: ActiveSource
  sight: Sight
  draft: Draft
  mistakes: readonly Mistake[]
  campaigns: readonly (readonly [string, string])[]
  isNew: boolean
  mayWrite: boolean
  tried?: Tried | undefined
}

function Written(props: WrittenProps) {
  const { visit, source, sight, draft, mistakes, campaigns, isNew, mayWrite, tried } = props
  const say = words[visit.language].rules
  const shared = { visit, draft, mistakes }
  return (
    <section>
      <FormMistakes mistakes={mistakes} />
      {isNew && (
        <TextField
          name="name"
          label={say.name}
          help={say.nameHelp}
          value={draft.name}
          mistakes={mistakes}
          max={limits.ruleNameCharsMax}
        />
      )}
      <fieldset class="whole" disabled={!mayWrite}>
        <EventsField {...shared} provider={source.provider} came={sight.came} />
        <EmailField {...shared} candidates={mayWrite ? sight.candidates : []} />
        <WhenField {...shared} />
        <RestFields {...shared} campaigns={campaigns} unsignedNow={isUnsignedNow(draft, sight)} />
        {!isNew && (
          <>
            <input type="hidden" name="enabled" value="asked" />
            <label class="check">
              <input type="checkbox" name="enabled-now" value="yes" checked={draft.enabled} />
              {say.enabled}
            </label>
          </>
        )}
      </fieldset>
      {mayWrite && <Buttons visit={visit} />}
      {tried !== undefined && <DryRunView tried={tried} visit={visit} />}
    </section>
  )
}

function Buttons({ visit }: { visit: Visit }) {
  const say = words[visit.language].rules
  return (
    <div class="actions more">
      <button type="submit" name="do" value="save">
        {say.save}
      </button>
      <button type="submit" name="do" value="try" class="quiet" title={say.tryHelp}>
        {say.try}
      </button>
    </div>
  )
}
