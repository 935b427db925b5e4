// GET /audit-entries.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { auditActions } from '../access/audit.ts'
import { listAuditEntries } from '../ledger/access.ts'
import type { Ledger } from '../ledger/asking.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { refused } from './problems.ts'
import { AuditEntry } from './access-schemas.ts'
import { json, pageOf, wordsOf } from './schemas.ts'

export const auditFilters = {
  partner: parameters.mentions.partner,
  ...parameters.span('Done'),
  action: parameters.word(wordsOf(auditActions)),
  actor: parameters.text.optional().openapi({ example: 'token:…' }),
  subject: parameters.text.optional(),
}

const entries = createRoute({
  method: 'get',
  path: '/api/v1/audit-entries',
  tags: ['Access'],
  summary: 'Who did or looked at what, newest first',
  security: [{ token: ['audit:read'] }],
  middleware: [needs('audit:read')] as const,
  request: {
    query: z.strictObject({
      ...parameters.page,
      ...auditFilters,
      lang: parameters.lang,
    }),
  },
  responses: { 200: json(pageOf(AuditEntry), 'A page of entries'), ...refused },
})

export function auditRoutes(api: OpenAPIHono<Asking>, ledger: Pick<Ledger, 'orm'>): void {
  api.openapi(entries, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const asker = askerOf(c.get('holder'), false)
    const found = await listAuditEntries(ledger, asker, { ...wanted, after })
    return answerPage(c, found)
  })
}
