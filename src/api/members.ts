// /members and /invitations: who belongs to a partner, and who is asked to.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  changeRole,
  invite,
  removeMember,
  takeBackInvitation,
  type Member as MemberMeant,
} from '../access/members.ts'
import { roles } from '../access/scopes.ts'
import { partnerOfInvitation } from '../db/access/invitations.ts'
import { partnerOfMember } from '../db/access/people.ts'
import type { Orm } from '../db/open.ts'
import { listInvitations, listMembers, readMember } from '../ledger/access.ts'
import { limits } from '../limits.ts'
import {
  actorOf,
  baseOf,
  noSuchPartner,
  partnerMeant,
  smallBody,
  unfitBody,
  type ChangingParts,
} from './changing.ts'
import { askerOf, needs } from './asking.ts'
import type { Asking } from './env.ts'
import { ifMatch, shown, versionsMeant } from './etags.ts'
import { answerPage } from './pages.ts'
import * as parameters from './parameters.ts'
import { ifChanged, inConflict, problem, refused, refusedOne, tooLarge } from './problems.ts'
import { Invitation, InvitationMade, Member } from './access-schemas.ts'
import { json, pageOf, wordsOf } from './schemas.ts'

const tags = ['Access']
const role = z.enum(wordsOf(roles))
const reads = {
  security: [{ token: ['access:read'] }],
  middleware: [needs('access:read')],
}
const writes = {
  security: [{ token: ['access:write'] }],
  middleware: [needs('access:write'), smallBody],
}
const changes = {
  204: { description: 'Done' },
  ...refusedOne,
  ...inConflict,
  ...ifChanged,
  ...tooLarge,
}
const page = z.strictObject({ ...parameters.page, partner: parameters.mentions.partner })

const members = createRoute({
  method: 'get',
  path: '/api/v1/members',
  tags,
  summary: 'Who belongs to a partner, newest first',
  ...reads,
  request: { query: page },
  responses: { 200: json(pageOf(Member), 'A page of members'), ...refused },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/members/{id}',
  tags,
  summary: 'One member',
  ...reads,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 200: json(Member, 'The member'), ...refusedOne },
})

const changeMember = createRoute({
  method: 'patch',
  path: '/api/v1/members/{id}',
  tags,
  summary: 'Gives a member another role',
  description: 'A partner keeps an owner, unless a token of the installation asks. Audited.',
  ...writes,
  request: {
    params: parameters.byId,
    query: parameters.nothing,
    headers: ifMatch,
    body: parameters.jsonBody(z.strictObject({ role }).openapi('RoleWanted')),
  },
  responses: changes,
})

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/members/{id}',
  tags,
  summary: 'Removes a member',
  description:
    'Their account stays, and so do their other partners. A partner keeps an owner, unless a token of the installation asks. Audited.',
  ...writes,
  request: { params: parameters.byId, query: parameters.nothing, headers: ifMatch },
  responses: changes,
})

const invitations = createRoute({
  method: 'get',
  path: '/api/v1/invitations',
  tags,
  summary: 'Invitations that are open, newest first',
  ...reads,
  request: { query: page },
  responses: { 200: json(pageOf(Invitation), 'A page of invitations'), ...refused },
})

const Wanted = z
  .strictObject({
    partner: parameters.text
      .optional()
      .openapi({ description: 'For tokens that see several; without it an operator is invited.' }),
    email: z.string().max(limits.emailInputCharsMax).openapi({ example: 'anna@example.com' }),
    role: role.optional().openapi({ description: 'At the partner; none for an operator.' }),
  })
  .openapi('InvitationWanted')

const inviting = createRoute({
  method: 'post',
  path: '/api/v1/invitations',
  tags,
  summary: 'Invites somebody by a link that works once, for a week',
  description:
    'The link is in the answer and nowhere else; an earlier one for the same email is over. Audited.',
  ...writes,
  request: { query: parameters.nothing, body: parameters.jsonBody(Wanted) },
  responses: {
    201: json(InvitationMade, 'The invitation'),
    ...refused,
    ...inConflict,
    ...tooLarge,
  },
})

const takeBack = createRoute({
  method: 'delete',
  path: '/api/v1/invitations/{id}',
  tags,
  summary: 'Takes an invitation back',
  ...writes,
  request: { params: parameters.byId, query: parameters.nothing },
  responses: { 204: { description: 'Done' }, ...refusedOne, ...tooLarge },
})

export function memberRoutes(api: OpenAPIHono<Asking>, parts: ChangingParts): void {
  const { changes: orm } = parts
  api.openapi(members, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const found = await listMembers(parts, askerOf(c.get('holder'), false), { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(one, async (c) => {
    const asker = askerOf(c.get('holder'), false)
    return shown(c, await readMember(parts, asker, c.req.valid('param').id))
  })
  api.openapi(changeMember, async (c) => {
    const { id } = c.req.valid('param')
    const member = await memberMeant(c, orm, id)
    if (member === undefined) return problem(c, 'not_found')
    return changed(c, await changeRole(orm, member, c.req.valid('json').role, actorOf(c)))
  })
  api.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const member = await memberMeant(c, orm, id)
    if (member === undefined) return problem(c, 'not_found')
    return changed(c, await removeMember(orm, member, actorOf(c)))
  })
  invitationRoutes(api, parts)
}

async function memberMeant(
  c: Context<Asking>,
  orm: Orm,
  id: string,
): Promise<MemberMeant | undefined> {
  const own = c.get('holder').partnerId
  const partnerId = own ?? (await partnerOfMember(orm, id))
  if (partnerId === undefined) return undefined
  return { partnerId, id, ifVersion: versionsMeant(c), byOperator: own === null }
}

function invitationRoutes(api: OpenAPIHono<Asking>, parts: ChangingParts): void {
  const { changes: orm } = parts
  api.openapi(invitations, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    const asker = askerOf(c.get('holder'), false)
    const found = await listInvitations(parts, asker, { ...wanted, after })
    return answerPage(c, found)
  })
  api.openapi(inviting, async (c) => {
    const { partner, email, role: wanted } = c.req.valid('json')
    const partnerId = await partnerMeant(c, orm, partner)
    if (partnerId === undefined) return noSuchPartner(c)
    if ((partnerId === null) !== (wanted === undefined))
      return unfitBody(c, '/role', partnerId === null ? 'an operator has none' : 'is missing')
    const made = await invite(orm, { partnerId, email, role: wanted ?? null, actor: actorOf(c) })
    if (made.ok) {
      const link = `${baseOf(c, parts)}/join/${made.token}`
      return c.json({ id: made.id, email: made.email, role: wanted ?? null, link }, 201)
    }
    return made.problem === 'email'
      ? unfitBody(c, '/email', 'is not an email address')
      : problem(c, 'conflict', { detail: 'this person is a member already' })
  })
  api.openapi(takeBack, async (c) => {
    const { id } = c.req.valid('param')
    const own = c.get('holder').partnerId
    const partnerId = own ?? (await partnerOfInvitation(orm, id))
    if (partnerId === undefined) return problem(c, 'not_found')
    const done = await takeBackInvitation(orm, partnerId, id, actorOf(c))
    return done ? c.body(null, 204) : problem(c, 'not_found')
  })
}

function changed(c: Parameters<typeof actorOf>[0], result: Awaited<ReturnType<typeof changeRole>>) {
  if (result === 'no_member') return problem(c, 'not_found')
  if (result === 'stale') return problem(c, 'precondition_failed')
  if (result === 'last_owner')
    return problem(c, 'conflict', {
      detail: 'a partner needs an owner: make somebody else one first',
    })
  return c.body(null, 204)
}
