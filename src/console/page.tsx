// The frame of every page: head, language, and the answer's headers. Works without JavaScript.
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { StatusCode } from 'hono/utils/http-status'
import { words, type Words } from './words.ts'

export type Language = keyof typeof words

/** The first language asked for that we speak. */
export function languageOf(c: Context): Language {
  const asked = (c.req.header('accept-language') ?? '')
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameters[0] ?? '')?.[1] ?? '1'
      return { language: tag.toLowerCase().split('-')[0] ?? '', quality: Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return asked.map(({ language }) => language).find(isLanguage) ?? 'en'
}

const isLanguage = (text: string): text is Language => Object.hasOwn(words, text)

/** A page of the dictionary, in the reader's language. */
export function answerPage<Name extends keyof Words>(
  c: Context,
  name: Name,
  status: StatusCode,
  body: (say: Words[Name]) => Child,
) {
  const language = languageOf(c)
  const say: Words[Name] = words[language][name]
  c.status(status)
  c.header('Cache-Control', 'no-store')
  c.header('Vary', 'Accept-Language')
  c.header('Content-Language', language)
  const page = (
    <Page language={language} title={say.title}>
      {body(say)}
    </Page>
  )
  return c.html(html`<!doctype html>${page}`)
}

function Page({
  language,
  title,
  children,
}: {
  language: Language
  title: string
  children?: Child
}) {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · moab-relay`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/console/style.css" />
      </head>
      <body>
        <header>
          <p class="brand">moab-relay</p>
        </header>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  )
}
