// /erasures: a person goes, and a signed record says so.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { partnerIds } from '../db/names.ts'
import { erasedThings } from '../db/privacy/schema.ts'
import { listErasures, readErasure, recordOfErasure } from '../ledger/erasures.ts'
import { limits } from '../limits.ts'
import { requestErasures } from '../privacy/erasures.ts'
import type { Vault } from '../vault.ts'
import { askerOf, needs } from './asking.ts'
import {
  actorOf,
  noSuchPartner,
  partnerMeant,
  smallBody,
  unfitBody,
  type ChangingParts,
} from './changing.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refused, refusedOne, tooLarge } from './problems.ts'
import { at, id, json, Named, pageOf } from './schemas.ts'

const tags = ['Privacy']

const Erasure = z
  .object({
    id,
    partner: Named,
    person: z.string().openapi({ description: 'The beginning of the keyed hash: names nobody.' }),
    phase: z.enum(['searching', 'confirming', 'done']).openapi({
      description:
        'The person gets nothing from the request on. `searching`: what leads to the person goes at once, then bodies are searched; `confirming`: what was under way comes to rest.',
    }),
    requested_by: z.string(),
    requested_at: at,
    done_at: at.nullable(),
    erased: z
      .partialRecord(z.enum(erasedThings), z.number().int())
      .openapi({ description: 'Rows of each kind so far; `suppressed`: grants that waited.' }),
  })
  .openapi('Erasure')

const Wanted = z
  .strictObject({
    email: z.string().max(limits.emailInputCharsMax).openapi({ example: 'ivan@example.com' }),
    partner: parameters.text.optional().openapi({
      description: 'Its name; for tokens that see several. Without it the person goes everywhere.',
    }),
  })
  .openapi('ErasureWanted')

const make = createRoute({
  method: 'post',
  path: '/api/v1/erasures',
  tags,
  summary: 'Erases a person, for good',
  description:
    'However the address is capitalised. Waiting bonuses are suppressed, addresses and bodies go; a keyed hash stays, so that nobody who was erased is sent to MOAB again. One erasure for each partner; one that is under way is joined. Audited.',
  security: [{ token: ['people:erase'] }],
  middleware: [needs('people:erase'), smallBody] as const,
  request: { query: parameters.nothing, body: parameters.jsonBody(Wanted) },
  responses: {
    202: json(z.object({ items: z.array(Erasure) }).openapi('ErasuresMade'), 'Begun'),
    ...refused,
    ...tooLarge,
  },
})

const reads = { security: [{ token: ['audit:read'] }], middleware: [needs('audit:read')] }

const page = createRoute({
  method: 'get',
  path: '/api/v1/erasures',
  tags,
  summary: 'Erasures, newest first',
  ...reads,
  request: { query: z.strictObject({ ...parameters.page, partner: parameters.mentions.partner }) },
  responses: { 200: json(pageOf(Erasure), 'A page of erasures'), ...refused },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/erasures/{id}',
  tags,
  summary: 'One erasure, and how far it is',
  ...reads,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 200: json(Erasure, 'The erasure'), ...refusedOne },
})

const mediaType = 'application/jose'

const record = createRoute({
  method: 'get',
  path: '/api/v1/erasures/{id}/record',
  tags,
  summary: 'The signed record of an erasure that is done',
  description:
    'A compact JWS (EdDSA), to be checked with /.well-known/jwks.json. The person is in it as a keyed hash only.',
  ...reads,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: {
    200: {
      description: 'The record',
      content: { [mediaType]: { schema: z.string().openapi({ example: 'eyJ…' }) } },
    },
    ...refusedOne,
    ...inConflict,
  },
})

export interface ErasureRouteParts extends ChangingParts {
  vault: Vault
  pepper: Buffer
}

export function erasureRoutes(api: OpenAPIHono<Asking>, parts: ErasureRouteParts): void {
  const { changes: orm, vault, pepper } = parts
  api.openapi(page, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(
      c,
      await listErasures(parts, askerOf(c.get('holder'), false), { ...wanted, after }),
    )
  })
  api.openapi(make, async (c) => {
    const { email, partner } = c.req.valid('json')
    const meant = await partnerMeant(c, orm, partner)
    if (meant === undefined) return noSuchPartner(c)
    const whose = meant === null ? await partnerIds(orm) : [meant]
    const wanted = { email, partnerIds: whose, actor: actorOf(c) }
    const ids = await requestErasures({ orm, vault, pepper }, wanted)
    if (ids === 'unusable') return unfitBody(c, '/email', 'is not an address')
    const asker = askerOf(c.get('holder'), false)
    const items = await Promise.all(ids.map((each) => readErasure({ orm }, asker, each)))
    return c.json({ items: items.flatMap((each) => each ?? []) }, 202)
  })
  api.openapi(one, async (c) => {
    const found = await readErasure(parts, askerOf(c.get('holder'), false), c.req.valid('param').id)
    return found === undefined ? problem(c, 'not_found') : c.json(found, 200)
  })
  api.openapi(record, async (c) => {
    const asker = askerOf(c.get('holder'), false)
    const jws = await recordOfErasure(parts, asker, c.req.valid('param').id)
    if (jws === undefined) return problem(c, 'not_found')
    if (jws === null) return problem(c, 'conflict', { detail: 'the erasure is not done yet' })
    return c.body(jws, 200, { 'Content-Type': mediaType })
  })
}
