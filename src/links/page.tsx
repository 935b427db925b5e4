// The pages a visitor may meet on the way: a button to press, a moment to wait, a link that leads
// nowhere. No script, nothing inline, nothing from elsewhere; the address may hold a token, so no page
// that is opened from here learns it.
import { domainToUnicode } from 'node:url'
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import { languageOf, type Language } from '../console/reader.ts'
import { limits } from '../limits.ts'
import { visitorWords } from './words.ts'

/** The host of a landing page as people write it. */
export function hostOf(landing: string): string {
  const { hostname, port } = new URL(landing)
  return (domainToUnicode(hostname) || hostname) + (port === '' ? '' : `:${port}`)
}

/** The form posts to its own address, where the token stands. */
export function confirmPage(c: Context, landing: string) {
  const language = languageOf(c)
  const say = visitorWords[language].confirm
  const title = say.title(hostOf(landing))
  return answerPage(
    c,
    { status: 200, language, title, formTo: landing },
    <>
      <p>{say.why}</p>
      <form method="post">
        <button type="submit">{say.button}</button>
      </form>
    </>,
  )
}

export interface Waiting {
  /** Where to try again, relative to the page; undefined: not by itself any more. */
  next: string | undefined
  /** The same, for a visitor who presses the link. */
  again: string
  /** undefined: nobody could say yet where this link leads. */
  landing: string | undefined
}

/** The Retry-After of the answer is for programs; the refresh in the head is for people. */
export function busyPage(c: Context, { next, again, landing }: Waiting) {
  const language = languageOf(c)
  const say = visitorWords[language].busy
  c.header('Retry-After', String(limits.retryAfterSeconds))
  return answerPage(
    c,
    { status: 503, language, title: say.title, ...(next !== undefined && { refresh: next }) },
    <>
      <p>{next === undefined ? say.over : say.again(limits.retryAfterSeconds)}</p>
      <a class="button" href={again}>
        {say.retry}
      </a>
      {landing !== undefined && (
        <p>
          <a href={landing}>{say.leave(hostOf(landing))}</a>
        </p>
      )}
    </>,
  )
}

export function nowherePage(c: Context) {
  const language = languageOf(c)
  const { title, why } = visitorWords[language].nowhere
  return answerPage(c, { status: 404, language, title }, <p>{why}</p>)
}

interface Frame {
  status: 200 | 404 | 503
  language: Language
  title: string
  refresh?: string
  /** A form of this page ends up there. */
  formTo?: string
}

function answerPage(c: Context, frame: Frame, body: Child) {
  const { status, language, title, refresh, formTo } = frame
  c.status(status)
  c.header('Vary', 'Accept-Language')
  c.header('Content-Language', language)
  c.header('Content-Security-Policy', policy(formTo))
  const page = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {refresh !== undefined && (
          <meta http-equiv="refresh" content={`${limits.retryAfterSeconds}; url=${refresh}`} />
        )}
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="style.css" />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {body}
        </main>
      </body>
    </html>
  )
  return c.html(html`<!doctype html>${page}`)
}

/**
 * Browsers hold the redirects of a form against form-action as well, and a landing page may redirect
 * on: any https page has to be allowed, and the landing page's own origin where that is http.
 */
function policy(formTo: string | undefined): string {
  const form = formTo === undefined ? `'none'` : `'self' https: ${new URL(formTo).origin}`
  return [
    `default-src 'none'`,
    `style-src 'self'`,
    `img-src data:`,
    `form-action ${form}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
}
