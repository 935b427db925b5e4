// What is set up and how it is doing: for the API and the console.
import {
  campaignsPage,
  credentialsOf,
  rulesPage,
  sourcesPage,
  type SetupWanted,
} from '../db/ledger/setup.ts'
import type { Page } from '../db/ledger/page.ts'
import { reading, type Owner, type Reader } from '../db/ledger/reading.ts'
import { isJsonObject } from '../json.ts'
import { find, type Asker, type Ledger, type Mentions, type Unknown } from './asking.ts'

export type Wanted = SetupWanted & Pick<Mentions, 'partner' | 'source'>
type Questions = Pick<Ledger, 'orm'>
type Asking = Pick<Asker, 'owner'>
type Answer<View> = Promise<{ items: View[]; next: string | null } | Unknown>

const time = (at: Date | null) => at?.toISOString() ?? null

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

export const listCampaigns = (ledger: Questions, asker: Asking, wanted: Wanted) =>
  list(ledger, asker, wanted, async (tx, owner, page) => {
    const { rows, next } = await campaignsPage(tx, owner, page)
    return { rows: rows.map(viewCampaign), next }
  })

export const listSources = (ledger: Questions, asker: Asking, wanted: Wanted) =>
  list(ledger, asker, wanted, async (tx, owner, page) => {
    const { rows, next } = await sourcesPage(tx, owner, page)
    const ids = rows.map(({ id }) => id)
    const credentials = await credentialsOf(tx, owner, ids)
    const views = rows.map(({ createdAt, ...row }) => ({
      ...row,
      created_at: createdAt.toISOString(),
      credentials: credentials
        .filter(({ sourceId }) => sourceId === row.id)
        .map(({ id, name, validUntil, lastUsedAt, createdAt: since }) => ({
          id,
          name,
          valid_until: time(validUntil),
          last_used_at: time(lastUsedAt),
          created_at: since.toISOString(),
        })),
    }))
    return { rows: views, next }
  })

export const listRules = (ledger: Questions, asker: Asking, wanted: Wanted) =>
  list(ledger, asker, wanted, async (tx, owner, page) => {
    const { rows, next } = await rulesPage(tx, owner, page)
    const views = rows.map(({ createdAt, definition, ...row }) => ({
      ...row,
      definition: isJsonObject(definition) ? definition : {},
      created_at: createdAt.toISOString(),
    }))
    return { rows: views, next }
  })

async function list<View>(
  { orm }: Questions,
  { owner }: Asking,
  { partner, source, ...page }: Wanted,
  pageOf: (
    tx: Reader,
    owner: Owner,
    page: SetupWanted & { sourceIds?: readonly string[] | undefined },
  ) => Promise<Page<View>>,
): Answer<View> {
  const found = await reading(orm, async (tx) => {
    const meant = await find(tx, owner, { partner, source })
    return 'unknown' in meant
      ? meant
      : pageOf(tx, meant.owner, { ...page, sourceIds: meant.sourceIds })
  })
  return 'unknown' in found ? found : { items: found.rows, next: found.next }
}
