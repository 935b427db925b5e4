// The step in which a secret comes: what looks like a mistake is asked about once more, what never proved a
// request is replaced, and the form that was filled in is the one that is meant.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { credentials } from '../../src/db/schema.ts'
import type { ProviderId } from '../../src/providers/index.ts'
import { openSettings, type House, type Member } from './company.ts'

let it: House
let owner: Member
let base: string
beforeAll(async () => {
  const house = await openSettings()
  ;({ it, owner } = house)
  base = house.company.base
})
afterAll(() => it.close())

async function connecting(provider: ProviderId, more: Record<string, string> = {}) {
  const { url } = await owner.surfer.post(`${base}/connect`, { provider, ...more })
  const here = new URL(url).pathname
  const [id = ''] = /[0-9a-f-]{36}(?=\/connect)/.exec(here) ?? []
  const save = (fields: Record<string, string>) => owner.surfer.post(`${here}/secret`, fields)
  const kept = async () => {
    const of = eq(credentials.sourceId, id)
    const rows = await it.db.orm.select().from(credentials).where(of).orderBy(credentials.id)
    return rows.map(({ id: one, name }) => ({ id: one, name }))
  }
  return { here, id, save, kept }
}

const good = 'whsec_0123456789abcdefghijklmnopqrstuv'
const apiKey = 'sk_live_0123456789abcdefghijklm'

describe('a secret that looks like a mistake', () => {
  test.each<[ProviderId, Record<string, string>, string]>([
    ['stripe', { form: 'secret', secret: apiKey }, 'This is an API key of Stripe'],
    ['generic-hmac', { secret: 'short' }, 'at least 32 random characters'],
    ['lava-top', { form: 'token', token: 'abc' }, 'at least 16 random characters'],
    [
      'lava-top',
      { form: 'username+password', username: 'shop', password: 'qwerty' },
      'at least 16',
    ],
    ['tbank', { secret: 'abc' }, 'very short'],
  ])('of %s is asked about before it is saved: %j', async (provider, fields, says) => {
    const { here, save, kept } = await connecting(provider)
    const asked = await save(fields)
    expect(asked.status).toBe(422)
    expect(asked.html).toContain(says)
    expect(asked.html).toContain('name="sure"')
    // What was typed is there still.
    for (const value of Object.values(fields)) expect(asked.html).toContain(`value="${value}"`)
    expect(await kept()).toEqual([])
    const done = await save({ ...fields, sure: 'yes' })
    expect(done.url).toContain(`${here}?step=first`)
    expect(await kept()).toHaveLength(1)
  })

  test('is asked about wherever credentials are added or replaced', async () => {
    const { here, save, kept } = await connecting('stripe')
    await save({ form: 'secret', secret: good })
    const source = here.replace(/\/connect$/, '')
    const [one] = await kept()
    for (const at of ['new', `${one?.id ?? ''}/rotate`]) {
      const fields = { form: 'secret', secret: apiKey, overlap: '7d' }
      const asked = await owner.surfer.post(`${source}/credentials/${at}`, fields)
      expect([asked.status, asked.html.includes('name="sure"')]).toEqual([422, true])
      if (at !== 'new') expect(asked.html).toContain('<option value="7d" selected="">')
    }
    expect(await kept()).toHaveLength(1)
  })
})

test('a new secret takes the place of one that never proved a request, and is added to one that did', async () => {
  const { save, kept } = await connecting('stripe')
  await save({ form: 'secret', secret: apiKey, sure: 'yes' })
  await save({ form: 'secret', secret: good })
  expect(await kept()).toEqual([{ id: expect.any(String), name: '1' }])
  // An API key to ask with is another thing.
  await save({ form: 'token', token: 'rk_live_0123456789abcdefghij' })
  const [first, second] = await kept()
  expect([first?.name, second?.name]).toEqual(['1', '2'])
  await it.db.orm
    .update(credentials)
    .set({ lastUsedAt: new Date() })
    .where(eq(credentials.id, first?.id ?? ''))
  await save({ form: 'secret', secret: `${good}w` })
  expect(await kept()).toHaveLength(3)
  const again = await save({ form: 'secret', secret: good })
  expect(again.url).toContain('step=first')
  expect(await kept()).toHaveLength(3)
})

test('the form that was filled in is the one that is meant, and nothing typed is lost', async () => {
  const jwksUrl = 'https://keys.example.com/realms/shop/certs'
  const { here, save, kept } = await connecting('keycloak')
  const refused = await save({
    form: 'secret',
    secret: '',
    jwksUrl: 'http://keys.example.com/certs',
  })
  expect(refused.status).toBe(422)
  expect(refused.html).toContain('value="http://keys.example.com/certs"')
  expect(refused.html).toMatch(/value="jwksUrl" checked=""/)
  expect(refused.html).not.toContain('must not be empty')
  const done = await save({ form: 'secret', secret: ' ', jwksUrl })
  expect(done.url).toContain(`${here}?step=first`)
  expect(await kept()).toHaveLength(1)
  const page = (await owner.surfer.get(`${here}?step=secret`)).html
  expect(page).toContain('How does the sender prove itself?')
})

test('an empty form is refused at its field', async () => {
  const { save } = await connecting('keycloak')
  const refused = await save({ form: 'jwksUrl' })
  expect(refused.status).toBe(422)
  expect(refused.html).toContain('id="jwksUrl-problem"')
})

test('settings that a form does not ask for stay', async () => {
  const { here, id } = await connecting('generic-hmac')
  await it.db
    .work`update sources set settings = ${it.db.work.json({ tolerance: '600' })} where id = ${id}`
  await owner.surfer.post(`${here}/address`, {
    'setting-hash': 'sha512',
    'setting-header': 'X-Sig',
    'setting-template': '{body}',
  })
  const [row] = await it.db.work<
    { settings: object }[]
  >`select settings from sources where id = ${id}`
  expect(row?.settings).toMatchObject({ tolerance: '600', hash: 'sha512', header: 'X-Sig' })
})

describe('links', () => {
  const landing = { asked: 'yes', 'setting-landing_url': 'https://shop.example.com/welcome' }

  test('are made for a list of addresses, once there is a secret', async () => {
    const { here, save } = await connecting('signed-link', landing)
    const before = await owner.surfer.get(`${here}?step=address`)
    expect(before.html).toContain('a link of their own')
    expect(before.html).not.toContain('name="emails"')
    const secretPage = await owner.surfer.get(`${here}?step=secret`)
    const [, invented = ''] = /id="secret"[^>]* value="([\w-]{43})"/.exec(secretPage.html) ?? []
    const after = await save({ form: 'secret', secret: invented })
    expect(after.html).toContain('name="emails"')
    const emails = 'anna@example.com\n boris@example.com, "Vera" <vera@example.com>\n'
    const made = await owner.surfer.post(`${here}/links`, { emails, days: '7', label: 'may' })
    expect(made.status).toBe(200)
    expect(made.html.match(/\/go\/[\w-]{32}\?t=[\w-]+\.[\w-]+\.[\w-]+/g)).toHaveLength(3)
    expect(made.html).toContain('anna@example.com,http://localhost/go/')
    expect(made.html).toContain('3 links are ready')
  })

  test.each([
    [{ emails: '', days: '7', label: '' }, 'emails', 'at least one address'],
    [{ emails: 'anna@example.com\nboris', days: '7', label: '' }, 'emails', 'Address 2: has no @'],
    [{ emails: 'anna@example.com', days: '0', label: '' }, 'days', 'from 1 to 366'],
    [{ emails: 'anna@example.com', days: '7', label: 'x'.repeat(101) }, 'label', 'At most 100'],
    [{ emails: 'a@example.com\n'.repeat(1001), days: '7', label: '' }, 'emails', 'At most 1,000'],
  ])('are not made of %j', async (fields, field, says) => {
    const { here, save } = await connecting('signed-link', landing)
    await save({ form: 'secret', secret: 'a'.repeat(40) })
    const { status, html } = await owner.surfer.post(`${here}/links`, fields)
    expect(status).toBe(422)
    expect(html).toContain(`id="${field}-problem"`)
    expect(html).toContain(says)
    expect(html).not.toContain('?t=')
  })
})
