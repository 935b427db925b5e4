// /tokens: bearer tokens of the API.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { scopes } from '../access/scopes.ts'
import { createToken, revokeToken } from '../access/tokens.ts'
import { listTokens } from '../ledger/access.ts'
import { limits } from '../limits.ts'
import {
  actorOf,
  noSuchPartner,
  partnerMeant,
  smallBody,
  unfitBody,
  type ChangingParts,
} from './changing.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { problem, refused, refusedOne, tooLarge } from './problems.ts'
import { Token, TokenMade } from './access-schemas.ts'
import { json, pageOf, wordsOf } from './schemas.ts'

const tags = ['Access']

const list = createRoute({
  method: 'get',
  path: '/api/v1/tokens',
  tags,
  summary: 'API tokens that are not revoked, newest first',
  security: [{ token: ['access:read'] }],
  middleware: [needs('access:read')] as const,
  request: { query: z.strictObject({ ...parameters.page, partner: parameters.mentions.partner }) },
  responses: { 200: json(pageOf(Token), 'A page of tokens'), ...refused },
})

const Wanted = z
  .strictObject({
    partner: parameters.text
      .optional()
      .openapi({ description: 'For tokens that see several; without it, of the installation.' }),
    name: parameters.text.openapi({ example: 'reports' }),
    scopes: z
      .array(z.enum(wordsOf(scopes)))
      .min(1)
      .openapi({ example: ['events:read', 'grants:read'] }),
    days: z.int().min(1).max(limits.tokenDaysMax).optional().openapi({
      description: 'How long it works; without it, until it is revoked.',
    }),
  })
  .openapi('TokenWanted')

const make = createRoute({
  method: 'post',
  path: '/api/v1/tokens',
  tags,
  summary: 'Makes a token and shows it, once',
  description: 'It may do no more than the token it is made with. Audited.',
  security: [{ token: ['access:write'] }],
  middleware: [needs('access:write'), smallBody] as const,
  request: { query: parameters.nothing, body: parameters.jsonBody(Wanted) },
  responses: { 201: json(TokenMade, 'The token'), ...refused, ...tooLarge },
})

const revoke = createRoute({
  method: 'delete',
  path: '/api/v1/tokens/{id}',
  tags,
  summary: 'Revokes a token, at once and for good',
  security: [{ token: ['access:write'] }],
  middleware: [needs('access:write')] as const,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 204: { description: 'Done' }, ...refusedOne },
})

export function tokenRoutes(
  api: OpenAPIHono<Asking>,
  parts: ChangingParts & { now(): number },
): void {
  const { changes: orm } = parts
  api.openapi(list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const found = await listTokens(parts, askerOf(c.get('holder'), false), { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(make, async (c) => {
    const { partner, name, scopes: wanted, days } = c.req.valid('json')
    const partnerId = await partnerMeant(c, orm, partner)
    if (partnerId === undefined) return noSuchPartner(c)
    const tooMuch = wanted.find((scope) => !c.get('holder').scopes.has(scope))
    if (tooMuch !== undefined)
      return unfitBody(c, '/scopes', `this token has no ${tooMuch} to give`)
    const expiresAt = days === undefined ? null : new Date(parts.now() + days * 86_400_000)
    const actor = actorOf(c)
    const made = await createToken(orm, { partnerId, name, scopes: wanted, expiresAt, actor })
    const expires_at = expiresAt?.toISOString() ?? null
    return c.json({ ...made, name, scopes: wanted, expires_at }, 201)
  })
  api.openapi(revoke, async (c) => {
    const { id } = c.req.valid('param')
    const done = await revokeToken(orm, id, actorOf(c), c.get('holder').partnerId)
    return done ? c.body(null, 204) : problem(c, 'not_found')
  })
}
