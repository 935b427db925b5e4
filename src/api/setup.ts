// /partners/{id}/config, /campaigns, /sources, /rules: what is set up, and changes of it. The grammar of
// the config file is the grammar of these bodies, too.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { sealedKeyOf } from '../db/ledger/setup.ts'
import { changing } from '../db/walls.ts'
import { listCampaigns, listRules, listSources } from '../ledger/setup.ts'
import { limits } from '../limits.ts'
import { isChange } from '../partners/changes.ts'
import { doorOf, isProviderId } from '../providers/index.ts'
import { ingestKeyPlace } from '../partners/directory.ts'
import type { Edited } from '../partners/editing.ts'
import type { Vault } from '../vault.ts'
import { askerOf, needs } from './asking.ts'
import {
  actorOf,
  baseOf,
  noSuchPartner,
  partnerMeant,
  unfitBody,
  type ChangingParts,
} from './changing.ts'
import type { Asking } from './env.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { problem, refused, refusedOne, tooLarge } from './problems.ts'
import { Campaign, Changes, Rule, SourceInFull } from './setup-schemas.ts'
import { json, pageOf } from './schemas.ts'

export interface SetupParts extends ChangingParts {
  vault: Vault
  now(): number
}

const tags = ['Set-up']
const reads = { security: [{ token: ['config:read'] }], middleware: [needs('config:read')] }
const large = bodyLimit({
  maxSize: limits.configFileBytesMax,
  onError: (c) => problem(c, 'too_large'),
})
const writes = {
  security: [{ token: ['config:write'] }],
  middleware: [needs('config:write'), large],
}
const dryRun = z.strictObject({
  dry_run: parameters.flag('Says what would change, and changes nothing.'),
})
const page = z.strictObject({ ...parameters.page, partner: parameters.mentions.partner })
const fields = z.record(z.string(), z.unknown())
const changed = { 200: json(Changes, 'What changed'), ...refusedOne, ...tooLarge }
const partnerOf = { partner: parameters.text.optional() }

const routes = {
  config: createRoute({
    method: 'get',
    path: '/api/v1/partners/{id}/config',
    tags,
    summary: 'All that a partner has set up, as a config file says it; secrets as { stored }',
    ...reads,
    request: { params: parameters.byId, query: parameters.nothing },
    responses: { 200: json(fields.openapi('Config'), 'The configuration'), ...refusedOne },
  }),
  apply: createRoute({
    method: 'put',
    path: '/api/v1/partners/{id}/config',
    tags,
    summary: 'Applies a config file, whole or not at all',
    description: 'What it does not list stays. References to files and variables are not followed.',
    ...writes,
    request: { params: parameters.byId, query: dryRun, body: parameters.jsonBody(fields) },
    responses: changed,
  }),
  campaigns: createRoute({
    method: 'get',
    path: '/api/v1/campaigns',
    tags,
    summary: 'Campaigns and how they are doing, newest first',
    ...reads,
    request: { query: page },
    responses: { 200: json(pageOf(Campaign), 'A page of campaigns'), ...refused },
  }),
  makeCampaign: createRoute({
    method: 'post',
    path: '/api/v1/campaigns',
    tags,
    summary: 'Makes a campaign',
    description:
      'name, mode (live or sandbox), api_key, url, starts_at, ends_at, per_second, enabled.',
    ...writes,
    request: { query: dryRun, body: parameters.jsonBody(fields.and(z.object(partnerOf))) },
    responses: changed,
  }),
  changeCampaign: createRoute({
    method: 'patch',
    path: '/api/v1/campaigns/{id}',
    tags,
    summary: 'Changes what is given; null takes a value away',
    ...writes,
    request: { params: parameters.byId, query: dryRun, body: parameters.jsonBody(fields) },
    responses: changed,
  }),
  sources: createRoute({
    method: 'get',
    path: '/api/v1/sources',
    tags,
    summary: 'Sources with their credentials and when each was last used, newest first',
    ...reads,
    request: { query: page },
    responses: { 200: json(pageOf(SourceInFull), 'A page of sources'), ...refused },
  }),
  sourceUrl: createRoute({
    method: 'get',
    path: '/api/v1/sources/{id}/url',
    tags,
    summary: 'The URL to give to the sender',
    description: 'Whoever knows it can send; where nothing is signed it is the only secret.',
    security: [{ token: ['config:write'] }],
    middleware: [needs('config:write')],
    request: { params: parameters.byId, query: parameters.nothing },
    responses: { 200: json(z.object({ url: z.string() }), 'The URL'), ...refusedOne },
  }),
  makeSource: createRoute({
    method: 'post',
    path: '/api/v1/sources',
    tags,
    summary: 'Makes a source; its URL is in the answer',
    description: 'name, provider, settings, credentials, rules, key, enabled.',
    ...writes,
    request: { query: dryRun, body: parameters.jsonBody(fields.and(z.object(partnerOf))) },
    responses: changed,
  }),
  changeSource: createRoute({
    method: 'patch',
    path: '/api/v1/sources/{id}',
    tags,
    summary: 'Changes what is given; lists of credentials and rules are replaced whole',
    description:
      'A credential that stays is listed with its name and e.g. secret: { stored: true }.',
    ...writes,
    request: { params: parameters.byId, query: dryRun, body: parameters.jsonBody(fields) },
    responses: changed,
  }),
  rules: createRoute({
    method: 'get',
    path: '/api/v1/rules',
    tags,
    summary: 'Rules, newest first; those of a source apply in the order of `position`',
    ...reads,
    request: { query: page.extend({ source: parameters.mentions.source }) },
    responses: { 200: json(pageOf(Rule), 'A page of rules'), ...refused },
  }),
}

export function setupRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  listRoutes(api, parts)
  configRoutes(api, parts)
  campaignRoutes(api, parts)
  sourceRoutes(api, parts)
}

/** Loaded when somebody first changes something: reading YAML is much code, and a start does without. */
const editor = () => import('../partners/editing.ts')

const asking = (c: Context<Asking>) => askerOf(c.get('holder'), false)

function listRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  api.openapi(routes.campaigns, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const found = await listCampaigns(parts, asking(c), { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(routes.sources, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const found = await listSources(parts, asking(c), { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(routes.rules, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const found = await listRules(parts, asking(c), { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(routes.sourceUrl, async (c) => {
    const { id } = c.req.valid('param')
    const owner = c.get('holder').partnerId
    const found = await changing(parts.changes, owner, (tx) => sealedKeyOf(tx, owner, id))
    if (found === undefined) return problem(c, 'not_found')
    const key = await parts.vault.open(found.sealed, ingestKeyPlace(id))
    const door = isProviderId(found.provider) ? doorOf(found.provider) : 'in'
    return c.json({ url: `${baseOf(c, parts)}/${door}/${key}` }, 200)
  })
}

function configRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const deps = depsOf(parts)
  const isTheirs = (c: Context<Asking>, id: string) => (c.get('holder').partnerId ?? id) === id
  api.openapi(routes.config, async (c) => {
    const { id } = c.req.valid('param')
    const { readConfig } = await editor()
    const config = isTheirs(c, id) ? await readConfig(deps, id) : undefined
    return config === undefined ? problem(c, 'not_found') : c.json({ ...config }, 200)
  })
  api.openapi(routes.apply, async (c) => {
    const { id } = c.req.valid('param')
    if (!isTheirs(c, id)) return problem(c, 'not_found')
    const { writeConfig } = await editor()
    const editing = editingOf(c, id, c.req.valid('query'))
    return edited(c, parts, await writeConfig(deps, editing, c.req.valid('json')))
  })
}

function campaignRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const deps = depsOf(parts)
  api.openapi(routes.makeCampaign, async (c) => {
    const { partner, ...given } = c.req.valid('json')
    const partnerId = await partnerMeant(c, parts.changes, partner)
    if (partnerId === undefined) return noSuchPartner(c)
    if (partnerId === null) return unnamed(c)
    const { writeCampaign } = await editor()
    const editing = editingOf(c, partnerId, c.req.valid('query'))
    return edited(c, parts, await writeCampaign(deps, editing, null, given))
  })
  api.openapi(routes.changeCampaign, async (c) => {
    const { id } = c.req.valid('param')
    const partnerId = whose(await listCampaigns(parts, asking(c), { id, limit: 1 }))
    if (partnerId === undefined) return problem(c, 'not_found')
    const { writeCampaign } = await editor()
    const editing = editingOf(c, partnerId, c.req.valid('query'))
    return edited(c, parts, await writeCampaign(deps, editing, id, c.req.valid('json')))
  })
}

function sourceRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const deps = depsOf(parts)
  api.openapi(routes.makeSource, async (c) => {
    const { partner, ...given } = c.req.valid('json')
    const partnerId = await partnerMeant(c, parts.changes, partner)
    if (partnerId === undefined) return noSuchPartner(c)
    if (partnerId === null) return unnamed(c)
    const { writeSource } = await editor()
    const editing = editingOf(c, partnerId, c.req.valid('query'))
    return edited(c, parts, await writeSource(deps, editing, null, given))
  })
  api.openapi(routes.changeSource, async (c) => {
    const { id } = c.req.valid('param')
    const partnerId = whose(await listSources(parts, asking(c), { id, limit: 1 }))
    if (partnerId === undefined) return problem(c, 'not_found')
    const { writeSource } = await editor()
    const editing = editingOf(c, partnerId, c.req.valid('query'))
    return edited(c, parts, await writeSource(deps, editing, id, c.req.valid('json')))
  })
}

const depsOf = ({ changes, vault, now }: SetupParts) => ({ orm: changes, vault, now })

const editingOf = (c: Context<Asking>, partnerId: string, asked: { dry_run: boolean }) => ({
  partnerId,
  actor: actorOf(c),
  dryRun: asked.dry_run,
})

const unnamed = (c: Context<Asking>) =>
  unfitBody(c, '/partner', 'is missing: this token sees several, say for which it is')

type Owned = { items: readonly { partner: { id: string } }[] } | object
const whose = (found: Owned): string | undefined =>
  'items' in found ? found.items[0]?.partner.id : undefined

function edited(c: Context<Asking>, parts: SetupParts, result: Edited) {
  if (result.ok) {
    const changes = result.changes.filter(isChange).map(({ action, kind, name, detail, path }) => ({
      action,
      kind,
      name,
      changed: detail ?? null,
      url: path === undefined ? null : baseOf(c, parts) + path,
    }))
    return c.json({ dry_run: result.dryRun, changes, warnings: result.warnings }, 200)
  }
  if ('missing' in result) return problem(c, 'not_found')
  const errors = result.mistakes.map(({ pointer, message }) => ({
    in: 'body' as const,
    pointer,
    detail: message,
  }))
  return problem(c, 'invalid_request', { errors })
}
