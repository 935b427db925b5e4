// What somebody who writes a rule has before their eyes: the newest events of the source, where addresses
// stand in them, and what the rule as it is written makes of the one that is shown.
import { uuidv7 } from '../../../ids.ts'
import { trustAt, type ReadEvent } from '../../../inbound/event.ts'
import { sampleValue } from '../../../inbound/sample.ts'
import { newestPayloads, payloadsOf } from '../../../jobs/payloads.ts'
import { listBookmarks } from '../../../ledger/bookmarks.ts'
import { limits } from '../../../limits.ts'
import type { ActiveSource } from '../../../partners/directory.ts'
import { emailCandidates, type Candidate } from '../../../rules/hits.ts'
import { normaliseEmail } from '../../../rules/email.ts'
import { compilePath, PathError } from '../../../rules/path.ts'
import { plan } from '../../../rules/plan.ts'
import { compileRule, Rule } from '../../../rules/rule.ts'
import { describeTrace } from '../../../rules/trace.ts'
import type { ConsoleParts } from '../../parts.ts'
import type { Language } from '../../reader.ts'
import { words } from '../../words.ts'
import { definitionOf, type Draft } from './draft.ts'

export interface Sight {
  source: ActiveSource
  events: { id: string; receivedAt: string; event: ReadEvent }[]
  /** How often each type came. */
  came: Map<string, number>
  shown: { id: string | null; event: ReadEvent }
  candidates: Candidate[]
}

export async function sightOf(
  { ledger }: ConsoleParts,
  source: ActiveSource,
  draft: Draft,
  shownId: string,
): Promise<Sight> {
  const { partnerId, id: sourceId } = source
  const [newest, kept] = await Promise.all([
    newestPayloads(ledger.orm, source, limits.payloadsSampled),
    listBookmarks(ledger, { partnerId, sourceId }),
  ])
  const samples = await payloadsOf(
    ledger.orm,
    source,
    kept.map(({ id }) => id),
  )
  const events = [...samples, ...newest.filter(({ id }) => !kept.some((each) => each.id === id))]
  const came = new Map<string, number>()
  for (const { event } of events) came.set(event.type, (came.get(event.type) ?? 0) + 1)
  const meant = (type: string) => draft.events.length === 0 || appliesTo(draft.events, type)
  const shown =
    events.find(({ id }) => id === shownId) ??
    events.find(({ event }) => meant(event.type) && hasEmail(source, event)) ??
    events.find(({ event }) => meant(event.type)) ??
    events[0]
  const sampled = events.map(({ event }) => event).filter(({ type }) => meant(type))
  return {
    source,
    events,
    came,
    shown: shown ?? { id: null, event: sampleOf(source, draft) },
    candidates: emailCandidates(source.provider, sampled),
  }
}

/** One to click in: it holds what is looked for. */
const hasEmail = ({ provider }: ActiveSource, event: ReadEvent) =>
  emailCandidates(provider, [event]).some(({ hits }) => hits > 0)

const appliesTo = (patterns: readonly string[], type: string) =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type,
  )

/** Invented, where nothing came yet. */
function sampleOf({ provider }: ActiveSource, draft: Draft): ReadEvent {
  const event =
    provider.events.find(({ type }) => draft.events.includes(type)) ?? provider.events[0]
  const value = event === undefined ? {} : sampleValue(event, { id: 'sample', now: Date.now() })
  return {
    key: 'sample',
    type: event?.type ?? '',
    occurredAt: null,
    test: false,
    part: 0,
    value,
    unreadable: null,
    trust: 'signed',
    regions: [],
  }
}

/** Sentences; none where the draft is not yet a rule. */
export function traceOf(draft: Draft, { shown: { event } }: Sight, language: Language): string[] {
  const definition = definitionOf(draft)
  if (definition === undefined) return []
  const parsed = Rule.safeParse({ ...definition, campaign: draft.campaign || '-' })
  if (!parsed.success) return []
  const rule = compileRule({ ...parsed.data, enabled: true })
  const campaign = { id: uuidv7(), mode: 'sandbox' } as const
  const { trace } = plan(event, [
    { id: uuidv7(), name: draft.name || words[language].rules.title, campaign, rule },
  ])
  return describeTrace(trace, language)
}

/** The email that would be taken stands where the proof does not reach. */
export function isUnsignedNow({ email }: Draft, { shown: { event } }: Sight): boolean {
  for (const text of email) {
    const found = placesOf(text, event).find(({ value }) => normaliseEmail(value).ok)
    if (found !== undefined) return trustAt(event, found.path) === 'unsigned'
  }
  return false
}

/** None for a text that is no path: whoever saves it is told. */
function placesOf(text: string, { value }: ReadEvent) {
  try {
    return compilePath(text).find(value)
  } catch (error) {
    if (error instanceof PathError) return []
    throw error
  }
}
