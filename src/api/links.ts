// POST /links: signed links for up to a thousand people.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { writeAudit } from '../access/audit.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import { createMinter, mintAll } from '../links/minter.ts'
import { findNamedSource } from '../partners/named-source.ts'
import type { Text } from '../providers/provider.ts'
import type { Vault } from '../vault.ts'
import { needs } from './asking.ts'
import { baseOf } from './changing.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { problem, refused, tooLarge, type Mistake } from './problems.ts'
import { json, Link } from './schemas.ts'

export interface LinkParts {
  orm: Orm
  vault: Vault
  /** Without trailing slash; undefined: the address the call came to. */
  publicUrl: string | undefined
  now(): number
}

const Wanted = z
  .strictObject({
    source: parameters.text.openapi({ description: 'Its name.', example: 'newsletter' }),
    partner: parameters.text
      .optional()
      .openapi({ description: 'Its name; for tokens that see several.' }),
    emails: z
      .array(z.string().max(limits.emailInputCharsMax))
      .min(1)
      .max(limits.linksPerCallMax)
      .openapi({ example: ['ivan@example.com'] }),
    campaign: parameters.text.max(limits.linkCampaignCharsMax).optional().openapi({
      description: 'A label that rules can ask for, at $.campaign.',
      example: 'spring',
    }),
    days: z
      .int()
      .min(1)
      .max(limits.linkDaysMax)
      .default(limits.linkDaysDefault)
      .openapi({ description: 'How long the links work.' }),
  })
  .openapi('LinksWanted')

const make = createRoute({
  method: 'post',
  path: '/api/v1/links',
  tags: ['Links'],
  summary: 'Signed links, one for each address; a click on one is an event of the source',
  description:
    'All or none: one address that is none, and no link is made. Only for sources that have a secret; with a key set its owner makes the links. Each call is audited.',
  security: [{ token: ['links'] }],
  middleware: [
    needs('links'),
    bodyLimit({ maxSize: limits.linksCallBytesMax, onError: (c) => problem(c, 'too_large') }),
  ] as const,
  request: {
    query: parameters.nothing,
    body: { required: true, content: { 'application/json': { schema: Wanted } } },
  },
  responses: {
    200: json(z.array(Link), 'In the order of the addresses'),
    ...refused,
    ...tooLarge,
  },
})

export function linkRoutes(api: OpenAPIHono<Asking>, parts: LinkParts): void {
  api.openapi(make, async (c) => {
    const { source, partner, emails, ...wanted } = c.req.valid('json')
    const holder = c.get('holder')
    const partnerId = holder.partnerId ?? undefined
    const found = await findNamedSource(parts, { partnerId, partner, source })
    if (!('source' in found)) return unfit(c, '/source', said(found))
    const base = baseOf(c, parts)
    const minter = createMinter(found, {
      base,
      campaign: wanted.campaign,
      days: wanted.days,
      now: parts.now(),
    })
    if ('problem' in minter) return unfit(c, '/source', minter.problem.en)
    const made = await mintAll(minter, emails)
    if ('mistakes' in made)
      return problem(c, 'invalid_request', { errors: made.mistakes.map(mistakeOf) })
    await writeAudit(parts.orm, {
      partnerId: found.source.partnerId,
      actor: `token:${holder.id}`,
      action: 'links.made',
      subject: found.source.id,
      detail: { count: emails.length, campaign: wanted.campaign ?? '' },
    })
    return c.json(made.links, 200)
  })
}

const mistakeOf = ({ at, problem: { en: detail } }: { at: number; problem: Text }): Mistake => ({
  in: 'body',
  pointer: `/emails/${at}`,
  detail,
})

type NotFound = Exclude<Awaited<ReturnType<typeof findNamedSource>>, { source: unknown }>

function said(found: NotFound): string {
  if ('several' in found) return `several partners have a source of this name: name the partner`
  return 'broken' in found ? `cannot be used: ${found.broken}` : 'there is no such source'
}

const unfit = (c: Parameters<typeof problem>[0], pointer: string, detail: string) =>
  problem(c, 'invalid_request', { errors: [{ in: 'body', pointer, detail }] })
