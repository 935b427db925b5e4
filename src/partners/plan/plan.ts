// The plan of a change of configuration: gathered first, written later. Its writes run in order, in
// one transaction, and only when there is no mistake anywhere. And how values are compared.
import type { Tx } from '../../db/partners.ts'
import { refusalOf, type Outgoing } from '../../outgoing/outgoing.ts'
import { refusals } from '../../outgoing/refusals.ts'
import type { Vault } from '../../vault.ts'
import type { Change } from '../changes.ts'
import type { PartnerEntry } from '../config-file.ts'
import type { Value } from '../configuration.ts'
import type { Given } from '../config/references.ts'
import type { Place, Report } from '../config/report.ts'

type Write = (tx: Tx) => Promise<void>

export interface HealthChange {
  campaignId: string
  /** `start`: new, or switched on or off. */
  how: 'start' | 'reconsider' | 'reconsider_start'
}

export interface Plan {
  vault: Vault
  outgoing: Outgoing
  report: Report
  changes: Change[]
  partnerIds: Map<string, string>
  writes: Write[]
  health: (HealthChange & { partnerId: string })[]
  /** Sources that give up the ingest key they have. */
  freed: Set<string>
  /** Ingest keys asked for. */
  keys: WantedKey[]
  archivedCampaigns: { id: string; place: Place }[]
}

interface WantedKey {
  sourceId: string
  hash: Buffer
  entry: PartnerEntry['sources'][number]
}

export interface Owner {
  partnerId: string
  partner: string
}

export interface SourceOwner extends Owner {
  sourceId: string
  source: string
}

export function createPlan(
  { vault, outgoing }: Pick<Plan, 'vault' | 'outgoing'>,
  report: Report,
): Plan {
  return {
    vault,
    outgoing,
    report,
    changes: [],
    partnerIds: new Map(),
    writes: [],
    health: [],
    freed: new Set(),
    keys: [],
    archivedCampaigns: [],
  }
}

/** What is stored already stays as it is: the guard looks again before each connection. */
export function refuseUrl(text: string, place: Place, { outgoing, report }: Plan): void {
  const refusal = refusalOf(text, outgoing)
  if (refusal !== null) report.problem(place, refusals[refusal].en)
}

/** What a value becomes; undefined where the database has none to keep. */
export function settle(
  given: Given,
  current: Value | null,
  same: (a: string, b: string) => boolean = (a, b) => a === b,
): Value | undefined {
  if ('stored' in given) return current ?? undefined
  // Plain text that equals what is stored says nothing new: its known origin stays.
  if (current !== null && given.origin === null && same(given.text, current.text)) return current
  return given
}

export function sameValue(a: Value | null, b: Value | null): boolean {
  if (a === null || b === null) return a === b
  return a.text === b.text && canonical(a.origin) === canonical(b.origin)
}

/** JSON with the keys of every object in one order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

export const sameTime = (a: Date | null, b: Date | null): boolean => a?.getTime() === b?.getTime()

/** The names of those that differ, as an update's detail; null where none does. */
export function differences(table: Readonly<Record<string, boolean>>): string | null {
  const names = Object.entries(table).flatMap(([name, differs]) => (differs ? [name] : []))
  return names.length === 0 ? null : names.join(', ')
}
