// The OpenAPI document. What holds for all routes of a kind is added here, so that no route can forget it:
// names of operations, quotas, conditions, keys of changes.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Asking } from './env.ts'
import { problems, type ProblemCode } from './problems.ts'

type Document = ReturnType<OpenAPIHono<Asking>['getOpenAPI31Document']>
type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>

const info = {
  title: 'moab-relay',
  version: '1',
  description: `What came in, what became of it, and why.

Send \`Authorization: Bearer mrl_…\`. A token belongs to one partner, or to the whole installation,
and has scopes. Lists come in pages, newest first: pass \`next\` as \`cursor\` until it is null.
Mistakes are answered as RFC 9457 problems with a stable \`code\`. Emails are masked; a token with
people:reveal sees them in full with \`?reveal=true\`, and each look is audited.`,
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

export function documentOf(api: OpenAPIHono<Asking>): Document {
  const head = { openapi: '3.1.0', info, servers: [{ url: '/' }] }
  const document = api.getOpenAPI31Document(head)
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item[method]
      if (operation !== undefined) item[method] = complete(method, path, operation)
    }
  }
  return document
}

function complete(method: (typeof methods)[number], path: string, operation: Operation): Operation {
  const { parameters = [], responses = {} } = operation
  const ofAll = { 429: { ...described('rate_limited'), headers: { 'Retry-After': seconds } } }
  const named = { operationId: nameOf(method, path), ...operation }
  if (method === 'post') {
    const ofPosts = { 409: described('conflict'), 413: described('too_large') }
    return {
      ...named,
      parameters: [...parameters, idempotencyKey],
      responses: { ...ofAll, ...ofPosts, ...responses },
    }
  }
  const found = responses['200']
  if (method !== 'get' || !isJson(found)) return { ...named, responses: { ...ofAll, ...responses } }
  return {
    ...named,
    parameters: [...parameters, ifNoneMatch],
    responses: {
      ...ofAll,
      ...responses,
      200: { ...found, headers: { ETag: etag } },
      304: { description: 'As it was when it had that ETag' },
    },
  }
}

const isJson = (response: unknown): response is { description: string; content: object } =>
  typeof response === 'object' &&
  response !== null &&
  'content' in response &&
  typeof response.content === 'object' &&
  response.content !== null &&
  'application/json' in response.content

/** GET /api/v1/sources/{id}/url → getSourcesByIdUrl */
function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api\/v1\//, '')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^a-z0-9]+/i)
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const described = (code: ProblemCode) => ({
  description: problems[code].title,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const seconds = { schema: { type: 'integer' as const } }
const text = { type: 'string' as const }
const etag = { schema: text }

const ifNoneMatch = {
  name: 'if-none-match',
  in: 'header' as const,
  schema: text,
  description: 'An ETag you have: 304 when nothing is new.',
}

const idempotencyKey = {
  name: 'idempotency-key',
  in: 'header' as const,
  schema: text,
  example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  description:
    'The same request with the same key is done once within 24 hours; a repeat gets the first answer, with Idempotency-Replayed: true.',
}
