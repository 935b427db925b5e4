// …/sources/:id/credentials: a new one, one in the place of another with an overlap, one taken away.
import { Hono } from 'hono'
import { overlaps, type Overlap } from '../../../partners/overlaps.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Provider } from '../../../providers/provider.ts'
import { change, type Mistake } from '../../change.ts'
import { fieldsOf, largeForm, smallForm } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { nameOf } from '../../ui/providers.tsx'
import { SelectField } from '../../ui/fields.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { CredentialForm, credentialGiven, oddityIn } from './credential-form.tsx'
import { aboutSource, outside, type ShowsSource } from './meant.ts'
import type { Source } from './sources.tsx'

type Credential = Source['credentials'][number]
const isOverlap = (text: string): text is Overlap => Object.hasOwn(overlaps, text)

export function credentialsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/sources/:id/credentials'
  const back = (c: Page, { base }: Visit, { id }: Source) =>
    c.redirect(hrefWith(`${base}/sources/${id}`, { done: 'saved' }), 303)
  const aboutOne = (
    shows: (
      c: Page,
      visit: Visit,
      source: Source,
      provider: Provider,
      one: Credential,
    ) => ReturnType<ShowsSource>,
  ) =>
    aboutSource(parts, 'config:write', (c, visit, source, provider) => {
      const one = source.credentials.find(({ id }) => id === c.req.param('credential'))
      return one === undefined ? notThere(c) : shows(c, visit, source, provider, one)
    })
  app.get(
    `${path}/new`,
    aboutSource(parts, 'config:write', (c, visit, source, provider) =>
      formPage(c, visit, { source, provider, mistakes: [] }),
    ),
  )
  app.post(
    `${path}/new`,
    largeForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const given = credentialGiven(provider, await fieldsOf(c))
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeCredential(deps, editing, { source: source.id }, given),
      )
      if (done.ok) return back(c, visit, source)
      return formPage(c, visit, { source, provider, mistakes: done.mistakes })
    }),
  )
  app.post(
    `${path}/check`,
    largeForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const at = await pathOfSource(parts, visit.partner.id, source.id)
      const url = at === undefined ? undefined : outside(c, parts) + at
      return c.html(<>{oddityIn(provider, url, await fieldsOf(c))?.[visit.language] ?? ''}</>)
    }),
  )
  app.get(
    `${path}/:credential/rotate`,
    aboutOne((c, visit, source, provider, rotated) =>
      formPage(c, visit, { source, provider, mistakes: [], rotated }),
    ),
  )
  app.post(
    `${path}/:credential/rotate`,
    largeForm,
    aboutOne(async (c, visit, source, provider, rotated) => {
      const field = await fieldsOf(c)
      const overlap = isOverlap(field('overlap')) ? field('overlap') : '24h'
      const given = credentialGiven(provider, field)
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.rotateCredential(
          deps,
          editing,
          rotated.id,
          isOverlap(overlap) ? overlap : '24h',
          given,
        ),
      )
      if (done.ok) return back(c, visit, source)
      return formPage(c, visit, { source, provider, mistakes: done.mistakes, rotated })
    }),
  )
  app.get(
    `${path}/:credential/remove`,
    aboutOne((c, visit, source, _provider, one) => removePage(c, visit, source, one)),
  )
  app.post(
    `${path}/:credential/remove`,
    smallForm,
    aboutOne(async (c, visit, source, provider, one) => {
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.removeCredential(deps, editing, one.id),
      )
      if (done.ok) return back(c, visit, source)
      return formPage(c, visit, { source, provider, mistakes: done.mistakes })
    }),
  )
  return app
}

interface Shown {
  source: Source
  provider: Provider
  mistakes: readonly Mistake[]
  rotated?: Credential
}

function formPage(c: Page, visit: Visit, { source, provider, mistakes, rotated }: Shown) {
  const { language, base } = visit
  const { one: say, form } = words[language].sources
  const here = `${base}/sources/${source.id}`
  const to = rotated === undefined ? 'new' : `${rotated.id}/rotate`
  return answerIn(
    c,
    visit,
    {
      title: rotated === undefined ? say.addCredential : say.rotateTitle,
      place: 'sources',
      above: { href: here, label: source.name },
      status: mistakes.length > 0 ? 422 : 200,
    },
    <>
      {rotated !== undefined && <p>{say.rotateHelp}</p>}
      <p>
        <strong>{nameOf(provider, language)}.</strong> {provider.guide.secret[language]}
      </p>
      <form method="post" action={`${here}/credentials/${to}`} class="form" autocomplete="off">
        <CredentialForm
          visit={visit}
          provider={provider}
          mistakes={mistakes}
          checkAt={`${here}/credentials/check`}
        />
        {rotated !== undefined && (
          <SelectField
            name="overlap"
            label={say.overlap}
            value="24h"
            mistakes={[]}
            options={Object.keys(overlaps)
              .filter(isOverlap)
              .map((each) => [each, say.overlaps[each]])}
          />
        )}
        <button type="submit">{form.save}</button>
      </form>
    </>,
  )
}

function removePage(c: Page, visit: Visit, source: Source, { id, name }: Credential) {
  const { language, base } = visit
  const { one: say } = words[language].sources
  const here = `${base}/sources/${source.id}`
  return answerIn(
    c,
    visit,
    { title: say.removeTitle, place: 'sources', above: { href: here, label: source.name } },
    <form method="post" action={`${here}/credentials/${id}/remove`}>
      <p>{say.removeHelp(name)}</p>
      <div class="actions">
        <button type="submit" class="danger">
          {say.removeConfirm}
        </button>
        <a href={here}>{words[language].common.cancel}</a>
      </div>
    </form>,
  )
}
