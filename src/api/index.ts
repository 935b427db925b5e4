// The JSON face of the relay, under /api: questions, and links to be made. Everything it tells comes
// from ledger/, which the console asks as well.
import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { ExportParts } from '../ledger/exports.ts'
import { isTooSlow } from '../db/ledger/reading.ts'
import { createActing, type ActingParts } from './acting.ts'
import { againRoutes } from './again.ts'
import { alarmRoutes } from './alarms.ts'
import { attemptRoutes } from './attempts.ts'
import { auditRoutes } from './audit.ts'
import { authenticate } from './asking.ts'
import type { Asking } from './env.ts'
import { etags } from './etags.ts'
import { documentOf } from './document.ts'
import { docsRoutes } from './docs.ts'
import { dryRunRoutes } from './dry-runs.ts'
import { eventRoutes } from './events.ts'
import { erasureRoutes } from './erasures.ts'
import { exportRoutes } from './exports.ts'
import { grantRoutes } from './grants.ts'
import { idempotency } from './idempotency.ts'
import { jobRoutes } from './jobs.ts'
import { linkRoutes, type LinkParts } from './links.ts'
import { memberRoutes } from './members.ts'
import { noticeRoutes, type NoticeParts } from './notices.ts'
import { refuseUnfit } from './parameters.ts'
import { operatorRoutes } from './operators.ts'
import { partnerRoutes } from './partners.ts'
import { peopleRoutes } from './people.ts'
import { createQuotas } from './quotas.ts'
import { privacyRoutes } from './privacy.ts'
import { problem } from './problems.ts'
import { receiptRoutes } from './receipts.ts'
import { resetRoutes } from './resets.ts'
import { rejectionRoutes } from './rejections.ts'
import { retentionRoutes } from './retention.ts'
import type { SetupParts } from './editing.ts'
import { setupRoutes } from './setup.ts'
import { statsRoutes } from './stats.ts'
import { tokenRoutes } from './tokens.ts'

export interface ApiParts extends ExportParts, LinkParts, NoticeParts, ActingParts, SetupParts {}

export function createApi(parts: ApiParts): OpenAPIHono<Asking> {
  const api = new OpenAPIHono<Asking>({ defaultHook: refuseUnfit })
  api.use('/api/*', async (c, next) => {
    await next()
    c.res.headers.set('X-Content-Type-Options', 'nosniff')
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
  })
  let document: ReturnType<typeof documentOf> | undefined
  api.get('/api/v1/openapi.json', (c) => c.json((document ??= documentOf(api))))
  api.use('/api/v1/*', etags, authenticate(parts), createQuotas(), idempotency(parts))
  eventRoutes(api, parts)
  grantRoutes(api, parts)
  attemptRoutes(api, parts)
  receiptRoutes(api, parts)
  peopleRoutes(api, parts)
  erasureRoutes(api, parts)
  privacyRoutes(api, parts)
  retentionRoutes(api, parts)
  rejectionRoutes(api, parts)
  linkRoutes(api, parts)
  alarmRoutes(api, parts)
  noticeRoutes(api, parts)
  partnerRoutes(api, parts)
  memberRoutes(api, parts)
  operatorRoutes(api, parts)
  resetRoutes(api, parts)
  tokenRoutes(api, parts)
  auditRoutes(api, parts)
  exportRoutes(api, parts)
  statsRoutes(api, parts)
  setupRoutes(api, parts)
  const acting = createActing(parts)
  againRoutes(api, acting)
  dryRunRoutes(api, acting)
  jobRoutes(api, acting)
  refuseOthers(api)
  api.route('/', docsRoutes())
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  })
  api.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 400)
      return problem(c, 'invalid_request', { detail: 'the body is not JSON' })
    if (error instanceof HTTPException && error.status === 415) return problem(c, 'not_json')
    if (isTooSlow(error)) return problem(c, 'too_slow')
    throw error
  })
  return api
}

/** What is known takes no other method; what is not known is not there. Comes after all routes. */
function refuseOthers(api: OpenAPIHono<Asking>): void {
  const allowed = new Map<string, Set<string>>()
  for (const { method, path } of api.routes) {
    if (method === 'ALL') continue
    const methods = allowed.get(path) ?? new Set()
    allowed.set(path, methods.add(method))
    if (method === 'GET') methods.add('HEAD')
  }
  for (const [path, methods] of allowed) {
    const allow = [...methods].join(', ')
    api.all(path, (c) => problem(c, 'method_not_allowed', { allow }))
  }
  api.all('/api/v1/*', (c) => problem(c, 'not_found'))
}
