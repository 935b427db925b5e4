// The HTML face of the relay: set-up, signing in, invitations, one's own account.
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { accountRoutes } from './account.tsx'
import { ownFormsOnly } from './forms.tsx'
import { homeRoutes } from './home.tsx'
import { joinRoutes } from './join.tsx'
import { oidcRoutes } from './oidc.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { setupRoutes } from './setup.tsx'
import { signInRoutes } from './sign-in.tsx'
import { stylesheet } from './style.ts'

const places = [
  '/',
  '/console',
  '/console/*',
  '/setup/*',
  '/join/*',
  '/signin',
  '/signin/*',
  '/signout',
]

export function consoleRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  for (const path of places) app.use(path, headers, ownFormsOnly)
  app.get('/console/style.css', (c) =>
    c.body(stylesheet, 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=3600',
    }),
  )
  app.route('/', homeRoutes(parts))
  app.route('/', setupRoutes(parts))
  app.route('/', signInRoutes(parts))
  app.route('/', oidcRoutes(parts))
  app.route('/', joinRoutes(parts))
  app.route('/', accountRoutes(parts))
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
