// The step in which the URL goes to the provider, and what else the provider needs comes here.
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Provider } from '../../../providers/provider.ts'
import { change, type Mistake } from '../../change.ts'
import { fieldsOf } from '../../forms.tsx'
import { outside, type ConsoleParts } from '../../parts.ts'
import { OtherMistakes } from '../../ui/fields.tsx'
import { Copyable, CopyText } from '../../ui/marks.tsx'
import { nameOf } from '../../ui/providers.tsx'
import { needsCredential } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { SettingsForm, settingsElse, settingsGiven } from '../sources/settings-form.tsx'
import { answerStep, on, type Connecting } from './frame.tsx'
import { LinksStep } from './links.tsx'
import { standingOf, type Standing } from './standing.ts'

export async function addressDone(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source, provider } = connecting
  // The secret of links comes first there, for without it none can be made.
  const isDone = provider.visit !== undefined && !needsCredential(source, provider)
  const next = provider.credentials.length === 0 || isDone ? 'first' : 'secret'
  if (provider.settings === undefined) return on(c, visit, connecting, next)
  const settings = {
    ...settingsElse(provider, source.settings),
    ...settingsGiven(provider, await fieldsOf(c)),
  }
  const done = await change(parts, visit, (editor, deps, editing) =>
    editor.writeSource(deps, editing, source.id, { settings }),
  )
  if (done.ok) return on(c, visit, connecting, next)
  const standing = await standingOf(c, parts, visit, { ...source, settings }, provider)
  return AddressStep(c, visit, parts, { ...standing, step: 'address' }, done.mistakes)
}

export async function AddressStep(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  standing: Standing,
  mistakes: readonly Mistake[],
) {
  const { source, provider } = standing
  if (provider.visit !== undefined) return LinksStep(c, visit, parts, standing, { mistakes })
  const { language, partner, base } = visit
  const { connect, sources } = words[language]
  const say = connect.address
  const url = outside(c, parts) + ((await pathOfSource(parts, partner.id, source.id)) ?? '')
  const isReachable = /^https:\/\/(?!localhost|127\.)/.test(url)
  return answerStep(
    c,
    visit,
    standing,
    { title: titleOf(provider, visit), status: mistakes.length > 0 ? 422 : 200 },
    <form method="post" action={`${base}/sources/${source.id}/connect/address`} class="form wide">
      <OtherMistakes mistakes={mistakes} fields={['settings']} />
      <p>
        <strong>{say.paste}</strong>
      </p>
      <Copyable text={url} visit={visit} label={sources.one.url} />
      {!isReachable && <p class="help">{say.insecure}</p>}
      <Guide provider={provider} visit={visit} />
      <MoreSettings standing={standing} visit={visit} mistakes={mistakes} />
      <button type="submit">
        {provider.guide.pastedBy === undefined ? say.next : say.nextDevelopers}
      </button>
    </form>,
  )
}

function titleOf(provider: Provider, { language }: Visit): string {
  const say = words[language].connect.address
  const name = nameOf(provider, language)
  if (provider.kind === 'generic') return say.titleOwn
  return provider.guide.pastedBy === undefined ? say.title(name) : say.titleDevelopers(name)
}

/** Where the URL is pasted, or the code that sends to it. */
function Guide({ provider, visit }: { provider: Provider; visit: Visit }) {
  const { language } = visit
  const say = words[language].connect.address
  const { guide, snippet } = provider
  return (
    <>
      <p class="after">
        <strong>{say.pasteAt}</strong> {guide.url[language]}
      </p>
      {guide.note !== undefined && <p class="help">{guide.note[language]}</p>}
      {snippet !== undefined && (
        <details>
          <summary>{say.snippet}</summary>
          <CopyText id="snippet" text={snippet.text} visit={visit} />
        </details>
      )}
    </>
  )
}

interface SettingsProps {
  standing: Standing
  visit: Visit
  mistakes: readonly Mistake[]
}

/** What must be given was asked for before: open where something is wrong. */
function MoreSettings({ standing: { source, provider }, visit, mistakes }: SettingsProps) {
  if (provider.settings === undefined) return null
  const say = words[visit.language].connect.address
  return (
    <details open={mistakes.length > 0} class="more">
      <summary>{provider.kind === 'generic' ? say.settingsOwn : say.settings}</summary>
      <SettingsForm provider={provider} visit={visit} given={source.settings} mistakes={mistakes} />
    </details>
  )
}
