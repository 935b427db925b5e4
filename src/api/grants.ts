// GET /grants, /grants/{id}.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { grantStates } from '../grants/lifecycle.ts'
import { attentionReasons, holdReasons } from '../grants/outcome.ts'
import type { Ledger } from '../ledger/asking.ts'
import { listGrants, readGrant } from '../ledger/grants.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { problem, refused, refusedOne } from './problems.ts'
import { Grant, GrantInFull, json, pageOf, wordsOf } from './schemas.ts'

const tags = ['Grants']

export const grantFilters = {
  ...parameters.mentions,
  ...parameters.span('Made'),
  state: parameters.word(grantStates),
  reason: parameters.word([...wordsOf(holdReasons), ...wordsOf(attentionReasons), 'wrong_email']),
  email: parameters.email,
}

const list = createRoute({
  method: 'get',
  path: '/api/v1/grants',
  tags,
  summary: 'Grants, newest first',
  description: 'With `email`, those of one person; that needs people:read as well.',
  security: [{ token: ['grants:read'] }],
  middleware: [needs('grants:read')] as const,
  request: {
    query: z.strictObject({
      ...parameters.page,
      ...grantFilters,
      reveal: parameters.reveal,
    }),
  },
  responses: { 200: json(pageOf(Grant), 'A page of grants'), ...refused },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/grants/{id}',
  tags,
  summary: 'One grant, with every call to MOAB',
  security: [{ token: ['grants:read'] }],
  middleware: [needs('grants:read')] as const,
  request: { params: parameters.byId, query: z.strictObject({ reveal: parameters.reveal }) },
  responses: { 200: json(GrantInFull, 'The grant'), ...refusedOne },
})

export function grantRoutes(api: OpenAPIHono<Asking>, ledger: Ledger): void {
  api.openapi(list, async (c) => {
    const { reveal, cursor: after, ...wanted } = c.req.valid('query')
    const found = await listGrants(ledger, askerOf(c.get('holder'), reveal), { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(one, async (c) => {
    const asker = askerOf(c.get('holder'), c.req.valid('query').reveal)
    const grant = await readGrant(ledger, asker, c.req.valid('param').id)
    return grant === undefined ? problem(c, 'not_found') : c.json(grant, 200)
  })
}
