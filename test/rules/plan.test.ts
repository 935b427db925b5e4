import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unreadableReasons } from '../../src/bodies/read.ts'
import type { UnreadableReason } from '../../src/bodies/read.ts'
import type { ReadEvent } from '../../src/inbound/event.ts'
import type { JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { plan, planReasons } from '../../src/rules/plan.ts'
import type { ActiveRule, Plan, PlanReason } from '../../src/rules/plan.ts'
import { compileRule, Rule } from '../../src/rules/rule.ts'
import { describeTrace } from '../../src/rules/trace.ts'

function event(value: JsonValue, more: Partial<ReadEvent> = {}): ReadEvent {
  return {
    key: 'evt_1',
    type: 'paid',
    occurredAt: null,
    test: false,
    part: 0,
    value,
    unreadable: null,
    trust: 'signed',
    regions: [],
    ...more,
  }
}

let ids = 0
function active(more: object = {}, campaign: Partial<ActiveRule['campaign']> = {}): ActiveRule {
  const rule = Rule.parse({ events: ['paid'], email: ['$.email'], campaign: 'spring', ...more })
  ids += 1
  return {
    id: `rule-${ids}`,
    name: 'Paid',
    campaign: { id: 'spring', mode: 'live', ...campaign },
    rule: compileRule(rule),
  }
}

const ivan = { email: 'ivan@example.com', amount: 4900 }
const amount = { path: '$.amount', op: 'gte', value: 1000 }
const tooMany: JsonValue = Array.from({ length: limits.pathNodesMax + 1 }, () => 1)

interface Case {
  name: string
  event: ReadEvent
  rules: ActiveRule[]
  state: Plan['state']
  reason: PlanReason
  grants: number
}

const cases: Case[] = [
  { name: 'an event with an email gives a grant', event: event(ivan), rules: [active()], state: 'matched', reason: 'matched', grants: 1 },
  { name: 'no rules', event: event(ivan), rules: [], state: 'unmatched', reason: 'no_rules', grants: 0 },
  { name: 'only a rule that is switched off', event: event(ivan), rules: [active({ enabled: false })], state: 'unmatched', reason: 'no_rules', grants: 0 },
  { name: 'another type', event: event(ivan, { type: 'open' }), rules: [active()], state: 'unmatched', reason: 'no_type_match', grants: 0 },
  { name: 'a condition that is not met', event: event({ ...ivan, amount: 400 }), rules: [active({ when: amount })], state: 'unmatched', reason: 'condition_not_met', grants: 0 },
  { name: 'a condition that is met', event: event(ivan), rules: [active({ when: amount })], state: 'matched', reason: 'matched', grants: 1 },
  { name: 'no email', event: event({ amount: 1 }), rules: [active()], state: 'unmatched', reason: 'no_email', grants: 0 },
  { name: 'an email that is none', event: event({ email: 'ivan' }), rules: [active()], state: 'unmatched', reason: 'no_email', grants: 0 },
  { name: 'an email the proof does not cover', event: event(ivan, { regions: [{ path: "$['email']", trust: 'unsigned' }] }), rules: [active()], state: 'unmatched', reason: 'unsigned_email', grants: 0 },
  { name: 'an event nothing covers', event: event(ivan, { trust: 'unsigned' }), rules: [active()], state: 'unmatched', reason: 'unsigned_email', grants: 0 },
  { name: 'an unsigned email that the rule allows', event: event(ivan, { trust: 'unsigned' }), rules: [active({ unsigned_email: 'allow' })], state: 'matched', reason: 'matched', grants: 1 },
  { name: 'an email proven by a token needs no leave', event: event(ivan, { trust: 'token' }), rules: [active()], state: 'matched', reason: 'matched', grants: 1 },
  { name: 'a condition on what the proof does not cover', event: event(ivan, { regions: [{ path: "$['amount']", trust: 'unsigned' }] }), rules: [active({ when: amount })], state: 'unmatched', reason: 'unsigned_condition', grants: 0 },
  { name: 'the same under a not', event: event({ ...ivan, amount: 1 }, { regions: [{ path: "$['amount']", trust: 'unsigned' }] }), rules: [active({ when: { not: amount } })], state: 'unmatched', reason: 'unsigned_condition', grants: 0 },
  { name: 'a condition that finds too much', event: event({ ...ivan, list: tooMany }), rules: [active({ when: { not: { path: '$.list[*]', op: 'eq', value: 2 } } })], state: 'unmatched', reason: 'too_much_work', grants: 0 },
  { name: 'a group that one part decides all the same', event: event({ ...ivan, list: tooMany }), rules: [active({ when: { any: [{ path: '$.list[*]', op: 'eq', value: 2 }, amount] } })], state: 'matched', reason: 'matched', grants: 1 },
  { name: 'an email path that finds too much is not passed over', event: event({ ...ivan, list: tooMany }), rules: [active({ email: ['$.list[*]', '$.email'] })], state: 'unmatched', reason: 'too_much_work', grants: 0 },
  { name: 'a test event in a live campaign', event: event(ivan, { test: true }), rules: [active()], state: 'test', reason: 'test_event', grants: 1 },
  { name: 'a test event in a sandbox campaign', event: event(ivan, { test: true }), rules: [active({}, { mode: 'sandbox' })], state: 'matched', reason: 'matched', grants: 1 },
  { name: 'a test event in both', event: event(ivan, { test: true }), rules: [active(), active({}, { id: 'try', mode: 'sandbox' })], state: 'matched', reason: 'matched', grants: 2 },
  { name: 'two rules for the same person and campaign', event: event(ivan), rules: [active(), active({ events: ['*'] })], state: 'matched', reason: 'matched', grants: 1 },
  { name: 'two rules for two campaigns', event: event(ivan), rules: [active(), active({}, { id: 'summer' })], state: 'matched', reason: 'matched', grants: 2 },
  { name: 'two people in one campaign', event: event({ ...ivan, friend: 'Ivan@example.com' }), rules: [active(), active({ email: ['$.friend'] })], state: 'matched', reason: 'matched', grants: 2 },
  { name: 'the reason is that of the rule that came furthest', event: event({ amount: 400 }), rules: [active(), active({ when: amount }), active({ events: ['x'] })], state: 'unmatched', reason: 'no_email', grants: 0 },
  ...Object.keys(unreadableReasons).map((reason): Case => ({ name: `an unreadable event: ${reason}`, event: event(null, { unreadable: reason as UnreadableReason }), rules: [active()], state: 'unreadable', reason: 'unreadable', grants: 0 })),
] // prettier-ignore

describe('the plan of an event', () => {
  test.each(cases)('$name: $reason', ({ event: read, rules, state, reason, grants }) => {
    const made = plan(read, rules)
    expect(made).toMatchObject({ state, reason })
    expect(made.grants).toHaveLength(grants)
    expect(JSON.parse(JSON.stringify(made))).toEqual(made)
  })

  test('every reason and state is reached, but the one a plan cannot end with', () => {
    const reached = new Set(cases.map((each) => each.reason))
    const rest = Object.keys(planReasons).filter((reason) => !reached.has(reason as PlanReason))
    expect(rest).toEqual(['same_grant'])
    expect(new Set(cases.map((each) => each.state)).size).toBe(4)
  })

  test('a grant says who, where from, and how far that can be believed', () => {
    const rule = active({ email: ['$.none', '$.people[*].email'] })
    const read = event(
      { people: [{ email: 'nobody' }, { email: ' Olga <olga@Пример.рф>' }, { email: 'z@z.ru' }] },
      { trust: 'token' },
    )
    expect(plan(read, [rule]).grants).toEqual([
      {
        ruleId: rule.id,
        campaignId: 'spring',
        mode: 'live',
        email: { address: 'olga@xn--e1afmkfd.xn--p1ai', display: 'olga@пример.рф' },
        path: "$['people'][1]['email']",
        trust: 'token',
        test: false,
      },
    ])
  })

  test('an unsigned address is passed over for a signed one further down', () => {
    const read = event(
      { a: 'a@x.ru', b: { c: 'b@x.ru' }, bc: 'c@x.ru' },
      {
        regions: [
          { path: "$['a']", trust: 'unsigned' },
          { path: "$['b']", trust: 'unsigned' },
        ],
      },
    )
    const [grant] = plan(read, [active({ email: ['$.a', '$.b.c', '$.bc'] })]).grants
    expect(grant).toMatchObject({ email: { address: 'c@x.ru' }, trust: 'signed' })
  })

  test('a repeated grant is told from a missing one', () => {
    const { trace } = plan(event(ivan), [active(), active()])
    expect(trace.map((each) => each.outcome)).toEqual(['matched', 'same_grant'])
  })

  test('all rules together may work no longer than one event is worth', () => {
    const body = Array.from({ length: 200_000 }, () => [])
    const greedy = Array.from({ length: 50 }, () => active({ email: ['$..email'] }))
    const before = performance.now()
    const made = plan(event(body), greedy)
    expect(performance.now() - before).toBeLessThan(3000)
    expect(made.reason).toBe('too_much_work')
    expect(made.trace[0]?.outcome).toBe('no_email')
  })
})

describe('text operators on long texts with hostile operands', () => {
  const long = 'a'.repeat(1_000_000)
  test.each([
    ['like', `${'*a'.repeat(499)}*b`],
    ['like', `*${'a'.repeat(400)}b*${'a'.repeat(400)}c*`],
    ['contains', `b${'a'.repeat(998)}`],
    ['contains', `${'a'.repeat(500)}b${'a'.repeat(400)}`],
    ['contains', 'aaaaaab'],
    ['eq', `${'a'.repeat(999)}b`],
    ['ends_with', 'ab'],
  ])('%s %s…', (op, value) => {
    const clauses = Array.from({ length: 100 }, () => ({ path: '$.text', op, value }))
    const before = performance.now()
    const made = plan(event({ text: long }), [active({ when: { any: clauses } })])
    expect(performance.now() - before).toBeLessThan(2000)
    expect(['condition_not_met', 'too_much_work']).toContain(made.reason)
  })
})

/** Names and texts that have broken programs before. */
const nasty = fc.constantFrom(
  '__proto__',
  'constructor',
  'email',
  'amount',
  '\ud800',
  '\u0000',
  'a@b.ru',
  '',
  'list',
)
const json = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<JsonValue>(
      null,
      true,
      -0,
      1e308,
      'ivan@example.com',
      '\udc00@x.ru',
      '4900',
      '',
    ),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(nasty, fc.string()), tie('value')), { maxLength: 5 }).map(ownObject),
  ),
})).value

function ownObject(entries: [string, JsonValue][]): JsonValue {
  const made: JsonValue = {}
  for (const [name, value] of entries) {
    Object.defineProperty(made, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return made
}

const curious = [
  active({ email: ['$..email', '$..*'], when: { not: { path: '$..amount', op: 'gt', value: 1 } } }),
  active({
    email: ['$.*', "$['__proto__'].email"],
    events: ['*'],
    when: { path: '$..[?@.list]', op: 'contains', value: 'a' },
  }),
  active({
    email: ['$..[?@ != null]'],
    when: {
      any: [
        { path: '$', op: 'like', value: '*a*' },
        { path: '$.*', op: 'exists' },
      ],
    },
  }),
  active(
    { email: ['$[?match(@.a, @.b)]', '$[?length(@) > 0]'], unsigned_email: 'allow' },
    { id: 'other' },
  ),
]

describe('whatever the event holds', () => {
  test('a plan is made, can be stored, and its trace holds no address', () => {
    fc.assert(
      fc.property(json, fc.string(), fc.boolean(), (value, type, isTest) => {
        const made = plan(event(value, { test: isTest, type: type || 'paid' }), curious)
        const stored = JSON.stringify(made)
        expect(JSON.parse(stored)).toEqual(made)
        expect(stored.isWellFormed()).toBe(true)
        const traced = JSON.stringify(made.trace)
        expect(traced).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:d[89a-f]|0000)/)
        expect(traced.replaceAll('…@…', '').replace(/"path":"[^"]*"/g, '')).not.toContain('@')
        expect(describeTrace(made.trace, 'en')).toHaveLength(describeTrace(made.trace, 'ru').length)
      }),
      { numRuns: 2000 },
    )
  })

  test('values as deep as a body may be are planned', () => {
    let deep: JsonValue = { email: 'ivan@example.com' }
    for (let level = 0; level < limits.jsonDepthMax; level += 1)
      deep = level % 2 ? [deep] : { deep }
    expect(plan(event(deep), [active({ email: ['$..email'] })]).reason).toBe('matched')
  })
})
