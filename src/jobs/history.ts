// Recorded events considered once more: read from the bytes they came in, planned by the rules of now.
// Nothing is written and nobody is asked. What is quick is done here, one request after the other with
// a breath between; what is large or takes long is done on a thread beside.
import type { KeptBody, RecordedEvent } from '../db/jobs/recorded.ts'
import { Busy } from '../db/group-commit.ts'
import { TooSlow, type Aside } from '../inbound/aside.ts'
import { considerHere, type RecordedPart } from '../inbound/consider.ts'
import { provenAsKept } from '../inbound/kept.ts'
import type { PlannedEvent } from '../inbound/recorder.ts'
import { wantsLookup } from '../lookups/parking.ts'
import { validCredentials, type ActiveSource, type BrokenSource } from '../partners/directory.ts'
import { compileRecipe, type WrittenRule } from '../partners/recipe.ts'
import type { SkipReason } from './reasons.ts'

export interface HistoryDeps {
  aside: Pick<Aside, 'consider'>
  now(): number
}

export type Again = { event: RecordedEvent } & ({ planned: PlannedEvent } | { skip: SkipReason })

/**
 * Events of one source, with what is still kept of their requests; each answered, in their order. Rejects
 * where considering one of them fails for another reason than its time.
 */
export async function considerAgain(
  deps: HistoryDeps,
  source: ActiveSource | BrokenSource | undefined,
  events: readonly RecordedEvent[],
  bodies: readonly KeptBody[],
): Promise<Again[]> {
  if (source === undefined || 'broken' in source)
    return events.map((event) => ({ event, skip: 'source_broken' }))
  const kept = new Map(bodies.map((body) => [body.bodyId, body]))
  const answers: Again[] = []
  for (const bodyId of new Set(events.map((event) => event.bodyId))) {
    const together = events.filter((event) => event.bodyId === bodyId)
    answers.push(...(await considerRequest(deps, source, together, kept.get(bodyId))))
  }
  const byId = new Map(answers.map((answer) => [answer.event.id, answer]))
  return events.flatMap(({ id }) => byId.get(id) ?? [])
}

async function considerRequest(
  { aside, now }: HistoryDeps,
  source: ActiveSource,
  events: readonly RecordedEvent[],
  kept: KeptBody | undefined,
): Promise<Again[]> {
  const skipped = (skip: SkipReason) => events.map((event) => ({ event, skip }))
  if (kept === undefined) return skipped('body_gone')
  const credentials = validCredentials(source, now())
  const { lookup } = source.provider
  const readable = events.filter(
    ({ state, type }) => state !== 'parked' && !wantsLookup(lookup, type, credentials),
  )
  const [first] = readable
  const others = events.flatMap((event): Again[] => {
    if (event.state === 'parked') return [{ event, skip: 'parked' }]
    return readable.includes(event) ? [] : [{ event, skip: 'needs_provider' }]
  })
  if (first === undefined) return others
  await new Promise(setImmediate)
  const proven = { ...provenAsKept(source, kept, first.trust), credentials: [] }
  const parts = readable.map(partOf)
  const planned =
    considerHere(source, proven, parts) ??
    (await aside.consider(source, proven, parts).catch(whyNot))
  if (typeof planned === 'string') return skipped(planned)
  const byPart = new Map(planned.map((each) => [each.event.part, each]))
  return [
    ...others,
    ...readable.map((event): Again => {
      const found = byPart.get(event.part)
      return found === undefined ? { event, skip: 'changed' } : { event, planned: found }
    }),
  ]
}

function whyNot(error: unknown): SkipReason {
  if (error instanceof TooSlow) return 'too_slow'
  if (error instanceof Busy) return 'busy'
  throw error
}

function partOf({ part, key, type, contact }: RecordedEvent): RecordedPart {
  return { part, key, type, contact }
}

/** The same source with other rules. */
export function withRules(source: ActiveSource, rules: readonly WrittenRule[]): ActiveSource {
  const recipe = { ...source.recipe, rules }
  return { ...source, recipe, rules: compileRecipe(recipe).rules }
}
