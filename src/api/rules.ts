// /rules: added to a source, changed, moved, archived and brought back.
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listRules, readRule } from '../ledger/setup.ts'
import { unfitBody } from './changing.ts'
import type { Asking } from './env.ts'
import { shown } from './etags.ts'
import {
  asking,
  change,
  changed,
  changeFor,
  changeOne,
  dryRun,
  one,
  page,
  reads,
  sourceMeant,
  writes,
  type SetupParts,
} from './editing.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { refused, refusedOne } from './problems.ts'
import { bodies } from './setup-bodies.ts'
import { Rule } from './setup-schemas.ts'
import { json, pageOf } from './schemas.ts'

const routes = {
  list: createRoute({
    method: 'get',
    path: '/api/v1/rules',
    summary: 'Rules, newest first; those of a source apply in the order of `position`',
    ...reads,
    request: { query: page.extend({ source: parameters.mentions.source }) },
    responses: { 200: json(pageOf(Rule), 'A page of rules'), ...refused },
  }),
  one: createRoute({
    method: 'get',
    path: '/api/v1/rules/{id}',
    summary: 'One rule, also when it is archived',
    ...reads,
    request: one,
    responses: { 200: json(Rule, 'The rule'), ...refusedOne },
  }),
  make: createRoute({
    method: 'post',
    path: '/api/v1/rules',
    summary: 'Adds a rule to a source',
    ...writes,
    request: { query: dryRun, body: bodies.rule },
    responses: changed,
  }),
  change: createRoute({
    method: 'patch',
    path: '/api/v1/rules/{id}',
    summary: 'Changes what is given; null takes a value away',
    ...writes,
    request: { ...change, body: bodies.ruleChange },
    responses: changed,
  }),
  archive: createRoute({
    method: 'delete',
    path: '/api/v1/rules/{id}',
    summary: 'Archives a rule',
    description:
      'It applies to nothing any more; what it has granted is still known as its work. A new one of the same name is this one again.',
    ...writes,
    request: change,
    responses: changed,
  }),
  restore: createRoute({
    method: 'post',
    path: '/api/v1/rules/{id}/restore',
    summary: 'Brings an archived rule back, switched off',
    ...writes,
    request: change,
    responses: changed,
  }),
}

export function ruleRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const it = (c: Context<Asking>, id: string) => readRule(parts, asking(c), id)
  api.openapi(routes.list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listRules(parts, asking(c), { ...wanted, after }))
  })
  api.openapi(routes.one, async (c) => shown(c, await it(c, c.req.valid('param').id)))
  api.openapi(routes.make, async (c) => {
    const { partner, source: named, position: place, ...given } = c.req.valid('json')
    const source = await sourceMeant(c, parts, partner, named)
    if (source === undefined) return unfitBody(c, '/source', 'there is no such source')
    const wish = { fields: given, position: place }
    return changeFor(c, parts, source.partnerId, c.req.valid('query'), (editor, deps, editing) =>
      editor.writeRule(deps, editing, { source: source.id }, wish),
    )
  })
  api.openapi(routes.change, async (c) => {
    const { id } = c.req.valid('param')
    const { position: place, ...given } = c.req.valid('json')
    const wish = { fields: given, position: place }
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.writeRule(deps, editing, { rule: id }, wish),
    )
  })
  api.openapi(routes.archive, async (c) => {
    const { id } = c.req.valid('param')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.removeRule(deps, editing, id),
    )
  })
  api.openapi(routes.restore, async (c) => {
    const { id } = c.req.valid('param')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.restoreThing(deps, editing, 'rule', id),
    )
  })
}
