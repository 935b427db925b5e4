// GET /attempts.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Ledger } from '../ledger/asking.ts'
import { listAttempts } from '../ledger/attempts.ts'
import { answers, failures } from '../moab/answer.ts'
import { askerOf, needs } from './asking.ts'
import { attemptCursorOf } from './cursors.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { refused } from './problems.ts'
import { json, ListedAttempt, pageOf, wordsOf } from './schemas.ts'

const { partner, campaign } = parameters.mentions

export const attemptFilters = {
  partner,
  campaign,
  ...parameters.span('Made'),
  grant: z.uuid().optional(),
  answer: parameters.word(wordsOf(answers)),
  failure: parameters.word(wordsOf(failures)),
  ambiguous: parameters.choice('true: those that may have reached MOAB although no answer came.'),
  email: parameters.email,
}

const list = createRoute({
  method: 'get',
  path: '/api/v1/attempts',
  tags: ['Grants'],
  summary: 'Calls to MOAB, newest first',
  description: 'With `email`, those for one person; that needs people:read as well.',
  security: [{ token: ['grants:read'] }],
  middleware: [needs('grants:read')] as const,
  request: {
    query: z.strictObject({
      limit: parameters.page.limit,
      cursor: parameters.attemptCursor,
      ...attemptFilters,
    }),
  },
  responses: { 200: json(pageOf(ListedAttempt), 'A page of calls'), ...refused },
})

export function attemptRoutes(api: OpenAPIHono<Asking>, ledger: Ledger): void {
  api.openapi(list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const asker = askerOf(c.get('holder'), false)
    const found = await listAttempts(ledger, asker, { ...wanted, after })
    return answerPage(c, found, attemptCursorOf)
  })
}
