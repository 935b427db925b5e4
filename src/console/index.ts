// The HTML face of the relay: the way in, one's own account, and a partner's pages.
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
import { setupRoutes } from './setup.tsx'
import { connectRoutes } from './pages/connect.tsx'
import { connectStepsRoutes } from './pages/connect-steps.tsx'
import { credentialsRoutes } from './pages/credentials.tsx'
import { rejectionsRoutes } from './pages/rejections.tsx'
import { ruleRoutes } from './pages/rule.tsx'
import { sourceRoutes } from './pages/source.tsx'
import { sourcesRoutes } from './pages/sources.tsx'
import { signInRoutes } from './sign-in.tsx'
import { auditRoutes } from './pages/audit.tsx'
import { campaignRoutes } from './pages/campaign.tsx'
import { campaignsRoutes } from './pages/campaigns.tsx'
import { eventRoutes } from './pages/event.tsx'
import { eventsRoutes } from './pages/events.tsx'
import { grantRoutes } from './pages/grant.tsx'
import { grantsRoutes } from './pages/grants.tsx'
import { jobsRoutes } from './pages/jobs.tsx'
import { overviewRoutes } from './pages/overview.tsx'
import { payloadRoutes } from './pages/payload.tsx'
import { noticesRoutes } from './pages/notices/notices.tsx'
import { peopleRoutes } from './pages/people.tsx'
import { configRoutes } from './pages/settings/config.tsx'
import { settingsRoutes } from './pages/settings/overview.tsx'
import { retentionRoutes } from './pages/settings/retention.tsx'
import { membersRoutes } from './pages/settings/people.tsx'
import { tokensRoutes } from './pages/settings/tokens.tsx'

/** Of one partner. */
const pages = [
  overviewRoutes,
  eventsRoutes,
  eventRoutes,
  payloadRoutes,
  peopleRoutes,
  auditRoutes,
  settingsRoutes,
  membersRoutes,
  tokensRoutes,
  noticesRoutes,
  retentionRoutes,
  configRoutes,
  grantsRoutes,
  grantRoutes,
  jobsRoutes,
  campaignsRoutes,
  campaignRoutes,
  sourcesRoutes,
  sourceRoutes,
  credentialsRoutes,
  rejectionsRoutes,
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
  app.get('/console/*', notThere)
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
