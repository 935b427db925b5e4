// From “what do you use” to a rule, where nothing can be sent from here, and nothing has come in.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rules } from '../../src/db/schema.ts'
import { openSettings, type House, type Member } from './company.ts'
import type { Seen } from './surfer.ts'

let it: House
let owner: Member
let base: string
beforeAll(async () => {
  const house = await openSettings()
  ;({ it, owner } = house)
  base = house.company.base
})
afterAll(() => it.close())

const secrets = {
  yookassa: { username: '123456', password: 'test_0123456789abcdefghijklmnop' },
  clerk: { secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` },
} as const

/** At the step that waits for the first event. */
async function waiting(provider: keyof typeof secrets): Promise<{ here: string; seen: Seen }> {
  const chosen = await owner.surfer.post(`${base}/connect`, { provider })
  const here = new URL(chosen.url).pathname
  const seen = await owner.surfer.post(`${here}/secret`, secrets[provider])
  expect(seen.url).toContain('step=first')
  return { here, seen }
}

test('a sample is offered where this relay would believe it, and nowhere else', async () => {
  const [signs, calls] = [await waiting('clerk'), await waiting('yookassa')]
  expect(signs.seen.html).toContain(`action="${signs.here}/sample"`)
  // YooKassa is known by the address it calls from.
  expect(calls.seen.html).not.toContain('/sample"')
  for (const { here } of [signs, calls]) {
    const source = (await owner.surfer.get(here.replace('/connect', ''))).html
    expect(source.includes('/sample"')).toBe(here === signs.here)
  }
})

test('without an event the way goes on with an invented one, and is found again', async () => {
  const { here, seen } = await waiting('yookassa')
  expect(seen.html).toContain(`href="${here}?step=email"`)
  const email = await owner.surfer.get(`${here}?step=email`)
  expect(email.html).toContain('payment.succeeded')
  const campaign = await owner.surfer.post(`${here}/email`, {
    event: 'payment.succeeded',
    email: '$.confirmed.metadata.email',
  })
  expect(campaign.html).toContain('Which campaign gets it?')
  const check = await owner.surfer.post(`${here}/campaign`, {
    event: 'payment.succeeded',
    email: '$.confirmed.metadata.email',
    which: 'new',
    fresh: 'spring',
  })
  expect(check.url).toContain('step=check')
  expect((await owner.surfer.get(here)).html).toContain('This is what would happen')
})

test('walked again, the steps leave a rule alone that somebody works with', async () => {
  const { here } = await waiting('clerk')
  const steps = { event: 'user.created', email: '$.data.email' }
  const made = await owner.surfer.post(`${here}/campaign`, {
    ...steps,
    which: 'new',
    fresh: 'members',
  })
  const ruleId = new URL(made.url).searchParams.get('rule') ?? ''
  const stored = async () => {
    const [rule] = await it.db.orm.select().from(rules).where(eq(rules.id, ruleId))
    return { enabled: rule?.enabled, definition: rule?.definition }
  }
  // Until it is on it is the steps' own.
  await owner.surfer.post(`${here}/campaign`, { ...steps, campaign: 'members', email: '$.other' })
  expect(await stored()).toMatchObject({ enabled: false, definition: { email: ['$.other'] } })
  await owner.surfer.post(`${here}/on`)
  const atWork = await stored()
  expect(atWork.enabled).toBe(true)
  for (const again of [
    await owner.surfer.get(`${here}?step=email`),
    await owner.surfer.post(`${here}/email`, steps),
    await owner.surfer.post(`${here}/campaign`, { ...steps, campaign: 'members' }),
  ])
    expect(again.url).toContain(`/rules/${ruleId}`)
  expect(await stored()).toEqual(atWork)
  // One that was removed is found on the page of its source.
  await owner.surfer.post(`${base}/rules/${ruleId}/remove`)
  const source = (await owner.surfer.get(here.replace('/connect', ''))).html
  expect(source).toContain('Removed rules')
  expect(source).toContain(`/rules/${ruleId}`)
})

test('a campaign says whether a key is stored', async () => {
  const make = (fields: Record<string, string>) =>
    owner.surfer.post(`${base}/campaigns/new`, fields)
  const without = await make({ name: 'no key', mode: 'sandbox' })
  expect(without.html).not.toContain('One is stored')
  const key = '0b6f2f1e-2f59-4d8a-9a57-3f4a6a1f9c01'
  const sandbox = await make({ name: 'with key', mode: 'sandbox', api_key: key })
  expect(sandbox.html).toContain('One is stored')
  expect(sandbox.html).not.toContain(key)
})
