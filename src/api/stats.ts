// GET /stats.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { countable, groupings, steps } from '../db/stats/question.ts'
import type { Ledger } from '../ledger/asking.ts'
import { readStats } from '../ledger/stats.ts'
import { limits } from '../limits.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { isMistaken, refuseMistaken } from './pages.ts'
import * as parameters from './parameters.ts'
import { problem, refused } from './problems.ts'
import { json, Stats } from './schemas.ts'

const stepMs = { hour: 3_600_000, day: 86_400_000, month: 28 * 86_400_000 } as const
const spanMsDefault = 30 * 86_400_000

const zone = parameters.text
  .refine(isZone, 'is no time zone')
  .refine((name) => !isZone(name) || hasWholeHours(name), 'is not whole hours from UTC')
  .default('UTC')
  .openapi({
    example: 'Europe/Moscow',
    description: 'In which days and months begin; one that is whole hours from UTC.',
  })

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined && !/^[+-]/.test(name)
  } catch {
    return false
  }
}

/** In January and in July: hours are what is counted. */
function hasWholeHours(timeZone: string): boolean {
  const parts = Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return [Date.UTC(2026, 0), Date.UTC(2026, 6)].every((at) => !/:[1-5]/.test(parts.format(at)))
}

const { partner, source, campaign } = parameters.mentions
const stats = createRoute({
  method: 'get',
  path: '/api/v1/stats',
  tags: ['Statistics'],
  summary: 'How many events, grants or refused requests, by hour, day or month',
  description:
    'By the hour in which they came or were made, in whole hours, and by what has become of them since. Hours are counted within minutes; the last ones when the question is asked. `of=rejections`: requests that were refused, all of them, not only those of which a sample is kept.',
  security: [{ token: ['events:read', 'grants:read'] }],
  middleware: [needs('events:read', 'grants:read')] as const,
  request: {
    query: z.strictObject({
      of: z.enum(countable).default('events'),
      ...parameters.span('Came, or made,'),
      step: z.enum(steps).default('day'),
      zone,
      by: parameters.word(groupings),
      partner,
      source,
      campaign,
    }),
  },
  responses: { 200: json(Stats, 'Counts, the oldest first'), ...refused },
})

export function statsRoutes(api: OpenAPIHono<Asking>, ledger: Pick<Ledger, 'orm'>): void {
  api.openapi(stats, async (c) => {
    const { from: since, to: until, ...wanted } = c.req.valid('query')
    const to = until ?? new Date()
    const from = since ?? new Date(to.getTime() - spanMsDefault)
    const refuse = (pointer: string, detail: string) =>
      problem(c, 'invalid_request', { errors: [{ in: 'query', pointer, detail }] })
    if ((to.getTime() - from.getTime()) / stepMs[wanted.step] > limits.statsMomentsMax)
      return refuse(
        '/step',
        `makes more than ${limits.statsMomentsMax} moments: ask for longer ones`,
      )
    if (wanted.of !== 'grants' && (wanted.by === 'campaign' || wanted.campaign !== undefined))
      return refuse(wanted.by === 'campaign' ? '/by' : '/campaign', 'is for grants: of=grants')
    if (wanted.of === 'rejections' && wanted.by === 'state')
      return refuse('/by', 'is for events and grants: of=events, of=grants')
    const asker = askerOf(c.get('holder'), false)
    const asked = { ...wanted, from: wholeHour(from, Math.floor), to: wholeHour(to, Math.ceil) }
    const found = await readStats(ledger, asker, asked)
    return isMistaken(found) ? refuseMistaken(c, found) : c.json(found, 200)
  })
}

const wholeHour = (date: Date, round: (hours: number) => number) =>
  new Date(round(date.getTime() / stepMs.hour) * stepMs.hour)
