// The whole way in one test: a signed request in, a bonus at MOAB, the story told by the API.
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allScopes } from '../src/access/scopes.ts'
import { createToken } from '../src/access/tokens.ts'
import { findPartnerId } from '../src/db/names.ts'
import { startTestRelay, type TestRelay } from './support/relay.ts'
import { until } from './support/sending.ts'

const secret = 'whsec_story'
let it: TestRelay
let token: string

beforeAll(async () => {
  it = await startTestRelay(`
partner: acme
campaigns: [{ name: spring, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:
  - name: shop
    provider: stripe
    key: story-key-0123456789abcdef
    credentials: [{ secret: ${secret} }]
    rules:
      - name: paid enough
        events: [invoice.paid]
        when: { all: [{ path: $.data.object.amount_paid, op: gte, value: 1000 }] }
        email: [$.data.object.customer_email]
        campaign: spring
`)
  const { orm } = it.db
  const partnerId = (await findPartnerId(orm, 'acme')) ?? null
  ;({ token } = await createToken(orm, {
    partnerId,
    name: 'test',
    scopes: allScopes,
    expiresAt: null,
    actor: 'test',
  }))
})
afterAll(() => it.close())

interface Answer {
  status: number
  body: any // oxlint-disable-line typescript/no-explicit-any -- the shape is what is being tested
}

async function ask(path: string): Promise<Answer> {
  const answer = await fetch(it.url + path, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, body: await answer.json() }
}

async function send(event: object): Promise<number> {
  const payload = JSON.stringify(event)
  const signature = new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload, secret })
  const answer = await fetch(`${it.url}/in/story-key-0123456789abcdef`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body: payload,
  })
  await answer.text()
  return answer.status
}

const invoice = (id: string, amount: number, email: string | null) => ({
  id,
  object: 'event',
  type: 'invoice.paid',
  livemode: true,
  created: 1_796_000_000,
  data: { object: { amount_paid: amount, customer_email: email } },
})

test('a paid invoice becomes a bonus, and every question about it has an answer', async () => {
  expect(await send(invoice('evt_story', 4900, 'Ivan.Petrov@Example.com'))).toBe(200)
  await until(async () =>
    it.moab.registrations().some(({ email }) => email === 'Ivan.Petrov@example.com'),
  )
  const found = await until(async () => {
    const { body } = await ask('/api/v1/events?type=invoice.paid')
    return body.items[0]?.fate === 'granted' && body
  })
  const { status, body: event } = await ask(`/api/v1/events/${found.items[0].id}`)
  expect(status).toBe(200)
  expect(event.trace[0]).toMatchObject({ name: 'paid enough', outcome: 'matched' })
  expect(event.trace[0].clauses[0]).toMatchObject({ op: 'gte', value: 1000, holds: true })
  expect(event.grants[0]).toMatchObject({ state: 'granted' })
  expect(event.grants[0].attempts[0]).toMatchObject({ answer: 'ok' })
  expect(JSON.stringify(event)).not.toContain('Ivan.Petrov')

  const { body: person } = await ask('/api/v1/people/ivan.petrov@example.com')
  expect(JSON.stringify(person)).toContain('granted')
})

test('an invoice below the rule is recorded with the clause that failed', async () => {
  expect(await send(invoice('evt_small', 400, 'small@example.com'))).toBe(200)
  const { body } = await ask('/api/v1/events?state=unmatched')
  const { body: event } = await ask(`/api/v1/events/${body.items[0].id}`)
  expect(event).toMatchObject({ reason: 'condition_not_met', grants: [] })
  expect(event.trace[0].clauses[0]).toMatchObject({ was: '400', holds: false })
  expect(it.moab.registrations().some(({ email }) => email === 'small@example.com')).toBe(false)
})

test('a forged request is on record as a rejection', async () => {
  const answer = await fetch(`${it.url}/in/story-key-0123456789abcdef`, {
    method: 'POST',
    headers: { 'stripe-signature': 't=1,v1=00' },
    body: '{}',
  })
  expect(answer.status).toBe(401)
  const found = await until(async () => {
    const { body } = await ask('/api/v1/rejections')
    return body.items.length > 0 && body
  })
  expect(found.items[0]).toMatchObject({ reason: 'signature_mismatch' })
})
