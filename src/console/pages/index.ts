// Every page of a partner, in the order of the way around, and those of the installation.
import { auditRoutes } from './audit.tsx'
import { campaignRoutes } from './campaigns/campaign.tsx'
import { campaignsRoutes } from './campaigns/campaigns.tsx'
import { connectRoutes } from './connect/choose.tsx'
import { connectStepsRoutes } from './connect/routes.tsx'
import { eventRoutes } from './events/event.tsx'
import { eventsRoutes } from './events/events.tsx'
import { payloadRoutes } from './events/payload.tsx'
import { grantRoutes } from './grants/grant.tsx'
import { grantsRoutes } from './grants/grants.tsx'
import { operatorsRoutes } from './installation/operators.tsx'
import { installationRoutes } from './installation/overview.tsx'
import { jobRoutes } from './jobs/job.tsx'
import { jobsRoutes } from './jobs/jobs.tsx'
import { noticesRoutes } from './notices/notices.tsx'
import { overviewRoutes } from './overview/page.tsx'
import { peopleRoutes } from './people.tsx'
import { erasureRoutes } from './privacy/erasure.tsx'
import { personRoutes } from './privacy/person.tsx'
import { ruleRoutes } from './rules/rule.tsx'
import { configRoutes } from './settings/config.tsx'
import { settingsRoutes } from './settings/overview.tsx'
import { membersRoutes } from './settings/people.tsx'
import { retentionRoutes } from './settings/retention.tsx'
import { tokensRoutes } from './settings/tokens.tsx'
import { credentialsRoutes } from './sources/credentials.tsx'
import { rejectionRoutes } from './sources/rejection.tsx'
import { rejectionsRoutes } from './sources/rejections.tsx'
import { sourceRoutes } from './sources/source.tsx'
import { sourcesRoutes } from './sources/sources.tsx'

export const pages = [
  overviewRoutes,
  eventsRoutes,
  eventRoutes,
  payloadRoutes,
  peopleRoutes,
  personRoutes,
  erasureRoutes,
  grantsRoutes,
  grantRoutes,
  sourcesRoutes,
  sourceRoutes,
  credentialsRoutes,
  rejectionsRoutes,
  rejectionRoutes,
  connectRoutes,
  connectStepsRoutes,
  ruleRoutes,
  campaignsRoutes,
  campaignRoutes,
  jobsRoutes,
  jobRoutes,
  auditRoutes,
  settingsRoutes,
  membersRoutes,
  tokensRoutes,
  noticesRoutes,
  retentionRoutes,
  configRoutes,
  installationRoutes,
  operatorsRoutes,
]
