// The way around the pages of a partner, or of the installation: a column beside them, on a phone a menu.
import type { Scope } from '../access/scopes.ts'
import { installation } from './doors.ts'
import type { Standing } from './visit.ts'
import { words, type Words } from './words.ts'

/** In the order in which they are listed; a gap stands before a place that begins a group. */
export const places = {
  overview: { path: '', scope: 'events:read', begins: false },
  events: { path: '/events', scope: 'events:read', begins: true },
  people: { path: '/people', scope: 'people:read', begins: false },
  grants: { path: '/grants', scope: 'grants:read', begins: false },
  sources: { path: '/sources', scope: 'config:read', begins: true },
  campaigns: { path: '/campaigns', scope: 'config:read', begins: false },
  jobs: { path: '/jobs', scope: 'grants:read', begins: false },
  audit: { path: '/audit', scope: 'audit:read', begins: true },
  settings: { path: '/settings', scope: 'config:read', begins: false },
} as const satisfies Record<string, { path: string; scope: Scope; begins: boolean }>
export type PlaceName = keyof typeof places

/** Those of the installation; whoever sees one sees all. */
const placesOfAll = {
  overview: { path: '', begins: false },
  operators: { path: '/operators', begins: true },
  tokens: { path: '/settings/tokens', begins: false },
  notices: { path: '/settings/notices', begins: false },
  audit: { path: '/audit', begins: true },
} as const

/** `none`: the page stands nowhere in the list. */
export type Place = PlaceName | keyof typeof placesOfAll | 'none'

export const isPlaceName = (text: string): text is PlaceName => Object.hasOwn(places, text)
export const placeNames: readonly PlaceName[] = Object.keys(places).filter(isPlaceName)

export function WayAround({ visit, place }: { visit: Standing; place: Place }) {
  const say = words[visit.language].around
  return (
    <>
      <header class="top">
        <a class="brand" href={visit.base}>
          <Mark /> {visit.name}
        </a>
        <button type="button" class="quiet menu" popovertarget="around">
          {say.menu}
        </button>
      </header>
      <nav id="around" popover="auto" aria-label={say.label}>
        <a class="brand" href={visit.base}>
          <Mark /> {visit.name}
        </a>
        <ul>
          {listed(visit).map(({ name, path, label, begins }) => (
            <li class={begins ? 'begins' : undefined}>
              <a href={visit.base + path} aria-current={name === place ? 'page' : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
        <Below visit={visit} say={say} />
      </nav>
    </>
  )
}

interface Listed {
  name: Place
  path: string
  label: string
  begins: boolean
}

function listed({ owner, language, may }: Standing): Listed[] {
  const { around, installation } = words[language]
  return owner === null
    ? namesOfAll.map((name) => ({ name, ...placesOfAll[name], label: installation.places[name] }))
    : placeNames
        .filter((name) => may(places[name].scope))
        .map((name) => ({ name, ...places[name], label: around.places[name] }))
}

const isOfAll = (text: string): text is keyof typeof placesOfAll => Object.hasOwn(placesOfAll, text)
const namesOfAll = Object.keys(placesOfAll).filter(isOfAll)

function Below({ visit, say }: { visit: Standing; say: Words['around'] }) {
  const { person, owner } = visit
  const several = person.operator || person.memberships.length > 1
  return (
    <ul class="below">
      {person.operator && owner !== null && (
        <li>
          <a href={installation}>{say.installation}</a>
        </li>
      )}
      {several && (
        <li>
          <a href="/console?all">{say.partners}</a>
        </li>
      )}
      <li>
        <a href="/console/account" title={person.email}>
          {person.email}
        </a>
      </li>
      <li>
        <form method="post" action="/signout">
          <button type="submit" class="link">
            {say.signOut}
          </button>
        </form>
      </li>
    </ul>
  )
}

/** Two rings, one passing into the other: what comes in and what goes on. */
const Mark = () => <span class="mark" aria-hidden="true"></span>
