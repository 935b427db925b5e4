// /credentials: added to a source, replaced by a newer one beside which they go on for a while, ended.
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listCredentials, readCredential } from '../ledger/setup.ts'
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
  ofPage,
  reads,
  sourceMeant,
  writes,
  type SetupParts,
} from './editing.ts'
import { answerPage } from './pages.ts'
import { refused, refusedOne } from './problems.ts'
import { bodies } from './setup-bodies.ts'
import { CredentialInFull } from './setup-schemas.ts'
import { json, pageOf } from './schemas.ts'

const unseen = 'What is given is never shown again.'

const routes = {
  list: createRoute({
    method: 'get',
    path: '/api/v1/credentials',
    summary: 'Credentials of all sources: until when each counts, and when it was last used',
    description: 'One that is `ending` and still used needs somebody at the provider.',
    ...reads,
    request: { query: ofPage },
    responses: { 200: json(pageOf(CredentialInFull), 'A page of credentials'), ...refused },
  }),
  one: createRoute({
    method: 'get',
    path: '/api/v1/credentials/{id}',
    summary: 'One credential, without its secret',
    ...reads,
    request: one,
    responses: { 200: json(CredentialInFull, 'The credential'), ...refusedOne },
  }),
  make: createRoute({
    method: 'post',
    path: '/api/v1/credentials',
    summary: 'Adds a credential to a source; it counts at once',
    description: unseen,
    ...writes,
    request: { query: dryRun, body: bodies.credential },
    responses: changed,
  }),
  change: createRoute({
    method: 'patch',
    path: '/api/v1/credentials/{id}',
    summary: 'Changes what is given; null takes a value away',
    description: `To end it early give a valid_until that is over; to replace a secret use rotations. ${unseen}`,
    ...writes,
    request: { ...change, body: bodies.credentialChange },
    responses: changed,
  }),
  remove: createRoute({
    method: 'delete',
    path: '/api/v1/credentials/{id}',
    summary: 'Removes a credential: it proves nothing any more',
    description: 'At once and for good: its secret is deleted.',
    ...writes,
    request: change,
    responses: changed,
  }),
  rotate: createRoute({
    method: 'post',
    path: '/api/v1/credentials/{id}/rotations',
    summary: 'Replaces a credential by a new one; both count while they overlap',
    description: `The new one counts at once. The old one ends when the overlap is over, by the clock of the database. ${unseen}`,
    ...writes,
    request: { ...change, body: bodies.rotation },
    responses: changed,
  }),
}

export function credentialRoutes(api: OpenAPIHono<Asking>, parts: SetupParts): void {
  const it = (c: Context<Asking>, id: string) => readCredential(parts, asking(c), id)
  api.openapi(routes.list, async (c) => {
    const { cursor: after, ...wanted } = c.req.valid('query')
    return answerPage(c, await listCredentials(parts, asking(c), { ...wanted, after }))
  })
  api.openapi(routes.one, async (c) => shown(c, await it(c, c.req.valid('param').id)))
  api.openapi(routes.make, async (c) => {
    const { partner, source: named, ...given } = c.req.valid('json')
    const source = await sourceMeant(c, parts, partner, named)
    if (source === undefined) return unfitBody(c, '/source', 'there is no such source')
    return changeFor(c, parts, source.partnerId, c.req.valid('query'), (editor, deps, editing) =>
      editor.writeCredential(deps, editing, { source: source.id }, given),
    )
  })
  api.openapi(routes.change, async (c) => {
    const { id } = c.req.valid('param')
    const given = c.req.valid('json')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.writeCredential(deps, editing, { credential: id }, given),
    )
  })
  api.openapi(routes.remove, async (c) => {
    const { id } = c.req.valid('param')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.removeCredential(deps, editing, id),
    )
  })
  api.openapi(routes.rotate, async (c) => {
    const { id } = c.req.valid('param')
    const { overlap, ...given } = c.req.valid('json')
    return changeOne(c, parts, await it(c, id), c.req.valid('query'), (editor, deps, editing) =>
      editor.rotateCredential(deps, editing, id, overlap, given),
    )
  })
}
