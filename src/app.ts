// All routes under one roof: request id, one log line per request, the one place where a surprise
// becomes a 5xx.
import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { SenderLeft } from './inbound/body.ts'
import { uuidv7 } from './ids.ts'
import type { Logger } from './ops/logging.ts'
import type { Metrics } from './ops/metrics.ts'
import type { Outcome } from './ops/reporter.ts'

export type Env = { Bindings: HttpBindings; Variables: { requestId: string; outcome?: Outcome } }

export interface AppParts {
  log: Logger
  metrics: Metrics
  /** Each puts its routes under the roof. */
  parts: readonly ((roof: Hono<Env>) => unknown)[]
  /** Connections are then given up with their next answer, so that none is cut while idle. */
  leaving(): boolean
}

export function createApp({ log, metrics, parts, leaving }: AppParts): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    const started = performance.now()
    const requestId = uuidv7()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('X-Request-Id', requestId)
    if (leaving()) c.res.headers.set('Connection', 'close')
    note(c, performance.now() - started)
  })
  for (const mount of parts) mount(app)
  app.notFound((c) => c.json({ request_id: c.get('requestId') }, 404))
  app.onError((error, c) => {
    const requestId = c.get('requestId')
    if (!(error instanceof SenderLeft)) {
      log.error({ requestId, error }, 'request failed')
      metrics.errors.inc({ doing: 'request' })
    }
    return c.json({ request_id: requestId }, 500)
  })

  function note(c: Context<Env>, ms: number): void {
    const area = areaOf(c.req.path)
    const status = c.res.status
    metrics.requests.inc({ area, status })
    if (area === 'in') metrics.acknowledgement.observe(ms / 1000)
    const outcome = c.get('outcome')
    const line = {
      requestId: c.get('requestId'),
      method: c.req.method,
      area,
      status,
      ms: Math.round(ms * 10) / 10,
      ...outcome,
    }
    if (quiet.has(area)) log.debug(line, 'request')
    else log.info(line, 'request')
  }
  return app
}

const areas = new Set([
  'in',
  'go',
  'api',
  'console',
  'setup',
  'signin',
  'signout',
  'join',
  'sandbox',
  'healthz',
  'readyz',
  'metrics',
])
const quiet = new Set(['healthz', 'readyz', 'metrics', 'sandbox'])

/** The first segment only: what follows /in/ or /setup/ is a secret. */
function areaOf(path: string): string {
  const first = path.split('/', 2)[1] ?? ''
  return areas.has(first) ? first : 'other'
}
