// /campaigns: made, changed, archived and brought back.
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listCampaigns, readCampaign } from '../ledger/setup.ts'
import type { Asking } from './env.ts'
import { shown } from './etags.ts'
import {
  asking,
  change,
  changed,
  changeOne,
  dryRun,
  makeOne,
  one,
  page,
  reads,
  writes,
  type SetupParts,
} from './editing.ts'
import { answerPage } from './pages.ts'
import { refused, refusedOne } from './problems.ts'
import { bodies } from './setup-bodies.ts'
import { Campaign } from './setup-schemas.ts'
import { json, pageOf } from './schemas.ts'

const routes = {
  list: createRoute({
    method: 'get',
    path: '/api/v1/campaigns',
    summary: 'Campaigns and how they are doing, newest first',
    ...reads,
    request: { query: page },
    responses: { 200: json(pageOf(Campaign), 'A page of campaigns'), ...refused },
  }),
  one: createRoute({
    method: 'get',
    path: '/api/v1/campaigns/{id}',
    summary: 'One campaign, also when it is archived',
    ...reads,
    request: one,
    responses: { 200: json(Campaign, 'The campaign'), ...refusedOne },
  }),
  make: createRoute({
    method: 'post',
    path: '/api/v1/campaigns',
    summary: 'Makes a campaign',
    ...writes,
    request: { query: dryRun, body: bodies.campaign },
    responses: changed,
  }),
  change: createRoute({
    method: 'patch',
    path: '/api/v1/campaigns/{id}',
    summary: 'Changes what is given; null takes a value away',
    ...writes,
    request: { ...change, body: bodies.campaignChange },
    responses: changed,
  }),
  archive: createRoute({
    method: 'delete',
    path: '/api/v1/campaigns/{id}',
    summary: 'Archives a campaign that no rule uses any more',
    description:
      'It sends nothing any more and is hidden; its bonuses stay in the ledger, those that wait stay held. Its name is free again.',
    ...writes,
    request: change,
    responses: changed,
  }),
  restore: createRoute({
    method: 'post',
    path: '/api/v1/campaigns/{id}/restore',
    summary: 'Brings an archived campaign back, switched off',
    ...writes,
    request: change,
    responses: changed,
  }),
}

export function campaignRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const it = (c: Context<Asking>, id: string) => readCampaign(parts, asking(c), id)
  api.openapi(routes.list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listCampaigns(parts, asking(c), { ...wanted, after }))
  })
  api.openapi(routes.one, async (c) => shown(c, await it(c, c.req.valid('param').id)))
  api.openapi(routes.make, (c) => {
    const { partner, ...given } = c.req.valid('json')
    return makeOne(c, parts, partner, c.req.valid('query'), (editor, deps, editing) =>
      editor.writeCampaign(deps, editing, null, given),
    )
  })
  api.openapi(routes.change, async (c) => {
    const { id } = c.req.valid('param')
    const given = c.req.valid('json')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.writeCampaign(deps, editing, id, given),
    )
  })
  api.openapi(routes.archive, async (c) => {
    const { id } = c.req.valid('param')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.archiveThing(deps, editing, 'campaign', id),
    )
  })
  api.openapi(routes.restore, async (c) => {
    const { id } = c.req.valid('param')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.restoreThing(deps, editing, 'campaign', id),
    )
  })
}
