// …/settings/people: who belongs to the partner, in which role, and who is asked to.
import { Hono } from 'hono'
import { changeRole, invite, removeMember, takeBackInvitation } from '../../../access/members.ts'
import { makeReset } from '../../../access/resets.ts'
import { isRole } from '../../../access/scopes.ts'
import { listInvitations, listMembers, readMember } from '../../../ledger/access.ts'
import { isUuid } from '../../../ids.ts'
import { limits } from '../../../limits.ts'
import { fieldsOf, smallForm, ticksOf } from '../../forms.tsx'
import { outside, type ConsoleEnv, type ConsoleParts } from '../../parts.ts'
import { showOnce, takeShownOnce } from '../../shown-once.ts'
import { givenIn, hrefWith } from '../../ui/lists.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import type { Words } from '../../words.ts'
import { settingsOf } from './overview.tsx'
import { peopleShown, type PeopleTold } from './people-view.tsx'

type Say = Words['settings']['people']
export type Done = keyof Say['done']
export type Mistake = keyof Say['problems']

const path = '/console/p/:partner/settings/people'
const peopleOf = (visit: Visit) => `${settingsOf(visit)}/people`

export function membersRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    path,
    inside(parts, ['access:read'], async (c, visit) =>
      peoplePage(c, visit, parts, { link: await takeShownOnce(c, parts, visit, peopleOf(visit)) }),
    ),
  )
  changes(app, parts)
  return app
}

function changes(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  const { orm } = parts
  const change = (at: string, work: Work) =>
    app.post(`${path}/${at}`, smallForm, inside(parts, ['access:write'], work))

  change('invite', async (c, visit) => inviting(c, visit, parts))
  change('invitations/:id/end', async (c, visit) => {
    const { partner, actor } = visit
    const done = await takeBackInvitation(orm, partner.id, idIn(c), actor)
    return done ? back(c, visit, 'taken_back') : told(c, visit, parts, 'no_invitation')
  })
  change(':id/role', async (c, visit) => {
    const role = (await fieldsOf(c))('role')
    if (!isRole(role)) return told(c, visit, parts, 'role')
    const { actor } = visit
    const changed = await changeRole(orm, memberIn(c, visit), role, actor)
    if (changed !== 'done') return told(c, visit, parts, changed)
    // Whoever gave up being an owner may not see this page any more.
    return role !== 'owner' && (await isOwn(c, visit, parts))
      ? c.redirect(visit.base, 303)
      : back(c, visit, 'role')
  })
  change(':id/reset', (c, visit) => resetting(c, visit, parts))
  change(':id/remove', async (c, visit) => {
    const own = await isOwn(c, visit, parts)
    const done = await removeMember(orm, memberIn(c, visit), visit.actor)
    if (done !== 'done') return told(c, visit, parts, done)
    return own ? c.redirect('/console', 303) : back(c, visit, 'removed')
  })
}

type Work = (c: Page, visit: Visit) => Promise<Response>
const idIn = (c: Page) => c.req.param('id') ?? ''
const memberIn = (c: Page, { partner, person }: Visit) => ({
  partnerId: partner.id,
  id: idIn(c),
  byOperator: person.operator,
})

/** The reader's own membership, whose loss they notice at the next click. */
async function isOwn(c: Page, { asker, person }: Visit, { ledger }: ConsoleParts) {
  const id = idIn(c)
  if (person.operator || !isUuid(id)) return false
  return (await readMember(ledger, asker, id))?.view.user_id === person.userId
}

const back = (c: Page, visit: Visit, done: Done) =>
  c.redirect(hrefWith(peopleOf(visit), { done }), 303)

const told = (c: Page, visit: Visit, parts: ConsoleParts, problem: Mistake) =>
  peoplePage(c, visit, parts, { problem })

/** A link for a new password, shown once as an invitation is. */
async function resetting(c: Page, visit: Visit, parts: ConsoleParts) {
  const { asker, actor, partner, person } = visit
  const id = idIn(c)
  const member = isUuid(id) ? await readMember(parts.ledger, asker, id) : undefined
  if (member === undefined) return told(c, visit, parts, 'no_member')
  const codes = (await ticksOf(c)).text('codes') === 'true'
  const partnerId = person.operator ? null : partner.id
  const made = await makeReset(parts.orm, { userId: member.view.user_id, codes, actor, partnerId })
  if (!made.ok)
    return told(c, visit, parts, made.problem === 'elsewhere' ? 'elsewhere' : 'no_member')
  const secret = `${outside(c, parts)}/reset/${made.token}`
  await showOnce(c, parts, visit, { page: peopleOf(visit), secret })
  return back(c, visit, 'reset')
}

async function inviting(c: Page, visit: Visit, parts: ConsoleParts) {
  const field = await fieldsOf(c)
  const [email, role] = [field('email').trim(), field('role')]
  if (!isRole(role)) return peoplePage(c, visit, parts, { problem: 'role', email })
  const { partner, actor } = visit
  const made = await invite(parts.orm, { partnerId: partner.id, email, role, actor })
  if (!made.ok) return peoplePage(c, visit, parts, { problem: made.problem, email, role })
  const secret = `${outside(c, parts)}/join/${made.token}`
  await showOnce(c, parts, visit, { page: peopleOf(visit), secret })
  return back(c, visit, 'invited')
}

async function peoplePage(c: Page, visit: Visit, { ledger }: ConsoleParts, more: PeopleTold) {
  const { after } = givenIn(c, ['after'])
  const { asker } = visit
  const [members, invitations] = await Promise.all([
    listMembers(ledger, asker, { limit: limits.consoleRowsShown, after }),
    listInvitations(ledger, asker, { limit: limits.choicesShownMax }),
  ])
  return peopleShown(c, visit, { here: peopleOf(visit), after, members, invitations }, more)
}
