// Changes of a partner's configuration asked for from outside, in the grammar of the config file: the
// same checks, the same plan, the same audit. Whoever asks may not see this machine: no reference to
// its files or environment is followed, and none is shown.
import { partnerNameOf, type Tx } from '../db/partners.ts'
import { changing } from '../db/walls.ts'
import type { Vault } from '../vault.ts'
import { applyConfig, type Applied, type ApplyDeps } from './apply.ts'
import {
  readPartner,
  type StoredCampaign,
  type StoredCredential,
  type StoredPartner,
  type StoredSource,
  type Value,
} from './configuration.ts'
import { campaignItem, partnerDocument, sourceItem } from './export.ts'

export interface Editing {
  partnerId: string
  /** For the audit. */
  actor: string
  /** Says what would change and changes nothing. */
  dryRun?: boolean
}

export interface Mistake {
  /** JSON Pointer into what was given. */
  pointer: string
  message: string
}

export type Edited = Applied | { ok: false; mistakes: Mistake[] } | { ok: false; missing: true }

type Fields = Readonly<Record<string, unknown>>

/** The whole of it, without secrets; undefined: there is no such partner. */
export async function readConfig(
  { orm, vault }: Pick<ApplyDeps, 'orm' | 'vault'>,
  partnerId: string,
): Promise<object | undefined> {
  return changing(orm, partnerId, async (tx) => {
    const found = await partnerOf(tx, vault, partnerId)
    return found && partnerDocument(found.name, found.stored, false)
  })
}

/** Everything that the document lists; what it does not list stays, as with a config file. */
export function writeConfig(deps: ApplyDeps, editing: Editing, document: Fields): Promise<Edited> {
  return edit(deps, editing, '', (name) => ({ ...document, partner: name }))
}

/** One campaign: a new one, or other values of the one with this id. `null` takes a value away. */
export function writeCampaign(
  deps: ApplyDeps,
  editing: Editing,
  id: string | null,
  fields: Fields,
): Promise<Edited> {
  return edit(deps, editing, 'campaigns[0]', (partner, { campaigns }) => {
    const before = id === null ? null : campaigns.find((each) => each.id === id)
    if (before === undefined) return undefined
    const item = before === null ? fields : merged(campaignItem(before, false), fields, before.name)
    return { partner, campaigns: [item] }
  })
}

/** One source. Its rules and credentials are replaced where they are given, and stay where not. */
export function writeSource(
  deps: ApplyDeps,
  editing: Editing,
  id: string | null,
  fields: Fields,
): Promise<Edited> {
  return edit(deps, editing, 'sources[0]', (partner, { sources, campaigns }) => {
    const before = id === null ? null : sources.find((each) => each.id === id)
    if (before === undefined) return undefined
    if (before === null) return { partner, sources: [fields] }
    const campaignName = (of: string) => campaigns.find((each) => each.id === of)?.name
    const {
      credentials: _credentials,
      rules: _rules,
      ...item
    } = sourceItem(before, campaignName, false)
    return { partner, sources: [merged(item, fields, before.name)] }
  })
}

/** Names are how things are known to rules and past events: they stay. */
function merged(item: Fields, fields: Fields, name: string): Fields {
  const all = Object.entries({ ...item, ...fields, name })
  return Object.fromEntries(all.filter(([, value]) => value !== null))
}

/** `at`: where in the document that is made the given fields stand. */
async function edit(
  deps: ApplyDeps,
  { partnerId, actor, dryRun = false }: Editing,
  at: string,
  document: (name: string, stored: StoredPartner) => object | undefined,
): Promise<Edited> {
  const missing = new Missing()
  const text = async (tx: Tx) => {
    const found = await partnerOf(tx, deps.vault, partnerId)
    const made = found && document(found.name, found.stored)
    if (made === undefined) throw missing
    return JSON.stringify(made)
  }
  try {
    const result = await applyConfig(deps, text, { ...fromOutside, partnerId, actor, dryRun })
    if (result.ok) return result
    const mistakes = result.problems.map(({ path, message }) => ({
      pointer: pointerOf(path.startsWith(at) ? path.slice(at.length) : path),
      message,
    }))
    return { ok: false, mistakes }
  } catch (error) {
    if (error === missing) return { ok: false, missing: true }
    throw error
  }
}

class Missing extends Error {}

const fromOutside = {
  file: 'request',
  env: {},
  readFile: () => Promise.reject(new Error('no file is read for a request')),
}

async function partnerOf(tx: Tx, vault: Vault, partnerId: string) {
  const name = await partnerNameOf(tx, partnerId)
  const stored = name === undefined ? undefined : await readPartner(tx, vault, name)
  return name === undefined || stored === undefined
    ? undefined
    : { name, stored: withoutOrigins(stored) }
}

/** Stored values are kept as such, wherever they once came from. */
function withoutOrigins({ id, campaigns, sources }: StoredPartner): StoredPartner {
  return { id, campaigns: campaigns.map(plainCampaign), sources: sources.map(plainSource) }
}

const plain = (value: Value): Value => ({ ...value, origin: null })
const plainCampaign = (campaign: StoredCampaign): StoredCampaign => ({
  ...campaign,
  apiKey: campaign.apiKey && plain(campaign.apiKey),
})
const plainSource = (source: StoredSource): StoredSource => ({
  ...source,
  key: plain(source.key),
  credentials: source.credentials.map(plainCredential),
})
const plainCredential = (credential: StoredCredential): StoredCredential => ({
  ...credential,
  fields: new Map([...credential.fields].map(([field, value]) => [field, plain(value)])),
})

/** .rules[1].email[0] → /rules/1/email/0 */
const pointerOf = (path: string) =>
  path
    .replace(/^\.?(?=[^[.])/, '/')
    .replaceAll(/[.[]/g, '/')
    .replaceAll(']', '')
