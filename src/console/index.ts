// The HTML face of the relay: the way in, one's own account, and a partner's pages.
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { accountRoutes } from './account.tsx'
import { assetRoutes } from './assets.ts'
import { ownFormsOnly } from './forms.tsx'
import { homeRoutes } from './home.tsx'
import { joinRoutes } from './join.tsx'
import { oidcRoutes } from './oidc.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { setupRoutes } from './setup.tsx'
import { connectRoutes } from './pages/connect/choose.tsx'
import { connectStepsRoutes } from './pages/connect/routes.tsx'
import { credentialsRoutes } from './pages/sources/credentials.tsx'
import { rejectionRoutes } from './pages/sources/rejection.tsx'
import { rejectionsRoutes } from './pages/sources/rejections.tsx'
import { ruleRoutes } from './pages/rules/rule.tsx'
import { sourceRoutes } from './pages/sources/source.tsx'
import { sourcesRoutes } from './pages/sources/sources.tsx'
import { signInRoutes } from './sign-in.tsx'
import { campaignRoutes } from './pages/campaigns/campaign.tsx'
import { campaignsRoutes } from './pages/campaigns/campaigns.tsx'
import { eventRoutes } from './pages/events/event.tsx'
import { eventsRoutes } from './pages/events/events.tsx'
import { grantRoutes } from './pages/grants/grant.tsx'
import { grantsRoutes } from './pages/grants/grants.tsx'
import { jobRoutes } from './pages/jobs/job.tsx'
import { jobsRoutes } from './pages/jobs/jobs.tsx'
import { overviewRoutes } from './pages/overview/page.tsx'
import { payloadRoutes } from './pages/events/payload.tsx'
import { peopleRoutes } from './pages/people.tsx'

/** Of one partner. */
const pages = [
  overviewRoutes,
  eventsRoutes,
  eventRoutes,
  payloadRoutes,
  peopleRoutes,
  grantsRoutes,
  grantRoutes,
  jobsRoutes,
  jobRoutes,
  campaignsRoutes,
  campaignRoutes,
  sourcesRoutes,
  sourceRoutes,
  credentialsRoutes,
  rejectionsRoutes,
  rejectionRoutes,
  ruleRoutes,
  connectRoutes,
  connectStepsRoutes,
]

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
  app.route('/', assetRoutes())
  app.route('/', homeRoutes(parts))
  app.route('/', setupRoutes(parts))
  app.route('/', signInRoutes(parts))
  app.route('/', oidcRoutes(parts))
  app.route('/', joinRoutes(parts))
  app.route('/', accountRoutes(parts))
  for (const routes of pages) app.route('/', routes(parts))
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
