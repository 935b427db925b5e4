// GET /rejections, /rejections/{id}, /rejections/{id}/body.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Ledger } from '../ledger/asking.ts'
import { listRejections, readRejection, readRejectionBody } from '../ledger/rejections.ts'
import { reasons } from '../schemes/reasons.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { body, download } from './bodies.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { problem, refused, refusedOne } from './problems.ts'
import { json, pageOf, Rejection, RejectionInFull, wordsOf } from './schemas.ts'

const tags = ['Rejections']
const { partner, source } = parameters.mentions

export const rejectionFilters = {
  partner,
  source,
  ...parameters.span('Received'),
  reason: parameters.word(wordsOf(reasons)),
}

const list = createRoute({
  method: 'get',
  path: '/api/v1/rejections',
  tags,
  summary: 'Samples of requests that were not believed, newest first',
  security: [{ token: ['rejections:read'] }],
  middleware: [needs('rejections:read')] as const,
  request: {
    query: z.strictObject({
      ...parameters.page,
      ...rejectionFilters,
    }),
  },
  responses: { 200: json(pageOf(Rejection), 'A page of rejections'), ...refused },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/rejections/{id}',
  tags,
  summary: 'One refused request, with its headers',
  security: [{ token: ['rejections:read'] }],
  middleware: [needs('rejections:read')] as const,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 200: json(RejectionInFull, 'The rejection'), ...refusedOne },
})

const bytes = createRoute({
  method: 'get',
  path: '/api/v1/rejections/{id}/body',
  tags,
  summary: 'The first bytes of a refused request',
  description: 'They may be about people: each look is audited.',
  security: [{ token: ['rejections:read', 'people:reveal'] }],
  middleware: [needs('rejections:read', 'people:reveal')] as const,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 200: body('The bytes'), ...refusedOne },
})

export function rejectionRoutes(api: OpenAPIHono<Asking>, ledger: Ledger): void {
  api.openapi(list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const found = await listRejections(ledger, askerOf(c.get('holder'), false), {
      ...wanted,
      after,
    })
    return answerPage(c, found)
  })
  api.openapi(one, async (c) => {
    const { id } = c.req.valid('param')
    const rejection = await readRejection(ledger, askerOf(c.get('holder'), false), id)
    return rejection === undefined ? problem(c, 'not_found') : c.json(rejection, 200)
  })
  api.openapi(bytes, async (c) => {
    const { id } = c.req.valid('param')
    const found = await readRejectionBody(ledger, askerOf(c.get('holder'), false), id)
    return found === undefined ? problem(c, 'not_found') : download(c, `rejection-${id}`, found)
  })
}
