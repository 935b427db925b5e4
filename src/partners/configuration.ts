// What a partner has set up, as the database holds it, with its secrets open: what `apply` compares
// a file with and what `export` prints.
import { z } from 'zod'
import {
  readPartnerRows,
  type CampaignRow,
  type CredentialRow,
  type SourceRow,
  type Tx,
} from '../db/partners.ts'
import type { Settings } from '../schemes/scheme.ts'
import type { Vault } from '../vault.ts'
import { apiKeyPlace, credentialPlace, ingestKeyPlace, Sealed } from './directory.ts'
import { credentialFields, type CredentialField } from './config/grammar.ts'
import { Origin } from './config/references.ts'

export interface Value {
  text: string
  origin: Origin | null
}

export interface StoredCampaign {
  id: string
  name: string
  mode: 'live' | 'sandbox'
  apiKey: Value | null
  url: string | null
  startsAt: Date | null
  endsAt: Date | null
  perSecond: number | null
  enabled: boolean
}

export interface StoredCredential {
  id: string
  name: string
  /** A key set as its JSON text. */
  fields: ReadonlyMap<CredentialField, Value>
  validUntil: Date | null
}

export interface StoredRule {
  id: string
  name: string
  position: number
  enabled: boolean
  campaignId: string
  definition: unknown
}

export interface StoredSource {
  id: string
  name: string
  provider: string
  key: Value
  settings: Settings
  enabled: boolean
  credentials: StoredCredential[]
  rules: StoredRule[]
  /** One that comes back under its name is the same rule again. */
  archivedRules: StoredRule[]
}

export interface Archived {
  kind: 'campaign' | 'source'
  id: string
  name: string
}

export interface StoredPartner {
  id: string
  campaigns: StoredCampaign[]
  sources: StoredSource[]
  archived: Archived[]
}

/** Throws VaultError where a secret does not open. */
export async function readPartner(
  tx: Tx,
  vault: Vault,
  name: string,
): Promise<StoredPartner | undefined> {
  const rows = await readPartnerRows(tx, name)
  if (rows === undefined) return undefined
  const of = <Row extends { sourceId: string }>(list: readonly Row[], id: string) =>
    list.filter(({ sourceId }) => sourceId === id)
  const liveSources = rows.sources.filter(isLive).map(async (row) => ({
    ...(await openSource(row, vault)),
    credentials: await Promise.all(
      of(rows.credentials, row.id).map((each) => openCredential(each, vault)),
    ),
    rules: of(rows.rules, row.id).filter(isLive),
    archivedRules: of(rows.rules, row.id).filter((rule) => !isLive(rule)),
  }))
  return {
    id: rows.id,
    campaigns: await Promise.all(
      rows.campaigns.filter(isLive).map((row) => openCampaign(row, vault)),
    ),
    sources: await Promise.all(liveSources),
    archived: [...archivedOf('campaign', rows.campaigns), ...archivedOf('source', rows.sources)],
  }
}

const isLive = ({ archivedAt }: { archivedAt: Date | null }) => archivedAt === null

const archivedOf = (kind: Archived['kind'], rows: readonly (CampaignRow | SourceRow)[]) =>
  rows.filter((row) => !isLive(row)).map(({ id, name }) => ({ kind, id, name }))

async function openCampaign(row: CampaignRow, vault: Vault): Promise<StoredCampaign> {
  const { apiKeySealed, apiKeyOrigin, archivedAt: _live, ...rest } = row
  if (apiKeySealed === null) return { ...rest, apiKey: null }
  const text = await vault.open(apiKeySealed, apiKeyPlace(row.id))
  return { ...rest, apiKey: { text, origin: originOf(apiKeyOrigin) } }
}

async function openSource(row: SourceRow, vault: Vault) {
  const { id, name, provider, settings, enabled } = row
  const text = await vault.open(row.ingestKeySealed, ingestKeyPlace(id))
  const key: Value = { text, origin: originOf(row.ingestKeyOrigin) }
  return { id, name, provider, key, settings, enabled }
}

async function openCredential(row: CredentialRow, vault: Vault): Promise<StoredCredential> {
  const opened = JSON.parse(await vault.open(row.sealed, credentialPlace(row.id)))
  const { fields, origins } = Sealed.parse(opened)
  const values = credentialFields.flatMap((field): [CredentialField, Value][] => {
    const value = fields[field]
    if (value === undefined) return []
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const origin = Object.hasOwn(origins, field) ? origins[field] : null
    return [[field, { text, origin: originOf(origin) }]]
  })
  return { id: row.id, name: row.name, fields: new Map(values), validUntil: row.validUntil }
}

const originOf = (stored: unknown): Origin | null => Origin.safeParse(stored).data ?? null

const KeySet = z.object({ keys: z.array(z.record(z.string(), z.json())) })

/** The text that is sealed for a credential. */
export function credentialText(values: ReadonlyMap<CredentialField, Value>): string {
  const fields = [...values].map(([field, { text }]) => [
    field,
    field === 'jwks' ? KeySet.parse(JSON.parse(text)) : text,
  ])
  const origins = [...values].flatMap(([field, { origin }]) =>
    origin === null ? [] : [[field, origin]],
  )
  return JSON.stringify({
    fields: Object.fromEntries(fields),
    origins: Object.fromEntries(origins),
  })
}
