// Hands emails to MOAB: one HTTP call each, at most one answer each, no retries and no redirects.
// A call never rejects: whatever happens is an Answer, and says whether the request may have left.
import { setMaxListeners } from 'node:events'
import type { Pool } from 'undici'
import { connector, openPool } from '../http-clients.ts'
import { limits } from '../limits.ts'
import { guardedConnector } from '../outgoing/connector.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { failedCall } from './answer.ts'
import type { Answer } from './answer.ts'
import { Call } from './call.ts'

export interface MoabClient {
  register: (call: Registration) => Promise<{ answer: Answer; ms: number }>
  /** Takes no more calls; resolves when those in flight have ended, by their deadline at the latest. */
  close: () => Promise<void>
}

export interface Registration {
  /** The whole URL of the call. */
  url: string
  apiKey: string
  email: string
  signal?: AbortSignal
}

export interface MoabClientOptions {
  /** A campaign's URL is a partner's word. */
  outgoing: Outgoing
  /** From the call of `register` to the last byte, waiting for a free connection included. */
  deadlineMs?: number
  connectMs?: number
  /** Per origin. */
  connections?: number
}

const headers = {
  'content-type': 'application/json',
  accept: 'application/json',
  'user-agent': 'moab-relay',
}

export function createMoabClient(options: MoabClientOptions): MoabClient {
  const { deadlineMs = limits.moabDeadlineMs } = options
  const pools = createPools(options)
  return {
    register({ url, apiKey, email, signal }) {
      const started = performance.now()
      return new Promise((resolve) => {
        const settle = (answer: Answer) =>
          resolve({ answer, ms: Math.round(performance.now() - started) })
        if (signal?.aborted || pools.closed) return settle(failedCall('cancelled', false))
        const target = pools.find(url)
        if (!target) return settle(failedCall('url_unusable', false))
        // One signal may end hundreds of calls; Node would warn from the eleventh on.
        if (signal) setMaxListeners(0, signal)
        const body = JSON.stringify({ api_key: apiKey, email })
        target.pool.dispatch(
          { method: 'POST', path: target.path, headers, body },
          new Call({ deadlineMs, signal, secrets: [apiKey, email], settle }),
        )
      })
    },
    close: () => pools.close(),
  }
}

interface Target {
  pool: Pool
  path: string
}

/** One pool per origin, the one used longest ago closed when there are too many. */
function createPools({ outgoing, connectMs, connections }: MoabClientOptions) {
  const pools = new Map<string, Pool>()
  const closing = new Set<Promise<void>>()
  let closed = false

  function open(origin: string, isChosen: boolean): Pool {
    const options = { timeout: connectMs ?? limits.moabConnectMs }
    return openPool(origin, {
      connections: connections ?? limits.moabConnectionsMax + limits.moabStalledMax,
      pipelining: 1,
      connect: isChosen ? connector(options) : guardedConnector(outgoing, options),
      keepAliveTimeoutThreshold: limits.moabKeepAliveMarginMs,
      // One total deadline (see Call) instead: these two start anew with every byte.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  function retire(name: string, pool: Pool): void {
    pools.delete(name)
    const end = pool.close().finally(() => closing.delete(end))
    closing.add(end)
  }

  return {
    get closed() {
      return closed
    },
    find(url: string): Target | null {
      const parts = URL.canParse(url) ? new URL(url) : null
      if (!parts || !/^https?:$/.test(parts.protocol)) return null
      const { origin, pathname, search } = parts
      const isChosen = outgoing.isChosen(parts)
      // What was opened without the guard is for nobody else.
      const name = isChosen ? origin : `guarded ${origin}`
      const known = pools.get(name)
      const [oldest] = pools
      if (!known && oldest && pools.size >= limits.moabOriginsMax) retire(...oldest)
      const pool = known ?? open(origin, isChosen)
      // Set anew, so that the map stays in the order of use.
      pools.delete(name)
      pools.set(name, pool)
      return { pool, path: pathname + search }
    },
    async close(): Promise<void> {
      closed = true
      for (const [name, pool] of pools) retire(name, pool)
      await Promise.allSettled(closing)
    },
  }
}
