import { expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { addressesWithin } from '../../src/rules/email-within.ts'

const within = (text: string) =>
  addressesWithin(text).map(({ address, sure }) => address + (sure ? '' : ' ?'))

test.each<[string, string[]]>([
  ['ivan@example.com', ['ivan@example.com']],
  ['signed_up:ivan@example.com', ['ivan@example.com']],
  ['order-ivan@example.com-17', ['order-ivan@example.com', 'ivan@example.com']],
  ['order_ivan@example.com_17', ['order_ivan@example.com', 'ivan@example.com']],
  ['17/ivan@example.com.17/x', ['17/ivan@example.com', 'ivan@example.com']],
  ["<o'brien@example.com>", ["o'brien@example.com", 'brien@example.com']],
  ['a:Ivan.Petrov+tag@Example.COM|b', ['Ivan.Petrov+tag@example.com']],
  ['paid ivan@example.com, anna@пример.рф-2', ['ivan@example.com', 'anna@xn--e1afmkfd.xn--p1ai']],
  [
    'x-anna@xn--e1afmkfd.xn--p1ai-2',
    ['x-anna@xn--e1afmkfd.xn--p1ai', 'anna@xn--e1afmkfd.xn--p1ai'],
  ],
  ['olga@x.xn--vermgensberater-ctb-2', ['olga@x.xn--vermgensberater-ctb']],
  ['ivan@example.com@anna@example.org', ['ivan@example.com', 'anna@example.org']],
  // As a whole these are addresses: of whom is in doubt.
  ['mary-ann@example.com', ['mary-ann@example.com', 'ann@example.com ?']],
  ['mary-ann@example.com.', ['mary-ann@example.com', 'ann@example.com ?']],
  // A dot or a plus joins what belongs together.
  ['other.ivan@example.com', ['other.ivan@example.com']],
  ['ivan@example.com.ru', ['ivan@example.com.ru']],
  ['ivan@example.comx', ['ivan@example.comx']],
  ['.x-ivan@example.com', ['ivan@example.com']],
  ['nobody@localhost', []],
  ['ivan@10.0.0.1', []],
  ['@example.com', []],
  ['no address', []],
])('%j holds %j', (text, expected) => {
  expect(within(text)).toEqual(expected)
})

test('what one text may hold is bounded, and looked at once', () => {
  const many = (n: number) => Array.from({ length: n }, (_, k) => `-${k}`).join('')
  expect(addressesWithin(`${many(2000)}@example.com`).length).toBeLessThan(
    limits.emailLocalBytesMax,
  )
  const crowd = Array.from({ length: 2000 }, (_, k) => `a${k}@example.com`).join(' ')
  expect(addressesWithin(crowd)).toHaveLength(limits.addressesWithinMax)
  const started = performance.now()
  for (const text of [
    '@'.repeat(200_000),
    'a'.repeat(200_000) + '@',
    '@' + 'a.1'.repeat(60_000),
    '-@'.repeat(100_000),
  ])
    addressesWithin(text)
  expect(performance.now() - started).toBeLessThan(500)
})
