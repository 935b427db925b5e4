// The page of a source: what is wrong first, then the URL and where it is pasted, credentials, rules, and
// what came in or was refused.
import { listAlarms, type AlarmView } from '../../../ledger/alarms.ts'
import { listRules } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import { pathIfOpen } from '../../../partners/source-url.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Mistake } from '../../change.ts'
import { Problem } from '../../forms.tsx'
import { itemsOf } from '../../found.ts'
import { answerIn } from '../../page.tsx'
import { outside, type ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Copyable, Moment, Told, upper } from '../../ui/marks.tsx'
import { nameOf } from '../../ui/providers.tsx'
import { needsCredential, SourceState, type Source } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { Ends } from '../ends.tsx'
import { Credentials, Rules } from './parts.tsx'
import { canSendSample, sampleProblem, SampleForm } from './sample.tsx'
import { SettingsForm } from './settings-form.tsx'

interface Shown {
  source: Source
  provider: Provider
  mistakes: readonly Mistake[]
}

export async function sourcePage(c: Page, visit: Visit, parts: ConsoleParts, shown: Shown) {
  const { source, provider, mistakes } = shown
  const { base, language, partner } = visit
  const { sources } = words[language]
  const here = `${base}/sources/${source.id}`
  const mayWrite = visit.may('config:write') && source.archived_at === null
  const [path, rules, removed, alarms, canSend] = await Promise.all([
    mayWrite ? pathIfOpen(parts, partner.id, source.id) : undefined,
    rulesOf(visit, parts, source),
    rulesOf(visit, parts, source, true),
    alarmsOf(visit, parts, source),
    mayWrite && canSendSample(parts, visit, source.id),
  ])
  const isUnfinished = mayWrite && (rules.length === 0 || needsCredential(source, provider))
  const part = { source, provider, visit, here, mayWrite }
  return answerIn(
    c,
    visit,
    {
      title: source.name,
      place: 'sources',
      above: { href: `${base}/sources`, label: sources.title },
      aside: (
        <div class="actions">
          <span>{nameOf(provider, language)}</span>
          <SourceState source={source} visit={visit} />
        </div>
      ),
      status: mistakes.length > 0 ? 422 : 200,
    },
    <>
      <Done c={c} visit={visit} mistakes={mistakes} />
      <Alarms alarms={alarms} visit={visit} />
      {isUnfinished && (
        <p>
          <a class="button" href={`${here}/connect`}>
            {sources.one.continue}
          </a>
        </p>
      )}
      {path !== undefined && (
        <Address url={outside(c, parts) + path} provider={provider} visit={visit} here={here} />
      )}
      <Credentials {...part} now={parts.now()} />
      <Rules {...part} rules={rules} removed={removed} />
      <Past source={source} visit={visit} />
      {canSend && <Samples provider={provider} visit={visit} here={here} />}
      {mayWrite && <Settings {...shown} visit={visit} here={here} />}
      {visit.may('config:write') && <SourceEnds source={source} visit={visit} here={here} />}
    </>,
  )
}

const rulesOf = async (
  { asker }: Visit,
  { ledger }: ConsoleParts,
  { id }: Source,
  archived = false,
) =>
  itemsOf(await listRules(ledger, asker, { source: id, archived, limit: limits.rulesPerSourceMax }))

async function alarmsOf({ asker, language }: Visit, { ledger }: ConsoleParts, { id }: Source) {
  const found = await listAlarms(ledger, asker, {
    state: 'open',
    limit: limits.overviewThingsShown,
    lang: language,
  })
  return itemsOf(found).filter(({ subject }) => subject.id === id)
}

interface DoneProps {
  c: Page
  visit: Visit
  mistakes: readonly Mistake[]
}

/** What was just done here, or what kept it from being done. */
function Done({ c, visit, mistakes }: DoneProps) {
  const say = words[visit.language].sources.one
  const sample = c.req.query('sample')
  return (
    <>
      {c.req.query('done') === 'saved' && <Told>{say.saved}</Told>}
      {sample === 'sent' && <Told>{say.sampleSent}</Told>}
      {sample !== undefined && sample !== 'sent' && (
        <Problem>{sampleProblem(sample, visit)}</Problem>
      )}
      {mistakes
        .filter(({ field }) => field === '')
        .map(({ says }) => (
          <Problem>{says}</Problem>
        ))}
    </>
  )
}

const Alarms = ({ alarms, visit }: { alarms: readonly AlarmView[]; visit: Visit }) =>
  alarms.length > 0 ? (
    <ul class="needs">
      {alarms.map(({ told, opened_at: since }) => (
        <li>
          <div>
            {upper(told)}{' '}
            <span class="help">
              <Moment at={since} visit={visit} />
            </span>
          </div>
        </li>
      ))}
    </ul>
  ) : null

interface AddressProps {
  url: string
  provider: Provider
  visit: Visit
  here: string
}

/** The URL, and where it is pasted. */
function Address({ url, provider, visit, here }: AddressProps) {
  const { language } = visit
  const say = words[language].sources.one
  if (provider.visit !== undefined)
    return (
      <section>
        <h2>{say.links}</h2>
        <p>{say.linksHelp}</p>
        <p>
          <a class="button quiet" href={`${here}/connect?step=address#make`}>
            {say.makeLinks}
          </a>
        </p>
      </section>
    )
  return (
    <section>
      <h2>{say.url}</h2>
      <Copyable text={url} visit={visit} label={say.url} />
      <p class="help">{say.urlHelp}</p>
      <p>{provider.guide.url[language]}</p>
      <p class="help">
        {say.retries} {provider.retries[language]}
      </p>
    </section>
  )
}

/** To what came in, and to what was refused. */
function Past({ source: { name }, visit: { language, base } }: { source: Source; visit: Visit }) {
  const say = words[language].sources.one
  return (
    <section>
      <h2>{say.events}</h2>
      <p class="actions">
        <a href={hrefWith(`${base}/events`, { source: name })}>{say.events}</a>
        <a href={hrefWith(`${base}/rejections`, { source: name })}>{say.refused}</a>
      </p>
    </section>
  )
}

interface PartProps {
  visit: Visit
  here: string
}

function Samples({ provider, visit, here }: PartProps & { provider: Provider }) {
  const say = words[visit.language].sources.one
  return (
    <SampleForm
      provider={provider}
      visit={visit}
      action={`${here}/sample`}
      title={say.sample}
      help={say.sampleHelp}
    />
  )
}

function Settings({ source, provider, mistakes, visit, here }: PartProps & Shown) {
  const { sources, common } = words[visit.language]
  if (provider.settings === undefined) return null
  return (
    <section>
      <h2 id="settings">{sources.one.settings}</h2>
      <form method="post" action={`${here}/settings`} class="form">
        <SettingsForm
          provider={provider}
          visit={visit}
          given={source.settings}
          mistakes={mistakes}
        />
        <button type="submit">{common.save}</button>
      </form>
    </section>
  )
}

function SourceEnds({ source, visit, here }: PartProps & { source: Source }) {
  const say = words[visit.language].sources.one
  const says = {
    on: { label: say.switchOn, help: '' },
    off: { label: say.switchOff, help: say.offHelp },
    archive: { label: say.archive, help: say.archiveHelp },
    restore: { label: say.restore, help: say.restoreHelp },
  }
  return <Ends here={here} thing={source} says={says} />
}
