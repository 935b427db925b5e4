import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { operatorNames, operators } from '../../src/rules/operators.ts'
import type { OperatorName } from '../../src/rules/operators.ts'

/** What the path found, what is asked, whether it holds. */
type Row = [found: JsonValue[], operand: JsonValue | undefined, holds: boolean]

const rows: Record<OperatorName, Row[]> = {
  eq: [
    [['paid'], 'paid', true],
    [['Paid'], 'paid', false],
    [[], 'paid', false],
    [['open', 'paid'], 'paid', true],
    [[1000], 1000, true],
    [['1000'], 1000, true],
    [['1000.00'], 1000, true],
    [['1e3'], 1000, false],
    [['1,000'], 1000, false],
    [[' 1000'], 1000, false],
    [['0x3e8'], 1000, false],
    [[''], 0, false],
    [[7], '7', false],
    [['007'], '007', true],
    [[true], true, true],
    [['true'], true, false],
    [[1], true, false],
    [[null], null, true],
    [[], null, false],
    [[0], null, false],
    [[['paid']], 'paid', false],
    [[{}], 'paid', false],
  ],
  ne: [
    [['open'], 'paid', true],
    [['paid'], 'paid', false],
    [['open', 'paid'], 'paid', false],
    [[], 'paid', true],
    [['4900.0'], 4900, false],
    [[4900], '4900', true],
  ],
  in: [
    [['a'], ['a', 'b'], true],
    [['c'], ['a', 'b'], false],
    [['c', 'b'], ['a', 'b'], true],
    [['2.0'], [1, 2], true],
    [[null], [null], true],
    [[], ['a'], false],
  ],
  nin: [
    [['c'], ['a', 'b'], true],
    [['a'], ['a', 'b'], false],
    [['c', 'a'], ['a', 'b'], false],
    [[], ['a'], true],
  ],
  exists: [
    [[null], true, true],
    [[], true, false],
    [[], false, true],
    [[0], false, false],
    [[0], undefined, true],
    [[], undefined, false],
  ],
  gt: [
    [[2], 1, true],
    [[1], 1, false],
    [['1.01'], 1, true],
    [['2025-01-01'], 1, false],
    [[null], -1, false],
    [[true], 0, false],
    [[[5]], 1, false],
  ],
  gte: [
    [[1], 1, true],
    [['4900.00'], 4900, true],
    [[0.99], 1, false],
    [[], 0, false],
    [[0, 5], 5, true],
  ],
  lt: [
    [[0], 1, true],
    [['-2'], -1, true],
    [[1], 1, false],
    [[''], 1, false],
  ],
  lte: [
    [[1], 1, true],
    [['1'], 1, true],
    [[2], 1, false],
    [[null], 1, false],
  ],
  contains: [
    [['premium plan'], 'plan', true],
    [['premium'], 'plan', false],
    [['Plan'], 'plan', false],
    [[['a', 'b']], 'b', true],
    [[['ab']], 'b', false],
    [[[1, '2.0']], 2, true],
    [[[true]], true, true],
    [[12], 1, false],
    [[], 'a', false],
  ],
  starts_with: [
    [['price_1'], 'price_', true],
    [['a price_1'], 'price_', false],
    [['Price_1'], 'price_', false],
    [[5], '5', false],
    [[['price_1']], 'price_', false],
  ],
  ends_with: [
    [['a@corp.example'], '@corp.example', true],
    [['a@corp.example.org'], '@corp.example', false],
    [[null], 'x', false],
  ],
  like: [
    [['Premium Plan'], 'premium*', true],
    [['my premium'], 'premium*', false],
    [['my premium plan'], '*PREMIUM*', true],
    [['premium'], 'premium', true],
    [['premium!'], 'premium', false],
    [['abcabc'], 'a*b*c', true],
    [['acb'], 'a*b*c', false],
    [['aba'], 'ab*ba', false],
    [['abba'], 'ab*ba', true],
    [['ab'], 'a*b*b', false],
    [['abb'], 'a*b*b', true],
    [['a.b'], 'a?b', false],
    [['a\nb'], 'a*b', true],
    [['ПРЕМИУМ'], 'прем*', true],
    [[''], '*', true],
    [[5], '*', false],
    [[], '*', false],
  ],
}

const refusedOperands: Record<OperatorName, (JsonValue | undefined)[]> = {
  eq: [undefined, [], {}, 'x'.repeat(limits.operandCharsMax + 1), 2 ** 53],
  ne: [undefined, ['a'], {}],
  in: [undefined, 'a', [], [[]], [{}], Array.from({ length: limits.operandListMax + 1 }, () => 1)],
  nin: [undefined, 1, []],
  exists: ['yes', 1, null],
  gt: [undefined, '1', null, true, '2025-01-01'],
  gte: [undefined, '1000', [1]],
  lt: [undefined, '1'],
  lte: [undefined, '1'],
  contains: [undefined, ['a'], {}],
  starts_with: [undefined, 5, '', null],
  ends_with: [undefined, 5, ''],
  like: [undefined, 5, '', ['*']],
}

describe.each(operatorNames)('%s', (name) => {
  test('has rows that hold and rows that do not', () => {
    expect(new Set(rows[name].map(([, , holds]) => holds))).toEqual(new Set([true, false]))
    expect(refusedOperands[name]).not.toHaveLength(0)
  })

  test.each(rows[name])('of %j against %j: %s', (found, operand, holds) => {
    expect(operators[name].holds(operand)(found)).toBe(holds)
  })

  test.each(refusedOperands[name].map((operand) => [operand]))('refuses %j', (operand) => {
    expect(operators[name].value.safeParse(operand).success).toBe(false)
  })

  test('has a name in both languages', () => {
    expect(operators[name].label.en).not.toBe('')
    expect(operators[name].label.ru).not.toBe('')
  })
})
