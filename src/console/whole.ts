// The whole console: the way in, one's own account, and a partner's pages.
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { accountRoutes } from './account.tsx'
import { assetRoutes } from './assets.ts'
import { ownFormsOnly } from './forms.tsx'
import { homeRoutes } from './home.tsx'
import { joinRoutes } from './join.tsx'
import { notThere } from './nowhere.tsx'
import { oidcRoutes } from './oidc.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { pages } from './pages/index.ts'
import { doors } from './doors.ts'
import { resetRoutes } from './reset.tsx'
import { setupRoutes } from './setup.tsx'
import { signInRoutes } from './sign-in.tsx'

export function wholeConsole(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  for (const door of doors) app.use(door, headers, ownFormsOnly)
  app.route('/', assetRoutes())
  app.route('/', homeRoutes(parts))
  app.route('/', setupRoutes(parts))
  app.route('/', signInRoutes(parts))
  app.route('/', oidcRoutes(parts))
  app.route('/', joinRoutes(parts))
  app.route('/', resetRoutes(parts))
  app.route('/', accountRoutes(parts))
  for (const routes of pages) app.route('/', routes(parts))
  app.get('/console/*', notThere)
  // A surprise is the whole application's business.
  app.onError((error) => {
    throw error
  })
  return app
}

/** Nothing but our own files runs; `same-origin` because `no-referrer` would hide the origin of our own forms. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  strictTransportSecurity: false,
})
