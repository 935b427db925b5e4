// /console/account: one's own language and time zone, password, one-time codes, passkeys and sessions.
import { Hono, type Context } from 'hono'
import {
  changePassword,
  endCodes,
  endOtherSessions,
  endSession,
  sessionsOf,
  startCodes,
  waysIn,
  type SignedInPerson,
} from '../access/sessions.ts'
import { newTotpSecret, totpUri } from '../access/totp.ts'
import { agentInWords } from './agents.ts'
import { beginAdding, finishAdding, passkeysOf, removePasskey } from '../access/passkeys.ts'
import {
  CodeField,
  fieldsOf,
  NewPasswordField,
  PasswordField,
  Problem,
  smallForm,
} from './forms.tsx'
import { answerOwn, languageOf } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { personAsking } from './session.ts'
import { Passkeys, passkeysPath, passkeySteps, siteHere } from './passkeys.tsx'
import { Sessions } from './signed-in.tsx'
import { timeZoneOf } from './reader.ts'
import { words, type Words } from './words.ts'
import { ReadingForm, readingRoutes } from './reading.tsx'

type Page = Context<ConsoleEnv>

const own = '/console/account'

/** Everything here is for whoever is signed in. */
const forOneself =
  (parts: ConsoleParts) =>
  (page: (c: Page, person: SignedInPerson) => Promise<Response>) =>
  async (c: Page) => {
    const person = await personAsking(c, parts)
    return person === undefined ? c.redirect('/signin', 303) : page(c, person)
  }
const back = (c: Page, done: Done) => c.redirect(`${own}?done=${done}`, 303)

export function accountRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const signedIn = forOneself(parts)

  app.get(
    own,
    signedIn(async (c, person) => {
      const done = c.req.query('done') ?? ''
      return account(c, parts, person, isDone(done) ? { done } : {})
    }),
  )
  app.post(
    `${own}/password`,
    smallForm,
    signedIn(async (c, person) => {
      const field = await fieldsOf(c)
      const given = { current: field('current'), password: field('password') }
      const changed = await changePassword(parts.orm, person, given)
      if (changed.ok) return back(c, 'password')
      return account(c, parts, person, { problem: changed.problem })
    }),
  )
  app.post(
    `${own}/codes`,
    smallForm,
    signedIn(async (c, person) => {
      const field = await fieldsOf(c)
      const given = { secret: field('secret'), code: field('code') }
      if (await startCodes(parts, person, given)) return back(c, 'codes')
      return account(c, parts, person, { problem: 'code', secret: given.secret })
    }),
  )
  app.post(
    `${own}/codes/end`,
    smallForm,
    signedIn(async (c, person) => {
      const field = await fieldsOf(c)
      const ended = await endCodes(parts.orm, person, field('current'))
      if (ended.ok) return back(c, 'codes_off')
      return account(c, parts, person, { problem: ended.problem })
    }),
  )
  app.post(
    `${own}/sessions/end`,
    smallForm,
    signedIn(async (c, person) => {
      const id = (await fieldsOf(c))('id')
      if (id === '') await endOtherSessions(parts.orm, person)
      else await endSession(parts.orm, person, id)
      return back(c, 'sessions')
    }),
  )
  app.route('/', passkeyRoutes(parts))
  app.route('/', readingRoutes(parts))
  return app
}

function passkeyRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const signedIn = forOneself(parts)
  app.post(
    `${passkeysPath}/begin`,
    smallForm,
    signedIn(async (c, person) => beginPasskey(c, parts, person)),
  )
  app.post(
    passkeysPath,
    smallForm,
    signedIn(async (c, person) => {
      const site = siteHere(c, parts)
      const given = { step: passkeySteps.take(c, parts), answer: (await fieldsOf(c))('answer') }
      const added = site
        ? await finishAdding(parts, person, site, given)
        : ({ ok: false, problem: 'unfit' } as const)
      if (added.ok) return back(c, 'passkey')
      return account(c, parts, person, { problem: added.problem })
    }),
  )
  app.post(
    `${passkeysPath}/:id/remove`,
    smallForm,
    signedIn(async (c, person) => {
      await removePasskey(parts.orm, person, c.req.param('id') ?? '')
      return back(c, 'passkey_off')
    }),
  )
  return app
}

async function beginPasskey(c: Page, parts: ConsoleParts, person: SignedInPerson) {
  const { account: say, passkeys } = words[languageOf(c)]
  const site = siteHere(c, parts)
  if (site === undefined) return c.json({ says: passkeys.nowhere }, 422)
  const field = await fieldsOf(c)
  const given = { name: field('name'), current: field('current') }
  const begun = await beginAdding(parts, person, site, given)
  if (!begun.ok)
    return c.json({ says: { ...say.problems, ...passkeys.problems }[begun.problem] }, 422)
  passkeySteps.keep(c, parts, begun.step)
  c.header('Cache-Control', 'no-store')
  return c.json({ options: begun.options })
}

const dones = [
  'password',
  'codes',
  'codes_off',
  'passkey',
  'passkey_off',
  'sessions',
  'reading',
] as const
type Done = (typeof dones)[number]
const isDone = (text: string): text is Done => dones.some((each) => each === text)

interface Told {
  done?: Done
  problem?: keyof Words['account']['problems'] | keyof Words['passkeys']['problems']
  /** The one that was shown, so that the app need not be told another. */
  secret?: string
}

async function account(c: Page, parts: ConsoleParts, person: SignedInPerson, told: Told) {
  const { done, problem } = told
  const { password, codes } = await waysIn(parts.orm, person)
  const sessions = await sessionsOf(parts.orm, person)
  const language = languageOf(c)
  const timeZone = timeZoneOf(c)
  const reader = { language, timeZone }
  const say = words[language].account
  const above = { href: '/console', label: say.home }
  return answerOwn(
    c,
    { person, title: say.title, above, status: problem === undefined ? 200 : 422 },
    <>
      {done && (
        <p class="done" role="status">
          {say.done[done]}
        </p>
      )}
      {problem && (
        <Problem>{{ ...say.problems, ...words[language].passkeys.problems }[problem]}</Problem>
      )}
      <p>{person.email}</p>
      <section>
        <h2 id="reading">{say.readingTitle}</h2>
        <ReadingForm say={say} language={language} timeZone={timeZone} now={parts.now()} />
      </section>
      <section>
        <h2>{say.passwordTitle}</h2>
        <PasswordForm say={say} email={person.email} problem={problem} isThere={password} />
      </section>
      <section>
        <h2>{say.codesTitle}</h2>
        {codes ? (
          <EndCodesForm say={say} isThere={password} />
        ) : (
          <StartCodesForm say={say} email={person.email} told={told} />
        )}
      </section>
      <section>
        <h2 id="passkeys">{words[language].passkeys.title}</h2>
        <Passkeys
          say={words[language].passkeys}
          reader={reader}
          site={siteHere(c, parts)}
          passkeys={await passkeysOf(parts.orm, person)}
          name={agentInWords(c.req.header('user-agent') ?? null) ?? ''}
          current={password ? say.current : undefined}
        />
      </section>
      <section>
        <h2>{say.sessionsTitle}</h2>
        <Sessions say={say} reader={reader} sessions={sessions} own={person.sessionId} />
      </section>
    </>,
  )
}

type Say = Words['account']

/** `isThere`: a present password, to be asked for. */
interface PasswordProps {
  say: Say
  problem?: Told['problem']
  isThere: boolean
}

function PasswordForm({ say, email, problem, isThere }: PasswordProps & { email: string }) {
  return (
    <form method="post" action="/console/account/password" class="form">
      <input type="text" name="email" autocomplete="username" value={email} hidden />
      {isThere && (
        <PasswordField name="current" label={say.current} wrong={problem === 'current'} />
      )}
      <NewPasswordField
        name="password"
        label={say.password}
        help={say.passwordHelp}
        wrong={problem === 'password'}
      />
      <button type="submit">{say.change}</button>
    </form>
  )
}

function StartCodesForm({ say, email, told }: { say: Say; email: string; told: Told }) {
  const { secret: shown = '', problem } = told
  const secret = /^[A-Z2-7]{32}$/.test(shown) ? shown : newTotpSecret()
  return (
    <form method="post" action="/console/account/codes" class="form">
      <p>{say.codesWhy}</p>
      <pre class="token">{secret.replaceAll(/.{4}(?=.)/g, '$& ')}</pre>
      <p>
        <a href={totpUri(secret, email)}>{say.codesLink}</a>
      </p>
      <input type="hidden" name="secret" value={secret} />
      <CodeField name="code" label={say.code} wrong={problem === 'code'} />
      <button type="submit">{say.codesStart}</button>
    </form>
  )
}

function EndCodesForm({ say, isThere }: PasswordProps) {
  return (
    <form method="post" action="/console/account/codes/end" class="form">
      <p>{say.codesOn}</p>
      {isThere && <PasswordField name="current" id="codes-current" label={say.current} />}
      <button type="submit" class="quiet">
        {say.codesEnd}
      </button>
    </form>
  )
}
