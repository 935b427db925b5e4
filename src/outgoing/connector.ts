// Connections through the guard, for undici's long-lived clients: each new one is judged and goes to what
// was judged; one that is kept alive costs nothing. Host and SNI stay the name.
import type { LookupAddress } from 'node:dns'
import type { buildConnector } from 'undici'
import { connector } from '../http-clients.ts'
import { createGuard, pinned, placeOf, webPorts } from './guard.ts'
import type { Outgoing } from './outgoing.ts'
import type { PlaceRefusal } from './refusals.ts'

/** No connection was made. */
export class PlaceRefused extends Error {
  override name = 'PlaceRefused'
  readonly code: PlaceRefusal
  constructor(code: PlaceRefusal) {
    super(`the guard refuses the place: ${code}`)
    this.code = code
  }
}

/** Of one origin alone: what is judged last holds for all its connections. */
export function guardedConnector(
  { allowed, resolve }: Outgoing,
  { timeout }: { timeout: number },
): buildConnector.connector {
  const guard = createGuard({ allowed, ports: webPorts, ...(resolve && { resolve }) })
  let judged: readonly LookupAddress[] = []
  const connect = connector({
    timeout,
    lookup: (host, options, found) => pinned(judged)(host, options, found),
  })
  return (to, callback) => {
    const begin = async () => {
      const answer = await inTime(guard(placeOf(to)), AbortSignal.timeout(timeout))
      if (answer === 'timeout') throw Object.assign(new Error('no name'), { code: 'ETIMEDOUT' })
      if (!answer.ok) throw new PlaceRefused(answer.reason)
      judged = answer.addresses
      connect(to, callback)
    }
    begin().catch((error: Error) => callback(error, null))
  }
}

/** A name that is not resolved in time is left to itself. */
export async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T | 'timeout'> {
  if (signal.aborted) return 'timeout'
  let late = () => {}
  const end = new Promise<'timeout'>((resolve) => (late = () => resolve('timeout')))
  signal.addEventListener('abort', late, { once: true })
  try {
    return await Promise.race([work, end])
  } finally {
    signal.removeEventListener('abort', late)
  }
}
