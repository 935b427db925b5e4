// /retries, /replays: one grant or one event again.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { eventById } from '../db/ledger/events.ts'
import { grantById } from '../db/ledger/grants.ts'
import { reading } from '../db/ledger/reading.ts'
import { skipReasons, type SkipReason } from '../jobs/reasons.ts'
import { listReplays, listRetries, readReplay, readRetry } from '../ledger/again.ts'
import type { Acting } from './acting.ts'
import { ReplayInFull, Retry } from './again-schemas.ts'
import { askerOf, needs } from './asking.ts'
import { actorOf, smallBody } from './changing.ts'
import type { Asking } from './env.ts'
import { replayEvent } from '../jobs/replay.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refused, refusedOne, tooLarge } from './problems.ts'
import { json, pageOf, Replay } from './schemas.ts'

const tags = ['Retry, replay, jobs']
const writes = {
  tags,
  security: [{ token: ['grants:write'] }],
  middleware: [needs('grants:write'), smallBody],
}
const mayConflict = { ...refusedOne, ...inConflict, ...tooLarge }
const partner = parameters.mentions.partner

const retry = createRoute({
  method: 'post',
  path: '/api/v1/retries',
  summary: 'Puts one grant back into the queue',
  description: `What MOAB has granted, or knew before, is never sent again. What it refused is sent
only with \`although\`, the reason of the refusal. A grant that its campaign holds keeps its place: MOAB
is asked at once whether the hold is over. Audited.`,
  ...writes,
  request: {
    query: parameters.nothing,
    body: parameters.jsonBody(
      z
        .strictObject({
          grant: z.uuid(),
          although: parameters.text.optional().openapi({ example: 'wrong_email' }),
        })
        .openapi('RetryWanted'),
    ),
  },
  responses: { 201: json(Retry, 'What was done'), ...mayConflict },
})

const replay = createRoute({
  method: 'post',
  path: '/api/v1/replays',
  summary: 'Applies the rules of now to one recorded event',
  description: `New matches make grants, each linked to the event. An email that has a grant in a campaign
gets no second one. What was recorded stays as it was. Audited.`,
  ...writes,
  request: {
    query: parameters.nothing,
    body: parameters.jsonBody(z.strictObject({ event: z.uuid() }).openapi('ReplayWanted')),
  },
  responses: { 201: json(ReplayInFull, 'What came of it'), ...mayConflict },
})

const reads = (scope: 'grants:read' | 'events:read') => ({
  tags,
  security: [{ token: [scope] }],
  middleware: [needs(scope)],
})

const retries = createRoute({
  method: 'get',
  path: '/api/v1/retries',
  summary: 'Retries, newest first',
  ...reads('grants:read'),
  request: {
    query: z.strictObject({ ...parameters.page, partner, grant: z.uuid().optional() }),
  },
  responses: { 200: json(pageOf(Retry), 'A page of retries'), ...refused },
})

const oneRetry = createRoute({
  method: 'get',
  path: '/api/v1/retries/{id}',
  summary: 'One retry',
  ...reads('grants:read'),
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 200: json(Retry, 'The retry'), ...refusedOne },
})

const replays = createRoute({
  method: 'get',
  path: '/api/v1/replays',
  summary: 'Replays, newest first',
  ...reads('events:read'),
  request: {
    query: z.strictObject({ ...parameters.page, partner, event: z.uuid().optional() }),
  },
  responses: { 200: json(pageOf(Replay), 'A page of replays'), ...refused },
})

const oneReplay = createRoute({
  method: 'get',
  path: '/api/v1/replays/{id}',
  summary: 'One replay: what the rules made of the event, and why',
  ...reads('events:read'),
  request: { params: parameters.byId, query: z.strictObject({ lang: parameters.lang }) },
  responses: { 200: json(ReplayInFull, 'The replay'), ...refusedOne },
})

export function againRoutes(api: OpenAPIHono<Asking>, acting: Acting): void {
  const asking = (c: Context<Asking>) => askerOf(c.get('holder'), false)
  api.openapi(retries, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listRetries(acting, asking(c), { ...wanted, after }))
  })
  api.openapi(oneRetry, async (c) => {
    const found = await readRetry(acting, asking(c), c.req.valid('param').id)
    return found === undefined ? problem(c, 'not_found') : c.json(found, 200)
  })
  api.openapi(replays, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listReplays(acting, asking(c), { ...wanted, after }))
  })
  api.openapi(oneReplay, async (c) => {
    const { lang } = c.req.valid('query')
    const found = await readReplay(acting, asking(c), c.req.valid('param').id, lang)
    return found === undefined ? problem(c, 'not_found') : c.json(found, 200)
  })
  api.openapi(retry, async (c) => {
    const { grant: grantId, although = null } = c.req.valid('json')
    const { owner } = asking(c)
    const found = await reading(acting.orm, owner, (tx) => grantById(tx, owner, grantId))
    if (found === undefined) return problem(c, 'not_found')
    const { retryGrant } = await import('../jobs/retry.ts')
    const asked = { partnerId: found.partner.id, grantId, actor: actorOf(c), although }
    const done = await retryGrant(acting.sql, asked)
    if ('skip' in done) return notDone(c, done.skip, done.why)
    const made = await readRetry({ orm: acting.changes }, asking(c), done.id)
    return made === undefined ? problem(c, 'not_found') : c.json(made, 201)
  })
  api.openapi(replay, async (c) => {
    const { event: eventId } = c.req.valid('json')
    const { owner } = asking(c)
    const found = await reading(acting.orm, owner, (tx) => eventById(tx, owner, eventId))
    if (found === undefined) return problem(c, 'not_found')
    const asked = { partnerId: found.partner.id, eventId, actor: actorOf(c) }
    const done = await replayEvent(acting.history, asked)
    if ('skip' in done) return notDone(c, done.skip)
    const made = await readReplay({ orm: acting.changes }, asking(c), done.id, 'en')
    return made === undefined ? problem(c, 'not_found') : c.json(made, 201)
  })
}

/** `why`: what the thing itself says, as the reason of a refusal. */
function notDone(c: Context<Asking>, reason: SkipReason, why: string | null = null) {
  const detail = skipReasons[reason].en
  return problem(c, 'conflict', { reason, detail: why === null ? detail : `${detail} (${why})` })
}
