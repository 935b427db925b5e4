// GET /grants/{id}/receipt, and the keys to check it with: GET /.well-known/jwks.json, for everybody.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { openSigner, publishedKeys } from '../access/signing.ts'
import { makeReceipt } from '../ledger/receipts.ts'
import { limits } from '../limits.ts'
import type { Vault } from '../vault.ts'
import { askerOf, needs } from './asking.ts'
import type { ChangingParts } from './changing.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refusedOne } from './problems.ts'

export interface ReceiptRouteParts extends ChangingParts {
  vault: Vault
  now(): number
}

const mediaType = 'application/jose'

const receipt = createRoute({
  method: 'get',
  path: '/api/v1/grants/{id}/receipt',
  tags: ['Grants'],
  summary: 'A signed receipt of a bonus that MOAB accepted or knew already',
  description:
    'A compact JWS (EdDSA), to be checked with /.well-known/jwks.json. The email is in it as a hash, which whoever knows or guesses the email can compare. Audited.',
  security: [{ token: ['grants:read', 'people:read'] }],
  middleware: [needs('grants:read', 'people:read')] as const,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: {
    200: {
      description: 'The receipt',
      content: { [mediaType]: { schema: z.string().openapi({ example: 'eyJ…' }) } },
    },
    ...refusedOne,
    ...inConflict,
  },
})

export function receiptRoutes(api: OpenAPIHono<Asking>, parts: ReceiptRouteParts): void {
  const { orm, changes, vault, publicUrl, now } = parts
  const signing = { orm: changes, vault }
  api.openapi(receipt, async (c) => {
    const asker = askerOf(c.get('holder'), false)
    const { id } = c.req.valid('param')
    const made = await makeReceipt({ ledger: { orm }, signing, publicUrl, now }, asker, id)
    if (made === undefined) return problem(c, 'not_found')
    if ('state' in made)
      return problem(c, 'conflict', {
        detail: `the grant is ${made.state}: there are receipts for granted and already_known only`,
      })
    return c.body(made.jws, 200, { 'Content-Type': mediaType })
  })
  api.get('/.well-known/jwks.json', async (c) => {
    let known = await publishedKeys(changes)
    if (known.keys.length === 0) {
      // Kept for an hour by whoever asks: so it holds the key of the first receipt before that is made.
      await openSigner(signing)
      known = await publishedKeys(changes)
    }
    return c.json(known, 200, {
      'Cache-Control': `public, max-age=${limits.jwksMaxAgeSeconds}`,
      'Access-Control-Allow-Origin': '*',
      'X-Content-Type-Options': 'nosniff',
    })
  })
}
