// The frames of all pages: head, language, and the answer's headers. A narrow one for what is done once
// (sign-in, set-up), and the console's own with its way around. Both work without JavaScript.
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { StatusCode } from 'hono/utils/http-status'
import type { SignedInPerson } from '../access/sessions.ts'
import { languageOf, type Language } from './reader.ts'
import { WayAround, type Place } from './way-around.tsx'
import type { Standing } from './visit.ts'
import { words, type Words } from './words.ts'

export { languageOf, type Language }

/** A page of the dictionary, in the reader's language. */
/** Those parts of the dictionary that are a whole page. */
type PageName = {
  [Name in keyof Words]: Words[Name] extends { title: string } ? Name : never
}[keyof Words]

export function answerPage<Name extends PageName>(
  c: Context,
  name: Name,
  status: StatusCode,
  body: (say: Words[Name]) => Child,
) {
  const language = languageOf(c)
  const say: Words[Name] & { title: string } = words[language][name]
  return answered(
    c,
    status,
    language,
    <Whole language={language} title={say.title}>
      <div class="narrow">
        <header>
          <p class="brand">moab-relay</p>
        </header>
        <main class="card">
          <h1>{say.title}</h1>
          {body(say)}
        </main>
      </div>
    </Whole>,
  )
}

interface Shown {
  title: string
  place: Place
  status?: StatusCode
  /** Beside the title. */
  aside?: Child
  /** The page above this one. */
  above?: { href: string; label: string }
  /** Asked for again every so many seconds, where there is no script. */
  refreshSeconds?: number
  /** … and with one as well. */
  reloads?: boolean
}

/** A page of a partner. */
export function answerIn(c: Context, visit: Standing, shown: Shown, body: Child) {
  const { language } = visit
  const { title, place, status = 200, aside, above, refreshSeconds, reloads = false } = shown
  return answered(
    c,
    status,
    language,
    <Whole
      language={language}
      title={title}
      scripts
      refreshSeconds={refreshSeconds}
      reloads={reloads}
    >
      <a class="skip" href="#main">
        {words[language].around.skip}
      </a>
      <div class="console">
        <WayAround visit={visit} place={place} />
        <main id="main">
          {above && (
            <p class="above">
              <a href={above.href}>{above.label}</a>
            </p>
          )}
          <div class="title">
            <h1>{title}</h1>
            {aside}
          </div>
          {body}
        </main>
      </div>
    </Whole>,
  )
}

interface ShownToOneself extends Pick<Shown, 'title' | 'status' | 'aside' | 'above'> {
  person: SignedInPerson
}

/** A page that is no partner's: whoever is signed in sees it for themselves. */
export function answerOwn(c: Context, shown: ShownToOneself, body: Child) {
  const { person, title, status = 200, aside, above } = shown
  const language = languageOf(c)
  const say = words[language].around
  return answered(
    c,
    status,
    language,
    <Whole language={language} title={title} scripts>
      <a class="skip" href="#main">
        {say.skip}
      </a>
      <div class="own">
        <header>
          <a class="brand" href="/console?all">
            <span class="mark" aria-hidden="true"></span> moab-relay
          </a>
          <nav aria-label={say.label}>
            <a href="/console/account" title={person.email}>
              {person.email}
            </a>
            <form method="post" action="/signout">
              <button type="submit" class="link">
                {say.signOut}
              </button>
            </form>
          </nav>
        </header>
        <main id="main">
          {above && (
            <p class="above">
              <a href={above.href}>{above.label}</a>
            </p>
          )}
          <div class="title">
            <h1>{title}</h1>
            {aside}
          </div>
          {body}
        </main>
      </div>
    </Whole>,
  )
}

function answered(c: Context, status: StatusCode, language: Language, page: Child) {
  c.status(status)
  c.header('Cache-Control', 'no-store')
  c.header('Vary', 'Accept-Language, Cookie')
  c.header('Content-Language', language)
  return c.html(html`<!doctype html>${page}`)
}

interface WholeProps {
  language: Language
  title: string
  scripts?: boolean
  refreshSeconds?: number | undefined
  reloads?: boolean
  children?: Child
}

function Whole({
  language,
  title,
  scripts = false,
  refreshSeconds,
  reloads = false,
  children,
}: WholeProps) {
  const refresh = refreshSeconds !== undefined && (
    <meta http-equiv="refresh" content={String(refreshSeconds)} />
  )
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · moab-relay`}</title>
        <link rel="icon" href="/console/mark.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/console/style.css" />
        {reloads ? refresh : refresh && <noscript>{refresh}</noscript>}
        <script src="/console/console.js" defer></script>
        {scripts && (
          <>
            <meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false}' />
            <script src="/console/htmx.js" defer></script>
            <script src="/console/sse.js" defer></script>
          </>
        )}
      </head>
      <body>{children}</body>
    </html>
  )
}
