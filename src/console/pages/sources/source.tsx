// …/sources/:id: what can be asked of a source. The page stands in page.tsx.
import { Hono } from 'hono'
import type { Provider } from '../../../providers/provider.ts'
import { aboutSource } from '../../about.ts'
import { change } from '../../change.ts'
import { fieldsOf, smallForm } from '../../forms.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import type { Source } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { addEnds } from '../ends.tsx'
import { sourcePage } from './page.tsx'
import { sendSample } from './sample.tsx'
import { settingsElse, settingsGiven } from './settings-form.tsx'

const path = '/console/p/:partner/sources/:id'

export function sourceRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
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
      const settings = {
        ...settingsElse(provider, source.settings),
        ...settingsGiven(provider, await fieldsOf(c)),
      }
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeSource(deps, editing, source.id, { settings }),
      )
      if (done.ok) return back(c, visit, source, { done: 'saved' })
      const { mistakes } = done
      return sourcePage(c, visit, parts, { source: { ...source, settings }, provider, mistakes })
    }),
  )
  app.post(
    `${path}/sample`,
    smallForm,
    aboutSource(parts, 'config:write', async (c, visit, source) => {
      const sent = await sendSample(c, parts, visit, source.id, await fieldsOf(c))
      return back(c, visit, source, { sample: sent })
    }),
  )
  addEnds<{ source: Source; provider: Provider }>(app, parts, {
    kind: 'source',
    path,
    idOf: ({ source }) => source.id,
    about: (does) =>
      aboutSource(parts, 'config:write', (c, visit, source, provider) =>
        does(c, visit, { source, provider }),
      ),
    refused: (c, visit, one, mistakes) => sourcePage(c, visit, parts, { ...one, mistakes }),
  })
  return app
}

const back = (c: Page, { base }: Visit, { id }: Source, told: Record<string, string>) =>
  c.redirect(hrefWith(`${base}/sources/${id}`, told), 303)
