// GET and POST /reset/:token: a new password, for whoever was given the link. It signs nobody in.
import { Hono, type Context } from 'hono'
import { resetOf, resetPassword } from '../access/resets.ts'
import { fieldsOf, NewPasswordField, Problem, smallForm } from './forms.tsx'
import { answerPage } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { forgetSession } from './session.ts'

export function resetRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { orm } = parts
  const app = new Hono<ConsoleEnv>()
  app.get('/reset/:token', async (c) => {
    const open = await resetOf(orm, c.req.param('token'))
    return open === undefined ? gone(c) : form(c, 200, open)
  })
  app.post('/reset/:token', smallForm, async (c) => {
    const token = c.req.param('token')
    const open = await resetOf(orm, token)
    if (open === undefined) return gone(c)
    const reset = await resetPassword(orm, token, (await fieldsOf(c))('password'))
    if (!reset.ok) return reset.problem === 'gone' ? gone(c) : form(c, 422, open, true)
    // Whoever's session it was: it ended, or it is not theirs.
    forgetSession(c, parts)
    return c.redirect('/signin?done=reset', 303)
  })
  return app
}

interface Open {
  email: string
  codes: boolean
  /** They have some. */
  passkeys: boolean
}

function form(c: Context, status: 200 | 422, { email, codes, passkeys }: Open, wrong = false) {
  return answerPage(c, 'reset', status, (say) => (
    <>
      <p>{say.why(email)}</p>
      {codes && <p class="help">{say.codes}</p>}
      {passkeys && <p class="help">{say.passkeys}</p>}
      {wrong && <Problem>{say.problem}</Problem>}
      <form method="post">
        <input type="text" name="email" autocomplete="username" value={email} hidden />
        <NewPasswordField
          name="password"
          label={say.password}
          help={say.passwordHelp}
          wrong={wrong}
        />
        <button type="submit">{say.submit}</button>
      </form>
    </>
  ))
}

const gone = (c: Context) =>
  answerPage(c, 'resetGone', 404, (say) => (
    <>
      <p>{say.why}</p>
      <p>
        <a href="/signin">{say.signIn}</a>
      </p>
    </>
  ))
