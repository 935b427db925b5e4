// POST /in/:key → raw bytes, bounded → receive → the provider's answer. Reads the socket directly:
// the bytes must be exactly those received, and nothing may be parsed before the proof.
import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { limits } from '../limits.ts'
import type { ActiveSource, BrokenSource, Directory } from '../partners/directory.ts'
import type { Outcome } from '../ops/reporter.ts'
import type { Reason } from '../schemes/reasons.ts'
import type { HeaderMap, SentRequest } from '../schemes/scheme.ts'
import { BodiesHeld, readBody } from './body.ts'
import type { ClientAddress } from './client-address.ts'
import { allowedMethods } from './handshake.ts'
import type { Reply } from './receive.ts'

export interface InboundOptions {
  sourceByKey: Directory['sourceByKey']
  receive(source: ActiveSource | BrokenSource, request: SentRequest): Promise<Reply>
  /** For a request that is not even read. */
  refuse(source: ActiveSource | BrokenSource, request: SentRequest, reason: Reason): Reply
  /** Another large body of this source would not be sent away: only then is it worth reading. */
  room(sourceId: string): boolean
  /** Without trailing slash; undefined: the Host header is believed. */
  publicUrl: string | undefined
  clientAddress: ClientAddress
  stopping(): boolean
  failed(error: unknown, doing: string): void
}

type Env = { Bindings: HttpBindings; Variables: { requestId: string; outcome: Outcome } }
type In = Context<Env>

export function inboundRoutes(options: InboundOptions): Hono<Env> {
  const app = new Hono<Env>()
  const held = new BodiesHeld(limits.bodiesReadBytesMax)
  app.all('/in/:key', (c) => ingest(c, options, held, () => true))
  app.all('/in/:key/:suffix{.+}', (c) =>
    ingest(c, options, held, (source) => adds(source, `/${c.req.param('suffix')}`)),
  )
  return app
}

async function ingest(
  c: In,
  options: InboundOptions,
  held: BodiesHeld,
  fits: (source: ActiveSource | BrokenSource) => boolean,
): Promise<Response> {
  if (options.stopping()) return comeAgain(c)
  const source = await findSource(c, options)
  if (source === 'unavailable') return comeAgain(c)
  if (source === undefined || !fits(source)) return plain(c, 404)
  const reason = unfit(c, source)
  if (reason !== undefined) return refused(c, source, reason, options)
  const body = await readBody(c.env.incoming, {
    bytesMax: limits.bodyBytesMax,
    msMax: limits.bodyReadMsMax,
    largeFrom: limits.asideBodyBytesMin,
    room: () => options.room(source.id),
    held,
  })
  if (typeof body === 'string') {
    c.env.outgoing.setHeader('Connection', 'close')
    return body === 'no_room' ? comeAgain(c) : refused(c, source, body, options)
  }
  return reply(c, await options.receive(source, sentRequest(c, body, options)))
}

/** Some senders add a path of their own to the URL they were given. */
function adds(source: ActiveSource | BrokenSource, suffix: string): boolean {
  // What a broken source's provider would say is not known: come again, as at its own URL.
  return !('provider' in source) || source.provider.pathSuffixes?.includes(suffix) === true
}

/** Also for signed links, which come in by a door of their own. */
export async function findSource(c: In, options: InboundOptions) {
  const key = c.req.param('key') ?? ''
  if (!/^[\w-]+$/.test(key) || key.length > limits.ingestKeyCharsMax) return undefined
  try {
    const found = options.sourceByKey(key)
    return found instanceof Promise ? await inTime(found) : found
  } catch (error) {
    options.failed(error, 'find source')
    return 'unavailable'
  }
}

/** A database that is silent must not keep the sender waiting. */
async function inTime<T>(found: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error('the source was not found in time')),
      limits.findSourceMsMax,
    )
  })
  return Promise.race([found, late]).finally(() => clearTimeout(timer))
}

/** What can be told before the body is read. */
function unfit(c: In, source: ActiveSource | BrokenSource): Reason | undefined {
  if (!methodsOf(source).includes(c.req.method)) return 'method_not_allowed'
  const encoding = c.env.incoming.headers['content-encoding']
  return encoding === undefined || encoding === 'identity' ? undefined : 'encoding_not_supported'
}

function refused(
  c: In,
  source: ActiveSource | BrokenSource,
  reason: Reason,
  options: InboundOptions,
): Response {
  if (reason === 'method_not_allowed')
    c.env.outgoing.setHeader('Allow', methodsOf(source).join(', '))
  return reply(c, options.refuse(source, sentRequest(c, Buffer.alloc(0), options), reason))
}

function methodsOf(source: ActiveSource | BrokenSource): string[] {
  return 'provider' in source ? allowedMethods(source.provider) : ['POST']
}

export function sentRequest(c: In, body: Buffer, options: InboundOptions): SentRequest {
  const { incoming } = c.env
  const headers = headerMap(incoming.rawHeaders)
  const base = options.publicUrl ?? `http://${headers.get('host')?.[0] || 'localhost'}`
  return {
    method: c.req.method,
    url: base + (incoming.url ?? ''),
    headers,
    body,
    ip: options.clientAddress(incoming.socket.remoteAddress, headers.get('x-forwarded-for')),
  }
}

/** Every value of every header, as sent: `req.headers` would drop or join the repeated ones. */
function headerMap(raw: readonly string[]): HeaderMap {
  const headers = new Map<string, string[]>()
  for (let n = 0; n + 1 < raw.length; n += 2) {
    const name = (raw[n] ?? '').toLowerCase()
    const value = raw[n + 1] ?? ''
    const values = headers.get(name)
    if (values === undefined) headers.set(name, [value])
    else values.push(value)
  }
  return headers
}

/** Headers as a plain record: an object of the platform's would cost as much as the rest of the answer. */
function reply(c: In, { status, body, contentType, outcome }: Reply): Response {
  c.set('outcome', outcome)
  if (status === 503) return comeAgain(c)
  if (status >= 400) return plain(c, status)
  const headers = {
    ...(contentType !== undefined && {
      'Content-Type': contentType,
      // It may repeat what was sent: never to be taken for a page.
      'X-Content-Type-Options': 'nosniff',
    }),
    ...(body === '' && status !== 204 && { 'Content-Length': '0' }),
  }
  return new Response(body === '' ? null : body, { status, headers })
}

function comeAgain(c: In): Response {
  return plain(c, 503, { 'Retry-After': String(limits.retryAfterSeconds) })
}

/** Says nothing but which request it was: whoever asks may not be the sender. */
function plain(c: In, status: number, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify({ request_id: c.get('requestId') }), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
}
