// GET and POST /signin, its second step for whoever uses one-time codes, the other way with a
// passkey, and POST /signout.
import { Hono, type Context } from 'hono'
import { endSession } from '../access/sessions.ts'
import { hasUsers } from '../db/installation.ts'
import { beginPasskey, signInWithPasskey } from '../access/passkey-sign-in.ts'
import { signIn, signInWithCode, type SignedIn } from '../access/sign-in.ts'
import {
  CodeField,
  EmailField,
  fieldsOf,
  OidcForm,
  PasswordField,
  Problem,
  smallForm,
} from './forms.tsx'
import { answerPage, languageOf } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { PasskeyButton, passkeySteps, siteHere } from './passkeys.tsx'
import { Told } from './ui/marks.tsx'
import { words } from './words.ts'
import { forgetSession, fromWhere, keepSession, personAsking } from './session.ts'

type Page = Context<ConsoleEnv>

export function signInRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get('/signin', async (c) => {
    if ((await personAsking(c, parts)) !== undefined) return c.redirect('/console', 303)
    if (!(await hasUsers(parts.orm))) return nobodyYet(c)
    return form(c, parts, 200, c.req.query('done') === 'reset' ? { done: true } : {})
  })
  app.post('/signin', smallForm, async (c) => {
    const field = await fieldsOf(c)
    const email = field('email')
    const from = fromWhere(c, parts)
    return answer(c, parts, await signIn(parts, { email, password: field('password'), ...from }), {
      email,
    })
  })
  app.post('/signin/code', smallForm, async (c) => {
    const field = await fieldsOf(c)
    const step = field('step')
    const from = fromWhere(c, parts)
    return answer(c, parts, await signInWithCode(parts, { step, code: field('code'), ...from }), {
      step,
    })
  })
  app.post('/signin/passkey/begin', smallForm, async (c) => {
    const site = siteHere(c, parts)
    if (site === undefined) return c.json({ says: words[languageOf(c)].passkeys.nowhere }, 422)
    const { options, step } = await beginPasskey(parts, site)
    passkeySteps.keep(c, parts, step)
    c.header('Cache-Control', 'no-store')
    return c.json({ options })
  })
  app.post('/signin/passkey', smallForm, async (c) => {
    const site = siteHere(c, parts)
    const step = passkeySteps.take(c, parts)
    if (site === undefined) return form(c, parts, 422, { problem: 'over' })
    const answered = { step, answer: (await fieldsOf(c))('answer'), ...fromWhere(c, parts) }
    const signed = await signInWithPasskey(parts, site, answered)
    if (!signed.ok && signed.problem === 'unknown')
      return form(c, parts, 422, { problem: 'passkey' })
    return answer(c, parts, signed, {})
  })
  app.post('/signout', async (c) => {
    const person = await personAsking(c, parts)
    if (person !== undefined) await endSession(parts.orm, person, person.sessionId)
    forgetSession(c, parts)
    return c.redirect('/signin', 303)
  })
  return app
}

const nobodyYet = (c: Page) => answerPage(c, 'nobodyYet', 200, (say) => <p>{say.why}</p>)

interface Given {
  email?: string
  /** At the second step. */
  step?: string
}

function answer(c: Page, parts: ConsoleParts, signed: SignedIn, given: Given) {
  if (signed.ok) {
    keepSession(c, parts, signed.session)
    return c.redirect('/console', 303)
  }
  const { problem } = signed
  if (problem === 'code_needed') return codeForm(c, 200, { step: signed.step })
  if (problem === 'wait') {
    const seconds = Math.ceil(signed.waitMs / 1000)
    c.header('Retry-After', String(seconds))
    return form(c, parts, 429, { ...given, problem, seconds })
  }
  const { step } = given
  if (problem === 'over' || step === undefined) return form(c, parts, 422, { ...given, problem })
  return codeForm(c, 422, { step, problem })
}

interface Saying extends Given {
  problem?: 'refused' | 'over' | 'wait' | 'passkey'
  seconds?: number
  /** A new password was set. */
  done?: true
}

function form(c: Page, parts: ConsoleParts, status: 200 | 422 | 429, told: Saying) {
  const { email = '', problem, seconds = 0, done } = told
  const { oidc } = parts
  const language = languageOf(c)
  return answerPage(c, 'signIn', status, (say) => (
    <>
      {done && <Told>{say.done}</Told>}
      {problem && (
        <Problem>{problem === 'wait' ? say.wait(seconds) : say.problems[problem]}</Problem>
      )}
      <form method="post" action="/signin">
        <EmailField name="email" label={say.email} value={email} wrong={problem === 'refused'} />
        <PasswordField name="password" label={say.password} wrong={problem === 'refused'} />
        <button type="submit">{say.submit}</button>
      </form>
      <PasskeyButton site={siteHere(c, parts)} language={language} />
      {oidc && <OidcForm label={say.elsewhere(oidc.name)} />}
      <p class="help">{say.forgotten}</p>
    </>
  ))
}

function codeForm(
  c: Page,
  status: 200 | 422,
  { step, problem }: { step: string; problem?: 'refused' },
) {
  return answerPage(c, 'signInCode', status, (say) => (
    <>
      <p>{say.why}</p>
      {problem && <Problem>{say.problems[problem]}</Problem>}
      <form method="post" action="/signin/code">
        <input type="hidden" name="step" value={step} />
        <CodeField name="code" label={say.code} wrong={problem === 'refused'} />
        <button type="submit">{say.submit}</button>
      </form>
    </>
  ))
}
