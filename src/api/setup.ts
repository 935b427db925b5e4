// /partners/{id}/config: the whole of what a partner has set up, in the grammar of the config file.
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { campaignRoutes } from './campaigns.ts'
import { credentialRoutes } from './credentials.ts'
import {
  change,
  changed,
  changeFor,
  loaded,
  one,
  reads,
  writes,
  type SetupParts,
} from './editing.ts'
import type { Asking } from './env.ts'
import { shown } from './etags.ts'
import { problem, refusedOne } from './problems.ts'
import { ruleRoutes } from './rules.ts'
import { bodies } from './setup-bodies.ts'
import { Config } from './setup-schemas.ts'
import { json } from './schemas.ts'
import { sourceRoutes } from './sources.ts'

const routes = {
  config: createRoute({
    method: 'get',
    path: '/api/v1/partners/{id}/config',
    summary: 'All that a partner has set up, as a config file says it; secrets as { stored }',
    ...reads,
    request: one,
    responses: { 200: json(Config, 'The configuration'), ...refusedOne },
  }),
  apply: createRoute({
    method: 'put',
    path: '/api/v1/partners/{id}/config',
    summary: 'Applies a config file, whole or not at all',
    description:
      'What it does not list stays; what `archived` names is archived. References to files and variables are not followed.',
    ...writes,
    request: { ...change, body: bodies.config },
    responses: changed,
  }),
}

export function setupRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  configRoutes(api, parts)
  campaignRoutes(api, parts)
  sourceRoutes(api, parts)
  credentialRoutes(api, parts)
  ruleRoutes(api, parts)
}

function configRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const isTheirs = (c: Context<Asking>, id: string) => (c.get('holder').partnerId ?? id) === id
  api.openapi(routes.config, async (c) => {
    const { id } = c.req.valid('param')
    if (!isTheirs(c, id)) return problem(c, 'not_found')
    const { readConfig } = await loaded()
    const { changes: orm, vault } = parts
    return shown(c, await readConfig({ orm, vault }, id))
  })
  api.openapi(routes.apply, async (c) => {
    const { id } = c.req.valid('param')
    if (!isTheirs(c, id)) return problem(c, 'not_found')
    const document = c.req.valid('json')
    return changeFor(c, parts, id, c.req.valid('query'), (editor, deps, editing) =>
      editor.writeConfig(deps, editing, document),
    )
  })
}
