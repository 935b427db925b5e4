// /plans, /imports, /jobs: bulk work. A plan is looked at, confirmed, and is a job from then on.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { reading } from '../db/ledger/reading.ts'
import { planConflicts, type PlanConflict } from '../jobs/reasons.ts'
import { find } from '../ledger/asking.ts'
import { listItems, listJobs, listPlans, readJob } from '../ledger/jobs.ts'
import { planGate } from '../jobs/plan-gate.ts'
import { limits } from '../limits.ts'
import type { Acting } from './acting.ts'
import { askerOf, needs } from './asking.ts'
import { actorOf, noSuchPartner, partnerMeant, smallBody, unfitBody } from './changing.ts'
import type { Asking } from './env.ts'
import { itemStates, Job, JobInFull, JobItem, PlanWanted } from './job-schemas.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refused, refusedOne, tooLarge } from './problems.ts'
import { json, pageOf } from './schemas.ts'

const tags = ['Retry, replay, jobs']
const writes = { tags, security: [{ token: ['grants:write'] }] }
const reads = {
  tags,
  security: [{ token: ['grants:read', 'events:read'] }],
  middleware: [needs('grants:read', 'events:read')],
}
const partner = parameters.mentions.partner
const page = z.strictObject({ ...parameters.page, partner })
const mayConflict = { ...refusedOne, ...inConflict, ...tooLarge }
const large = bodyLimit({
  maxSize: limits.importBytesMax,
  onError: (c) => problem(c, 'too_large'),
})

const routes = {
  plan: createRoute({
    method: 'post',
    path: '/api/v1/plans',
    summary: 'Plans a retry of many grants, or a replay of many events',
    description: `Nothing is done yet. At most ${limits.jobItemsMax} items; the plan is good for an hour. Audited.`,
    ...writes,
    middleware: [needs('grants:write'), smallBody],
    request: { query: parameters.nothing, body: parameters.jsonBody(PlanWanted) },
    responses: { 201: json(JobInFull, 'The plan'), ...mayConflict },
  }),
  list: createRoute({
    method: 'post',
    path: '/api/v1/imports',
    summary: 'Plans to bring a list of emails into a campaign',
    description: `A CSV in UTF-8, separated by commas, semicolons or tabs: the column named email, or without a
header the one with an address in it. At most ${limits.importRowsMax} rows and ${limits.importBytesMax / 1024 / 1024} MB. Nothing is done
yet. Audited.`,
    ...writes,
    middleware: [needs('grants:write'), large],
    request: {
      query: z.strictObject({
        campaign: parameters.text.openapi({ description: 'Name or id.', example: 'spring' }),
        partner,
      }),
      body: { required: true, content: { 'text/csv': { schema: z.string() } } },
    },
    responses: { 201: json(JobInFull, 'The plan'), ...mayConflict },
  }),
  confirm: createRoute({
    method: 'post',
    path: '/api/v1/plans/{id}/confirm',
    summary: 'Makes a plan a job, unless the world has changed since',
    ...writes,
    middleware: [needs('grants:write'), smallBody],
    request: {
      params: parameters.byId,
      query: parameters.nothing,
      body: parameters.jsonBody(
        z.strictObject({ fingerprint: parameters.text }).openapi('Confirmation'),
      ),
    },
    responses: { 200: json(JobInFull, 'The job'), ...mayConflict },
  }),
  cancel: createRoute({
    method: 'post',
    path: '/api/v1/jobs/{id}/cancel',
    summary: 'Ends a job; what it has done stays done',
    ...writes,
    middleware: [needs('grants:write')],
    request: { params: parameters.byId, query: parameters.nothing },
    responses: { 200: json(JobInFull, 'The job'), ...mayConflict },
  }),
  plans: createRoute({
    method: 'get',
    path: '/api/v1/plans',
    summary: 'Plans that are not confirmed, newest first',
    ...reads,
    request: { query: page },
    responses: { 200: json(pageOf(Job), 'A page of plans'), ...refused },
  }),
  jobs: createRoute({
    method: 'get',
    path: '/api/v1/jobs',
    summary: 'Jobs, newest first',
    ...reads,
    request: { query: page },
    responses: { 200: json(pageOf(Job), 'A page of jobs'), ...refused },
  }),
  onePlan: createRoute({
    method: 'get',
    path: '/api/v1/plans/{id}',
    summary: 'One plan; confirmed, it is the job of the same id',
    ...reads,
    request: { params: parameters.byId, query: parameters.nothing },
    responses: { 200: json(JobInFull, 'The plan'), ...refusedOne },
  }),
  oneJob: createRoute({
    method: 'get',
    path: '/api/v1/jobs/{id}',
    summary: 'One job and how far it has come',
    ...reads,
    request: { params: parameters.byId, query: parameters.nothing },
    responses: { 200: json(JobInFull, 'The job'), ...refusedOne },
  }),
  items: createRoute({
    method: 'get',
    path: '/api/v1/jobs/{id}/items',
    summary: 'The items of a plan or job, in their order, each with its original',
    ...reads,
    request: {
      params: parameters.byId,
      query: z.strictObject({ ...parameters.page, state: parameters.word(itemStates) }),
    },
    responses: { 200: json(pageOf(JobItem), 'A page of items'), ...refusedOne },
  }),
}

export function jobRoutes(api: OpenAPIHono<Asking>, acting: Acting): void {
  questionRoutes(api, acting)
  planRoutes(api, acting)
  decisionRoutes(api, acting)
}

const asking = (c: Context<Asking>) => askerOf(c.get('holder'), false)

function questionRoutes(api: OpenAPIHono<Asking>, acting: Acting): void {
  api.openapi(routes.plans, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listPlans(acting, asking(c), { ...wanted, after }))
  })
  api.openapi(routes.jobs, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listJobs(acting, asking(c), { ...wanted, after }))
  })
  for (const route of [routes.onePlan, routes.oneJob] as const)
    api.openapi(route, async (c) => {
      const found = await readJob(acting, asking(c), c.req.valid('param').id)
      return found === undefined ? problem(c, 'not_found') : c.json(found, 200)
    })
  api.openapi(routes.items, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const { id } = c.req.valid('param')
    const found = await listItems(acting, asking(c), id, { ...wanted, after })
    return found === undefined ? problem(c, 'not_found') : answerPage(c, found)
  })
}

/** Reading a filter or a list takes seconds of a connection: few at once. */
function planRoutes(api: OpenAPIHono<Asking>, acting: Acting): void {
  api.openapi(routes.plan, async (c) => {
    const { partner: named, kind, ...filter } = c.req.valid('json')
    const partnerId = await partnerMeant(c, acting.changes, named)
    if (partnerId === undefined) return noSuchPartner(c)
    if (partnerId === null) return unnamed(c)
    const { source, campaign } = { source: undefined, campaign: undefined, ...filter }
    const meant = await reading(acting.orm, partnerId, (tx) =>
      find(tx, partnerId, { source, campaign }),
    )
    if ('unknown' in meant)
      return unfitBody(c, `/${meant.unknown}`, `there is no such ${meant.unknown}`)
    const wanted = textsOf({
      ...filter,
      source: meant.sourceIds?.[0],
      campaign: meant.campaignIds?.[0],
    })
    const { planWork } = await import('../jobs/plan.ts')
    const asked = { partnerId, kind, wanted, actor: actorOf(c) }
    const planned = await planGate.run(() => planWork(acting.sql, asked))
    if (planned === 'full') return problem(c, 'busy')
    if ('tooMany' in planned)
      return unfitBody(c, '/from', `it is about more than ${planned.tooMany}: narrow it`)
    return shown(c, planned.id, 201)
  })
  api.openapi(routes.list, async (c) => {
    const { campaign, partner: named } = c.req.valid('query')
    const partnerId = await partnerMeant(c, acting.changes, named)
    if (partnerId === undefined || partnerId === null)
      return inQuery(c, '/partner', 'is missing, or there is no such partner')
    const meant = await reading(acting.orm, partnerId, (tx) => find(tx, partnerId, { campaign }))
    const campaignId = 'unknown' in meant ? undefined : meant.campaignIds?.[0]
    if (campaignId === undefined) return inQuery(c, '/campaign', 'there is no such campaign')
    const { listProblems, planList } = await import('../jobs/list.ts')
    // Read before the gate: whoever sends slowly keeps nobody else out.
    const bytes = Buffer.from(await c.req.arrayBuffer())
    const asked = { partnerId, campaignId, actor: actorOf(c), bytes }
    const planned = await planGate.run(() => planList(acting.sql, acting.pepper, asked))
    if (planned === 'full') return problem(c, 'busy')
    if ('problem' in planned) return unfitBody(c, '', listProblems[planned.problem].en)
    return shown(c, planned.id, 201)
  })

  async function shown(c: Context<Asking>, id: string, status: 201) {
    const made = await readJob({ orm: acting.changes }, asking(c), id)
    return made === undefined ? problem(c, 'not_found') : c.json(made, status)
  }
}

function decisionRoutes(api: OpenAPIHono<Asking>, acting: Acting): void {
  async function decided(
    c: Context<Asking>,
    id: string,
    decide: (partnerId: string) => Promise<PlanConflict | 'gone' | null>,
  ) {
    const found = await readJob({ orm: acting.changes }, asking(c), id)
    if (found === undefined) return problem(c, 'not_found')
    const against = await decide(found.partner.id)
    if (against === 'gone') return problem(c, 'not_found')
    if (against !== null)
      return problem(c, 'conflict', { reason: against, detail: planConflicts[against].en })
    const now = await readJob({ orm: acting.changes }, asking(c), id)
    return now === undefined ? problem(c, 'not_found') : c.json(now, 200)
  }
  api.openapi(routes.confirm, async (c) => {
    const { id } = c.req.valid('param')
    const { fingerprint } = c.req.valid('json')
    const { confirmPlan } = await import('../jobs/plan.ts')
    return decided(c, id, (partnerId) =>
      confirmPlan(acting.sql, { partnerId, id, actor: actorOf(c), fingerprint }),
    )
  })
  api.openapi(routes.cancel, async (c) => {
    const { id } = c.req.valid('param')
    const { cancelJob } = await import('../jobs/plan.ts')
    return decided(c, id, (partnerId) =>
      cancelJob(acting.sql, { partnerId, id, actor: actorOf(c) }),
    )
  })
}

const unnamed = (c: Context<Asking>) =>
  unfitBody(c, '/partner', 'is missing: this token sees several, say for which it is')

const inQuery = (c: Context<Asking>, pointer: string, detail: string) =>
  problem(c, 'invalid_request', { errors: [{ in: 'query', pointer, detail }] })

/** As a plan keeps what was asked for. */
function textsOf(filter: Readonly<Record<string, string | Date | undefined>>) {
  const given = Object.entries(filter).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [[name, value instanceof Date ? value.toISOString() : value] as const]
  })
  return Object.fromEntries(given)
}
