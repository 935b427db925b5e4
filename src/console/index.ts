// The HTML face of the relay. So far: a page that says what this is, and the one-time set-up.
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Orm } from '../db/open.ts'
import { homeRoutes } from './home.tsx'
import { setupRoutes } from './setup.tsx'
import { stylesheet } from './style.ts'

export interface ConsoleParts {
  orm: Orm
  now(): number
}

export function consoleRoutes(parts: ConsoleParts): Hono {
  const app = new Hono()
  for (const path of ['/', '/console', '/console/*', '/setup/*']) app.use(path, headers)
  app.get('/console/style.css', (c) =>
    c.body(stylesheet, 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=3600',
    }),
  )
  app.route('/', homeRoutes())
  app.route('/', setupRoutes(parts))
  return app
}

/** No script at all; `same-origin` because `no-referrer` would hide the origin of our own forms. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ['data:'],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  strictTransportSecurity: false,
})
