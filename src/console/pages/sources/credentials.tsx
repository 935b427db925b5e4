// …/sources/:id/credentials: a new one, one in the place of another with an overlap, one taken away.
import { Hono } from 'hono'
import { overlaps, type Overlap } from '../../../partners/overlaps.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Provider } from '../../../providers/provider.ts'
import { aboutSource, type Answer, type ShowsSource } from '../../about.ts'
import { change, type Changed, type Mistake } from '../../change.ts'
import { fieldsOf, largeForm, smallForm } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import { outside, type ConsoleEnv, type ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { nameOf } from '../../ui/providers.tsx'
import { SelectField } from '../../ui/fields.tsx'
import type { Source } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import {
  CredentialForm,
  credentialOf,
  filledIn,
  isDoubted,
  oddityIn,
  type Filled,
} from './credential-form.tsx'
import type { Credential } from './parts.tsx'

const isOverlap = (text: string): text is Overlap => Object.hasOwn(overlaps, text)
const overlapUsual = '24h' satisfies Overlap

const path = '/console/p/:partner/sources/:id/credentials'

export function credentialsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const aboutAll = (shows: ShowsSource) => aboutSource(parts, 'config:write', shows)
  app.get(
    `${path}/new`,
    aboutAll((c, visit, source, provider) =>
      formPage(c, visit, { source, provider, mistakes: [] }),
    ),
  )
  app.post(
    `${path}/new`,
    largeForm,
    aboutAll(async (c, visit, source, provider) => {
      const url = await urlOf(c, parts, visit, source)
      const filled = filledIn(provider, url, await fieldsOf(c))
      const shown = { source, provider, filled }
      if (isDoubted(filled)) return formPage(c, visit, { ...shown, mistakes: [] })
      const given = credentialOf(provider, filled)
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeCredential(deps, editing, { source: source.id }, given),
      )
      return settled(c, visit, shown, done)
    }),
  )
  app.post(
    `${path}/check`,
    largeForm,
    aboutAll(async (c, visit, source, provider) => {
      const url = await urlOf(c, parts, visit, source)
      return c.html(<>{oddityIn(provider, url, await fieldsOf(c))?.[visit.language] ?? ''}</>)
    }),
  )
  addRotation(app, parts)
  addRemoval(app, parts)
  return app
}

/** As the provider was given it. */
export async function urlOf(c: Page, parts: ConsoleParts, { partner }: Visit, { id }: Source) {
  const path = await pathOfSource(parts, partner.id, id)
  return path === undefined ? undefined : outside(c, parts) + path
}

type ShowsCredential = (
  c: Page,
  visit: Visit,
  about: { source: Source; provider: Provider; one: Credential },
) => Answer

/** At …/credentials/:credential/… */
const aboutOne = (parts: ConsoleParts, shows: ShowsCredential) =>
  aboutSource(parts, 'config:write', (c, visit, source, provider) => {
    const one = source.credentials.find(({ id }) => id === c.req.param('credential'))
    return one === undefined ? notThere(c) : shows(c, visit, { source, provider, one })
  })

function addRotation(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  app.get(
    `${path}/:credential/rotate`,
    aboutOne(parts, (c, visit, { source, provider, one }) =>
      formPage(c, visit, { source, provider, mistakes: [], rotated: one }),
    ),
  )
  app.post(
    `${path}/:credential/rotate`,
    largeForm,
    aboutOne(parts, async (c, visit, { source, provider, one }) => {
      const field = await fieldsOf(c)
      const asked = field('overlap')
      const overlap = isOverlap(asked) ? asked : overlapUsual
      const filled = filledIn(provider, await urlOf(c, parts, visit, source), field)
      const shown = { source, provider, rotated: one, overlap, filled }
      if (isDoubted(filled)) return formPage(c, visit, { ...shown, mistakes: [] })
      const given = credentialOf(provider, filled)
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.rotateCredential(deps, editing, one.id, overlap, given),
      )
      return settled(c, visit, shown, done)
    }),
  )
}

function addRemoval(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  app.get(
    `${path}/:credential/remove`,
    aboutOne(parts, (c, visit, { source, one }) => removePage(c, visit, source, one)),
  )
  app.post(
    `${path}/:credential/remove`,
    smallForm,
    aboutOne(parts, async (c, visit, { source, provider, one }) => {
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.removeCredential(deps, editing, one.id),
      )
      return settled(c, visit, { source, provider }, done)
    }),
  )
}

/** Back to the source, or the form once more with what was wrong. */
function settled(c: Page, visit: Visit, shown: Omit<Shown, 'mistakes'>, done: Changed) {
  if (!done.ok) return formPage(c, visit, { ...shown, mistakes: done.mistakes })
  return c.redirect(hrefWith(`${visit.base}/sources/${shown.source.id}`, { done: 'saved' }), 303)
}

interface Shown {
  source: Source
  provider: Provider
  mistakes: readonly Mistake[]
  rotated?: Credential
  overlap?: Overlap
  filled?: Filled
}

function formPage(c: Page, visit: Visit, shown: Shown) {
  const { source, provider, mistakes, rotated, filled, overlap = overlapUsual } = shown
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
      status: mistakes.length > 0 || filled?.odd !== undefined ? 422 : 200,
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
          filled={filled}
        />
        {rotated !== undefined && (
          <SelectField
            name="overlap"
            label={say.overlap}
            value={overlap}
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
