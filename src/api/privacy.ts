// POST /people/export and /people/affected: what the law asks for. Addresses stand in bodies, never in
// URLs: those are logged on their way.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Orm } from '../db/open.ts'
import type { Ledger } from '../ledger/asking.ts'
import { limits } from '../limits.ts'
import { exportConcerned, formats } from '../privacy/concerned.ts'
import { exportPerson } from '../privacy/person.ts'
import { needs } from './asking.ts'
import { actorOf, noSuchPartner, partnerMeant, smallBody, unfitBody } from './changing.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { refused, tooLarge } from './problems.ts'
import { Retry } from './again-schemas.ts'
import { at, Event, GrantInFull, id, json, Named, Replay, Source, wordsOf } from './schemas.ts'

const tags = ['Privacy']
const reveals = {
  security: [{ token: ['people:read', 'people:reveal'] }],
  middleware: [needs('people:read', 'people:reveal'), smallBody],
}
const partner = parameters.text.optional().openapi({
  description: 'Its name; for tokens that see several.',
})

export const PersonWanted = z
  .strictObject({
    email: z.string().max(limits.emailInputCharsMax).openapi({ example: 'ivan@example.com' }),
    partner,
  })
  .openapi('PersonWanted')

const Request = z.object({
  method: z.string(),
  headers: z.record(z.string(), z.array(z.string())),
  body: z.string().optional(),
  body_base64: z.string().optional(),
})

const PersonExport = z
  .object({
    email: z.string(),
    exported_at: at,
    complete: z
      .boolean()
      .openapi({ description: 'False: there is more than one answer may hold.' }),
    events: z
      .array(
        Event.extend({
          trace: z.array(z.unknown()),
          request: Request.nullable().openapi({
            description: 'null: no longer kept, or past the limit of one answer.',
          }),
          kept_part: z.unknown().openapi({
            description:
              'What is kept of an event by itself while it waits to be checked, for its request may be gone by then.',
          }),
          replays: z.array(Replay.extend({ trace: z.unknown() })),
        }),
      )
      .openapi({
        description: `Also those that name the person though no rule found the address, of the newest ${limits.namingEventsSearchedMax} of each partner.`,
      }),
    grants: z.array(GrantInFull),
    retries: z.array(Retry),
    contacts: z.array(
      z.object({
        partner: Named,
        source: Source,
        email: z.string(),
        trust: z.string(),
        event_id: id,
        at,
      }),
    ),
    listed: z
      .array(
        z.object({
          partner: Named,
          job_id: id,
          line: z.number().int().nullable(),
          email: z.string().nullable(),
        }),
      )
      .openapi({ description: 'Lines of lists that are not brought in yet.' }),
    refused: z
      .array(
        z.object({
          id,
          at,
          reason: z.string(),
          source: Source,
          ip: z.string().nullable(),
          request: Request,
        }),
      )
      .openapi({ description: 'Samples of refused requests that name the person.' }),
    erasures: z.array(z.object({ id, partner_id: id, requested_at: at, done_at: at.nullable() })),
  })
  .openapi('PersonExport')

const exporting = createRoute({
  method: 'post',
  path: '/api/v1/people/export',
  tags,
  summary: 'Everything that is kept of one person, in full',
  description: 'Also where nothing is known. Audited.',
  ...reveals,
  request: { query: parameters.nothing, body: parameters.jsonBody(PersonWanted) },
  responses: { 200: json(PersonExport, 'All of it'), ...refused, ...tooLarge },
})

const moment = z.iso
  .datetime({ offset: true })
  .transform((iso) => new Date(iso))
  .optional()

const ConcernedWanted = z
  .strictObject({
    partner,
    source: parameters.text.optional().openapi({ description: 'Name or id; all without it.' }),
    from: moment.openapi({
      type: 'string',
      format: 'date-time',
      description: 'Received then or later.',
    }),
    to: moment.openapi({
      type: 'string',
      format: 'date-time',
      description: 'Received before that.',
    }),
    format: z.enum(wordsOf(formats)).default('ndjson'),
  })
  .openapi('ConcernedWanted')

const concerned = createRoute({
  method: 'post',
  path: '/api/v1/people/affected',
  tags,
  summary: 'Everybody whose data passed a source within a time: for a notice after a leak',
  description:
    'One row for each address, with the first and the last event. People whom no rule found are not known, so they are not listed. Audited before the first row.',
  ...reveals,
  request: { query: parameters.nothing, body: parameters.jsonBody(ConcernedWanted) },
  responses: {
    200: {
      description: 'The rows',
      content: {
        [formats.ndjson.mediaType]: { schema: z.string() },
        'text/csv': { schema: z.string() },
      },
    },
    ...refused,
    ...tooLarge,
  },
})

export interface PrivacyParts extends Ledger {
  changes: Orm
  now(): number
}

export function privacyRoutes(api: OpenAPIHono<Asking>, parts: PrivacyParts): void {
  api.openapi(exporting, async (c) => {
    const { email, partner: named } = c.req.valid('json')
    const owner = await partnerMeant(c, parts.orm, named)
    if (owner === undefined) return noSuchPartner(c)
    const found = await exportPerson(parts, { owner, actor: actorOf(c) }, email)
    return found === 'unusable' ? unfitBody(c, '/email', 'is not an address') : c.json(found, 200)
  })
  api.openapi(concerned, async (c) => {
    const { partner: named, format, ...wanted } = c.req.valid('json')
    const partnerId = await partnerMeant(c, parts.orm, named)
    if (partnerId === undefined) return noSuchPartner(c)
    if (partnerId === null) return unfitBody(c, '/partner', 'is missing')
    const rows = await exportConcerned(parts, { ...wanted, partnerId, format }, actorOf(c))
    if ('unknown' in rows) return unfitBody(c, '/source', 'there is no such source')
    return c.body(streamOf(rows), 200, {
      'Content-Type': formats[format].mediaType,
      'Content-Disposition': `attachment; filename="people.${format}"`,
    })
  })
}

/** Asked for the next page when the reader has taken the last one. */
function streamOf(rows: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await rows.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await rows.return(undefined)
    },
  })
}
