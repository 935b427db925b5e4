// ETags of JSON answers, and the conditions that carry them. An ETag names the bytes of an answer; that of
// a thing that can be changed begins with its version, which is all that a change looks at: the bytes also
// tell how the thing is doing (health, last use), and that changes by itself.
import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { Context } from 'hono'
import type { Versed } from '../ledger/listing.ts'
import type { Asking } from './env.ts'
import { problem } from './problems.ts'

export const etags = createMiddleware<Asking>(async (c, next) => {
  await next()
  const isQuestion = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (!isQuestion || c.res.status !== 200) return
  if (c.res.headers.get('Content-Type')?.startsWith('application/json') !== true) return
  const body = new Uint8Array(await c.res.arrayBuffer())
  const bytes = createHash('sha256').update(body).digest('base64url').slice(0, 22)
  const version = c.get('version')
  const etag = `"${version === undefined ? '' : `${version}.`}${bytes}"`
  const headers = new Headers(c.res.headers)
  headers.set('ETag', etag)
  const same = known(c.req.header('If-None-Match')).includes(etag)
  if (same) headers.delete('Content-Type')
  c.res = undefined
  c.res = new Response(same ? null : body, { status: same ? 304 : 200, headers })
})

/** Compared weakly: a proxy that compresses weakens what it passes on. */
function known(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/(?:W\/)?("[^"]*")/g)].map(([, etag]) => etag ?? '')
}

/**
 * The versions that a change may be made to; undefined: any. Compared strongly, as RFC 9110 wants it: what
 * is weak, or no ETag of ours, fits nothing.
 */
export function versionsMeant(c: Context<Asking>): readonly string[] | undefined {
  const header = c.req.header('If-Match')
  if (header === undefined || header.trim() === '*') return undefined
  return [...header.matchAll(/(?:^|,)\s*"([\w-]+)\.[\w-]+"/g)].map(([, version]) => version ?? '')
}

/** For the description of a route that changes one thing. */
export const ifMatch = z.object({
  'if-match': z
    .string()
    .optional()
    .openapi({ description: 'The ETag of what you saw: who comes second is told so (412).' }),
})

/** One thing, with the version in its ETag; or nothing. */
export function shown<View extends object>(c: Context<Asking>, found: Versed<View> | undefined) {
  if (found === undefined) return problem(c, 'not_found')
  c.set('version', found.version)
  return c.json(found.view, 200)
}
