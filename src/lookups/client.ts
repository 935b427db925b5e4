// One bounded GET of an object at a provider's API: no redirects, a total deadline, a capped body,
// JSON only. Never rejects: whatever happens is a LookupAnswer. Errors of the network are reduced to
// a word, so that no address, header or body gets into a log.
import { isUtf8 } from 'node:buffer'
import { parseJson } from '../bodies/json.ts'
import { ask, openAgent } from '../http-clients.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import type { LookupOutcome } from './outcome.ts'

export type LookupAnswer =
  | { found: JsonObject; httpStatus: number }
  | { found: null; outcome: LookupOutcome; httpStatus: number | null }

export interface LookupCall {
  url: string
  authorization: string
  headers?: Readonly<Record<string, string>>
}

export interface LookupClient {
  ask(call: LookupCall): Promise<LookupAnswer>
  close(): Promise<void>
}

export interface LookupClientOptions {
  /** Where a host is reached. The relay goes to the URL's own; tests have providers of their own. */
  originOf(url: URL): string
  deadlineMs?: number
}

export function createLookupClient({ originOf, deadlineMs }: LookupClientOptions): LookupClient {
  const agent = openAgent({
    connections: limits.lookupsAtOnceMax,
    connect: { timeout: limits.lookupConnectMs },
    // One total deadline instead: these two start anew with every byte.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    ask: async ({ url, authorization, headers }) => {
      const { pathname, search } = new URL(url)
      const signal = AbortSignal.timeout(deadlineMs ?? limits.lookupDeadlineMs)
      try {
        const answer = await ask(agent, originOf(new URL(url)) + pathname + search, {
          method: 'GET',
          headers: {
            accept: 'application/json',
            'user-agent': 'moab-relay',
            ...headers,
            authorization,
          },
          signal,
        })
        return judged(answer.statusCode, await readCapped(answer.body))
      } catch {
        return {
          found: null,
          outcome: signal.aborted ? 'timeout' : 'unreachable',
          httpStatus: null,
        }
      }
    },
    close: () => agent.destroy(),
  }
}

function judged(httpStatus: number, body: Buffer | null): LookupAnswer {
  if (httpStatus !== 200) return { found: null, outcome: outcomeOf(httpStatus), httpStatus }
  const read = body !== null && isUtf8(body) ? parseJson(body.toString('utf8')) : null
  return read !== null && 'value' in read && isJsonObject(read.value)
    ? { found: read.value, httpStatus }
    : { found: null, outcome: 'unreadable', httpStatus }
}

const outcomes = new Map<number, LookupOutcome>([
  [401, 'refused'],
  [403, 'refused'],
  [404, 'not_found'],
  [410, 'not_found'],
  [429, 'busy'],
])

const outcomeOf = (status: number): LookupOutcome =>
  outcomes.get(status) ?? (status >= 500 ? 'provider_error' : 'unexpected')

/** Null where it is too long; leaving the loop early closes the connection. */
async function readCapped(body: AsyncIterable<Buffer>): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > limits.lookupAnswerBytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
