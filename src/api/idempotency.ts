// Idempotency-Key on every POST (draft-ietf-httpapi-idempotency-key-header): see access/idempotency.ts.
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { parseItem } from 'structured-headers'
import { claimKey, isUndone, type Answer, type Turn } from '../access/idempotency.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import type { Vault } from '../vault.ts'
import type { Asking } from './env.ts'
import { problem } from './problems.ts'

export interface IdempotencyParts {
  changes: Orm
  vault: Vault
}

const bounded = bodyLimit({
  maxSize: limits.idempotentBodyBytesMax,
  onError: (c) => problem(c, 'too_large'),
})

export function idempotency({ changes: orm, vault }: IdempotencyParts) {
  return createMiddleware<Asking>(async (c, next) => {
    const header = c.req.header('Idempotency-Key')
    if (c.req.method !== 'POST' || header === undefined) return next()
    const key = keyOf(header)
    if (key === undefined) return malformed(c)
    return bounded(c, async () => {
      const claimed = await claimKey({ orm, vault }, await requestOf(c, key))
      if ('first' in claimed) await answerFirst(c, claimed.first, next)
      else c.res = 'again' in claimed ? replay(claimed.again) : problem(c, refusals[claimed.not])
    })
  })
}

const refusals = {
  other_request: 'idempotency_key_reused',
  in_progress: 'idempotency_in_progress',
  outcome_unknown: 'idempotency_outcome_unknown',
} as const

/** A string as RFC 8941 writes it; without the quotes, as many send it, it means the same. */
function keyOf(header: string): string | undefined {
  const bare = /^[\w.:~+/=-]+$/.test(header) ? header : stringOf(header)
  const isFit = bare !== undefined && bare !== '' && bare.length <= limits.idempotencyKeyCharsMax
  return isFit ? bare : undefined
}

function stringOf(header: string): string | undefined {
  try {
    const [value] = parseItem(header)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

const malformed = (c: Context<Asking>) =>
  problem(c, 'invalid_request', {
    errors: [
      {
        in: 'header',
        pointer: '/idempotency-key',
        detail: `must be a string in quotes, of 1 to ${limits.idempotencyKeyCharsMax} characters`,
      },
    ],
  })

/** The body is read here, and handed on to be read once more. */
async function requestOf(c: Context<Asking>, key: string) {
  const { id: tokenId, partnerId } = c.get('holder')
  const { method, url, headers } = c.req.raw
  const body = new Uint8Array(await c.req.raw.arrayBuffer())
  c.req.raw = new Request(url, { method, headers, body })
  const { pathname, search } = new URL(url)
  return { owner: { tokenId, partnerId }, key, method, address: pathname + search, body }
}

async function answerFirst(c: Context<Asking>, turn: Turn, next: () => Promise<void>) {
  await next()
  const { status, ok } = c.res
  if (!ok || !isKept(c.res)) {
    if (status < 500 || c.error === undefined || isUndone(c.error)) await turn.refused()
    return
  }
  const body = new Uint8Array(await c.res.arrayBuffer())
  const headers = Object.fromEntries([...c.res.headers].filter(([name]) => keptHeaders.has(name)))
  await turn.answered({ status, headers, body })
  const answer = new Response(body.length === 0 ? null : body, c.res)
  c.res = undefined
  c.res = answer
}

const keptHeaders = new Set(['content-type', 'location', 'etag'])

/** What is streamed is read, not changed: it may be asked for again. */
function isKept({ headers }: Response): boolean {
  const type = headers.get('Content-Type')
  return type === null || type.startsWith('application/json')
}

function replay({ status, headers, body }: Answer): Response {
  return new Response(body.length === 0 ? null : new Uint8Array(body), {
    status,
    headers: { ...headers, 'Idempotency-Replayed': 'true' },
  })
}
