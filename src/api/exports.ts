// GET /exports/{what}: everything that fits a question, as NDJSON or CSV.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Scope } from '../access/scopes.ts'
import type { ExportedName } from '../db/ledger/exports.ts'
import { createExports, type ExportFilters, type ExportParts } from '../ledger/exports.ts'
import { askerOf, needs } from './asking.ts'
import { attemptFilters } from './attempts.ts'
import { auditFilters } from './audit.ts'
import type { Asking } from './env.ts'
import { eventFilters } from './events.ts'
import { grantFilters } from './grants.ts'
import { isMistaken, refuseMistaken } from './pages.ts'
import * as parameters from './parameters.ts'
import { problem, refused } from './problems.ts'
import { rejectionFilters } from './rejections.ts'

const mediaTypes = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const

const formats = {
  format: z.enum(['ndjson', 'csv']).default('ndjson').openapi({
    description:
      'csv: RFC 4180; cells that a spreadsheet would take for a formula begin with an apostrophe.',
  }),
  bom: z
    .enum(['true', 'false'])
    .default('true')
    .transform((given) => given === 'true')
    .openapi({
      type: 'string',
      enum: ['true', 'false'],
      default: 'true',
      description: 'Begin a CSV with a byte order mark, by which Excel knows that it is UTF-8.',
    }),
}

const file = z.string().openapi({ type: 'string', format: 'binary' })

function routeOf<What extends ExportedName, Filters extends z.ZodRawShape>(
  what: What,
  filters: Filters,
  scope: Scope,
) {
  return createRoute({
    method: 'get',
    path: `/api/v1/exports/${what}`,
    tags: ['Exports'],
    summary: `All ${what.replace('-', ' ')} that fit, from one snapshot`,
    description:
      'Partner by partner (grants: campaign by campaign), newest first in each. An answer that breaks off is not whole. Audited, with its filters and the number of rows.',
    security: [{ token: [scope] }],
    middleware: [needs(scope)] as const,
    request: { query: z.strictObject({ ...filters, ...formats }) },
    responses: {
      200: {
        description: 'One line for each',
        content: { 'application/x-ndjson': { schema: file }, 'text/csv': { schema: file } },
      },
      ...refused,
    },
  })
}

const { reveal } = parameters
const events = routeOf('events', { ...eventFilters, reveal }, 'events:read')
const grants = routeOf('grants', { ...grantFilters, reveal }, 'grants:read')
const attempts = routeOf('attempts', attemptFilters, 'grants:read')
const rejections = routeOf('rejections', rejectionFilters, 'rejections:read')
const entries = routeOf('audit-entries', auditFilters, 'audit:read')

export function exportRoutes(api: OpenAPIHono<Asking>, parts: ExportParts): void {
  const open = createExports(parts)

  async function answer<What extends ExportedName>(
    c: Context<Asking>,
    what: What,
    asked: {
      filters: ExportFilters[What]
      format: keyof typeof mediaTypes
      bom: boolean
      reveal: boolean
    },
  ) {
    const { format, reveal: revealed, ...wanted } = asked
    const headers = {
      'Content-Type': `${mediaTypes[format]}; charset=utf-8`,
      'Content-Disposition': `attachment; filename="${what}.${format}"`,
    }
    // Nobody would take the lines.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    const asker = askerOf(c.get('holder'), revealed)
    const stream = await open(asker, { what, format, ...wanted })
    if (stream === 'busy') return problem(c, 'busy')
    if (stream instanceof ReadableStream) return c.body(stream, 200, headers)
    return isMistaken(stream) ? refuseMistaken(c, stream) : problem(c, 'busy')
  }

  api.openapi(events, (c) => {
    const { format, bom, reveal: revealed, ...filters } = c.req.valid('query')
    return answer(c, 'events', { filters, format, bom, reveal: revealed })
  })
  api.openapi(grants, (c) => {
    const { format, bom, reveal: revealed, ...filters } = c.req.valid('query')
    return answer(c, 'grants', { filters, format, bom, reveal: revealed })
  })
  api.openapi(attempts, (c) => {
    const { format, bom, ...filters } = c.req.valid('query')
    return answer(c, 'attempts', { filters, format, bom, reveal: false })
  })
  api.openapi(rejections, (c) => {
    const { format, bom, ...filters } = c.req.valid('query')
    return answer(c, 'rejections', { filters, format, bom, reveal: false })
  })
  api.openapi(entries, (c) => {
    const { format, bom, ...filters } = c.req.valid('query')
    return answer(c, 'audit-entries', { filters, format, bom, reveal: false })
  })
}
