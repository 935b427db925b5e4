// The story of a request: verify → read → plan → record → answer. It must never answer 2xx before
// the commit, and never 4xx unless the sender is certainly wrong.
import { Busy } from '../db/group-commit.ts'
import { validCredentials, type ActiveSource, type BrokenSource } from '../partners/directory.ts'
import { reasons, type Reason } from '../schemes/reasons.ts'
import type { Outcome } from '../ops/reporter.ts'
import type { Answer, Handshake } from '../providers/provider.ts'
import type { Authentic, KeySetLookup, SentRequest } from '../schemes/scheme.ts'
import { answerOf } from './answer.ts'
import type { Aside } from './aside.ts'
import { considerHere, type Proven } from './consider.ts'
import { bytesToKeep } from './kept.ts'
import type { BareRequest, RecordedEvent, Recorder } from './recorder.ts'
import type { Rejections } from './rejections.ts'
import { withoutSecrets } from './secret-headers.ts'
import { admit } from './verify.ts'

export interface ReceiveDeps {
  keySetAt: KeySetLookup
  aside: Pick<Aside, 'keep'>
  recorder: Recorder
  rejections: Rejections
  /** Unix milliseconds. */
  now(): number
  /** The credential proved something: for "last used". */
  used(partnerId: string, credentialId: string): void
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
  const verdict = await admit(source.provider, source.proof, {
    request,
    credentials,
    settings: source.settings,
    now: deps.now(),
    keySetAt: deps.keySetAt,
  })
  if ('handshake' in verdict) return shake(verdict.handshake, source, request, verdict.verdict)
  if (!verdict.authentic) return refuse(deps, source, request, verdict.reason, verdict.hint)
  if (verdict.credential !== null) deps.used(source.partnerId, verdict.credential)

  try {
    const kept = {
      partnerId: source.partnerId,
      sourceId: source.id,
      credentialId: verdict.credential,
      method: request.method,
      headers: withoutSecrets(request.headers, source.proof),
      body: bytesToKeep(source, request),
    }
    const recorded = await keep(deps, source, { request, verdict, credentials }, kept)
    const outcome = {
      source: source.id,
      events: recorded.map(({ id }) => id),
      states: recorded.map(({ state }) => state),
    }
    return say(source.provider.answer, source, request, outcome, verdict)
  } catch (error) {
    if (!(error instanceof Busy)) deps.failed(error, 'record')
    return unknownFate({ source: source.id })
  }
}

/** Here where it is quick; what is large, or turns out to take long, elsewhere, so that nobody waits for it. */
async function keep(
  { aside, recorder }: ReceiveDeps,
  source: ActiveSource,
  proven: Proven,
  request: BareRequest,
): Promise<RecordedEvent[]> {
  const events = considerHere(source, proven)
  if (events !== undefined) return recorder.record({ ...request, events })
  return aside.keep(source, proven, request)
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

function shake(
  handshake: Handshake,
  source: ActiveSource,
  request: SentRequest,
  verdict: Authentic | null,
): Reply {
  return say(handshake.answer, source, request, { source: source.id, handshake: true }, verdict)
}

function say(
  answer: Answer,
  source: ActiveSource,
  request: SentRequest,
  outcome: Outcome,
  verdict: Authentic | null,
): Reply {
  const { settings, credentials } = source
  const proving = credentials.find(({ credential: { id } }) => id === verdict?.credential)
  const { credential } = proving ?? credentials[0] ?? {}
  const { format } = source.provider.body
  return { ...answerOf(answer, { request, format, settings, credential }), outcome }
}

/** We cannot tell yet whether it counts: the sender should come again. */
function unknownFate(outcome: Outcome): Reply {
  return { status: 503, body: '', outcome }
}
