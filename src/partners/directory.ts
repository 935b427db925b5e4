// Sources and campaigns as the running relay uses them: read once, decrypted, compiled, and kept
// until somebody changes the configuration. A source that cannot be used is `broken`: its requests
// are answered 503, never accepted and never refused for good.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  configVersion,
  findCampaign,
  findSourceById,
  findSourceByKey,
  findSourceByName,
  type SourceRow,
} from '../db/directory.ts'
import type { Orm } from '../db/open.ts'
import { isProviderId, providers, resolveProof } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
import type { ActiveRule } from '../rules/plan.ts'
import { Rule } from '../rules/rule.ts'
import { CredentialFields } from '../schemes/credential.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import type { Credential, Settings } from '../schemes/scheme.ts'
import type { Vault } from '../vault.ts'
import { compileRecipe, type Recipe, type WrittenRule } from './recipe.ts'

export interface ActiveSource {
  id: string
  partnerId: string
  name: string
  providerId: string
  provider: Provider
  proof: CheckedProof
  settings: Settings
  /** `validUntil`: when the database's clock will say so, by this machine's. */
  credentials: readonly { credential: Credential; validUntil: number | null }[]
  rules: readonly ActiveRule[]
  /** What `rules` were made from. */
  recipe: Recipe
}

export function validCredentials({ credentials }: ActiveSource, now: number): Credential[] {
  return credentials
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ credential }) => credential)
}

export interface BrokenSource {
  id: string
  partnerId: string
  broken: string
}

export interface ActiveCampaign {
  id: string
  mode: 'live' | 'sandbox'
  url: string | null
  /** null: none, or one that does not open. */
  apiKey: string | null
}

/** At once where it is known already. */
type Soon<T> = T | Promise<T>

export interface Directory {
  sourceByKey(key: string): Soon<ActiveSource | BrokenSource | undefined>
  /** Switched off or not: what it has sent is still worked on. */
  sourceById(partnerId: string, id: string): Soon<ActiveSource | BrokenSource | undefined>
  sourceByName(partner: string, name: string): Promise<ActiveSource | BrokenSource | undefined>
  campaign(partnerId: string, id: string): Soon<ActiveCampaign | undefined>
  /** Forget everything: the configuration changed, or may have. */
  forget(): void
  /** Forgets if somebody changed the configuration, and says whether. */
  refresh(): Promise<boolean>
}

export const ingestKeyHash = (key: string): Buffer => createHash('sha256').update(key).digest()

export function createDirectory(orm: Orm, vault: Vault): Directory {
  let sources = new Map<string, Soon<ActiveSource | BrokenSource | undefined>>()
  let sourcesById = new Map<string, Soon<ActiveSource | BrokenSource | undefined>>()
  let campaigns = new Map<string, Soon<ActiveCampaign | undefined>>()
  let version: number | undefined

  function forget(): void {
    sources = new Map()
    sourcesById = new Map()
    campaigns = new Map()
  }

  return {
    sourceByKey(key) {
      return remember(sources, key, async () => {
        const row = await findSourceByKey(orm, ingestKeyHash(key))
        return row && activate(row, vault)
      })
    },
    sourceById(partnerId, id) {
      return remember(sourcesById, partnerId + id, async () => {
        const row = await findSourceById(orm, partnerId, id)
        return row && activate(row, vault)
      })
    },
    async sourceByName(partner, name) {
      const row = await findSourceByName(orm, partner, name)
      return row && activate(row, vault)
    },
    campaign(partnerId, id) {
      return remember(campaigns, id, async () => {
        const row = await findCampaign(orm, partnerId, id)
        return row && { id, mode: row.mode, url: row.url, apiKey: await openApiKey(row, vault) }
      })
    },
    forget,
    async refresh() {
      const now = await configVersion(orm)
      const changed = now !== version
      if (changed) forget()
      version = now
      return changed
    },
  }
}

/** What is there is kept; what is not there is asked for again, so that a new source works at once. */
function remember<T>(
  cache: Map<string, Soon<T | undefined>>,
  key: string,
  load: () => Promise<T | undefined>,
): Soon<T | undefined> {
  const kept = cache.get(key)
  if (kept !== undefined) return kept
  const loading = load()
  cache.set(key, loading)
  const settle = (value?: T) => {
    if (value === undefined) cache.delete(key)
    else cache.set(key, value)
  }
  // Whoever asked hears of the failure.
  loading.then(settle, () => settle())
  return loading
}

async function activate(row: SourceRow, vault: Vault): Promise<ActiveSource | BrokenSource> {
  const { id, partnerId, name, provider: providerId, settings } = row.source
  const broken = (why: string) => ({ id, partnerId, broken: why })
  if (!isProviderId(providerId)) return broken(`there is no provider “${providerId}”`)
  const provider = providers[providerId]
  const resolved = resolveProof(provider, settings)
  if (!resolved.ok) return broken(resolved.problem)
  try {
    const credentials = await Promise.all(row.credentials.map((one) => openCredential(one, vault)))
    const recipe = { providerId, settings, rules: row.rules.map(readRule) }
    const { rules } = compileRecipe(recipe)
    return {
      id,
      partnerId,
      name,
      providerId,
      provider,
      proof: resolved.proof,
      settings,
      credentials,
      rules,
      recipe,
    }
  } catch (error) {
    return broken(error instanceof Error ? error.message : 'unreadable')
  }
}

export const credentialPlace = (id: string) => `credentials.sealed:${id}`
export const apiKeyPlace = (id: string) => `campaigns.api_key_sealed:${id}`
export const ingestKeyPlace = (id: string) => `sources.ingest_key_sealed:${id}`

async function openCredential(row: SourceRow['credentials'][number], vault: Vault) {
  const { fields } = Sealed.parse(JSON.parse(await vault.open(row.sealed, credentialPlace(row.id))))
  const credential: Credential = { id: row.id, ...present(fields) }
  return { credential, validUntil: row.validUntil }
}

/** What is sealed: the fields, and where each came from when a file named a variable for it. */
export const Sealed = z.strictObject({
  fields: CredentialFields,
  origins: z.record(z.string(), z.json()).default({}),
})

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** zod's optional fields may be there and undefined; ours are not there. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>
}

function readRule(row: SourceRow['rules'][number]): WrittenRule {
  const rule = Rule.parse({
    ...z.record(z.string(), z.json()).parse(row.rule.definition),
    campaign: row.campaign.name,
  })
  const { id, mode } = row.campaign
  return { id: row.rule.id, name: row.rule.name, campaign: { id, mode }, rule }
}

async function openApiKey(
  row: { id: string; apiKeySealed: string | null },
  vault: Vault,
): Promise<string | null> {
  if (row.apiKeySealed === null) return null
  try {
    return await vault.open(row.apiKeySealed, apiKeyPlace(row.id))
  } catch {
    return null
  }
}
