// /notice-channels and their tests, /notices: where people want to be told, and what they were.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { alarmNames } from '../alarms/kinds.ts'
import { listChannels, listNotices, sayOutcome } from '../ledger/notices.ts'
import { limits } from '../limits.ts'
import { channelKinds } from '../notices/channels.ts'
import { conflicts, type Conflict } from '../notices/conflicts.ts'
import type { EditingParts } from '../notices/editing.ts'
import { askerOf, needs } from './asking.ts'
import { actorOf, noSuchPartner, partnerMeant, smallBody, type ChangingParts } from './changing.ts'
import type { Asking } from './env.ts'
import { Notice, NoticeChannel, NoticeChannelMade, NoticeTest } from './notice-schemas.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refused, refusedOne, tooLarge } from './problems.ts'
import { json, pageOf } from './schemas.ts'

export type NoticeParts = ChangingParts & Omit<EditingParts, 'orm'>

const tags = ['Notices']
const reads = { security: [{ token: ['config:read'] }], middleware: [needs('config:read')] }
const writes = {
  security: [{ token: ['config:write'] }],
  middleware: [needs('config:write'), smallBody],
}
const inLanguage = z.strictObject({ lang: parameters.lang })
const page = z.strictObject({
  ...parameters.page,
  partner: parameters.mentions.partner,
  lang: parameters.lang,
})

const settings = z.record(z.string(), z.unknown()).openapi({
  description: `webhook: url, secret (whsec_…, made when absent). slack: url. telegram: bot_token, chat_id,
thread_id, api_url. email: host, port (587), security (tls, starttls or none), username, password, from, to (a list).`,
})
const values = {
  name: parameters.text.max(limits.nameCharsMax),
  language: z.enum(['en', 'ru']),
  alarms: z
    .array(z.enum(alarmNames))
    .min(1)
    .nullable()
    .openapi({ description: 'Kinds of alarms that it takes; null: all.' }),
  enabled: z.boolean(),
}

const Wanted = z
  .strictObject({
    partner: parameters.text.optional().openapi({
      description: 'For tokens that see several; without it, of the installation.',
    }),
    kind: z.enum(channelKinds),
    ...values,
    language: values.language.default('en'),
    alarms: values.alarms.default(null),
    enabled: values.enabled.default(true),
    settings,
  })
  .openapi('NoticeChannelWanted')

const Changed = z
  .strictObject({ ...values, settings })
  .partial()
  .openapi('NoticeChannelChange')

const routes = {
  list: createRoute({
    method: 'get',
    path: '/api/v1/notice-channels',
    tags,
    summary: 'Channels of notices and how they are doing, newest first',
    ...reads,
    request: { query: page },
    responses: { 200: json(pageOf(NoticeChannel), 'A page of channels'), ...refused },
  }),
  make: createRoute({
    method: 'post',
    path: '/api/v1/notice-channels',
    tags,
    summary: 'Makes a channel; its settings are sealed and not shown again',
    description: 'Send a test next. Only public addresses are reached. Audited.',
    ...writes,
    request: { query: inLanguage, body: parameters.jsonBody(Wanted) },
    responses: {
      201: json(NoticeChannelMade, 'The channel'),
      ...refusedOne,
      ...inConflict,
      ...tooLarge,
    },
  }),
  change: createRoute({
    method: 'patch',
    path: '/api/v1/notice-channels/{id}',
    tags,
    summary: 'Changes what is given; null takes a setting away',
    description:
      'A password or a token that would go to another place must be given again. Audited.',
    ...writes,
    request: { params: parameters.byId, query: inLanguage, body: parameters.jsonBody(Changed) },
    responses: {
      200: json(NoticeChannel, 'The channel'),
      ...refusedOne,
      ...inConflict,
      ...tooLarge,
    },
  }),
  remove: createRoute({
    method: 'delete',
    path: '/api/v1/notice-channels/{id}',
    tags,
    summary: 'Removes a channel, and what was on its way to it',
    ...writes,
    request: { params: parameters.byId, query: parameters.nothing },
    responses: { 204: { description: 'Done' }, ...refusedOne, ...tooLarge },
  }),
  test: createRoute({
    method: 'post',
    path: '/api/v1/notice-channels/{id}/tests',
    tags,
    summary: 'Sends a real notice now, and says what came of it',
    description: `Also to a channel that is switched off; ${limits.noticeTestsPerHourMax} an hour at most. Audited.`,
    ...writes,
    request: { params: parameters.byId, query: inLanguage },
    responses: {
      200: json(NoticeTest, 'What came of it'),
      ...refusedOne,
      ...inConflict,
      ...tooLarge,
    },
  }),
  notices: createRoute({
    method: 'get',
    path: '/api/v1/notices',
    tags,
    summary: 'Notices that were sent, or are on their way, newest first',
    ...reads,
    request: {
      query: page.extend({
        channel: z.uuid().optional().openapi({ description: 'Id of a channel.' }),
        state: parameters.word(['queued', 'sending', 'delivered', 'given_up'] as const),
      }),
    },
    responses: { 200: json(pageOf(Notice), 'A page of notices'), ...refused },
  }),
}

export function noticeRoutes(api: OpenAPIHono<Asking>, parts: NoticeParts): void {
  listRoutes(api, parts)
  changeRoutes(api, parts)
  api.openapi(routes.test, async (c) => {
    const { testChannel } = await editor()
    const tested = await testChannel(editing(parts), editorOf(c), c.req.valid('param').id)
    if (!tested.ok) return refuse(c, tested)
    const { id, ms, sent } = tested
    const { outcome, httpStatus: http_status, answer } = sent
    const told = sayOutcome(outcome, c.req.valid('query').lang)
    const delivered = outcome === 'delivered'
    return c.json({ id, delivered, outcome, http_status, answer, ms, told }, 200)
  })
}

function listRoutes(api: OpenAPIHono<Asking>, parts: NoticeParts): void {
  api.openapi(routes.list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listChannels(parts, asking(c), { ...wanted, after }))
  })
  api.openapi(routes.notices, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listNotices(parts, asking(c), { ...wanted, after }))
  })
}

function changeRoutes(api: OpenAPIHono<Asking>, parts: NoticeParts): void {
  api.openapi(routes.make, async (c) => {
    const { partner, kind, settings: given, ...wanted } = c.req.valid('json')
    const partnerId = await partnerMeant(c, parts.changes, partner)
    if (partnerId === undefined) return noSuchPartner(c)
    const { makeChannel } = await editor()
    const by = { actor: actorOf(c), partnerId }
    const made = await makeChannel(editing(parts), by, kind, wanted, given)
    if (!made.ok) return refuse(c, made)
    const channel = await channelOf(c, parts, made.id, c.req.valid('query').lang)
    return channel === undefined
      ? problem(c, 'not_found')
      : c.json({ ...channel, secret: made.secret }, 201)
  })
  api.openapi(routes.change, async (c) => {
    const { id } = c.req.valid('param')
    const { changeChannel } = await editor()
    const changed = await changeChannel(editing(parts), editorOf(c), id, c.req.valid('json'))
    if (!changed.ok) return refuse(c, changed)
    const channel = await channelOf(c, parts, id, c.req.valid('query').lang)
    return channel === undefined ? problem(c, 'not_found') : c.json(channel, 200)
  })
  api.openapi(routes.remove, async (c) => {
    const { removeChannel } = await editor()
    const done = await removeChannel(parts.changes, editorOf(c), c.req.valid('param').id)
    return done ? c.body(null, 204) : problem(c, 'not_found')
  })
}

/** Loaded when somebody first changes or tests something. */
const editor = () => import('../notices/editing.ts')

const asking = (c: Context<Asking>) => askerOf(c.get('holder'), false)
const editorOf = (c: Context<Asking>) => ({
  owner: c.get('holder').partnerId,
  actor: actorOf(c),
})
const editing = ({ changes: orm, ...parts }: NoticeParts): EditingParts => ({ ...parts, orm })

async function channelOf(c: Context<Asking>, parts: NoticeParts, id: string, lang: 'en' | 'ru') {
  // Made just now: asked where it was written.
  const found = await listChannels({ orm: parts.changes }, asking(c), { id, limit: 1, lang })
  return 'unknown' in found ? undefined : found.items[0]
}

type Refusal =
  | { ok: false; mistakes: { pointer: string; message: string }[] }
  | { ok: false; conflict: Conflict }
  | { ok: false; missing: true }

function refuse(c: Context<Asking>, refusal: Refusal) {
  if ('missing' in refusal) return problem(c, 'not_found')
  if ('conflict' in refusal)
    return problem(c, 'conflict', { detail: conflicts[refusal.conflict].en })
  const errors = refusal.mistakes.map(({ pointer, message }) => ({
    in: 'body' as const,
    pointer,
    detail: message,
  }))
  return problem(c, 'invalid_request', { errors })
}
