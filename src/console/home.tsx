// GET / and /console: what this is; for whoever is signed in, their partners. Who has one goes straight there.
import { Hono, type Context } from 'hono'
import type { SignedInPerson } from '../access/sessions.ts'
import { listPartners } from '../ledger/access.ts'
import { limits } from '../limits.ts'
import { makePartner } from '../partners/making.ts'
import { fieldsOf, smallForm } from './forms.tsx'
import { answerPage } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { notThere } from './nowhere.tsx'
import { personAsking, takeWish } from './session.ts'
import { startShown, type Choosable, type StartTold } from './start.tsx'
import { givenIn } from './ui/lists.tsx'
import { baseOf, type Page } from './visit.ts'

export function homeRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get('/', home)
  app.get('/console', async (c) => {
    const person = await personAsking(c, parts)
    if (person === undefined) return c.redirect('/signin', 303)
    const wish = takeWish(c, parts)
    if (wish !== undefined) return c.redirect(wish, 303)
    const [only, ...others] = person.memberships
    const isAtHome = only !== undefined && others.length === 0
    if (isAtHome && c.req.query('all') === undefined) return c.redirect(baseOf(only.partner), 303)
    return start(c, parts, person, {})
  })
  app.post('/console/partners', smallForm, async (c) => {
    const person = await personAsking(c, parts)
    if (person === undefined) return c.redirect('/signin', 303)
    if (!person.operator) return notThere(c)
    const name = (await fieldsOf(c))('name').trim()
    const made = await makePartner(parts, name, `user:${person.userId}`)
    if (made.ok) return c.redirect(baseOf(name), 303)
    return start(c, parts, person, { name, problem: made.problem })
  })
  return app
}

const home = (c: Context) =>
  answerPage(c, 'home', 200, (say) => (
    <>
      <p>{say.what}</p>
      <p>
        <a class="button" href="/console">
          {say.signIn}
        </a>
      </p>
      <ul class="links">
        <li>
          <a href="/api/docs">{say.docs}</a> <code>/api/docs</code>
        </li>
        <li>
          <a href="/healthz">{say.health}</a> <code>/healthz</code>
        </li>
        <li>
          <a href="/readyz">{say.ready}</a> <code>/readyz</code>
        </li>
      </ul>
    </>
  ))

async function start(c: Page, parts: ConsoleParts, person: SignedInPerson, told: StartTold) {
  const { find: named, after } = givenIn(c, ['find', 'after'])
  const found = person.operator
    ? await every(parts, { named, after })
    : { partners: own(person, named), next: null }
  return startShown(c, person, { ...found, named, after }, told)
}

/** An operator sees all of them. */
async function every(
  { ledger }: ConsoleParts,
  { named, after }: { named: string | undefined; after: string | undefined },
): Promise<{ partners: Choosable[]; next: string | null }> {
  const page = { limit: limits.consoleRowsShown, named, after }
  const { items, next } = await listPartners(ledger, { owner: null }, page)
  return { partners: items.map(({ name, created_at: since }) => ({ name, since })), next }
}

const own = ({ memberships }: SignedInPerson, named = ''): Choosable[] =>
  memberships
    .filter(({ partner }) => partner.toLowerCase().includes(named.toLowerCase()))
    .map(({ partner: name, role }) => ({ name, role }))
