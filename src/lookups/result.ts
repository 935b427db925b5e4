// From one look to what is written of it. Pure but for the ids of new grants.
import type { ClaimedLookup } from '../db/lookups/claim.ts'
import type { LookupResult, PlannedRow } from '../db/lookups/settle.ts'
import { retryDelayMs } from '../grants/schedule.ts'
import type { ReadEvent } from '../inbound/event.ts'
import { planRows } from '../inbound/plan-rows.ts'
import type { Plan } from '../rules/plan.ts'
import type { Looked } from './look.ts'
import { decide } from './outcome.ts'

interface Circumstances {
  ms: number
  /** In [0, 1): spreads retries. */
  random: number
  pepper: Buffer
}

export function resultOf(
  lookup: ClaimedLookup,
  looked: Looked,
  { ms, random, pepper }: Circumstances,
): LookupResult {
  const { waitsFor, retries, absences } = lookup
  const same = { lookup, waitsFor, retries, absences, planned: null, attempt: null } as const
  if ('turn' in looked) {
    return {
      ...same,
      state: 'waiting',
      waitsFor: 'lookup',
      delayMs: 0,
      retries: 0,
      event: { state: 'parked', reason: 'lookup' },
      health: 'none',
    }
  }
  if ('alone' in looked) return lonely(same, looked, random, pepper)
  const { asked } = looked
  const attempt = asked && { ...asked, ms }
  if (looked.planned !== null && asked === null) {
    return { ...same, ...ended(looked.planned, looked.event, pepper), health: 'none' }
  }
  const decision = decide(asked?.outcome ?? 'confirmed', lookup, random)
  const { lookup: state, delayMs, event, health } = decision
  const counts = { retries: decision.retries, absences: decision.absences, attempt, health }
  if (looked.planned !== null) {
    return { ...same, ...ended(looked.planned, looked.event, pepper), ...counts }
  }
  if (event.state === 'planned') throw new Error('what was confirmed must have been planned')
  return { ...same, ...counts, state, delayMs, event }
}

type Same = Pick<
  LookupResult,
  'lookup' | 'waitsFor' | 'retries' | 'absences' | 'planned' | 'attempt'
>

/** Waits for the customer's event as long as a grant waits for MOAB; then the rules have spoken. */
function lonely(
  same: Same,
  { alone, event }: Extract<Looked, { alone: Plan }>,
  random: number,
  pepper: Buffer,
): LookupResult {
  const retries = same.retries + 1
  const delayMs = retryDelayMs(retries, random)
  if (delayMs === null) return { ...same, ...ended(alone, event, pepper), health: 'none' }
  const parked = { state: 'parked', reason: 'join' } as const
  return { ...same, state: 'waiting', delayMs, retries, event: parked, health: 'none' }
}

function ended(plan: Plan, event: ReadEvent, pepper: Buffer) {
  const planned: PlannedRow = {
    type: event.type,
    occurredAt: event.occurredAt,
    ...planRows(plan, pepper),
  }
  const { state, reason } = plan
  return { state: 'ended', delayMs: null, event: { state, reason }, planned } as const
}

/** For logs and metrics. */
export function wordOf(looked: Looked): string {
  if ('turn' in looked) return 'provider_next'
  if ('alone' in looked) return 'alone'
  return looked.asked?.outcome ?? 'joined'
}
