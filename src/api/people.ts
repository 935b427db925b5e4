// GET /people/{email}, and POST /people/named for those whom no rule has found: in a body, for URLs are logged.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Ledger } from '../ledger/asking.ts'
import { readNaming } from '../ledger/naming.ts'
import { readPerson } from '../ledger/people.ts'
import { limits } from '../limits.ts'
import { askerOf, needs } from './asking.ts'
import { noSuchPartner, partnerMeant, smallBody, unfitBody } from './changing.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { problem, refused, refusedOne, tooLarge } from './problems.ts'
import { PersonWanted } from './privacy.ts'
import { at, Event, id, json, Person, Source, Told } from './schemas.ts'

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

const PersonNamed = z
  .object({
    searched: z
      .boolean()
      .openapi({ description: 'False: there was no time to look; ask again later.' }),
    cut: z.boolean().openapi({ description: 'There is more than is told.' }),
    events: z.array(Event),
    refused: z
      .array(z.object({ id, at, reason: z.string(), source: Source }))
      .openapi({ description: 'Refused requests of which a sample is kept.' }),
    told: Told,
  })
  .openapi('PersonNamed')

const named = createRoute({
  method: 'post',
  path: '/api/v1/people/named',
  tags: ['People'],
  summary: 'Where the address of somebody stands whom no rule has found',
  description: `Looks through the requests of the newest ${limits.namingEventsSearchedMax} events, and refused requests, for the address, however it is written there; tells of ${limits.namingToldMax} each at most. Events with an email of their own are left out.`,
  security: [{ token: ['people:read'] }],
  middleware: [needs('people:read'), smallBody] as const,
  request: {
    query: z.strictObject({ lang: parameters.lang }),
    body: parameters.jsonBody(PersonWanted),
  },
  responses: { 200: json(PersonNamed, 'What was found'), ...refused, ...tooLarge },
})

export function peopleRoutes(api: OpenAPIHono<Asking>, ledger: Ledger): void {
  api.openapi(named, async (c) => {
    const { email, partner } = c.req.valid('json')
    const partnerId = await partnerMeant(c, ledger.orm, partner)
    if (partnerId === undefined) return noSuchPartner(c)
    if (partnerId === null) return unfitBody(c, '/partner', 'is missing')
    const found = await readNaming(ledger, partnerId, email, c.req.valid('query').lang)
    return found === 'unusable' ? unfitBody(c, '/email', 'is not an address') : c.json(found, 200)
  })
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
