// /console/account: one's own language and time zone, password, one-time codes and sessions.
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
import {
  CodeField,
  fieldsOf,
  NewPasswordField,
  PasswordField,
  Problem,
  smallForm,
} from './forms.tsx'
import { answerOwn, languageOf, type Language } from './page.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { personAsking } from './session.ts'
import { momentIn } from './moments.ts'
import { timeZoneOf } from './reader.ts'
import { words, type Words } from './words.ts'
import { ReadingForm, readingRoutes } from './reading.tsx'

type Page = Context<ConsoleEnv>

export function accountRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const own = '/console/account'
  /** Everything here is for whoever is signed in. */
  const signedIn =
    (page: (c: Page, person: SignedInPerson) => Promise<Response>) => async (c: Page) => {
      const person = await personAsking(c, parts)
      return person === undefined ? c.redirect('/signin', 303) : page(c, person)
    }
  const back = (c: Page, done: Done) => c.redirect(`${own}?done=${done}`, 303)

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
  app.route('/', readingRoutes(parts))
  return app
}

const dones = ['password', 'codes', 'codes_off', 'sessions', 'reading'] as const
type Done = (typeof dones)[number]
const isDone = (text: string): text is Done => dones.some((each) => each === text)

interface Told {
  done?: Done
  problem?: 'password' | 'current' | 'code' | 'wait'
  /** The one that was shown, so that the app need not be told another. */
  secret?: string
}

async function account(c: Page, parts: ConsoleParts, person: SignedInPerson, told: Told) {
  const { done, problem } = told
  const { password, codes } = await waysIn(parts.orm, person)
  const sessions = await sessionsOf(parts.orm, person)
  const language = languageOf(c)
  const timeZone = timeZoneOf(c)
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
      {problem && <Problem>{say.problems[problem]}</Problem>}
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
        <h2>{say.sessionsTitle}</h2>
        <Sessions
          say={say}
          reader={{ language, timeZone }}
          sessions={sessions}
          own={person.sessionId}
        />
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

interface SessionsProps {
  say: Say
  reader: { language: Language; timeZone: string }
  sessions: Awaited<ReturnType<typeof sessionsOf>>
  /** The one this page is asked for with. */
  own: string
}

function Sessions({ say, reader, sessions, own }: SessionsProps) {
  return (
    <>
      <ul class="rows">
        {sessions.map(({ id, usedAt, ip, agent }) => (
          <li>
            <div>
              <strong>{agentInWords(agent) ?? agent ?? say.unknownAgent}</strong>
              <span class="help">
                {[ip, momentIn(reader.language, usedAt, reader.timeZone)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </div>
            {id === own ? (
              <span class="help">{say.thisOne}</span>
            ) : (
              <form method="post" action="/console/account/sessions/end">
                <input type="hidden" name="id" value={id} />
                <button type="submit" class="quiet">
                  {say.endSession}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <form method="post" action="/console/account/sessions/end">
          <button type="submit" class="quiet">
            {say.endOthers}
          </button>
        </form>
      )}
    </>
  )
}
