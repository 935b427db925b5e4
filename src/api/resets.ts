// /password-resets: the way back in for whoever forgot the password or lost the phone.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { accountEmail } from '../access/account.ts'
import { makeReset } from '../access/resets.ts'
import { findUser } from '../db/access/people.ts'
import { limits } from '../limits.ts'
import { ResetMade } from './access-schemas.ts'
import { needs } from './asking.ts'
import { actorOf, baseOf, smallBody, unfitBody, type ChangingParts } from './changing.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { inConflict, problem, refused, tooLarge } from './problems.ts'
import { json } from './schemas.ts'

const Wanted = z
  .strictObject({
    email: z.string().max(limits.emailInputCharsMax).openapi({ example: 'anna@example.com' }),
    codes: z.boolean().default(false).openapi({
      description: 'The link also turns one-time codes off: for whoever lost the phone.',
    }),
  })
  .openapi('ResetWanted')

const make = createRoute({
  method: 'post',
  path: '/api/v1/password-resets',
  tags: ['Access'],
  summary: 'Makes a link with which somebody sets a new password, once, within a day',
  description:
    'Using it ends all their sessions and removes their passkeys. The link is in the answer and nowhere else; an earlier one is over. A token of a partner makes links for members who are of this partner alone. Audited.',
  security: [{ token: ['access:write'] }],
  middleware: [needs('access:write'), smallBody] as const,
  request: { query: parameters.nothing, body: parameters.jsonBody(Wanted) },
  responses: { 201: json(ResetMade, 'The link'), ...refused, ...inConflict, ...tooLarge },
})

export function resetRoutes(api: OpenAPIHono<Asking>, parts: ChangingParts): void {
  const { changes: orm } = parts
  api.openapi(make, async (c) => {
    const { email, codes } = c.req.valid('json')
    const user = await findUser(orm, accountEmail(email) ?? '')
    const { partnerId } = c.get('holder')
    const wanted = { userId: user?.id ?? '', codes, actor: actorOf(c), partnerId }
    const made = await makeReset(orm, wanted)
    if (made.ok) {
      const link = `${baseOf(c, parts)}/reset/${made.token}`
      return c.json({ email: made.email, link, expires_at: made.until.toISOString() }, 201)
    }
    return made.problem === 'no_account'
      ? unfitBody(c, '/email', 'nobody has an account with this email')
      : problem(c, 'conflict', {
          detail: 'this person belongs to others as well: an operator can make the link',
        })
  })
}
