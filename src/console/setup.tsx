// GET and POST /setup/:token: makes the first operator, once. The URL is the secret; the password
// is never shown again, logged or kept in plain text.
import { Hono, type Context } from 'hono'
import { setUp, setupIsOpen } from '../access/operator.ts'
import { startSession } from '../access/sessions.ts'
import { EmailField, fieldsOf, NewPasswordField, Problem, smallForm } from './forms.tsx'
import { answerPage } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { fromWhere, keepSession } from './session.ts'
import type { Page } from './visit.ts'
import type { Words } from './words.ts'

export function setupRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { orm } = parts
  const app = new Hono<ConsoleEnv>()
  app.get('/setup/:token', async (c) =>
    (await setupIsOpen(orm, c.req.param('token'))) ? form(c, 200, { email: '' }) : gone(c),
  )
  app.post('/setup/:token', smallForm, async (c) => {
    const field = await fieldsOf(c)
    const email = field('email')
    const made = await setUp(orm, c.req.param('token'), { email, password: field('password') })
    if (made.ok) return ready(c, parts, made)
    return made.problem === 'closed' ? gone(c) : form(c, 422, { email, problem: made.problem })
  })
  app.get('/setup', gone)
  return app
}

type Mistake = keyof Words['setup']['problems']

function form(c: Context, status: 200 | 422, given: { email: string; problem?: Mistake }) {
  return answerPage(c, 'setup', status, (say) => (
    <>
      <p>{say.why}</p>
      {given.problem && <Problem>{say.problems[given.problem]}</Problem>}
      <form method="post">
        <EmailField
          name="email"
          label={say.email}
          value={given.email}
          wrong={given.problem === 'email'}
        />
        <NewPasswordField
          name="password"
          label={say.password}
          help={say.passwordHelp}
          wrong={given.problem === 'password'}
        />
        <button type="submit">{say.submit}</button>
      </form>
    </>
  ))
}

/** Whoever has just made the account is signed in to it. */
async function ready(
  c: Page,
  parts: ConsoleParts,
  { userId, apiToken }: { userId: string; apiToken: string },
) {
  const from = fromWhere(c, parts)
  keepSession(c, parts, await startSession(parts.orm, userId, from, 'set-up link'))
  const origin = parts.publicUrl ?? new URL(c.req.url).origin
  return answerPage(c, 'ready', 200, (say) => (
    <>
      <p>{say.signedIn}</p>
      <p>{say.token}</p>
      <pre class="token" id="token">
        {apiToken}
      </pre>
      <p>
        <a class="button" href="/console">
          {say.on}
        </a>
      </p>
      <details class="more">
        <summary>{say.files}</summary>
        <div>
          <p>{say.next}</p>
          <pre>npm run relay -- apply relay.yaml</pre>
          <p>{say.ask}</p>
          <pre>{`curl -H "Authorization: Bearer $TOKEN" ${origin}/api/v1/events`}</pre>
          <p>
            {say.docs} <a href="/api/docs">{say.docsLink}</a>
          </p>
        </div>
      </details>
    </>
  ))
}

const gone = (c: Context) =>
  answerPage(c, 'gone', 404, (say) => (
    <>
      <p>{say.why}</p>
      <p>
        <a href="/">{say.home}</a>
      </p>
    </>
  ))
