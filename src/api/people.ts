// GET /people/{email}.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Ledger } from '../ledger/asking.ts'
import { readPerson } from '../ledger/people.ts'
import { limits } from '../limits.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { problem, refusedOne } from './problems.ts'
import { json, Person } from './schemas.ts'

const one = createRoute({
  method: 'get',
  path: '/api/v1/people/{email}',
  tags: ['People'],
  summary: 'Everything known about one person: did they get the bonus, and if not, why?',
  security: [{ token: ['people:read'] }],
  middleware: [needs('people:read')] as const,
  request: {
    params: z.strictObject({
      email: z
        .string()
        .max(limits.emailInputCharsMax)
        .openapi({ param: { name: 'email', in: 'path' }, example: 'ivan@example.com' }),
    }),
    query: z.strictObject({ lang: parameters.lang, reveal: parameters.reveal }),
  },
  responses: { 200: json(Person, 'The story'), ...refusedOne },
})

export function peopleRoutes(api: OpenAPIHono<Asking>, ledger: Ledger): void {
  api.openapi(one, async (c) => {
    const { reveal, lang } = c.req.valid('query')
    const { email } = c.req.valid('param')
    const person = await readPerson(ledger, askerOf(c.get('holder'), reveal), email, lang)
    if (person === 'unusable') {
      const errors = [{ in: 'path' as const, pointer: '/email', detail: 'is not an address' }]
      return problem(c, 'invalid_request', { errors })
    }
    return person === undefined ? problem(c, 'not_found') : c.json(person, 200)
  })
}
