// Payments of a test mode are known for what they are: a real bonus for an invented payment would be a
// loss, and a test mark read where there is none would swallow a real one.
import { expect, test } from 'vitest'
import { read } from '../../src/inbound/read.ts'
import { sampleRequest } from '../../src/inbound/sample.ts'
import { providers } from '../../src/providers/index.ts'
import type { ProviderId } from '../../src/providers/index.ts'

const marks: [ProviderId, event: string, real: string, invented: string][] = [
  ['stripe', 'invoice.paid', '"livemode":true', '"livemode":false'],
  ['lemonsqueezy', 'order_created', '"test_mode":false', '"test_mode":true'],
  ['mollie-next-gen', 'sales-invoice.paid', '"mode":"live"', '"mode":"test"'],
  ['adyen', 'AUTHORISATION', '"live":"true"', '"live":"false"'],
  ['paystack', 'charge.success', '"domain":"live"', '"domain":"test"'],
  ['revenuecat', 'RENEWAL', '"PRODUCTION"', '"SANDBOX"'],
]

test.each(marks)('%s tells an invented %s from a real one', (id, eventType, real, invented) => {
  const provider = providers[id]
  const url = 'https://relay.example.com/in/marks'
  const request = sampleRequest({ provider, eventType, id: '1', now: 1_796_000_000_000, url })
  const text = request.body.toString()
  expect(text).toContain(real)
  const isTest = (body: string) => {
    const verdict = { authentic: true, credential: null, trust: 'signed' } as const
    return read(provider, { ...request, body: Buffer.from(body) }, verdict).map((seen) => seen.test)
  }
  expect(isTest(text)).toEqual([false])
  expect(isTest(text.replace(real, invented))).toEqual([true])
})
