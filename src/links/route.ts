// GET /go/:key?t=TOKEN: a person follows a link, the click is recorded as any event is, and the
// visitor is sent on to the page its source names; never to one that the request names.
import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { findSource, sentRequest, type InboundOptions } from '../inbound/route.ts'
import { limits } from '../limits.ts'
import type { Outcome } from '../ops/reporter.ts'
import type { ActiveSource, BrokenSource } from '../partners/directory.ts'
import { settingValue } from '../providers/resolve.ts'
import type { HeaderMap, SentRequest } from '../schemes/scheme.ts'
import { isAutomatic } from './automatic.ts'
import { busyPage, confirmPage, nowherePage } from './page.tsx'
import { stylesheet } from './style.ts'

type Env = { Bindings: HttpBindings; Variables: { requestId: string; outcome: Outcome } }
type Visit = Context<Env>

export function visitRoutes(options: InboundOptions): Hono<Env> {
  const app = new Hono<Env>()
  app.use('/go/*', async (c, next) => {
    for (const [name, value] of Object.entries(always)) c.header(name, value)
    await next()
  })
  app.get('/go/style.css', (c) =>
    c.body(stylesheet, 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=3600',
    }),
  )
  app.all('/go/:key', (c) => visit(c, options))
  return app
}

/** The address holds the token: no cache keeps it, no search engine finds it, no page is told. */
const always = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
  'X-Content-Type-Options': 'nosniff',
}

async function visit(c: Visit, options: InboundOptions): Promise<Response> {
  if (options.stopping()) return busy(c, undefined)
  const source = await findSource(c, options)
  if (source === 'unavailable') return busy(c, undefined)
  if (source === undefined) return nowherePage(c)
  if ('broken' in source) return received(c, source, undefined, options)
  const how = landingOf(source)
  if (how === undefined) return nowherePage(c)
  if (!methods.includes(c.req.method)) return notAllowed(c)
  const { headers } = sentRequest(c, nothing, options)
  if (isAutomatic(c.req.method, headers)) return sendOn(c, source, how.landing)
  if (how.confirm && c.req.method === 'GET') {
    c.set('outcome', { source: source.id })
    return confirmPage(c, how.landing)
  }
  return received(c, source, how.landing, options)
}

/** POST is the button of the confirmation page. */
const methods = ['GET', 'HEAD', 'POST']
const nothing = Buffer.alloc(0)

function landingOf({ provider, settings }: ActiveSource) {
  if (provider.visit === undefined) return undefined
  const landing = settingValue(provider, settings, provider.visit.landing)
  const confirm = settingValue(provider, settings, provider.visit.confirm) === 'page'
  return landing === undefined ? undefined : { landing, confirm }
}

/**
 * A refused click is sent on like a good one: the visitor cannot help it, and the rejection tells its
 * owner. Where the fate is unknown nobody is sent on: the click would be lost, and with it what it
 * earns, without anyone knowing. A moment's wait costs less, and the page lets the hurried go.
 */
async function received(
  c: Visit,
  source: ActiveSource | BrokenSource,
  landing: string | undefined,
  options: InboundOptions,
): Promise<Response> {
  const tokens = tokensOf(c)
  const request = linkRequest(sentRequest(c, nothing, options), tokens)
  const isLong = tokens.some((token) => token.length > limits.linkTokenCharsMax)
  const { status, outcome } = isLong
    ? options.refuse(source, request, 'token_malformed')
    : await options.receive(source, request)
  c.set('outcome', outcome)
  return status === 503 || landing === undefined ? busy(c, landing) : redirect(c, landing)
}

/**
 * The request without what a mail program, an advertising network or a proxy added: the address holds
 * the token alone, so that the same token is the same event, and no header repeats it, since
 * headers are kept and an unused token is as good as its bonus.
 */
function linkRequest(request: SentRequest, tokens: readonly string[]): SentRequest {
  const [address = ''] = request.url.split('?')
  const url = `${address}?${queryOf(tokens).toString()}`
  return { ...request, url, headers: withoutTokens(request.headers, tokens) }
}

const tokensOf = (c: Visit): string[] => c.req.queries('t') ?? []
const queryOf = (tokens: readonly string[]) =>
  new URLSearchParams(tokens.map((token): [string, string] => ['t', token]))

const tokenLike = /eyJ[\w-]+\.[\w-]/

function withoutTokens(headers: HeaderMap, tokens: readonly string[]): HeaderMap {
  const holdsOne = (value: string) =>
    tokenLike.test(value) || tokens.some((token) => token !== '' && value.includes(token))
  return new Map(
    [...headers].map(([name, values]) => [
      name,
      values.map((value) => (name !== 'host' && holdsOne(value) ? '[left out]' : value)),
    ]),
  )
}

function sendOn(c: Visit, source: ActiveSource, landing: string): Response {
  c.set('outcome', { source: source.id })
  return redirect(c, landing)
}

/** As it was configured, unless a header cannot hold it. */
function redirect(c: Visit, landing: string): Response {
  c.header('Location', /^[\x21-\x7e]+$/.test(landing) ? landing : new URL(landing).href)
  return c.body(null, c.req.method === 'POST' ? 303 : 302)
}

function busy(c: Visit, landing: string | undefined): Response | Promise<Response> {
  const tried = Number(/^\d$/.exec(c.req.query('tried') ?? '')?.[0] ?? 0)
  const again = (times: number) => {
    const query = queryOf(tokensOf(c))
    query.set('tried', String(times))
    return `?${query.toString()}`
  }
  const next = tried < limits.visitRetriesMax ? again(tried + 1) : undefined
  return busyPage(c, { next, again: again(0), landing })
}

function notAllowed(c: Visit): Response {
  c.header('Allow', methods.join(', '))
  return c.body(null, 405)
}
