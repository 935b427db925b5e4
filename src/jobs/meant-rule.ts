// Which rule somebody wants to try: one that is there, one that is there with other words, or a new one.
import { z } from 'zod'
import { reading, type Owner } from '../db/ledger/reading.ts'
import { campaignsPage, rulesPage } from '../db/ledger/setup.ts'
import type { Orm } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { find, type Meant as Meanings } from '../ledger/asking.ts'
import type { ActiveSource, Directory } from '../partners/directory.ts'
import type { WrittenRule } from '../partners/recipe.ts'
import { Rule } from '../rules/rule.ts'

export interface RuleNamed {
  partner?: string | undefined
  source: string
  rule?: string | undefined
  definition?: Record<string, unknown> | undefined
  campaign?: string | undefined
}

export type Meant =
  | { source: ActiveSource; rule: WrittenRule; comparedWith: string | null }
  | { pointer: string; problem: string }

export async function meantRule(
  orm: Orm,
  sourceById: Directory['sourceById'],
  owner: Owner,
  named: RuleNamed,
): Promise<Meant> {
  const found = await reading(orm, owner, (tx) => lookUp(tx, owner, named))
  if ('pointer' in found) return found
  const source = await sourceById(found.partnerId, found.sourceId)
  if (source === undefined) return unfit('/source', 'there is no such source')
  if ('broken' in source) return unfit('/source', `cannot be used: ${source.broken}`)
  const rule = writtenOf(found, named.definition)
  if ('pointer' in rule) return rule
  return { source, rule, comparedWith: found.rule?.id ?? null }
}

type Found = Exclude<Awaited<ReturnType<typeof lookUp>>, { pointer: string }>

function writtenOf(
  { campaign, rule }: Found,
  definition: Record<string, unknown> | undefined,
): WrittenRule | { pointer: string; problem: string } {
  const words = z.record(z.string(), z.json()).parse(definition ?? rule?.definition ?? {})
  const parsed = Rule.safeParse({ ...words, campaign: campaign.name })
  if (!parsed.success) return unfitWords(parsed.error)
  const { id, mode } = campaign
  const tried = { ...parsed.data, enabled: true }
  const { id: ruleId, name } = rule ?? { id: uuidv7(), name: 'new' }
  return { id: ruleId, name, campaign: { id, mode }, rule: tried }
}

function unfitWords({ issues }: z.ZodError) {
  const [issue] = issues
  const place = ['definition', ...(issue?.path ?? [])].map((step) => `/${String(step)}`)
  return unfit(place.join(''), issue?.message ?? 'is not a rule')
}

type Reader = Parameters<typeof find>[0]

async function lookUp(tx: Reader, owner: Owner, named: RuleNamed) {
  const { partner, source, rule: ruleName, definition } = named
  const meant = await find(tx, owner, { partner, source, campaign: named.campaign })
  if ('unknown' in meant) return unfit(`/${meant.unknown}`, `there is no such ${meant.unknown}`)
  const [sourceId = '', ...others] = meant.sourceIds ?? []
  if (others.length > 0) return unfit('/source', 'several partners have one: name the partner')
  const all = await rulesPage(tx, meant.owner, { sourceIds: [sourceId], limit: ruleRowsMax })
  const rule = all.rows.find(({ id, name }) => ruleName === name || ruleName === id)
  if (ruleName !== undefined && rule === undefined) return unfit('/rule', 'there is no such rule')
  if (rule === undefined && definition === undefined)
    return unfit('/definition', 'is missing: say a rule, or what a new one would be')
  const campaign = await campaignMeant(tx, meant, rule)
  if ('pointer' in campaign) return campaign
  return { partnerId: campaign.partner.id, sourceId, rule, campaign }
}

async function campaignMeant(
  tx: Reader,
  { owner, campaignIds }: Meanings,
  rule: { campaign: { id: string } } | undefined,
) {
  const id = campaignIds?.[0] ?? rule?.campaign.id
  if (id === undefined) return unfit('/campaign', 'is missing: a new rule needs one')
  const { rows } = await campaignsPage(tx, owner, { id, limit: 1 })
  return rows[0] ?? unfit('/campaign', 'there is no such campaign')
}

const ruleRowsMax = 200

const unfit = (pointer: string, problem: string) => ({ pointer, problem })
