// …/settings: what there is to set up about the partner itself, as far as the reader may see it.
import { Hono } from 'hono'
import type { Scope } from '../../../access/scopes.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { inside, type Page, type Standing, type Visit } from '../../visit.ts'
import { words, type Words } from '../../words.ts'

type SubPage = keyof Words['settings']['pages']
const needed = {
  people: 'access:read',
  tokens: 'access:read',
  notices: 'config:read',
  retention: 'config:read',
  config: 'config:read',
} as const satisfies Record<SubPage, Scope>
const isSubPage = (name: string): name is SubPage => Object.hasOwn(needed, name)

export function settingsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get('/console/p/:partner/settings', inside(parts, ['config:read'], overview))
  return app
}

function overview(c: Page, visit: Visit) {
  const say = words[visit.language].settings
  const pages = Object.keys(needed).filter(isSubPage)
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'settings' },
    <ul class="grid wide">
      {pages
        .filter((name) => visit.may(needed[name]))
        .map((name) => (
          <Door href={`${settingsOf(visit)}/${name}`} {...say.pages[name]} />
        ))}
      <Door href="/console/account#reading" {...say.reading} />
    </ul>,
  )
}

const Door = ({ href, title, help }: { href: string; title: string; help: string }) => (
  <li>
    <a href={href}>
      <div>
        <strong>{title}</strong>
        <small>{help}</small>
      </div>
    </a>
  </li>
)

export const settingsOf = ({ base }: Standing) => `${base}/settings`

/** The title of a sub-page, and the way back up. */
export const subPage = (visit: Standing, name: SubPage) => {
  const { settings } = words[visit.language]
  const { title } = settings.pages[name]
  // The installation's stand in its way around.
  if (visit.owner === null)
    return { title, place: name === 'tokens' || name === 'notices' ? name : 'none' } as const
  return {
    title,
    place: 'settings',
    above: { href: settingsOf(visit), label: settings.title },
  } as const
}
