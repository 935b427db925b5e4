// The configuration as a config file, in the order of its grammar. Without `secrets` a secret is
// printed as the reference it came from, else as { stored: … }: applying the output to the same
// database changes nothing. With them it is a full backup, for a person to keep safe.
import { stringify } from 'yaml'
import { UsageError } from '../config.ts'
import { partnerNames, sealedIngestKeys, type Tx } from '../db/partners.ts'
import type { Orm } from '../db/open.ts'
import { changing } from '../db/walls.ts'
import { isJsonObject } from '../json.ts'
import { guillemets } from '../nearest.ts'
import type { Vault } from '../vault.ts'
import {
  readPartner,
  type StoredCampaign,
  type StoredCredential,
  type StoredPartner,
  type StoredRule,
  type StoredSource,
  type Value,
} from './configuration.ts'
import { ingestKeyPlace } from './directory.ts'
import { secretFields } from './config/grammar.ts'
import { printed, printedPlain } from './config/references.ts'
import { unknownName } from './config/wording.ts'

export interface ExportDeps {
  orm: Orm
  vault: Vault
}

export interface ExportOptions {
  /** Only this one. */
  partner?: string
  /** In plain text. */
  secrets?: boolean
}

/** Throws UsageError where there is no such partner, VaultError where a secret does not open. */
export async function exportConfig(
  { orm, vault }: ExportDeps,
  { partner, secrets = false }: ExportOptions = {},
): Promise<string> {
  const snapshot = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const
  const make = async (tx: Tx) => {
    const names = await partnerNames(tx)
    if (partner !== undefined && !names.includes(partner)) {
      throw new UsageError({
        en: unknownName('partner', partner, names),
        ru: unknownName('партнёра', partner, names, { marks: guillemets, language: 'ru' }),
      })
    }
    const documents: string[] = []
    for (const name of partner === undefined ? names : [partner]) {
      const stored = await readPartner(tx, vault, name)
      if (stored !== undefined) documents.push(toYaml(partnerDocument(name, stored, secrets)))
    }
    if (documents.length === 0) return '# There are no partners yet.\n'
    const warning = secrets ? '# Holds secrets in plain text.\n' : ''
    return warning + documents.join('---\n')
  }
  return changing(orm, null, make, snapshot)
}

export interface ListedSource {
  partner: string
  name: string
  provider: string
  enabled: boolean
  /** The ingest key: the source is reached at /in/<key>. */
  key: string
}

export async function listSources(
  { orm, vault }: ExportDeps,
  partner?: string,
): Promise<ListedSource[]> {
  const rows = await sealedIngestKeys(orm, partner)
  return Promise.all(
    rows.map(async ({ id, ingestKeySealed, ...source }) => {
      return { ...source, key: await vault.open(ingestKeySealed, ingestKeyPlace(id)) }
    }),
  )
}

export const toYaml = (value: unknown): string =>
  stringify(value, { version: '1.2', schema: 'core', lineWidth: 0, aliasDuplicateObjects: false })

/** In the grammar of the config file. */
export function partnerDocument(
  name: string,
  { campaigns, sources }: StoredPartner,
  secrets: boolean,
) {
  const campaignName = (id: string) => campaigns.find((each) => each.id === id)?.name
  return {
    partner: name,
    campaigns: campaigns.map((campaign) => campaignItem(campaign, secrets)),
    sources: sources.map((source) => sourceItem(source, campaignName, secrets)),
  }
}

export function campaignItem(campaign: StoredCampaign, secrets: boolean) {
  const { name, mode, apiKey, url, startsAt, endsAt, perSecond, enabled } = campaign
  return {
    name,
    mode,
    ...(apiKey !== null && { api_key: secretOf(apiKey, true, secrets) }),
    ...(url !== null && { url }),
    ...(startsAt !== null && { starts_at: timeText(startsAt) }),
    ...(endsAt !== null && { ends_at: timeText(endsAt) }),
    ...(perSecond !== null && { per_second: perSecond }),
    ...(!enabled && { enabled }),
  }
}

export function sourceItem(
  source: StoredSource,
  campaignName: (id: string) => string | undefined,
  secrets: boolean,
) {
  const { name, provider, key, settings, enabled, credentials, rules } = source
  return {
    name,
    provider,
    // An absent key is kept: no need for { stored }.
    ...((secrets || key.origin !== null) && { key: secretOf(key, true, secrets) }),
    ...(Object.keys(settings).length > 0 && { settings: inOrder(settings) }),
    ...(!enabled && { enabled }),
    credentials: credentials.map((credential) => credentialItem(credential, secrets)),
    rules: rules.map((rule) => ruleItem(rule, campaignName(rule.campaignId))),
  }
}

function credentialItem({ name, fields, validUntil }: StoredCredential, secrets: boolean) {
  const shown = [...fields].map(([field, value]) => {
    if (secretFields.has(field)) return [field, secretOf(value, name, secrets)]
    if (value.origin !== null && !secrets) return [field, printed(value, name)]
    return [field, field === 'jwks' ? JSON.parse(value.text) : printedPlain(value.text)]
  })
  return {
    name,
    ...Object.fromEntries(shown),
    ...(validUntil !== null && { valid_until: timeText(validUntil) }),
  }
}

function ruleItem({ name, enabled, definition }: StoredRule, campaign: string | undefined) {
  const {
    events,
    when,
    email,
    unsigned_email: unsigned,
  } = isJsonObject(definition) ? definition : {}
  return {
    name,
    events,
    ...(when !== undefined && { when: conditionInOrder(when) }),
    email,
    campaign,
    ...(unsigned !== undefined && { unsigned_email: unsigned }),
    ...(!enabled && { enabled }),
  }
}

/** The database orders keys by length; people read path, op, value. */
function conditionInOrder(condition: unknown): unknown {
  if (Array.isArray(condition)) return condition.map(conditionInOrder)
  if (!isJsonObject(condition)) return condition
  const { path, op, value } = condition
  if (path !== undefined) return { path, op, ...(value !== undefined && { value }) }
  return Object.fromEntries(
    Object.entries(condition).map(([name, inner]) => [name, conditionInOrder(inner)]),
  )
}

function secretOf(value: Value, stored: string | true, secrets: boolean) {
  return secrets ? printedPlain(value.text) : printed(value, stored)
}

const timeText = (at: Date) => at.toISOString().replace('.000Z', 'Z')

const inOrder = (settings: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)))
