import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { isAtOrBelow } from '../../src/rules/path-text.ts'
import { compilePath, PathError } from '../../src/rules/path.ts'
import { compilePattern } from '../../src/rules/pattern.ts'
import { groups, invalid, knownDeviations } from './path-cases.ts'
import { runPublicSuite } from './path-suite.ts'

const publicSuite = process.env['JSONPATH_SUITE']
if (publicSuite !== undefined) runPublicSuite(publicSuite)

describe('RFC 9535', () => {
  for (const { section, document, cases } of groups) {
    test.each(cases)(`${section}: %s`, (text, values, at) => {
      const found = compilePath(text).find(document)
      expect(found.map((each) => each.value)).toEqual(values)
      if (at) expect(found.map((each) => each.path)).toEqual(at)
      for (const each of found) expect(compilePath(each.path).find(document)).toEqual([each])
    })
  }

  test.each(invalid)('%j is not a path', (text) => {
    expect(() => compilePath(text)).toThrow(PathError)
  })

  test.each(knownDeviations)('known deviation of the parser: %s', (text, accepted) => {
    if (accepted) expect(compilePath(text).text).toBe(text)
    else expect(() => compilePath(text)).toThrow(PathError)
  })

  test('whatever the text, it is a path or a PathError', () => {
    const parts = String.raw`$ . .. [ ] ? @ ( ) ! * : , ~ # " ' a 0 -1 == < && || length( match( count( null 1e1 \ \ud800`
    const part = fc.constantFrom(' ', '\n', ...parts.split(' '))
    const text = fc.oneof(
      fc.string(),
      fc.array(part).map((chosen) => `$${chosen.join('')}`),
    )
    fc.assert(
      fc.property(text, fc.jsonValue(), (path, value) => {
        const error = errorOf(() => compilePath(path).search(readBack(value)))
        expect(error === null || error instanceof PathError).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('the table is large enough to mean something', () => {
    const valid = groups.reduce((sum, group) => sum + group.cases.length, 0)
    expect(valid).toBeGreaterThan(130)
    expect(new Set(invalid).size).toBeGreaterThan(90)
  })
})

describe('a mistake is explained to the person who wrote it', () => {
  test.each([
    ['data.email', 'character 1', '"$"'],
    ['$.data.', 'character 8', 'end of the path'],
    ['$.data email', 'character 8', "found 'e'"],
    ['$.list[?@.a=1]', 'character 12', "'='"],
    ['$.list[0', 'character 9', 'unclosed bracketed selection'],
    ['$.list[0 1]', 'character', '","'],
    ['$.list[?!1]', 'character 10', 'cannot stand here'],
    ["$.list[?match(@.a, '[')]", 'character 21', 'I-Regexp'],
    [
      `$.list[?match(@.a, '${'x'.repeat(limits.patternCharsMax + 1)}')]`,
      'character 21',
      'I-Regexp',
    ],
    [`$.${'x'.repeat(limits.pathCharsMax)}`, 'at most', String(limits.pathCharsMax)],
  ])('%s', (text, where, what) => {
    const error = errorOf(() => compilePath(text))
    const message = error instanceof PathError ? error.message : ''
    expect(message).toContain(where)
    expect(message).toContain(what)
    expect(message).not.toMatch(/TOKEN_/)
  })

  test('a path of exactly the greatest length is accepted', () => {
    const text = `$.${'x'.repeat(limits.pathCharsMax - 2)}`
    expect(compilePath(text).find({})).toEqual([])
  })
})

function errorOf(action: () => unknown): unknown {
  try {
    action()
    return null
  } catch (error) {
    return error
  }
}

function readBack(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value))
}

describe('only own properties are seen', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'at']
  test.each(names)('%s is found only where the payload has it', (name) => {
    const paths = [`$.${name}`, `$['${name}']`, `$..${name}`, `$[?@.${name}]`, `$[?@['${name}']]`]
    for (const text of paths) {
      for (const value of [{}, { a: {} }, [], [[]], 'text', 5, null]) {
        expect(compilePath(text).find(value)).toEqual([])
      }
    }
    const own: JsonValue = JSON.parse(`{"${name}": {"x": 1}}`)
    expect(compilePath(`$.${name}.x`).find(own)).toEqual([{ path: `$['${name}']['x']`, value: 1 }])
    expect(compilePath(`$..x`).find(own)).toHaveLength(1)
  })
})

describe('a run is bounded', () => {
  const zeros = (count: number): JsonValue => Array.from({ length: count }, () => 0)
  let nest: JsonValue = 1
  for (let depth = 0; depth < 60; depth += 1) nest = { a: nest, b: [1, 2, 3] }
  const bodies: Record<string, JsonValue> = {
    'a flat list of 1 MB': zeros(500_000),
    'many small objects': Array.from({ length: 60_000 }, (_, id) => ({ id, b: 'x' })),
    'many deep objects': Array.from({ length: 200 }, () => nest),
    'one text of 1 MB': ['x'.repeat(1_000_000)],
  }
  const hostile = [
    '$..*..*..*', '$..*..*..*..x', '$[?count($..*) > 1]', '$..[?@..a]', '$..[?@ == $]',
    '$[?search(@, $[0])]', '$..[?length(@) > 5]', "$[?match(@, '(x+)+y')]", '$..[?@[?@..b]]',
  ] // prettier-ignore

  test.each(hostile)('%s ends soon, whatever the body', (text) => {
    for (const body of Object.values(bodies)) {
      const before = performance.now()
      const steps = { left: limits.pathStepsMax }
      const { found, complete } = compilePath(text).search(body, steps)
      expect(performance.now() - before).toBeLessThan(2000)
      expect(found.length).toBeLessThanOrEqual(limits.pathNodesMax)
      expect(steps.left).toBeGreaterThanOrEqual(0)
      if (!complete) expect(found).toEqual([])
    }
  })

  test('a whole body of 1 MB can be searched once', () => {
    const result = compilePath('$..email').search(bodies['a flat list of 1 MB'] ?? null)
    expect(result).toEqual({ found: [], complete: true })
  })

  test('as many values as allowed are found, one more is too many and none is given', () => {
    const path = compilePath('$[*]')
    expect(path.search(zeros(limits.pathNodesMax)).found).toHaveLength(limits.pathNodesMax)
    expect(path.search(zeros(limits.pathNodesMax + 1))).toEqual({ found: [], complete: false })
    expect(path.find(zeros(limits.pathNodesMax + 1))).toEqual([])
  })

  test('steps are shared by those who share them', () => {
    const steps = { left: 25 }
    const path = compilePath('$[*]')
    expect(path.search(zeros(10), steps).complete).toBe(true)
    expect(path.search(zeros(10), steps).complete).toBe(true)
    expect(path.search(zeros(10), steps).complete).toBe(false)
    expect(compilePath('$[0]').search(zeros(10), steps).complete).toBe(true)
  })

  test('values deeper than any body do not overflow the stack', () => {
    let deep: JsonValue = []
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
    expect(compilePath('$..x').search(deep).complete).toBe(false)
    expect(compilePath('$[?@ == $[0]]').search([deep, [deep]]).complete).toBe(false)
    expect(compilePath('$[0]').find(deep)).toHaveLength(1)
  })

  test('patterns run in linear time, also those that a body brings', () => {
    const subject = 'a'.repeat(5000)
    const evil = '(a|aa)+(a|aa)+b'
    const before = performance.now()
    expect(compilePath(`$[?match(@.s, '${evil}')]`).search([{ s: subject }]).complete).toBe(true)
    expect(compilePath('$[?match(@.s, @.p)]').find([{ s: subject, p: evil }])).toEqual([])
    expect(performance.now() - before).toBeLessThan(2000)
  })

  test('a pattern from a body that is none, or too large, matches nothing', () => {
    const path = compilePath('$[?match(@.s, @.p)]')
    const patterns = [
      '(',
      'a{',
      'a**',
      'a*?',
      '[[:alpha:]]',
      '\\d',
      '\\b',
      '(?i)a',
      '\\Qa\\E',
      '[a-]b]',
      'x{1000}',
      'a'.repeat(300),
    ]
    for (const p of patterns) expect(path.find([{ s: 'a', p }])).toEqual([])
    expect(path.find([{ s: 'a', p: 'a?' }])).toHaveLength(1)
  })
})

test('a pattern may be as large as allowed, and no larger', () => {
  const { patternStatesMax: states, patternCharsMax: chars } = limits
  expect(compilePattern(`x{${states / 2}}`, true)?.matches('x'.repeat(states / 2))).toBe(true)
  expect(compilePattern(`x{${states + 1}}`, true)).toBeNull()
  expect(compilePattern('x'.repeat(chars), true)?.matches('x'.repeat(chars))).toBe(true)
  expect(compilePattern('x'.repeat(chars + 1), true)).toBeNull()
})

describe('where a place lies', () => {
  test.each([
    ["$['a']", "$['a']", true],
    ["$['a']['b']", "$['a']", true],
    ["$['a'][0]", "$['a']", true],
    ["$['ab']", "$['a']", false],
    ["$['a']", "$['a']['b']", false],
    ["$['b']['a']", "$['a']", false],
    ["$['a']", '$', true],
  ])('%s is at or below %s: %s', (path, ancestor, expected) => {
    expect(isAtOrBelow(path, ancestor)).toBe(expected)
  })
})

test('the same text is compiled once', () => {
  expect(compilePath('$.a[?@.b]')).toBe(compilePath('$.a[?@.b]'))
})
