// The story of a request: verify → read → plan → record → answer. It must never answer 2xx before
// the commit, and never 4xx unless the sender is certainly wrong.
import { Busy } from '../db/group-commit.ts'
import type { StoredVerdict } from '../db/lookups/claim.ts'
import { contactIn, parkingOf } from '../lookups/parking.ts'
import { validCredentials, type ActiveSource, type BrokenSource } from '../partners/directory.ts'
import { plan } from '../rules/plan.ts'
import { reasons, type Reason } from '../schemes/reasons.ts'
import type { Outcome } from '../ops/reporter.ts'
import type { Authentic, Credential, KeySetLookup, SentRequest } from '../schemes/scheme.ts'
import type { ReadEvent } from './event.ts'
import { read } from './read.ts'
import type { PlannedEvent, Recorder } from './recorder.ts'
import type { Rejections } from './rejections.ts'
import { withoutSecrets } from './secret-headers.ts'
import { verify } from './verify.ts'

export interface ReceiveDeps {
  keySetAt: KeySetLookup
  recorder: Recorder
  rejections: Rejections
  /** Unix milliseconds. */
  now(): number
  /** The credential proved something: for "last used". */
  used(credentialId: string): void
  failed(error: unknown, doing: string): void
}

export interface Reply {
  status: number
  body: string
  contentType?: string
  /** For the one log line of the request. */
  outcome: Outcome
}

export async function receive(
  deps: ReceiveDeps,
  source: ActiveSource | BrokenSource,
  request: SentRequest,
): Promise<Reply> {
  if ('broken' in source) return unknownFate({ source: source.id, broken: source.broken })
  const credentials = validCredentials(source, deps.now())
  const verdict = await verify(source.proof, {
    request,
    format: source.provider.body.format,
    credentials,
    settings: source.settings,
    now: deps.now(),
    keySetAt: deps.keySetAt,
  })
  if (!verdict.authentic) return refuse(deps, source, request, verdict.reason, verdict.hint)
  if (verdict.credential !== null) deps.used(verdict.credential)

  const events = read(source.provider, request, verdict, source.settings).map((event) =>
    considered(event, source, { verdict, credentials }),
  )
  try {
    const recorded = await deps.recorder.record({
      partnerId: source.partnerId,
      sourceId: source.id,
      credentialId: verdict.credential,
      method: request.method,
      headers: withoutSecrets(request.headers, source.proof),
      body: request.body,
      events,
    })
    const states = events.map(({ plan: planned, parked }) => (parked ? 'parked' : planned.state))
    return answer(source, { source: source.id, events: recorded.map(({ id }) => id), states })
  } catch (error) {
    if (!(error instanceof Busy)) deps.failed(error, 'record')
    return unknownFate({ source: source.id })
  }
}

/** What the rules make of it, and whether somebody must be asked first. */
function considered(
  event: ReadEvent,
  source: ActiveSource,
  { verdict, credentials }: { verdict: Authentic; credentials: readonly Credential[] },
): PlannedEvent {
  const { provider } = source
  const planned = plan(event, source.rules)
  if (provider.lookup === undefined && provider.join === undefined) return { event, plan: planned }
  const parked = parkingOf(provider, event, credentials, planned.reason === 'no_email')
  return {
    event,
    plan: planned,
    parked: parked && { ...parked, verdict: storedVerdict(verdict) },
    contact: contactIn(provider, event),
  }
}

function storedVerdict({ trust, covers, claimsOnly }: Authentic): StoredVerdict {
  return { trust, ...(covers && { covers }), ...(claimsOnly && { claimsOnly }) }
}

/** Leaves a sample with its reason; a 503 where the sender may be right. */
export function refuse(
  deps: Pick<ReceiveDeps, 'rejections'>,
  source: ActiveSource | BrokenSource,
  request: SentRequest,
  reason: Reason,
  hint: string = reasons[reason].hint,
): Reply {
  deps.rejections.note({
    partnerId: source.partnerId,
    sourceId: source.id,
    reason,
    hint,
    method: request.method,
    headers: withoutSecrets(request.headers, 'proof' in source ? source.proof : undefined),
    body: request.body,
    ip: request.ip ?? null,
  })
  const outcome = { source: source.id, refused: reason }
  const { status } = reasons[reason]
  return status === 503 ? unknownFate(outcome) : { status, body: '', outcome }
}

function answer(source: ActiveSource, outcome: Outcome): Reply {
  const { status, body = '', contentType } = source.provider.answer
  return { status, body, ...(contentType !== undefined && { contentType }), outcome }
}

/** We cannot tell yet whether it counts: the sender should come again. */
function unknownFate(outcome: Outcome): Reply {
  return { status: 503, body: '', outcome }
}
