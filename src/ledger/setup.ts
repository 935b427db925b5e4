// What is set up and how it is doing: for the API and the console. One thing comes with its version, which
// whoever changes it may name as the one they saw.
import {
  campaignsPage,
  credentialsPage,
  rulesPage,
  sourcesPage,
  type SetupWanted,
} from '../db/ledger/setup.ts'
import { isJsonObject } from '../json.ts'
import type { Mentions } from './asking.ts'
import { list, one, type Asking, type Questions } from './listing.ts'

type Wanted = SetupWanted & Pick<Mentions, 'partner' | 'source'>

const time = (at: Date | null) => at?.toISOString() ?? null

type SourceRow = Awaited<ReturnType<typeof sourcesPage>>['rows'][number]
type CampaignRow = Awaited<ReturnType<typeof campaignsPage>>['rows'][number]
type RuleRow = Awaited<ReturnType<typeof rulesPage>>['rows'][number]
type CredentialRow = Awaited<ReturnType<typeof credentialsPage>>['rows'][number]

function viewCampaign(row: CampaignRow) {
  return {
    id: row.id,
    partner: row.partner,
    name: row.name,
    mode: row.mode,
    url: row.url,
    has_api_key: row.hasApiKey,
    starts_at: time(row.startsAt),
    ends_at: time(row.endsAt),
    per_second: row.perSecond,
    enabled: row.enabled,
    archived_at: time(row.archivedAt),
    created_at: row.createdAt.toISOString(),
    health: {
      state: row.state,
      reason: row.reason,
      since: row.since.toISOString(),
      probe_at: time(row.probeAt),
    },
  }
}

export const listCampaigns = (ledger: Questions, asker: Asking, { partner, ...page }: Wanted) =>
  list(ledger, asker, { partner }, (tx, { owner }) => campaignsPage(tx, owner, page), viewCampaign)

export const listSources = (ledger: Questions, asker: Asking, { partner, ...page }: Wanted) =>
  list(ledger, asker, { partner }, (tx, { owner }) => sourcesPage(tx, owner, page), viewSource)

export const listRules = (ledger: Questions, asker: Asking, { partner, source, ...page }: Wanted) =>
  list(
    ledger,
    asker,
    { partner, source },
    (tx, { owner, sourceIds }) => rulesPage(tx, owner, { ...page, sourceIds }),
    viewRule,
  )

export const listCredentials = (
  ledger: Questions,
  asker: Asking,
  { partner, source, ...page }: Wanted,
) =>
  list(
    ledger,
    asker,
    { partner, source },
    (tx, { owner, sourceIds }) => credentialsPage(tx, owner, { ...page, sourceIds }),
    viewCredentialInFull,
  )

export const readCampaign = one('campaign', campaignsPage, viewCampaign)
export const readSource = one('source', sourcesPage, viewSource)
export const readRule = one('rule', rulesPage, viewRule)
export const readCredential = one('credential', credentialsPage, viewCredentialInFull)

function viewSource({ createdAt, archivedAt, lastEventAt, credentials, ...row }: SourceRow) {
  return {
    ...row,
    last_event_at: lastEventAt === null ? null : new Date(lastEventAt).toISOString(),
    archived_at: time(archivedAt),
    created_at: createdAt.toISOString(),
    credentials: credentials.map(viewCredential),
  }
}

function viewRule({ createdAt, archivedAt, definition, ...row }: RuleRow) {
  return {
    ...row,
    definition: isJsonObject(definition) ? definition : {},
    archived_at: time(archivedAt),
    created_at: createdAt.toISOString(),
  }
}

function viewCredential(row: Omit<CredentialRow, 'partner' | 'source'>) {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    valid_until: time(row.validUntil),
    last_used_at: time(row.lastUsedAt),
    created_at: row.createdAt.toISOString(),
  }
}

function viewCredentialInFull({ partner, source, ...row }: CredentialRow) {
  return { ...viewCredential(row), partner, source }
}
