// /sources: made, changed, archived and brought back; and the URL that the sender gets.
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listSources, readSource } from '../ledger/setup.ts'
import { needs } from './asking.ts'
import { baseOf } from './changing.ts'
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
import { pathOfSource } from '../partners/source-url.ts'
import { problem, refused, refusedOne } from './problems.ts'
import { bodies } from './setup-bodies.ts'
import { SourceInFull, SourceUrl } from './setup-schemas.ts'
import { json, pageOf } from './schemas.ts'

const routes = {
  list: createRoute({
    method: 'get',
    path: '/api/v1/sources',
    summary: 'Sources with their credentials and when each was last used, newest first',
    ...reads,
    request: { query: page },
    responses: { 200: json(pageOf(SourceInFull), 'A page of sources'), ...refused },
  }),
  one: createRoute({
    method: 'get',
    path: '/api/v1/sources/{id}',
    summary: 'One source, also when it is archived',
    ...reads,
    request: one,
    responses: { 200: json(SourceInFull, 'The source'), ...refusedOne },
  }),
  url: createRoute({
    method: 'get',
    path: '/api/v1/sources/{id}/url',
    tags: ['Set-up'],
    summary: 'The URL to give to the sender',
    description: 'Whoever knows it can send; where nothing is signed it is the only secret.',
    security: [{ token: ['config:write'] }],
    middleware: [needs('config:write')],
    request: one,
    responses: { 200: json(SourceUrl, 'The URL'), ...refusedOne },
  }),
  make: createRoute({
    method: 'post',
    path: '/api/v1/sources',
    summary: 'Makes a source; its URL is in the answer',
    ...writes,
    request: { query: dryRun, body: bodies.source },
    responses: changed,
  }),
  change: createRoute({
    method: 'patch',
    path: '/api/v1/sources/{id}',
    summary: 'Changes what is given; lists of credentials and rules are replaced whole',
    description:
      'A credential that stays is listed with its name and e.g. secret: { stored: true }.',
    ...writes,
    request: { ...change, body: bodies.sourceChange },
    responses: changed,
  }),
  archive: createRoute({
    method: 'delete',
    path: '/api/v1/sources/{id}',
    summary: 'Archives a source',
    description:
      'Its URL answers as one that never was, and it is hidden; its events stay and can be asked about. Its name is free again.',
    ...writes,
    request: change,
    responses: changed,
  }),
  restore: createRoute({
    method: 'post',
    path: '/api/v1/sources/{id}/restore',
    summary: 'Brings an archived source back with its URL, switched off',
    ...writes,
    request: change,
    responses: changed,
  }),
}

export function sourceRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const it = (c: Context<Asking>, id: string) => readSource(parts, asking(c), id)
  api.openapi(routes.list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listSources(parts, asking(c), { ...wanted, after }))
  })
  api.openapi(routes.one, async (c) => shown(c, await it(c, c.req.valid('param').id)))
  api.openapi(routes.make, (c) => {
    const { partner, ...given } = c.req.valid('json')
    return makeOne(c, parts, partner, c.req.valid('query'), (editor, deps, editing) =>
      editor.writeSource(deps, editing, null, given),
    )
  })
  api.openapi(routes.change, async (c) => {
    const { id } = c.req.valid('param')
    const given = c.req.valid('json')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.writeSource(deps, editing, id, given),
    )
  })
  api.openapi(routes.archive, async (c) => {
    const { id } = c.req.valid('param')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.archiveThing(deps, editing, 'source', id),
    )
  })
  api.openapi(routes.restore, async (c) => {
    const { id } = c.req.valid('param')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.restoreThing(deps, editing, 'source', id),
    )
  })
  api.openapi(routes.url, async (c) => {
    const { id } = c.req.valid('param')
    const { changes: orm, vault } = parts
    const path = await pathOfSource({ orm, vault }, c.get('holder').partnerId, id)
    if (path === undefined) return problem(c, 'not_found')
    return c.json({ url: baseOf(c, parts) + path }, 200)
  })
}
