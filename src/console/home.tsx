// GET / and /console: what this is; for whoever is signed in, where they belong.
import { Hono, type Context } from 'hono'
import { roles } from '../access/scopes.ts'
import type { SignedInPerson } from '../access/sessions.ts'
import { answerPage, languageOf } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { personAsking } from './session.ts'

export function homeRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get('/', home)
  app.get('/console', async (c) => {
    const person = await personAsking(c, parts)
    return person === undefined ? c.redirect('/signin', 303) : start(c, person)
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

function start(c: Context, { email, operator, memberships }: SignedInPerson) {
  const language = languageOf(c)
  return answerPage(c, 'start', 200, (say) => (
    <>
      <p>{say.signedIn(email)}</p>
      {operator && <p>{say.operator}</p>}
      {memberships.length === 0 && !operator && <p>{say.nowhere}</p>}
      {memberships.length > 0 && (
        <ul class="rows">
          {memberships.map(({ partner, role }) => (
            <li>
              <strong>{partner}</strong> <span class="help">{roles[role][language]}</span>
            </li>
          ))}
        </ul>
      )}
      <p>{say.next}</p>
      <div class="links actions">
        <a href="/console/account">{say.account}</a>
        <a href="/api/docs">{say.docs}</a>
        <form method="post" action="/signout">
          <button type="submit" class="quiet">
            {say.signOut}
          </button>
        </form>
      </div>
    </>
  ))
}
