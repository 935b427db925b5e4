import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { compileRule, Rule } from '../../src/rules/rule.ts'

const least = { events: ['invoice.paid'], email: ['$.email'], campaign: 'spring' }
const leaf = { path: '$.a', op: 'exists' }

function nested(depth: number): JsonValue {
  return depth === 1 ? leaf : { not: nested(depth - 1) }
}

describe('a rule is accepted', () => {
  test.each<[string, object]>([
    ['with the least it needs', {}],
    ['with a name and switched off', { name: 'Paid', enabled: false }],
    ['for all events', { events: ['*'] }],
    ['for a family of events', { events: ['invoice.*', 'user.created'] }],
    ['with a clause', { when: { path: '$.data.amount', op: 'gte', value: 1000 } }],
    ['with a clause that needs no value', { when: leaf }],
    ['with groups in groups', { when: { all: [leaf, { any: [{ not: leaf }, leaf] }] } }],
    ['with as deep a condition as allowed', { when: nested(limits.conditionDepthMax) }],
    [
      'with as many clauses as allowed',
      { when: { any: Array.from({ length: limits.conditionLeavesMax }, () => leaf) } },
    ],
    ['with a filter in a path', { email: ['$.emails[?@.id == $.primary].address'] }],
    ['that takes unsigned values', { unsigned_email: 'allow' }],
  ])('%s', (_what, more) => {
    const rule = { ...least, ...more }
    expect(Rule.parse(rule)).toEqual(rule)
    expect(compileRule(Rule.parse(rule)).email).toHaveLength(1)
  })
})

describe('a mistake is reported at its exact place', () => {
  test.each<[object, (string | number)[], string]>([
    [{ events: [] }, ['events'], ''],
    [{ events: ['a*b'] }, ['events', 0], 'only at the end'],
    [{ events: ['ok', '**'] }, ['events', 1], 'only at the end'],
    [{ events: [''] }, ['events', 0], ''],
    [
      { events: Array.from({ length: limits.eventPatternsPerRuleMax + 1 }, () => 'x') },
      ['events'],
      '',
    ],
    [{ email: [] }, ['email'], ''],
    [{ email: ['$.a', 'email'] }, ['email', 1], 'character 1'],
    [{ email: ['$.a..'] }, ['email', 0], 'character 6'],
    [{ email: [5] }, ['email', 0], 'path'],
    [
      { email: Array.from({ length: limits.emailPathsPerRuleMax + 1 }, () => '$.a') },
      ['email'],
      '',
    ],
    [{ campaign: ' ' }, ['campaign'], ''],
    [{ campaign: undefined }, ['campaign'], ''],
    [{ unsigned_email: true }, ['unsigned_email'], 'allow'],
    [{ enabled: 'yes' }, ['enabled'], ''],
    [{ emails: ['$.a'] }, [], 'emails'],
    [{ when: null }, ['when'], '{ path, op, value }'],
    [{ when: 'x' }, ['when'], '{ path, op, value }'],
    [{ when: [] }, ['when'], '{ path, op, value }'],
    [{ when: {} }, ['when', 'path'], 'path'],
    [{ when: { all: [] } }, ['when', 'all'], 'at least one'],
    [{ when: { all: leaf } }, ['when', 'all'], ''],
    [{ when: { all: [leaf], any: [leaf] } }, ['when'], 'any'],
    [{ when: { ...leaf, not: leaf } }, ['when'], 'path'],
    [{ when: { all: [leaf, 7] } }, ['when', 'all', 1], '{ path, op, value }'],
    [{ when: { ...leaf, extra: 1 } }, ['when'], 'extra'],
    [{ when: { path: '$.a', op: 'equals', value: 1 } }, ['when', 'op'], 'starts_with'],
    [{ when: { path: '$.a', op: 'toString', value: 1 } }, ['when', 'op'], 'starts_with'],
    [{ when: { path: '$.a', op: 'eq' } }, ['when', 'value'], 'must be'],
    [{ when: { path: '$.a', op: 'gt', value: '5' } }, ['when', 'value'], 'without quotes'],
    [{ when: { path: '$.a', op: 'in', value: [1, {}] } }, ['when', 'value', 1], 'must be'],
    [
      { when: { path: '$.a', op: 'like', value: 'x'.repeat(limits.operandCharsMax + 1) } },
      ['when', 'value'],
      '1000',
    ],
    [
      { when: { any: [leaf, { not: { all: [{ path: '$[', op: 'exists' }] } }] } },
      ['when', 'any', 1, 'not', 'all', 0, 'path'],
      'character 3',
    ],
    [
      { when: nested(limits.conditionDepthMax + 1) },
      ['when', ...Array.from({ length: limits.conditionDepthMax }, () => 'not')],
      'deep',
    ],
    [
      { when: { any: Array.from({ length: limits.conditionLeavesMax + 1 }, () => leaf) } },
      ['when'],
      'clauses',
    ],
  ])('%j', (wrong, path, message) => {
    const { error } = Rule.safeParse({ ...least, ...wrong })
    const places = error?.issues.map((issue) => ({ path: issue.path, message: issue.message }))
    expect(places).toContainEqual({ path, message: expect.stringContaining(message) })
  })

  test('all mistakes are reported at once', () => {
    const when = {
      all: [
        { path: 'a', op: 'exists' },
        { path: '$.a', op: 'gt', value: 'x' },
      ],
    }
    const { error } = Rule.safeParse({ ...least, when, email: ['x'], campaign: '' })
    expect(error?.issues.map((issue) => issue.path.join('.')).sort()).toEqual([
      'campaign',
      'email.0',
      'when.all.0.path',
      'when.all.1.value',
    ])
  })

  test('a condition nested beyond any stack is refused like any other', () => {
    expect(Rule.safeParse({ ...least, when: deepNot(200_000) }).success).toBe(false)
  })
})

function deepNot(depth: number): JsonValue {
  let node: JsonValue = leaf
  for (let level = 0; level < depth; level += 1) node = { not: node }
  return node
}

describe('types of events', () => {
  test.each([
    ['invoice.paid', 'invoice.paid', true],
    ['invoice.paid', 'invoice.paid.late', false],
    ['invoice.paid', 'Invoice.paid', false],
    ['invoice.*', 'invoice.paid', true],
    ['invoice.*', 'invoice', false],
    ['invoice*', 'invoice', true],
    ['paid*', 'invoice.paid', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['a', '', false],
    ['a.b', 'axb', false],
  ])('%s takes %j: %s', (pattern, type, expected) => {
    const rule = compileRule(Rule.parse({ ...least, events: ['other', pattern] }))
    expect(rule.appliesTo(type)).toBe(expected)
  })
})
