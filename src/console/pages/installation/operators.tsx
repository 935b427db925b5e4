// …/operators: who runs the whole installation, who is asked to, and the way back in for whoever cannot sign
// in any more, at whichever partner.
import { Hono } from 'hono'
import { accountEmail } from '../../../access/account.ts'
import { invite, takeBackInvitation } from '../../../access/members.ts'
import { removeOperator } from '../../../access/operators.ts'
import { makeReset } from '../../../access/resets.ts'
import { findUser } from '../../../db/access/people.ts'
import { listInvitations, listOperators } from '../../../ledger/access.ts'
import { limits } from '../../../limits.ts'
import { installation } from '../../doors.ts'
import { smallForm, ticksOf } from '../../forms.tsx'
import { outside, type ConsoleEnv, type ConsoleParts } from '../../parts.ts'
import { showOnce, takeShownOnce } from '../../shown-once.ts'
import { givenIn, hrefWith } from '../../ui/lists.tsx'
import { atInstallation, type Page, type Standing } from '../../visit.ts'
import { operatorsShown, type Done, type OperatorsTold } from './operators-view.tsx'

const here = `${installation}/operators`

export function operatorsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    here,
    atInstallation(parts, async (c, at) =>
      operatorsPage(c, at, parts, { link: await takeShownOnce(c, parts, at, here) }),
    ),
  )
  const change = (path: string, work: (c: Page, at: Standing) => Promise<Response>) =>
    app.post(`${here}/${path}`, smallForm, atInstallation(parts, work))
  const told = (c: Page, at: Standing, problem: NonNullable<OperatorsTold['problem']>) =>
    operatorsPage(c, at, parts, { problem })

  change('invite', (c, at) => inviting(c, at, parts))
  change('reset', (c, at) => resetting(c, at, parts))
  change('invitations/:id/end', async (c, at) => {
    const done = await takeBackInvitation(parts.orm, null, c.req.param('id') ?? '', at.actor)
    return done ? back(c, 'taken_back') : told(c, at, 'no_invitation')
  })
  change(':id/remove', async (c, at) => {
    const id = c.req.param('id') ?? ''
    const removed = await removeOperator(parts.orm, id, at.actor)
    if (removed !== 'done') return told(c, at, removed)
    return id === at.person.userId ? c.redirect('/console', 303) : back(c, 'removed')
  })
  return app
}

const back = (c: Page, done: Done) => c.redirect(hrefWith(here, { done }), 303)

async function inviting(c: Page, at: Standing, parts: ConsoleParts) {
  const email = (await ticksOf(c)).text('email').trim()
  const { actor } = at
  const made = await invite(parts.orm, { partnerId: null, email, role: null, actor })
  if (!made.ok) return operatorsPage(c, at, parts, { problem: made.problem, email })
  const secret = `${outside(c, parts)}/join/${made.token}`
  await showOnce(c, parts, at, { page: here, secret })
  return back(c, 'invited')
}

async function resetting(c: Page, at: Standing, parts: ConsoleParts) {
  const given = await ticksOf(c)
  const forgetful = given.text('forgetful').trim()
  const codes = given.text('codes') === 'true'
  const user = await findUser(parts.orm, accountEmail(forgetful) ?? '')
  const { actor } = at
  const wanted = { userId: user?.id ?? '', codes, actor, partnerId: null }
  const made = await makeReset(parts.orm, wanted)
  if (!made.ok) return operatorsPage(c, at, parts, { problem: 'no_account', forgetful })
  const secret = `${outside(c, parts)}/reset/${made.token}`
  await showOnce(c, parts, at, { page: here, secret })
  return back(c, 'reset')
}

async function operatorsPage(c: Page, at: Standing, { ledger }: ConsoleParts, more: OperatorsTold) {
  const { after } = givenIn(c, ['after'])
  const [operators, invitations] = await Promise.all([
    listOperators(ledger, at.asker, { limit: limits.consoleRowsShown, after }),
    listInvitations(ledger, at.asker, { limit: limits.choicesShownMax, unowned: true }),
  ])
  return operatorsShown(c, at, { here, after, operators, invitations }, more)
}
