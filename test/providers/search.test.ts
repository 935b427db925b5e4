import { expect, test } from 'vitest'
import { isMeant } from '../../src/providers/search.ts'
import { isProviderId, providers } from '../../src/providers/index.ts'

const found = (asked: string) =>
  Object.keys(providers).filter(
    (id) => isProviderId(id) && isMeant({ id, provider: providers[id] }, asked),
  )

test.each([
  ['юкасса', ['yookassa']],
  ['ЮKassa', ['yookassa']],
  ['yookassa', ['yookassa']],
  ['робокасса', ['robokassa-resulturl2', 'robokassa']],
  ['тинькофф', ['tbank']],
  ['Т-Касса', ['tbank']],
  ['страйп', ['stripe']],
  ['тильда', ['tilda']],
  ['продамус', ['prodamus']],
  ['геткурс', ['getcourse']],
  ['юмани', ['yoomoney']],
  ['битрикс 24', ['bitrix24']],
  ['Cloud Payments', ['cloudpayments']],
  ['nobody knows this', []],
])('%s', (asked, ids) => {
  expect(found(asked)).toEqual(ids)
})

test('nothing asked is everything', () => {
  expect(found('')).toHaveLength(Object.keys(providers).length)
})
