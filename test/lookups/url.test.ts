import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { compileUrl } from '../../src/lookups/url.ts'
import { isProviderId, providers } from '../../src/providers/index.ts'
import { compilePath } from '../../src/rules/path.ts'

const url = 'https://api.example.com/v1/payments/{field:$.id}?with={field:$.more}'
const filled = (id: JsonValue, more: JsonValue = 'x') => compileUrl(url)({ id, more })

describe('the address of an object', () => {
  test.each([
    ['tr_1', 'tr_1'],
    [17, '17'],
    ['a/b', 'a%2Fb'],
    ['../../admin', '..%2F..%2Fadmin'],
    ['a?b=c#d', 'a%3Fb%3Dc%23d'],
    ['%2e%2e', '%252e%252e'],
    ['@evil.example', '%40evil.example'],
    ["o'h(no)*!", '%6F%27h%28no%29%2A%21'.replace('%6F', 'o')],
    ['тест', '%D1%82%D0%B5%D1%81%D1%82'],
    ['a\r\nb', 'a%0D%0Ab'],
  ])('holds %j as one part of it', (id, part) => {
    expect(filled(id)).toBe(`https://api.example.com/v1/payments/${part}?with=x`)
    expect(filled('x', id)).toBe(`https://api.example.com/v1/payments/x?with=${part}`)
  })

  test.each([
    ['nothing', ''],
    ['one dot', '.'],
    ['two dots', '..'],
    ['half a character', '\ud800'],
    ['a list', ['a']],
    ['an object', { a: 1 }],
    ['null', null],
    ['a number that JSON has rounded', 2 ** 60],
    ['too long a text', 'x'.repeat(limits.lookupFieldCharsMax + 1)],
  ])('is none for %s', (_, id) => {
    expect(filled(id)).toBeNull()
  })

  test('is there for the longest text, and none where the field is missing or there twice', () => {
    expect(filled('x'.repeat(limits.lookupFieldCharsMax))).not.toBeNull()
    expect(compileUrl(url)({ id: 'x' })).toBeNull()
    expect(compileUrl('https://a.example/{field:$.ids[*]}')({ ids: ['a', 'b'] })).toBeNull()
  })
})

describe('a template', () => {
  test.each([
    'http://api.example.com/{field:$.id}',
    'https://{field:$.host}/v1',
    'https://api.example.com{field:$.id}/',
    'https://user:password@api.example.com/',
    'https://api.example.com:8443/',
    'https://localhost/{field:$.id}',
    'https://api.example.com/{id}',
    'https://api.example.com/{field:id}',
    'https://api.example.com/{field:$.id',
  ])('%s is refused', (template) => {
    expect(() => compileUrl(template)).toThrow()
  })

  test('of every preset is one, with paths that are paths, over bodies that can be read again', () => {
    for (const { lookup, join, body } of Object.keys(providers)
      .filter(isProviderId)
      .map((id) => providers[id])) {
      const urls =
        lookup === undefined ? [] : [lookup.url, ...(lookup.also ? [lookup.also.url] : [])]
      const paths = [
        ...(lookup?.agree.flatMap(({ event, fetched }) => [event, fetched]) ?? []),
        ...(join ? [join.learn.customer, ...join.learn.email, join.apply.customer] : []),
      ]
      expect(() => urls.map(compileUrl)).not.toThrow()
      expect(() => paths.map(compilePath)).not.toThrow()
      if (lookup?.required) expect(lookup.agree.length).toBeGreaterThan(0)
      if (lookup || join)
        expect([body.format].flat()).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(jwt|query)$/)]),
        )
    }
  })
})
