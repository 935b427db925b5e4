// The way around a partner's pages: a column beside them, on a phone a menu.
import type { Scope } from '../access/scopes.ts'
import type { Visit } from './visit.ts'
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
/** `none`: the page stands nowhere in the list. */
export type Place = PlaceName | 'none'

export const isPlaceName = (text: string): text is PlaceName => Object.hasOwn(places, text)
export const placeNames: readonly PlaceName[] = Object.keys(places).filter(isPlaceName)

export function WayAround({ visit, place }: { visit: Visit; place: Place }) {
  const say = words[visit.language].around
  return (
    <>
      <header class="top">
        <a class="brand" href={visit.base}>
          <Mark /> {visit.partner.name}
        </a>
        <button type="button" class="quiet menu" popovertarget="around">
          {say.menu}
        </button>
      </header>
      <nav id="around" popover="auto" aria-label={say.label}>
        <a class="brand" href={visit.base}>
          <Mark /> {visit.partner.name}
        </a>
        <ul>
          {placeNames
            .filter((name) => visit.may(places[name].scope))
            .map((name) => (
              <li class={places[name].begins ? 'begins' : undefined}>
                <a
                  href={`${visit.base}${places[name].path}`}
                  aria-current={name === place ? 'page' : undefined}
                >
                  {say.places[name]}
                </a>
              </li>
            ))}
        </ul>
        <Below visit={visit} say={say} />
      </nav>
    </>
  )
}

function Below({ visit, say }: { visit: Visit; say: Words['around'] }) {
  const { person } = visit
  const several = person.operator || person.memberships.length > 1
  return (
    <ul class="below">
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
