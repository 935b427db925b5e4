// GET and POST /join/:token: an invitation. Whoever has no account makes one here; whoever has one signs
// in to it first and comes back.
import { Hono, type Context } from 'hono'
import { invitationOf, join } from '../access/members.ts'
import { startSession } from '../access/sessions.ts'
import { roles } from '../access/scopes.ts'
import { fieldsOf, NewPasswordField, OidcForm, Problem, smallForm } from './forms.tsx'
import { answerPage, languageOf } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { fromWhere, keepSession, personAsking } from './session.ts'

type Page = Context<ConsoleEnv>
type Invitation = NonNullable<Awaited<ReturnType<typeof invitationOf>>>

export function joinRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get('/join/:token', async (c) => {
    const token = c.req.param('token')
    const open = await invitationOf(parts.orm, token)
    if (open === undefined) return invitationGone(c)
    const person = await personAsking(c, parts)
    return form(c, parts, 200, { open, token, isTheirs: person?.email === open.email })
  })
  app.post('/join/:token', smallForm, async (c) => {
    const token = c.req.param('token')
    const open = await invitationOf(parts.orm, token)
    if (open === undefined) return invitationGone(c)
    const person = await personAsking(c, parts)
    const isTheirs = person?.email === open.email
    const field = await fieldsOf(c)
    const joined = await join(
      parts.orm,
      token,
      isTheirs ? { userId: person.userId } : { password: field('password') },
    )
    if (joined.ok) return welcome(c, parts, joined.userId, isTheirs)
    if (joined.problem === 'gone') return invitationGone(c)
    return form(c, parts, 422, { open, token, isTheirs, problem: joined.problem })
  })
  return app
}

async function welcome(c: Page, parts: ConsoleParts, userId: string, isSignedIn: boolean) {
  if (!isSignedIn) {
    const from = fromWhere(c, parts)
    keepSession(c, parts, await startSession(parts.orm, userId, from, 'invitation'))
  }
  return c.redirect('/console', 303)
}

interface Told {
  open: Invitation
  token: string
  /** Signed in as the one who is invited. */
  isTheirs: boolean
  problem?: 'password' | 'sign_in'
}

function form(c: Page, { oidc }: ConsoleParts, status: 200 | 422, told: Told) {
  const { open, token, isTheirs, problem } = told
  const language = languageOf(c)
  return answerPage(c, 'join', status, (say) => (
    <>
      <p>
        {open.partner === null ? say.asOperator(open.email) : say.why(open.email, open.partner)}
      </p>
      {open.role !== null && <p class="help">{roles[open.role][language]}</p>}
      {problem && <Problem>{say.problems[problem]}</Problem>}
      {open.hasAccount && !isTheirs ? (
        <p>
          {say.haveAccount} <a href="/signin">{say.signIn}</a>
        </p>
      ) : (
        <form method="post">
          {!isTheirs && (
            <NewPasswordField
              name="password"
              label={say.password}
              help={say.passwordHelp}
              wrong={problem === 'password'}
            />
          )}
          <button type="submit">{say.submit}</button>
        </form>
      )}
      {oidc && !isTheirs && <OidcForm label={say.elsewhere(oidc.name)} invitation={token} />}
    </>
  ))
}

export const invitationGone = (c: Page) =>
  answerPage(c, 'joinGone', 404, (say) => (
    <>
      <p>{say.why}</p>
      <p>
        <a href="/signin">{say.signIn}</a>
      </p>
    </>
  ))
