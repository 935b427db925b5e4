// POST /signin/oidc leads to the OpenID provider, GET /signin/oidc/callback comes back from it. What was
// begun is kept in a cookie of ten minutes, sealed and read by us alone. From here one comes to the
// console and nowhere else: no address is taken from a request.
import { Hono, type Context } from 'hono'
import { enter } from '../access/oidc.ts'
import { isSecret } from '../access/secret.ts'
import { startSession } from '../access/sessions.ts'
import { limits } from '../limits.ts'
import { fieldsOf, smallForm } from './forms.tsx'
import { invitationGone } from './join.tsx'
import { answerPage } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { fromWhere, keepSession } from './session.ts'
import { stepCookie } from './step-cookie.ts'
import type { Words } from './words.ts'

type Page = Context<ConsoleEnv>

const callbackPath = '/signin/oidc/callback'

export function oidcRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const { orm, publicUrl, oidc } = parts
  if (oidc === undefined) return app
  const { name } = oidc
  /** Where the provider sends people back to; it knows this address and takes no other. */
  const redirectUri = (c: Page) => (publicUrl ?? new URL(c.req.url).origin) + callbackPath

  app.post('/signin/oidc', smallForm, async (c) => {
    const invitation = (await fieldsOf(c))('invitation')
    const begun = await oidc.begin(redirectUri(c), isSecret(invitation) ? invitation : undefined)
    if (!begun.ok) return refuse(c, name, begun.problem)
    steps.keep(c, parts, begun.step)
    return leave(c, name, begun.url)
  })
  app.get(callbackPath, async (c) => {
    const callback = new URL(redirectUri(c))
    callback.search = new URL(c.req.url).search
    const finished = await oidc.finish(callback, steps.take(c, parts))
    if (!finished.ok) return refuse(c, name, finished.problem)
    const entered = await enter(orm, finished.identity, finished.invitation)
    if (entered.ok) {
      keepSession(c, parts, await startSession(orm, entered.userId, fromWhere(c, parts), 'oidc'))
      return c.redirect('/console', 303)
    }
    return entered.problem === 'gone' ? invitationGone(c) : refuse(c, name, entered.problem)
  })
  return app
}

const steps = stepCookie('oidc', limits.oidcStepMs)

/**
 * A page that moves on by itself instead of a redirect: browsers hold a redirect after a form to our
 * `form-action 'self'`, all the way through whatever providers the provider asks in turn.
 */
function leave(c: Page, name: string, url: string) {
  c.header('Refresh', `0;url=${url}`)
  return answerPage(c, 'oidcLeave', 200, (say) => (
    <p>
      <a href={url}>{say.goOn(name)}</a>
    </p>
  ))
}

type Problem = keyof Words['oidcRefused']['problems']

const statuses = {
  over: 400,
  foreign: 400,
  cancelled: 403,
  unverified: 403,
  unknown: 403,
  /** The invitation is somebody else's. */
  sign_in: 403,
  unavailable: 503,
} as const satisfies Record<Problem, number>

function refuse(c: Page, name: string, problem: Problem) {
  return answerPage(c, 'oidcRefused', statuses[problem], (say) => (
    <>
      <p role="alert">{say.problems[problem](name)}</p>
      <p>
        <a href="/signin">{say.signIn}</a>
      </p>
    </>
  ))
}
