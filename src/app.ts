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

/** Puts its routes under the roof. */
export type Mount = (roof: Hono<Env>) => unknown

export interface AppParts {
  log: Logger
  metrics: Metrics
  /** What stands below /in/. */
  webhooks: readonly Mount[]
  others: readonly Mount[]
  /** Connections are then given up with their next answer, so that none is cut while idle. */
  leaving(): boolean
}

/**
 * Webhooks have a router of their own: with so few routes it is one expression, which the routes of the
 * console are too many and too alike for.
 */
export function createApp({ webhooks, others, ...parts }: AppParts) {
  const inbound = underRoof(webhooks, parts)
  const rest = underRoof(others, parts)
  return (request: Request, env: object) =>
    (isWebhook(request.url) ? inbound : rest).fetch(request, env)
}

/** By the URL as it was understood: written with a host of its own, or with dots, it is the same path. */
const isWebhook = (url: string) => url.startsWith('/in/', url.indexOf('/', url.indexOf('//') + 2))

function underRoof(
  mounts: readonly Mount[],
  { log, metrics, leaving }: Omit<AppParts, 'webhooks' | 'others'>,
): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    const started = performance.now()
    const requestId = uuidv7()
    c.set('requestId', requestId)
    // Past the headers of the answer, which are costly to make when there are no others.
    const { outgoing } = c.env
    outgoing.setHeader('X-Request-Id', requestId)
    await next()
    if (leaving() && !outgoing.headersSent) outgoing.setHeader('Connection', 'close')
    note(c, performance.now() - started)
  })
  for (const mount of mounts) mount(app)
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
  'reset',
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
