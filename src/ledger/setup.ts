// What is set up and how it is doing: for the API and the console.
import { campaignsPage, rulesPage, sourcesPage, type SetupWanted } from '../db/ledger/setup.ts'
import { isJsonObject } from '../json.ts'
import type { Mentions } from './asking.ts'
import { list, type Asking, type Questions } from './listing.ts'

type Wanted = SetupWanted & Pick<Mentions, 'partner' | 'source'>

const time = (at: Date | null) => at?.toISOString() ?? null

type SourceRow = Awaited<ReturnType<typeof sourcesPage>>['rows'][number]
type CampaignRow = Awaited<ReturnType<typeof campaignsPage>>['rows'][number]

function viewCampaign(row: CampaignRow) {
  return {
    id: row.id,
    partner: row.partner,
    name: row.name,
    mode: row.mode,
    url: row.url,
    starts_at: time(row.startsAt),
    ends_at: time(row.endsAt),
    per_second: row.perSecond,
    enabled: row.enabled,
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
    ({ createdAt, definition, ...row }) => ({
      ...row,
      definition: isJsonObject(definition) ? definition : {},
      created_at: createdAt.toISOString(),
    }),
  )

function viewSource({ createdAt, credentials, ...row }: SourceRow) {
  return {
    ...row,
    created_at: createdAt.toISOString(),
    credentials: credentials.map(({ id, name, validUntil, lastUsedAt, createdAt: since }) => ({
      id,
      name,
      valid_until: time(validUntil),
      last_used_at: time(lastUsedAt),
      created_at: since.toISOString(),
    })),
  }
}
