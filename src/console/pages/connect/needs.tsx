// …/connect?provider=…: what must be known before there can be a source, such as the page that links lead to.
// Some of it is the source's own URL: so that it can be shown, its key is made here already.
import { randomBytes } from 'node:crypto'
import { limits } from '../../../limits.ts'
import { doorOf, providers, type ProviderId } from '../../../providers/index.ts'
import { requiredSettings } from '../../../providers/needs.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Mistake } from '../../change.ts'
import { answerIn } from '../../page.tsx'
import { outside, type ConsoleParts } from '../../parts.ts'
import { OtherMistakes } from '../../ui/fields.tsx'
import { Copyable } from '../../ui/marks.tsx'
import { Logo, nameOf } from '../../ui/providers.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { SettingsForm, settingsGiven } from '../sources/settings-form.tsx'

/** Fields of the source that is made. */
export interface NeedsGiven {
  settings: Record<string, string>
  key?: string
}

export function needsGiven(provider: Provider, field: (name: string) => string): NeedsGiven {
  const key = field('key').slice(0, limits.ingestKeyCharsMax + 1)
  const settings = settingsGiven(provider, field, requiredSettings(provider))
  return { settings, ...(key !== '' && { key }) }
}

/** The other fields have no name that people know. */
const unnamed = (mistake: Mistake): Mistake =>
  mistake.field === 'settings' ? mistake : { ...mistake, field: '' }

interface Asked extends Partial<NeedsGiven> {
  id: ProviderId
  mistakes: readonly Mistake[]
}

export function needsPage(c: Page, parts: ConsoleParts, visit: Visit, asked: Asked) {
  const { language, base } = visit
  const { id, mistakes, key = randomBytes(24).toString('base64url') } = asked
  const { connect, sources } = words[language]
  const provider = providers[id]
  const say = connect.needs
  const isLinks = provider.visit !== undefined
  const only = requiredSettings(provider)
  const ownUrl = `${outside(c, parts)}/${doorOf(id)}/${key}`
  const { settings = {} } = provider
  const isOwn = (name: string) => settings[name]?.ownUrl === true
  const proposed = Object.fromEntries(only.filter(isOwn).map((name) => [name, ownUrl]))
  const isUrlFirst = only.some((name) => isOwn(name) || settings[name]?.afterUrl === true)
  return answerIn(
    c,
    visit,
    {
      title: isLinks ? say.titleLinks : say.title(nameOf(provider, language)),
      place: 'sources',
      above: { href: `${base}/connect`, label: connect.choose },
      aside: <Logo id={id} language={language} />,
      status: mistakes.length > 0 ? 422 : 200,
    },
    <form method="post" action={`${base}/connect`} class="form wide">
      <OtherMistakes mistakes={mistakes.map(unnamed)} fields={['settings']} />
      <p>{isLinks ? say.helpLinks : say.help}</p>
      <input type="hidden" name="provider" value={id} />
      <input type="hidden" name="asked" value="yes" />
      <input type="hidden" name="key" value={key} />
      {isUrlFirst && (
        <>
          <p>{say.url}</p>
          <Copyable text={ownUrl} visit={visit} label={sources.one.url} />
          <p class="after">{provider.guide.url[language]}</p>
        </>
      )}
      <SettingsForm
        provider={provider}
        visit={visit}
        given={asked.settings ?? proposed}
        mistakes={mistakes}
        only={only}
      />
      <button type="submit">{say.next}</button>
    </form>,
  )
}
