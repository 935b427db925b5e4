// GET /alarms.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { alarmNames } from '../alarms/kinds.ts'
import { listAlarms } from '../ledger/alarms.ts'
import type { Ledger } from '../ledger/asking.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { refused } from './problems.ts'
import { Alarm, json, pageOf } from './schemas.ts'

const list = createRoute({
  method: 'get',
  path: '/api/v1/alarms',
  tags: ['Alarms'],
  summary: 'What needs a person, newest first',
  description:
    'One alarm for each cause; it closes by itself. Those of machines are for tokens of the whole installation.',
  security: [{ token: ['events:read'] }],
  middleware: [needs('events:read')] as const,
  request: {
    query: z.strictObject({
      ...parameters.page,
      partner: parameters.mentions.partner,
      state: parameters.word(['open', 'closed'] as const),
      kind: parameters.word(alarmNames),
      lang: parameters.lang,
    }),
  },
  responses: { 200: json(pageOf(Alarm), 'A page of alarms'), ...refused },
})

export function alarmRoutes(api: OpenAPIHono<Asking>, ledger: Ledger): void {
  api.openapi(list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const found = await listAlarms(ledger, askerOf(c.get('holder'), false), { ...wanted, after })
    return answerPage(c, found)
  })
}
