import { describe, expect, test } from 'vitest'
import { moneyOf, moneyWords } from '../../src/ledger/money.ts'
import type { JsonValue } from '../../src/json.ts'
import type { Amount } from '../../src/providers/provider.ts'

type How = Pick<Amount, 'unit' | 'digits'>
const minor: How = { unit: 'minor' }
const major: How = { unit: 'major' }

describe('a sum', () => {
  test.each<[string, How, JsonValue, JsonValue | undefined, string, string]>([
    ['kopecks', minor, 490000, 'RUB', 'RUB 4,900', '4 900 ₽'],
    ['cents as text', minor, '4905', 'eur', '€49.05', '49,05 €'],
    ['less than one', minor, 5, 'USD', 'US$0.05', '0,05 $'],
    ['yen have no smaller unit', minor, 4900, 'JPY', 'JP¥4,900', '4 900 ¥'],
    ['dinars have thousandths', minor, 1500, 'KWD', 'KWD 1.500', '1,500 KWD'],
    [
      'crowns as the sender counts them',
      { unit: 'minor', digits: { ISK: 2 } },
      490000,
      'ISK',
      'ISK 4,900',
      '4 900 ISK',
    ],
    ['thousandths', { unit: 'milli' }, 49_990, 'EUR', '€49.99', '49,99 €'],
    ['whole units', major, '4900.000000', 'RUB', 'RUB 4,900', '4 900 ₽'],
    ['whole units as a number', major, 49.5, 'EUR', '€49.50', '49,50 €'],
    ['without a currency', major, '4900.00', undefined, '4,900', '4 900'],
    ['a coin', major, '49.50000000', 'usdt', '49.5 USDT', '49,5 USDT'],
    ['a small part of a coin', major, '0.00012345', 'BTC', 'BTC 0.00012345', '0,00012345 BTC'],
    ['nothing to pay', minor, 0, 'EUR', '€0', '0 €'],
  ])('%s', (_, how, value, currency, en, ru) => {
    const money = moneyOf(how, value, currency)
    if (money === null) throw new Error('no sum')
    const plain = (text: string) => text.replaceAll(/\p{Zs}/gu, ' ')
    expect([plain(moneyWords('en')(money)), plain(moneyWords('ru')(money))]).toEqual([en, ru])
  })

  test.each<[string, How, JsonValue, JsonValue | undefined]>([
    ['a minor unit of no currency', minor, 4900, undefined],
    ['parts of a minor unit', minor, '49.5', 'EUR'],
    ['a number that lost digits', major, 1e21, 'EUR'],
    ['less than nothing', major, -5, 'EUR'],
    ['words', major, '4900 руб.', 'RUB'],
    ['many digits', major, '9'.repeat(400), 'RUB'],
    ['a list', major, [49], 'EUR'],
    ['a currency that is none', major, 49, '<b>EUR</b>'],
    ['a currency that is a number', major, 49, 643],
    ['a currency of two letters', major, 49, 'EU'],
  ])('is not told: %s', (_, how, value, currency) => {
    expect(moneyOf(how, value, currency)).toBeNull()
  })
})
