// GET /events, /events/{id}, /events/{id}/body.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { unreadableReasons } from '../bodies/read.ts'
import type { Ledger } from '../ledger/asking.ts'
import { listEvents, readEvent, readEventBody } from '../ledger/events.ts'
import { deniedReasons, parkedReasons } from '../lookups/outcome.ts'
import { eventStates } from '../db/schema.ts'
import { planReasons } from '../rules/plan.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { body, download } from './bodies.ts'
import * as parameters from './parameters.ts'
import { problem, refused, refusedOne } from './problems.ts'
import { Event, EventInFull, json, pageOf } from './schemas.ts'
import { answerPage } from './pages.ts'

const tags = ['Events']

const eventReasons = [planReasons, unreadableReasons, parkedReasons, deniedReasons].flatMap(
  (table) => Object.keys(table),
)

export const eventFilters = {
  ...parameters.mentions,
  ...parameters.span('Received'),
  type: parameters.typeName,
  state: parameters.word(eventStates),
  reason: parameters.word(eventReasons),
  email: parameters.email,
}

const list = createRoute({
  method: 'get',
  path: '/api/v1/events',
  tags,
  summary: 'Events, newest first',
  description: 'With `email`, those about one person; that needs people:read as well.',
  security: [{ token: ['events:read'] }],
  middleware: [needs('events:read')] as const,
  request: {
    query: z.strictObject({
      ...parameters.page,
      ...eventFilters,
      reveal: parameters.reveal,
    }),
  },
  responses: { 200: json(pageOf(Event), 'A page of events'), ...refused },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/events/{id}',
  tags,
  summary: 'One event: how it came, why the rules decided so, its grants and every call',
  security: [{ token: ['events:read'] }],
  middleware: [needs('events:read')] as const,
  request: {
    params: parameters.byId,
    query: z.strictObject({ lang: parameters.lang, reveal: parameters.reveal }),
  },
  responses: { 200: json(EventInFull, 'The event'), ...refusedOne },
})

const bytes = createRoute({
  method: 'get',
  path: '/api/v1/events/{id}/body',
  tags,
  summary: 'The exact bytes of the request an event came in',
  description: 'They hold whatever the sender sent, people included: each look is audited.',
  security: [{ token: ['events:read', 'people:reveal'] }],
  middleware: [needs('events:read', 'people:reveal')] as const,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 200: body('The bytes'), ...refusedOne },
})

export function eventRoutes(api: OpenAPIHono<Asking>, ledger: Ledger): void {
  api.openapi(list, async (c) => {
    const { reveal, cursor: after, ...wanted } = c.req.valid('query')
    const found = await listEvents(ledger, askerOf(c.get('holder'), reveal), { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(one, async (c) => {
    const { reveal, lang } = c.req.valid('query')
    const asker = askerOf(c.get('holder'), reveal)
    const event = await readEvent(ledger, asker, c.req.valid('param').id, lang)
    return event === undefined ? problem(c, 'not_found') : c.json(event, 200)
  })
  api.openapi(bytes, async (c) => {
    const { id } = c.req.valid('param')
    const found = await readEventBody(ledger, askerOf(c.get('holder'), true), id)
    return found === undefined ? problem(c, 'not_found') : download(c, `event-${id}`, found)
  })
}
