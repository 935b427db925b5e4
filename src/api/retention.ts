// /partners/{id}/retention: how long what is kept.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { changePeriods, readPeriods } from '../privacy/periods.ts'
import { retentionRules, type Kept } from '../privacy/retention.ts'
import { needs } from './asking.ts'
import { actorOf, smallBody, type ChangingParts } from './changing.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { problem, refusedOne, tooLarge } from './problems.ts'
import { json } from './schemas.ts'

const path = '/api/v1/partners/{id}/retention'
const tags = ['Privacy']

const period = z.number().int().nullable()
const Retention = z
  .object({ bodies: period, ledger: period, audit: period })
  .openapi('Retention', { description: 'In days; null: kept without end.' })

const days = (kept: Kept) => {
  const { min, max, days: usual } = retentionRules[kept]
  const description = `Days, of new partners ${usual}; null: without end.`
  return z.int().min(min).max(max).nullable().optional().openapi({ description })
}
const Wanted = z
  .strictObject({ bodies: days('bodies'), ledger: days('ledger'), audit: days('audit') })
  .openapi('RetentionWanted')

const read = createRoute({
  method: 'get',
  path,
  tags,
  summary: 'How long bodies, the ledger and the audit are kept',
  security: [{ token: ['config:read'] }],
  middleware: [needs('config:read')] as const,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 200: json(Retention, 'The periods'), ...refusedOne },
})

const change = createRoute({
  method: 'patch',
  path,
  tags,
  summary: 'Changes how long what is kept',
  description:
    'What is over then goes within an hour, for good: a shorter period needs `people:erase`, too. Audited.',
  security: [{ token: ['config:write'] }],
  middleware: [needs('config:write'), smallBody] as const,
  request: {
    params: parameters.byId,
    query: parameters.nothing,
    body: parameters.jsonBody(Wanted),
  },
  responses: { 200: json(Retention, 'What holds now'), ...refusedOne, ...tooLarge },
})

export function retentionRoutes(api: OpenAPIHono<Asking>, { orm, changes }: ChangingParts): void {
  api.openapi(read, async (c) => {
    const found = await readPeriods(orm, c.get('holder').partnerId, c.req.valid('param').id)
    return found === undefined ? problem(c, 'not_found') : c.json(found, 200)
  })
  api.openapi(change, async (c) => {
    const { partnerId: owner, scopes } = c.get('holder')
    const who = { owner, actor: actorOf(c), mayDelete: scopes.has('people:erase') }
    const changed = await changePeriods(changes, who, c.req.valid('param').id, c.req.valid('json'))
    if (changed === 'forbidden')
      return problem(c, 'forbidden', { detail: 'scope people:erase is needed to keep less' })
    return changed === undefined ? problem(c, 'not_found') : c.json(changed, 200)
  })
}
