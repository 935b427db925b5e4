// One bounded POST to where a channel says: through the guard, no redirects, a total deadline, and of
// the answer the beginning. Never rejects: whatever happens is a word. No address, header or body of a
// request gets into an error.
import { ask, openAgent } from '../http-clients.ts'
import { limits } from '../limits.ts'
import { snippetOf } from '../moab/snippet.ts'
import { inTime } from '../outgoing/connector.ts'
import { pinned, placeOf, readUrl, type Guard } from '../outgoing/guard.ts'
import type { Range } from '../schemes/ip.ts'
import type { OutcomeWord, Sent } from './outcomes.ts'

export interface Reach {
  guard: Guard
  allowed: readonly Range[]
  deadlineMs: number
}

export interface Post {
  url: string
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** Masked wherever the answer repeats them. */
  secrets: readonly string[]
}

export interface Answered {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Its beginning. */
  text: string
}

export type Judge = (answer: Answered) => Pick<Sent, 'outcome' | 'retryAfterMs'>

export async function post(reach: Reach, wanted: Post, judge: Judge): Promise<Sent> {
  const signal = AbortSignal.timeout(reach.deadlineMs)
  const read = readUrl(wanted.url, reach.allowed)
  if (!read.ok) return failed(read.reason)
  const judged = await inTime(reach.guard(placeOf(read.url)), signal)
  if (judged === 'timeout') return failed('timeout')
  if (!judged.ok) return failed(judged.reason)
  const agent = openAgent({
    connect: { lookup: pinned(judged.addresses), timeout: reach.deadlineMs },
    // The one deadline instead: these two start anew with every byte.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  try {
    const { href } = read.url
    const {
      statusCode: status,
      headers,
      body,
    } = await ask(agent, href, {
      method: 'POST',
      headers: {
        'user-agent': 'moab-relay',
        'content-type': 'application/json',
        ...wanted.headers,
      },
      body: wanted.body,
      signal,
    })
    const answer = { status, headers, text: await beginning(body) }
    return { ...judge(answer), httpStatus: status, answer: snippet(answer.text, wanted.secrets) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return failed(signal.aborted ? 'timeout' : wordOfCode(code))
  } finally {
    await agent.destroy()
  }
}

export const failed = (outcome: OutcomeWord): Sent => ({ outcome, httpStatus: null, answer: null })

/** Leaving the loop early closes the connection. */
async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > limits.noticeAnswerBytesMax) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, limits.noticeAnswerBytesMax)
}

/** Masked before it is cut, so that no half of a secret is left; null where there was nothing. */
export function snippet(text: string, secrets: readonly string[]): string | null {
  const whole = snippetOf(text, secrets)
  return whole === '' ? null : whole.slice(0, limits.noticeAnswerCharsMax).toWellFormed()
}

const tlsCodes = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/

/** Errors of the network are told by their code. */
export function wordOfCode(code: string): OutcomeWord {
  if (tlsCodes.test(code)) return 'tls_failed'
  return code.includes('TIMEOUT') || code === 'ETIMEDOUT' ? 'timeout' : 'unreachable'
}

/** What every receiver means by its status. */
export function judgeStatus({ status, headers }: Answered): Pick<Sent, 'outcome' | 'retryAfterMs'> {
  if (status >= 200 && status < 300) return { outcome: 'delivered' }
  if (status >= 300 && status < 400) return { outcome: 'redirected' }
  const outcome = known.get(status) ?? (status >= 500 ? 'server_error' : 'rejected')
  const retryAfterMs = retryAfterOf(headers['retry-after'])
  return { outcome, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

const known = new Map<number, OutcomeWord>([
  [401, 'refused'],
  [403, 'refused'],
  [410, 'gone'],
  [429, 'busy'],
])

/** Seconds only: a date would be judged by two clocks. */
function retryAfterOf(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined
}
