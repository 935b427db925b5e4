// The story of a request: verify → read → plan → record → answer. It must never answer 2xx before
// the commit, and never 4xx unless the sender is certainly wrong.
import { Busy } from '../db/group-commit.ts'
import type { ActiveSource, BrokenSource } from '../partners/directory.ts'
import { plan } from '../rules/plan.ts'
import { reasons, type Reason } from '../schemes/reasons.ts'
import type { Outcome } from '../ops/reporter.ts'
import type { Answer, Handshake } from '../providers/provider.ts'
import type { Authentic, KeySetLookup, SentRequest } from '../schemes/scheme.ts'
import { answerOf } from './answer.ts'
import { read } from './read.ts'
import type { Recorder } from './recorder.ts'
import type { Rejections } from './rejections.ts'
import { withoutSecrets } from './secret-headers.ts'
import { admit } from './verify.ts'

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
  const verdict = await admit(source.provider, source.proof, {
    request,
    credentials: validCredentials(source, deps.now()),
    settings: source.settings,
    now: deps.now(),
    keySetAt: deps.keySetAt,
  })
  if ('handshake' in verdict) return shake(verdict.handshake, source, request, verdict.verdict)
  if (!verdict.authentic) return refuse(deps, source, request, verdict.reason, verdict.hint)
  if (verdict.credential !== null) deps.used(verdict.credential)

  const events = read(source.provider, request, verdict, source.settings).map((event) => ({
    event,
    plan: plan(event, source.rules),
  }))
  try {
    const recorded = await deps.recorder.record({
      partnerId: source.partnerId,
      sourceId: source.id,
      credentialId: verdict.credential,
      method: request.method,
      headers: withoutSecrets(request.headers, source.proof),
      body: bytesToKeep(source, request),
      events,
    })
    const states = events.map(({ plan: planned }) => planned.state)
    const outcome = { source: source.id, events: recorded.map(({ id }) => id), states }
    return say(source.provider.answer, source, request, outcome, verdict)
  } catch (error) {
    if (!(error instanceof Busy)) deps.failed(error, 'record')
    return unknownFate({ source: source.id })
  }
}

/**
 * Of a link its token as received, as of a body that is a token: from it the event can be read again.
 * It holds the person's address, so it belongs where an erasure finds it; a second use of it counts
 * nothing. What is refused keeps none: that token may still be good.
 */
function bytesToKeep({ proof }: ActiveSource, request: SentRequest): Buffer {
  if (proof.scheme !== 'jwt' || !('query' in proof.token)) return request.body
  return Buffer.from(new URL(request.url).searchParams.get(proof.token.query) ?? '')
}

function validCredentials(source: ActiveSource, now: number) {
  return source.credentials
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ credential }) => credential)
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
