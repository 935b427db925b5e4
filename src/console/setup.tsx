// GET and POST /setup/:token: makes the first operator, once. The URL is the secret; the password
// is never shown again, logged or kept in plain text.
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { setUp, setupIsOpen } from '../access/operator.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import { answerPage } from './page.tsx'
import type { Words } from './words.ts'

export function setupRoutes({ orm }: { orm: Orm }): Hono {
  const app = new Hono()
  app.get('/setup/:token', async (c) =>
    (await setupIsOpen(orm, c.req.param('token'))) ? form(c, 200, { email: '' }) : gone(c),
  )
  app.post(
    '/setup/:token',
    bodyLimit({ maxSize: limits.formBytesMax, onError: (c) => form(c, 413, { email: '' }) }),
    async (c) => {
      if (!isOwnForm(c)) return c.text('This form was sent from another site.', 403)
      const given = await c.req.parseBody()
      const [email, password] = [text(given['email']), text(given['password'])]
      const made = await setUp(orm, c.req.param('token'), { email, password })
      if (made.ok) return ready(c, made.apiToken)
      return made.problem === 'closed' ? gone(c) : form(c, 422, { email, problem: made.problem })
    },
  )
  app.get('/setup', gone)
  return app
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What the browser itself says about where the form stood; whoever sends neither is no browser. */
function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const origin = c.req.header('origin')
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === new URL(c.req.url).host
}

type Problem = keyof Words['setup']['problems']

function form(c: Context, status: 200 | 413 | 422, given: { email: string; problem?: Problem }) {
  return answerPage(c, 'setup', status, (say) => (
    <>
      <p>{say.why}</p>
      {given.problem && (
        <p class="problem" role="alert" id="problem">
          {say.problems[given.problem]}
        </p>
      )}
      <form method="post">
        <label for="email">{say.email}</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          required
          maxlength={limits.emailCharsMax}
          value={given.email}
          {...(given.problem === 'email' && mistaken)}
        />
        <label for="password">{say.password}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minlength={limits.passwordCharsMin}
          maxlength={limits.passwordCharsMax}
          aria-describedby="password-help"
          {...(given.problem === 'password' && mistaken)}
        />
        <p class="help" id="password-help">
          {say.passwordHelp}
        </p>
        <button type="submit">{say.submit}</button>
      </form>
    </>
  ))
}

const mistaken = { 'aria-invalid': 'true', 'aria-describedby': 'problem' } as const

function ready(c: Context, token: string) {
  const { origin } = new URL(c.req.url)
  return answerPage(c, 'ready', 200, (say) => (
    <>
      <p>{say.token}</p>
      <pre class="token">{token}</pre>
      <p>
        {say.docs} <a href="/api/docs">{say.docsLink}</a>
      </p>
      <p>{say.next}</p>
      <pre>npm run relay -- apply relay.yaml</pre>
      <p>{say.ask}</p>
      <pre>{`curl -H "Authorization: Bearer $TOKEN" ${origin}/api/v1/events`}</pre>
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
