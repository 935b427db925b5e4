// Members and invitations as a browser sees them.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { invitationOf } from '../../src/access/members.ts'
import { invitations, memberships } from '../../src/db/access/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { copied, lastAudit, openSettings, type House, type Member } from './company.ts'

let it: House
let company: Awaited<ReturnType<House['company']>>
let owner: Member
let here: string
let clock: { ahead: number }

beforeAll(async () => {
  ;({ it, company, owner, here, clock } = await openSettings())
})
afterAll(() => it.close())

const roleOf = async (id: string) => {
  const [row] = await it.db.orm.select().from(memberships).where(eq(memberships.id, id))
  return row?.role
}

describe('people', () => {
  test('an invitation is a link that is shown once and works', async () => {
    const email = 'anna@example.com'
    const seen = await owner.surfer.post(`${here}/people/invite`, { email, role: 'editor' })
    expect([seen.status, seen.url]).toEqual([200, `http://localhost${here}/people?done=invited`])
    const link = copied(seen.html)
    expect(link).toMatch(/^http:\/\/localhost\/join\/[\w-]{43}$/)
    const token = link.slice(link.lastIndexOf('/') + 1)
    expect(await invitationOf(it.relayDb.orm, token)).toMatchObject({ email, role: 'editor' })
    expect(await lastAudit(it, company.id)).toMatchObject({
      action: 'member.invited',
      actor: `user:${owner.userId}`,
    })
    expect((await owner.surfer.get(seen.url)).html).not.toContain(token)
    const open = await owner.surfer.get(`${here}/people`)
    expect(open.html).toContain(email)
    expect(open.html).not.toContain(token)
  })

  test('a kept cookie shows a link neither later, nor elsewhere, nor to another session', async () => {
    await owner.surfer.post(
      `${here}/people/invite`,
      { email: 'kept@example.com', role: 'viewer' },
      `http://localhost${here}`,
    )
    const kept = owner.surfer.cookies.get('moab_relay_once') ?? ''
    expect(kept).not.toBe('')
    const seenBy = async (surfer: Member['surfer'], path: string) => {
      surfer.cookies.set('moab_relay_once', kept)
      return (await surfer.get(here + path)).html.includes('/join/')
    }
    const other = await it.member(company.id, 'owner')
    expect(await seenBy(other.surfer, '/people')).toBe(false)
    expect(await seenBy(owner.surfer, '/tokens')).toBe(false)
    clock.ahead = limits.shownOnceMs
    expect(await seenBy(owner.surfer, '/people')).toBe(false)
    clock.ahead = 0
    expect(await seenBy(owner.surfer, '/people')).toBe(true)
    expect(owner.surfer.cookies.has('moab_relay_once')).toBe(false)
  })

  test('one that is taken back works no more', async () => {
    const email = 'boris@example.com'
    const seen = await owner.surfer.post(`${here}/people/invite`, { email, role: 'viewer' })
    const token = copied(seen.html).split('/').at(-1) ?? ''
    const [row] = await it.db.orm.select().from(invitations).where(eq(invitations.email, email))
    const end = `${here}/people/invitations/${row?.id ?? ''}/end`
    expect((await owner.surfer.get(`${here}/people`)).html).toContain(`action="${end}"`)
    expect((await owner.surfer.post(end)).html).toContain('The invitation is taken back.')
    expect(await invitationOf(it.relayDb.orm, token)).toBeUndefined()
    expect((await owner.surfer.post(end)).status).toBe(422)
  })

  test.each([
    [{ email: 'no address', role: 'viewer' }, 'This is not an email address.'],
    [{ email: 'vera@example.com', role: 'emperor' }, 'Choose a role.'],
    [{ email: 'vera@example.com' }, 'Choose a role.'],
  ])('an invitation with a mistake is not made: %j', async (fields, says) => {
    const seen = await owner.surfer.post(`${here}/people/invite`, fields)
    expect(seen.status).toBe(422)
    expect(seen.html).toContain(says)
    expect(seen.html).toContain(`value="${fields.email}"`)
  })

  test('whoever is a member already is not invited', async () => {
    const there = await it.member(company.id, 'viewer')
    const seen = await owner.surfer.post(`${here}/people/invite`, {
      email: there.email,
      role: 'owner',
    })
    expect([seen.status, seen.html.includes('a member already')]).toEqual([422, true])
  })

  test('another role works from the next click on', async () => {
    const vera = await it.member(company.id, 'viewer')
    const boris = await it.member(company.id, 'viewer')
    expect((await vera.surfer.get(`${here}/people`)).status).toBe(403)
    const seen = await owner.surfer.post(`${here}/people/${vera.id}/role`, { role: 'auditor' })
    expect(seen.url).toContain('done=role')
    expect([await roleOf(vera.id), await roleOf(boris.id)]).toEqual(['auditor', 'viewer'])
    expect((await vera.surfer.get(`${here}/people`)).status).toBe(200)
    const wrong = await owner.surfer.post(`${here}/people/${vera.id}/role`, { role: 'emperor' })
    expect([wrong.status, await roleOf(vera.id)]).toEqual([422, 'auditor'])
  })

  test('whoever is removed sees nothing any more', async () => {
    const gleb = await it.member(company.id, 'editor')
    await owner.surfer.post(`${here}/people/${gleb.id}/remove`)
    expect(await roleOf(gleb.id)).toBeUndefined()
    expect((await gleb.surfer.get(here)).status).toBe(404)
    expect((await owner.surfer.post(`${here}/people/${gleb.id}/remove`)).status).toBe(422)
  })

  test('the last owner stays one, and the page says so instead of offering it', async () => {
    const small = await it.company()
    const only = await it.member(small.id, 'owner')
    const page = `${small.base}/settings/people`
    const { html } = await only.surfer.get(page)
    expect(html).toContain('This is the last owner.')
    expect(html).not.toContain(`${only.id}/remove`)
    for (const [path, fields] of [
      ['remove', {}],
      ['role', { role: 'viewer' }],
    ] as const) {
      const seen = await only.surfer.post(`${page}/${only.id}/${path}`, fields)
      expect([seen.status, seen.html.includes('without an owner')]).toEqual([422, true])
    }
    expect(await roleOf(only.id)).toBe('owner')
  })

  test('but an operator may see the last owner off', async () => {
    const small = await it.company()
    const only = await it.member(small.id, 'owner')
    const operator = await it.operator()
    const page = `${small.base}/settings/people`
    const { html } = await operator.surfer.get(page)
    expect(html).toContain('without one only an operator can invite people here')
    await operator.surfer.post(`${page}/${only.id}/remove`)
    expect(await roleOf(only.id)).toBeUndefined()
    expect((await only.surfer.get(small.base)).status).toBe(404)
    expect((await operator.surfer.get(page)).html).toContain('Nobody belongs here yet.')
  })

  test('whoever gives up being an owner, or goes, is led to where they still may be', async () => {
    const small = await it.company()
    const [one] = [await it.member(small.id, 'owner'), await it.member(small.id, 'owner')]
    const page = `${small.base}/settings/people`
    const led = await one.surfer.post(`${page}/${one.id}/role`, { role: 'viewer' }, 'http')
    expect([await roleOf(one.id), led.url]).toEqual(['viewer', `http://localhost${small.base}`])
    const two = await it.member(small.id, 'owner')
    const gone = await two.surfer.post(`${page}/${two.id}/remove`, {}, 'http')
    expect([await roleOf(two.id), gone.url]).toEqual([undefined, 'http://localhost/console'])
  })

  test('of another partner is nobody’s to change', async () => {
    const elsewhere = await it.company()
    const stranger = await it.member(elsewhere.id, 'viewer')
    await it.member(elsewhere.id, 'owner')
    const seen = await owner.surfer.post(`${here}/people/${stranger.id}/role`, { role: 'owner' })
    expect([seen.status, await roleOf(stranger.id)]).toEqual([422, 'viewer'])
    await owner.surfer.post(`${here}/people/${stranger.id}/remove`)
    expect(await roleOf(stranger.id)).toBe('viewer')
  })

  test('whoever forgot the password gets a link, sets a new one, and signs in with it', async () => {
    const anna = await it.member(company.id, 'viewer')
    const { html } = await owner.surfer.get(`${here}/people`)
    expect(html).toContain(`action="${here}/people/${anna.id}/reset"`)
    expect(html).not.toContain(`${owner.id}/reset`)
    const seen = await owner.surfer.post(`${here}/people/${anna.id}/reset`)
    expect(seen.url).toContain('done=reset')
    const link = copied(seen.html)
    expect(link).toMatch(/^http:\/\/localhost\/reset\/[\w-]{43}$/)
    expect(await lastAudit(it, company.id)).toMatchObject({
      action: 'reset.made',
      actor: `user:${owner.userId}`,
      detail: { codes: false },
    })
    const page = await anna.surfer.get(link)
    expect(page.html).toContain(`For ${anna.email}.`)
    const short = await anna.surfer.post(link, { password: 'short' })
    expect([short.status, short.html.includes('The password must have')]).toEqual([422, true])
    const done = await anna.surfer.post(link, { password: 'a new one for anna' })
    expect([done.url, done.html.includes('The new password is set.')]).toEqual([
      'http://localhost/signin?done=reset',
      true,
    ])
    expect(anna.surfer.cookies.has('moab_relay')).toBe(false)
    expect((await anna.surfer.get(link)).status).toBe(404)
    const fields = { email: anna.email, password: 'a new one for anna' }
    expect((await anna.surfer.post('/signin', fields)).url).toContain(company.base)
  })

  test('but no link that opens somebody else’s doors', async () => {
    const other = await it.company()
    const both = await it.member(company.id, 'viewer')
    const id = uuidv7()
    await it.db.orm
      .insert(memberships)
      .values({ partnerId: other.id, id, userId: both.userId, role: 'owner' })
    const seen = await owner.surfer.post(`${here}/people/${both.id}/reset`)
    expect([seen.status, seen.html.includes('only the operator of the relay')]).toEqual([422, true])
    const operator = await it.operator()
    const made = await operator.surfer.post(`${here}/people/${both.id}/reset`, { codes: 'true' })
    expect(copied(made.html)).toContain('/reset/')
    const stranger = await it.member(other.id, 'viewer')
    expect((await owner.surfer.post(`${here}/people/${stranger.id}/reset`)).status).toBe(422)
  })
})
