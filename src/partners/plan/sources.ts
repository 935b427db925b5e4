// The sources of a partner: what is new, what differs, and which ingest keys change hands.
import { randomBytes } from 'node:crypto'
import { insertSource, updateSource } from '../../db/partners.ts'
import { uuidv7 } from '../../ids.ts'
import type { PartnerEntry } from '../config-file.ts'
import type { SourceEntry } from '../config/sources.ts'
import type { StoredSource, Value } from '../configuration.ts'
import { ingestKeyHash, ingestKeyPlace } from '../directory.ts'
import { planCredentials } from './credentials.ts'
import { planRules } from './rules.ts'
import {
  canonical,
  differences,
  sameValue,
  settle,
  type Owner,
  type Plan,
  type SourceOwner,
} from './plan.ts'
import { doorOf } from '../../providers/index.ts'

export function planSources(
  partner: PartnerEntry,
  stored: readonly StoredSource[],
  campaignIds: ReadonlyMap<string, string>,
  owner: Owner,
  plan: Plan,
): void {
  for (const entry of partner.sources) {
    const before = stored.find(({ name }) => name === entry.name)
    const own = { ...owner, sourceId: before?.id ?? uuidv7(), source: entry.name }
    planSource(entry, before, own, plan)
    planCredentials(entry, before?.credentials ?? [], own, plan)
    const campaigns = { ids: campaignIds, unusable: partner.campaignNames }
    planRules(entry, before, campaigns, own, plan)
  }
  const mentioned = new Set(partner.sources.map(({ name }) => name))
  for (const { name } of stored.filter((each) => !mentioned.has(each.name))) {
    plan.changes.push({ action: 'left_alone', kind: 'source', partner: owner.partner, name })
  }
}

function planSource(
  entry: SourceEntry,
  before: StoredSource | undefined,
  own: SourceOwner,
  plan: Plan,
): void {
  const key = keyOf(entry, before)
  const hash = ingestKeyHash(key.text)
  if (entry.key !== null) plan.keys.push({ sourceId: own.sourceId, hash, entry })
  const { partnerId, partner, sourceId: id, source: name } = own
  const change = { kind: 'source', partner, name, id } as const
  const columns = { provider: entry.provider, settings: entry.settings, enabled: entry.enabled }
  const keyColumns = async () => ({
    ingestKeyHash: hash,
    ingestKeySealed: await plan.vault.seal(key.text, ingestKeyPlace(id)),
    ingestKeyOrigin: key.origin,
  })
  if (before === undefined) {
    const path = `/${doorOf(entry.provider)}/${key.text}`
    plan.changes.push({ action: 'created', ...change, path })
    plan.writes.push(async (tx) => {
      await insertSource(tx, { partnerId, id, name, ...columns, ...(await keyColumns()) })
    })
    return
  }
  const detail = differencesOf(entry, before, key)
  plan.changes.push(
    detail === null ? { action: 'unchanged', ...change } : { action: 'updated', ...change, detail },
  )
  if (detail === null) return
  if (key.text !== before.key.text) plan.freed.add(id)
  plan.writes.push(async (tx) => {
    const changed = sameValue(key, before.key) ? {} : await keyColumns()
    await updateSource(tx, { partnerId, id }, { ...columns, ...changed })
  })
}

/** 192 random bits where neither the file nor the database has one. */
function keyOf(entry: SourceEntry, before: StoredSource | undefined): Value {
  const current = before?.key ?? null
  if (entry.key !== null) return settle(entry.key, current) ?? entry.key
  return current ?? { text: randomBytes(24).toString('base64url'), origin: null }
}

function differencesOf(entry: SourceEntry, before: StoredSource, key: Value): string | null {
  return differences({
    provider: entry.provider !== before.provider,
    key: !sameValue(key, before.key),
    settings: canonical(entry.settings) !== canonical(before.settings),
    enabled: entry.enabled !== before.enabled,
  })
}
