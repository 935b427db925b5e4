import { describe, expect, test } from 'vitest'
import type { ReadEvent } from '../../src/inbound/event.ts'
import type { JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { plan } from '../../src/rules/plan.ts'
import { compileRule, Rule } from '../../src/rules/rule.ts'
import { describeTrace, emailOutcomes, ruleOutcomes } from '../../src/rules/trace.ts'

function traced(value: JsonValue, rule: object, more: Partial<ReadEvent> = {}) {
  const event: ReadEvent = {
    key: 'k', type: 'paid', occurredAt: null, test: false, part: 0, value, unreadable: null, trust: 'signed', regions: [], ...more,
  } // prettier-ignore
  const compiled = compileRule(
    Rule.parse({ events: ['*'], email: ['$.email'], campaign: 'c', ...rule }),
  )
  const { trace } = plan(event, [
    { id: 'r', name: 'Paid', campaign: { id: 'c', mode: 'live' }, rule: compiled },
  ])
  return trace
}

const amount = { path: '$.data.amount_paid', op: 'gte', value: 1000 }

describe('a trace in words', () => {
  test.each<[string, JsonValue, object, string[], string[]]>([
    [
      'a clause that fails',
      { data: { amount_paid: 400 } },
      { when: amount },
      ['Paid: the condition is not met', 'amount_paid ≥ 1000: was 400'],
      ['Paid: условие не выполнено', 'amount_paid ≥ 1000: было 400'],
    ],
    [
      'a clause that holds',
      { data: { amount_paid: 4900 }, email: 'ivan@example.com' },
      { when: amount },
      ['Paid: the bonus is given', 'amount_paid ≥ 1000: was 4900 ✓', 'email: email is used'],
      ['Paid: бонус выдаётся', 'amount_paid ≥ 1000: было 4900 ✓', 'email: email используется'],
    ],
    [
      'a value that is missing',
      {},
      { when: amount },
      ['Paid: the condition is not met', 'amount_paid ≥ 1000: there is no value'],
      ['Paid: условие не выполнено', 'amount_paid ≥ 1000: значения нет'],
    ],
    [
      'presence and absence',
      { a: 1 },
      {
        when: {
          any: [
            { path: '$.a', op: 'exists', value: false },
            { path: '$.b', op: 'exists' },
          ],
        },
      },
      ['Paid: the condition is not met', 'a is absent: was 1', 'b is present: there is no value'],
      ['Paid: условие не выполнено', 'a отсутствует: было 1', 'b присутствует: значения нет'],
    ],
    [
      'lists and text',
      { plan: 'basic' },
      { when: { path: '$.plan', op: 'in', value: ['pro', 'team'] } },
      ['Paid: the condition is not met', 'plan is one of "pro", "team": was "basic"'],
      ['Paid: условие не выполнено', 'plan одно из "pro", "team": было "basic"'],
    ],
    [
      'several values, lists and objects',
      { a: [{ b: [1, 2] }, { b: {} }, { b: null }] },
      { when: { path: '$.a[*].b', op: 'eq', value: 5 } },
      ['Paid: the condition is not met', '$.a[*].b = 5: was [… (2)], {…}, … (3)'],
      ['Paid: условие не выполнено', '$.a[*].b = 5: было [… (2)], {…}, … (3)'],
    ],
    [
      'where an email was looked for',
      { users: [{ email: 'ivan' }] },
      { email: ['$.email', '$.users[*].email'] },
      ['Paid: no email was found', 'email: $.email is missing', 'email: users[0].email has no @'],
      ['Paid: email не найден', 'email: $.email нет значения', 'email: users[0].email нет знака @'],
    ],
  ])('%s', (_what, value, rule, english, russian) => {
    const trace = traced(value, rule)
    expect(describeTrace(trace, 'en')).toEqual(english)
    expect(describeTrace(trace, 'ru')).toEqual(russian)
    expect(describeTrace(JSON.parse(JSON.stringify(trace)), 'ru')).toEqual(russian)
  })

  test('says when something could not be decided, and why', () => {
    const many = { data: Array.from({ length: limits.pathNodesMax + 1 }, () => 1) }
    const greedy = traced(many, { when: { path: '$.data[*]', op: 'eq', value: 1 } })
    expect(describeTrace(greedy, 'en')[1]).toBe('$.data[*] = 1: the path finds too much to decide')
    const open = traced(
      { a: 1 },
      { when: { path: '$.a', op: 'eq', value: 1 } },
      { regions: [{ path: "$['a']", trust: 'unsigned' }] },
    )
    expect(open[0]?.clauses[0]).toMatchObject({ holds: null, undecided: 'unsigned_condition' })
    expect(describeTrace(open, 'ru')[1]).toBe('a = 1: значение не защищено подписью')
  })

  test('every outcome has words in both languages', () => {
    for (const text of [...Object.values(ruleOutcomes), ...Object.values(emailOutcomes)]) {
      expect(text.en).toMatch(/^[\x20-\x7e]+$/)
      expect(text.ru).toMatch(/[а-яё]/)
    }
  })
})

describe('a trace holds no personal data and stays small', () => {
  const address = 'ivan.petrov@example.com'
  test.each<[string, JsonValue, object]>([
    ['as a value', { a: address }, { when: { path: '$.a', op: 'eq', value: 'x' } }],
    [
      'inside text',
      { a: `mail ${address} now` },
      { when: { path: '$.a', op: 'contains', value: 'x' } },
    ],
    [
      'cut off',
      { a: `${'x'.repeat(70)} ${address}` },
      { when: { path: '$.a', op: 'eq', value: 'x' } },
    ],
    [
      'percent-encoded',
      { a: 'ivan.petrov%40example.com' },
      { when: { path: '$.a', op: 'eq', value: 'x' } },
    ],
    [
      'with another @',
      { a: 'ivan.petrov＠example.com' },
      { when: { path: '$.a', op: 'eq', value: 'x' } },
    ],
    ['as what is asked for', { a: 'x' }, { when: { path: '$.a', op: 'in', value: [address] } }],
    ['as a name', { [address]: { a: 1 } }, { when: { path: '$..a', op: 'eq', value: 2 } }],
    ['as a name in a path', {}, { when: { path: `$['${address}']`, op: 'exists' } }],
    [
      'as a name above the email',
      { [`'${address}'`]: { email: address } },
      { email: ['$..email'] },
    ],
    ['as a name above what is no email', { [address]: { email: 'x' } }, { email: ['$..email'] }],
    ['as an email that is used', { email: address }, {}],
    ['as an email that is refused', { email: `${address} ${address}` }, {}],
  ])('an address %s', (_where, value, rule) => {
    const text = JSON.stringify(traced(value, rule))
    expect(text).not.toContain('petrov')
    expect(text).not.toContain('example.com')
  })

  test('a filter in a path is left as it was written', () => {
    const path = "$.list[?@.kind == 'main'].email"
    expect(traced({}, { email: [path] })[0]?.email[0]?.path).toBe(path)
  })

  test('long values, names and stories are cut', () => {
    const when = {
      any: Array.from({ length: limits.conditionLeavesMax }, () => ({
        path: '$..*',
        op: 'eq',
        value: 'y'.repeat(100),
      })),
    }
    const value = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`${at}${'n'.repeat(1000)}`, '😀'.repeat(50)]),
    )
    const [rule] = traced(value, { when: { not: when }, email: ['$.*'] })
    expect(rule?.clauses).toHaveLength(limits.traceClausesMax)
    expect(rule?.email).toHaveLength(limits.traceEmailsMax)
    for (const clause of rule?.clauses ?? []) {
      expect(clause.was?.length).toBeLessThanOrEqual(limits.traceValueCharsMax)
      expect(JSON.stringify(clause).isWellFormed()).toBe(true)
    }
    expect(JSON.stringify(rule).length).toBeLessThan(60_000)
  })
})
