// /partners: the companies whose sources, campaigns and people these are.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { listPartners } from '../ledger/access.ts'
import { limits } from '../limits.ts'
import { Partner } from './access-schemas.ts'
import { askerOf, needs } from './asking.ts'
import { actorOf, smallBody, unfitBody } from './changing.ts'
import type { SetupParts } from './editing.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refused, tooLarge } from './problems.ts'
import { id, json, pageOf } from './schemas.ts'

const tags = ['Access']

const list = createRoute({
  method: 'get',
  path: '/api/v1/partners',
  tags,
  summary: 'The partners this token sees, newest first',
  security: [{ token: ['config:read'] }],
  middleware: [needs('config:read')] as const,
  request: { query: z.strictObject(parameters.page) },
  responses: { 200: json(pageOf(Partner), 'A page of partners'), ...refused },
})

const Wanted = z
  .strictObject({
    name: z.string().max(limits.nameCharsMax).openapi({
      description: 'As its people know it. It stands in addresses of the console.',
      example: 'acme',
    }),
  })
  .openapi('PartnerWanted')

const PartnerMade = z.object({ id, name: z.string() }).openapi('PartnerMade')

const make = createRoute({
  method: 'post',
  path: '/api/v1/partners',
  tags,
  summary: 'Adds a partner, with nothing set up yet',
  description:
    'For tokens of the installation. Its sources, campaigns and people come next, each with `"partner"`: its name or id. Audited.',
  security: [{ token: ['config:write'] }],
  middleware: [needs('config:write'), smallBody] as const,
  request: { query: parameters.nothing, body: parameters.jsonBody(Wanted) },
  responses: { 201: json(PartnerMade, 'The partner'), ...refused, ...inConflict, ...tooLarge },
})

export function partnerRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  api.openapi(list, async (c) => {
    const { cursor: after, limit } = c.req.valid('query')
    const asker = askerOf(c.get('holder'), false)
    return answerPage(c, await listPartners(parts, asker, { limit, after }))
  })
  api.openapi(make, async (c) => {
    if (c.get('holder').partnerId !== null)
      return problem(c, 'forbidden', { detail: 'a token of the installation is needed' })
    const name = c.req.valid('json').name.trim()
    const { makePartner } = await import('../partners/making.ts')
    const { changes: orm, vault, outgoing, now } = parts
    const made = await makePartner({ orm, vault, outgoing, now }, name, actorOf(c))
    if (made.ok) return c.json({ id: made.id, name }, 201)
    return made.problem === 'name'
      ? unfitBody(c, '/name', `has 1 to ${limits.nameCharsMax} characters, and no “/”`)
      : problem(c, 'conflict', { detail: 'there is a partner of this name already' })
  })
}
