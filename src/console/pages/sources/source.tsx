// …/sources/:id: the URL and where it is pasted, credentials, rules, and what came in or was refused.
import { Hono } from 'hono'
import { listAlarms } from '../../../ledger/alarms.ts'
import { listRules } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Provider } from '../../../providers/provider.ts'
import { change, type Mistake } from '../../change.ts'
import { fieldsOf, Problem, smallForm } from '../../forms.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Ago, Copyable, Moment, Told, upper } from '../../ui/marks.tsx'
import { nameOf } from '../../ui/providers.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { sampleProblem, SampleForm, sendSample } from './sample.tsx'
import { SettingsForm, settingsGiven } from './settings-form.tsx'
import { aboutSource, needsCredential, outside } from './meant.ts'
import { SourceState, type Source } from './sources.tsx'

type Rule = Extract<Awaited<ReturnType<typeof listRules>>, { items: unknown }>['items'][number]

export function sourceRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/sources/:id'
  const back = (c: Page, { base }: Visit, { id }: Source, told: Record<string, string>) =>
    c.redirect(hrefWith(`${base}/sources/${id}`, told), 303)
  app.get(
    path,
    aboutSource(parts, 'config:read', (c, visit, source, provider) =>
      sourcePage(c, visit, parts, { source, provider, mistakes: [] }),
    ),
  )
  app.post(
    `${path}/settings`,
    smallForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const settings = settingsGiven(provider, await fieldsOf(c))
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeSource(deps, editing, source.id, { settings }),
      )
      if (done.ok) return back(c, visit, source, { done: 'saved' })
      const { mistakes } = done
      return sourcePage(c, visit, parts, { source: { ...source, settings }, provider, mistakes })
    }),
  )
  for (const enabled of [true, false])
    app.post(
      `${path}/${enabled ? 'on' : 'off'}`,
      smallForm,
      aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
        const done = await change(parts, visit, (editor, deps, editing) =>
          editor.writeSource(deps, editing, source.id, { enabled }),
        )
        if (done.ok) return back(c, visit, source, { done: 'saved' })
        return sourcePage(c, visit, parts, { source, provider, mistakes: done.mistakes })
      }),
    )
  for (const what of ['archive', 'restore'] as const)
    app.post(
      `${path}/${what}`,
      smallForm,
      aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
        const done = await change(parts, visit, (editor, deps, editing) =>
          what === 'archive'
            ? editor.archiveThing(deps, editing, 'source', source.id)
            : editor.restoreThing(deps, editing, 'source', source.id),
        )
        if (done.ok) return back(c, visit, source, { done: 'saved' })
        return sourcePage(c, visit, parts, { source, provider, mistakes: done.mistakes })
      }),
    )
  app.post(
    `${path}/sample`,
    smallForm,
    aboutSource(parts, 'config:write', async (c, visit, source) => {
      const field = await fieldsOf(c)
      const sent = await sendSample(c, parts, visit, source.id, {
        type: field('type'),
        email: field('email').trim(),
      })
      return back(c, visit, source, { sample: sent })
    }),
  )
  return app
}

interface Shown {
  source: Source
  provider: Provider
  mistakes: readonly Mistake[]
}

async function sourcePage(c: Page, visit: Visit, parts: ConsoleParts, shown: Shown) {
  const { source, provider, mistakes } = shown
  const { base, language, partner, asker } = visit
  const { sources, common } = words[language]
  const say = sources.one
  const mayWrite = visit.may('config:write') && source.archived_at === null
  const [path, rules, alarms] = await Promise.all([
    mayWrite ? pathOfSource(parts, partner.id, source.id) : undefined,
    listRules(parts.ledger, asker, { source: source.id, limit: limits.rulesPerSourceMax }),
    listAlarms(parts.ledger, asker, {
      state: 'open',
      limit: limits.overviewThingsShown,
      lang: language,
    }),
  ])
  const own = ('items' in alarms ? alarms.items : []).filter(
    ({ subject }) => subject.id === source.id,
  )
  const listed = 'items' in rules ? rules.items : []
  const here = `${base}/sources/${source.id}`
  const sample = c.req.query('sample')
  const isUnfinished = mayWrite && (listed.length === 0 || needsCredential(source, provider))
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
      {own.length > 0 && (
        <ul class="needs">
          {own.map(({ told, opened_at: since }) => (
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
      )}
      {isUnfinished && (
        <p>
          <a class="button" href={`${here}/connect`}>
            {say.continue}
          </a>
        </p>
      )}
      {path !== undefined && (
        <section>
          <h2>{say.url}</h2>
          <Copyable text={outside(c, parts) + path} visit={visit} label={say.url} />
          <p class="help">{say.urlHelp}</p>
          <p>{provider.guide.url[language]}</p>
          <p class="help">
            {say.retries} {provider.retries[language]}
          </p>
        </section>
      )}
      <Credentials
        source={source}
        provider={provider}
        visit={visit}
        here={here}
        mayWrite={mayWrite}
        now={parts.now()}
      />
      <Rules rules={listed} visit={visit} here={here} mayWrite={mayWrite} />
      <section>
        <h2>{say.events}</h2>
        <p class="actions">
          <a href={hrefWith(`${base}/events`, { source: source.name })}>{say.events}</a>
          <a href={hrefWith(`${base}/rejections`, { source: source.name })}>{say.refused}</a>
        </p>
      </section>
      {mayWrite && <SampleForm provider={provider} visit={visit} here={here} />}
      {mayWrite && provider.settings !== undefined && (
        <section>
          <h2 id="settings">{say.settings}</h2>
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
      )}
      {visit.may('config:write') && <Ends source={source} visit={visit} here={here} />}
    </>,
  )
}

interface PartProps {
  visit: Visit
  here: string
  mayWrite: boolean
}

function Credentials({
  source,
  provider,
  visit,
  here,
  mayWrite,
  now,
}: PartProps & { source: Source; provider: Provider; now: number }) {
  const say = words[visit.language].sources.one
  if (provider.credentials.length === 0)
    return (
      <section>
        <h2>{say.credentials}</h2>
        <p class="help">{say.credentialsUnneeded}</p>
      </section>
    )
  return (
    <section>
      <h2 id="credentials">{say.credentials}</h2>
      {source.credentials.length === 0 && <p>{say.credentialsNone}</p>}
      <ul class="rows">
        {source.credentials.map(({ id, name, state, last_used_at: used, valid_until: until }) => (
          <li>
            <div>
              <strong>{name}</strong>
              <span class="help">
                {used === null ? (
                  say.neverUsed
                ) : (
                  <>
                    {say.lastUsed} <Ago at={used} visit={visit} now={now} />
                  </>
                )}
                {until !== null && (
                  <>
                    {' · '}
                    {state === 'ended' ? say.endedAt : say.endsAt}{' '}
                    <Moment at={until} visit={visit} />
                  </>
                )}
              </span>
            </div>
            {mayWrite && (
              <div class="actions">
                {state !== 'ended' && (
                  <a class="button quiet" href={`${here}/credentials/${id}/rotate`}>
                    {say.rotate}
                  </a>
                )}
                <a class="button quiet" href={`${here}/credentials/${id}/remove`}>
                  {say.remove}
                </a>
              </div>
            )}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <p>
          <a class="button quiet" href={`${here}/credentials/new`}>
            {say.addCredential}
          </a>
        </p>
      )}
    </section>
  )
}

function Rules({ rules, visit, here, mayWrite }: PartProps & { rules: readonly Rule[] }) {
  const say = words[visit.language].sources.one
  return (
    <section>
      <h2 id="rules">{say.rules}</h2>
      {rules.length === 0 && <p>{say.rulesNone}</p>}
      <ol class="rows">
        {rules.map(({ id, name, campaign, enabled }, n) => (
          <li>
            <div>
              <a href={`${visit.base}/rules/${id}`}>
                <strong>{name}</strong>
              </a>
              <span class="help">
                → {campaign.name}
                {!enabled && ` · ${say.paused}`}
              </span>
            </div>
            {mayWrite && rules.length > 1 && (
              <div class="actions">
                <Move to={n - 1} id={id} label={say.up} visit={visit} disabled={n === 0} />
                <Move
                  to={n + 1}
                  id={id}
                  label={say.down}
                  visit={visit}
                  disabled={n === rules.length - 1}
                />
              </div>
            )}
          </li>
        ))}
      </ol>
      {mayWrite && (
        <p>
          <a class="button quiet" href={`${here}/rules/new`}>
            {say.addRule}
          </a>
        </p>
      )}
    </section>
  )
}

interface MoveProps {
  to: number
  id: string
  label: string
  visit: Visit
  disabled: boolean
}

const Move = ({ to, id, label, visit, disabled }: MoveProps) => (
  <form method="post" action={`${visit.base}/rules/${id}/move`}>
    <input type="hidden" name="position" value={String(to)} />
    <button type="submit" class="quiet" disabled={disabled}>
      {label}
    </button>
  </form>
)

function Ends({ source, visit, here }: { source: Source; visit: Visit; here: string }) {
  const say = words[visit.language].sources.one
  const rows =
    source.archived_at === null
      ? [
          source.enabled
            ? { action: 'off', label: say.switchOff, help: say.offHelp }
            : { action: 'on', label: say.switchOn, help: '' },
          { action: 'archive', label: say.archive, help: say.archiveHelp },
        ]
      : [{ action: 'restore', label: say.restore, help: say.restoreHelp }]
  return (
    <section>
      <ul class="rows">
        {rows.map(({ action, label, help }) => (
          <li>
            <div class="help">{help}</div>
            <form method="post" action={`${here}/${action}`}>
              <button type="submit" class="quiet">
                {label}
              </button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  )
}
