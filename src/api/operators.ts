// /operators: who runs the whole installation. They come by invitation.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { removeOperator } from '../access/operators.ts'
import { listOperators } from '../ledger/access.ts'
import { Operator } from './access-schemas.ts'
import { askerOf, needs } from './asking.ts'
import { actorOf, type ChangingParts } from './changing.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refused, refusedOne } from './problems.ts'
import { json, pageOf } from './schemas.ts'

const tags = ['Access']

const list = createRoute({
  method: 'get',
  path: '/api/v1/operators',
  tags,
  summary: 'Who runs the whole installation, newest first',
  description: 'A token of a partner sees none.',
  security: [{ token: ['access:read'] }],
  middleware: [needs('access:read')] as const,
  request: { query: z.strictObject(parameters.page) },
  responses: { 200: json(pageOf(Operator), 'A page of operators'), ...refused },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/operators/{id}',
  tags,
  summary: 'Removes an operator',
  description:
    'Their account stays, and so do their partners. There is always one operator. For tokens of the installation; those that this person has made stay valid. Audited.',
  security: [{ token: ['access:write'] }],
  middleware: [needs('access:write')] as const,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 204: { description: 'Done' }, ...refusedOne, ...inConflict },
})

export function operatorRoutes(api: OpenAPIHono<Asking>, parts: ChangingParts): void {
  api.openapi(list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const asker = askerOf(c.get('holder'), false)
    return answerPage(c, await listOperators(parts, asker, { ...wanted, after }))
  })
  api.openapi(remove, async (c) => {
    if (c.get('holder').partnerId !== null) return problem(c, 'not_found')
    const removed = await removeOperator(parts.changes, c.req.valid('param').id, actorOf(c))
    if (removed === 'no_operator') return problem(c, 'not_found')
    if (removed === 'last_operator')
      return problem(c, 'conflict', { detail: 'there must be an operator: invite another first' })
    return c.body(null, 204)
  })
}
