// …/connect: choose what you use. A click makes the source, switched on and without a rule, and leads on.
import { Hono } from 'hono'
import { listSources } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import { isProviderId, providers, type ProviderId } from '../../../providers/index.ts'
import { requiredSettings } from '../../../providers/needs.ts'
import type { Provider } from '../../../providers/provider.ts'
import { change, idMade } from '../../change.ts'
import { fieldsOf, Problem, smallForm } from '../../forms.tsx'
import { itemsOf } from '../../found.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import type { Language } from '../../reader.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Empty } from '../../ui/marks.tsx'
import { Logo, nameOf } from '../../ui/providers.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { isMeant } from '../../../providers/search.ts'
import { on } from './frame.tsx'
import { needsGiven, needsPage } from './needs.tsx'

export function connectRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/connect'
  app.get(
    path,
    inside(parts, ['config:write'], (c, visit) => {
      const id = c.req.query('provider') ?? ''
      return isProviderId(id) && requiredSettings(providers[id]).length > 0
        ? needsPage(c, parts, visit, { id, mistakes: [] })
        : choosePage(c, visit)
    }),
  )
  app.post(
    path,
    smallForm,
    inside(parts, ['config:write'], async (c, visit) => {
      const field = await fieldsOf(c)
      const id = field('provider')
      if (!isProviderId(id)) return choosePage(c, visit)
      const isAsked = requiredSettings(providers[id]).length > 0
      if (isAsked && field('asked') === '')
        return c.redirect(hrefWith(`${visit.base}/connect`, { provider: id }), 303)
      const given = isAsked ? needsGiven(providers[id], field) : {}
      const name = await freeName(parts, visit, id)
      const made = await change(parts, visit, (editor, deps, editing) =>
        editor.writeSource(deps, editing, null, { name, provider: id, ...given }),
      )
      if (made.ok) return toAddress(c, visit, idMade(made, 'source') ?? '')
      const { mistakes } = made
      if (isAsked) return needsPage(c, parts, visit, { id, mistakes, ...given })
      return choosePage(c, visit, mistakes.map(({ says }) => says).join('; '))
    }),
  )
  return app
}

/** Also where nothing but the address is missing for the first event. */
const toAddress = (c: Page, visit: Visit, id: string) => on(c, visit, { source: { id } }, 'address')

/** “stripe”, “stripe 2”: a name can be kept or changed by making another source. */
async function freeName(
  { ledger }: ConsoleParts,
  { asker }: Visit,
  id: ProviderId,
): Promise<string> {
  const found = await listSources(ledger, asker, { limit: limits.choicesShownMax })
  const taken = new Set(itemsOf(found).map(({ name }) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? id : `${id} ${number}`
    if (!taken.has(name)) return name
  }
}

interface Entry {
  id: ProviderId
  provider: Provider
}

const allEntries: readonly Entry[] = Object.keys(providers)
  .filter(isProviderId)
  .map((id) => ({ id, provider: providers[id] }))

const kindNames = [
  'payment',
  'forms',
  'courses',
  'commerce',
  'crm',
  'auth',
  'no-code',
  'code',
  'links',
  'generic',
] as const satisfies readonly Provider['kind'][]

/** Those of the reader's market first, then by name. */
function ordered(language: Language): Entry[] {
  const rank = ({ market }: Provider) =>
    market === 'both' ? 1 : market === (language === 'ru' ? 'russia' : 'world') ? 0 : 2
  const names = new Intl.Collator(language)
  return allEntries.toSorted(
    (a, b) =>
      rank(a.provider) - rank(b.provider) ||
      names.compare(nameOf(a.provider, language), nameOf(b.provider, language)),
  )
}

function choosePage(c: Page, visit: Visit, problem?: string) {
  const { language, base } = visit
  const { connect: say, sources } = words[language]
  const asked = (c.req.query('q') ?? '').slice(0, limits.nameCharsMax)
  const found = ordered(language).filter((entry) => isMeant(entry, asked))
  const here = `${base}/connect`
  return answerIn(
    c,
    visit,
    {
      title: say.choose,
      place: 'sources',
      above: { href: `${base}/sources`, label: sources.title },
      status: problem === undefined ? 200 : 422,
    },
    <>
      {problem !== undefined && <Problem>{problem}</Problem>}
      <Search asked={asked} visit={visit} here={here} />
      <form method="post" action={here} id="providers">
        <p class="help" role="status">
          {say.found(found.length)}
        </p>
        {found.length === 0 && <Empty>{say.nothing}</Empty>}
        {kindNames.map((kind) => (
          <Kind
            name={say.kinds[kind]}
            entries={found.filter(({ provider }) => provider.kind === kind)}
            language={language}
          />
        ))}
      </form>
    </>,
  )
}

interface SearchProps {
  asked: string
  visit: Visit
  here: string
}

/** Narrows the list down while it is typed; without a script by its button. */
function Search({ asked, visit, here }: SearchProps) {
  const { connect: say, common } = words[visit.language]
  return (
    <form method="get" action={here} class="filters" role="search">
      <label class="filter wide">
        <span>{say.search}</span>
        <input
          name="q"
          type="search"
          value={asked}
          autocomplete="off"
          maxlength={limits.nameCharsMax}
          hx-get={here}
          hx-trigger="input changed delay:150ms, search"
          hx-target="#providers"
          hx-select="#providers"
          hx-swap="outerHTML"
        />
      </label>
      <div class="actions">
        <button type="submit" class="quiet" data-unscripted="">
          {common.filter}
        </button>
      </div>
    </form>
  )
}

interface KindProps {
  name: string
  entries: readonly Entry[]
  language: Language
}

function Kind({ name, entries, language }: KindProps) {
  if (entries.length === 0) return null
  return (
    <section>
      <h2>{name}</h2>
      <ul class="grid">
        {entries.map(({ id, provider }) => (
          <li>
            <button type="submit" name="provider" value={id} class="tile">
              <Logo id={id} language={language} />
              <span>{nameOf(provider, language)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
