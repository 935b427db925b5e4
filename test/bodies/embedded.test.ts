// Texts that hold values of their own: JSON in JSON, base64 of JSON or XML, payloads of tokens.
import { describe, expect, test } from 'vitest'
import { collapse, expand } from '../../src/bodies/embedded.ts'
import { parseXml, writeXml } from '../../src/bodies/xml.ts'
import type { JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'

const inner = { email: 'анна@пример.рф', list: [1, { a: null }] }
const json = JSON.stringify(inner)
const base64 = Buffer.from(json).toString('base64')

describe('what a text holds takes its place', () => {
  test.each([
    ['json', json],
    ['base64-json', base64],
    ['jws', `eyJhbGciOiJFUzI1NiJ9.${Buffer.from(json).toString('base64url')}.c2ln`],
  ] as const)('as %s', (as, text) => {
    expect(expand({ a: { text }, b: 1 }, [{ at: '$.a.text', as }])).toEqual({
      a: { text: inner },
      b: 1,
    })
  })

  test('one inside another, in order', () => {
    const outer = { data: JSON.stringify({ payload: base64 }) }
    const embedded = [
      { at: '$.data', as: 'json' },
      { at: '$.data.payload', as: 'base64-json' },
    ] as const
    expect(expand(outer, embedded)).toEqual({ data: { payload: inner } })
    expect(expand(collapse({ data: { payload: inner } }, embedded), embedded)).toEqual({
      data: { payload: inner },
    })
  })

  test.each<[string, JsonValue]>([
    ['plain words', 'order 42'],
    ['a bare number', '42'],
    ['half a JSON', '{"a":'],
    ['no text', 7],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe]).toString('base64')],
  ])('but %s stay what they are', (_what, value) => {
    for (const as of ['json', 'base64-json', 'base64-xml', 'jws'] as const) {
      expect(expand({ value }, [{ at: '$.value', as }])).toEqual({ value })
    }
  })

  test('and never deeper than a body may be', () => {
    const text = '['.repeat(limits.jsonDepthMax) + ']'.repeat(limits.jsonDepthMax)
    expect(expand({ text }, [{ at: '$.text', as: 'json' }])).toEqual({ text })
  })
})

describe('XML', () => {
  test('becomes members, lists and texts', () => {
    const text = `<notification><timestamp type="datetime">2026-11-30T00:53:20Z</timestamp><kind>k</kind>
      <subject><transactions type="array"><transaction><id>1</id><customer><email>a&amp;b@x.ru</email></customer></transaction></transactions>
      <tag>1</tag><tag>2</tag><nothing nil="true"/><text><![CDATA[<b>]]></text></subject></notification>`
    expect(parseXml(text)).toEqual({
      notification: {
        timestamp: '2026-11-30T00:53:20Z',
        kind: 'k',
        subject: {
          transactions: [{ id: '1', customer: { email: 'a&b@x.ru' } }],
          tag: ['1', '2'],
          nothing: null,
          text: '<b>',
        },
      },
    })
  })

  test('is written so that it reads again', () => {
    const value = { notification: { kind: 'a<b', transactions: [{ id: '1' }], gone: null } }
    expect(parseXml(writeXml(value))).toEqual(value)
  })

  test.each([
    ['what is not well-formed', '<a><b></a>'],
    ['text alone', 'a'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an entity of its own', '<a>&x;</a>'],
    ['too deep', '<a>'.repeat(limits.jsonDepthMax + 1) + '</a>'.repeat(limits.jsonDepthMax + 1)],
    ['too many elements', `<a>${'<b/>'.repeat(limits.xmlElementsMax)}</a>`],
    ['half of it', '<a><b>'],
  ])('is none where it is %s', (_what, text) => {
    expect(parseXml(text)).toBeNull()
  })

  test('with a name like __proto__ is a member like any other', () => {
    expect(JSON.stringify(parseXml('<a><__proto__><x>1</x></__proto__></a>'))).toBe(
      '{"a":{"__proto__":{"x":"1"}}}',
    )
  })
})
