import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { answers, failedCall, failures, readAnswer } from '../../src/moab/answer.ts'
import type { AnswerClass, FailureWord } from '../../src/moab/answer.ts'

const read = (body: string | Buffer, status = 200, complete = true) =>
  readAnswer(status, Buffer.from(body), complete)

// The document's table, by hand: the source must not be its own witness.
const documented: [number, AnswerClass][] = [
  [1, 'no_data'],
  [2, 'no_api_key'],
  [3, 'api_key_malformed'],
  [4, 'no_email'],
  [5, 'wrong_email'],
  [6, 'partner_not_found'],
  [7, 'not_started'],
  [8, 'ended'],
  [9, 'limit_reached'],
  [10, 'known'],
  [11, 'moab_error'],
]

describe('the table of answers', () => {
  test('holds the eleven documented codes and nothing else with a code', () => {
    const coded = Object.entries(answers).flatMap(([name, { code }]) =>
      code === null ? [] : [[code, name]],
    )
    expect(coded).toEqual(documented)
  })

  test('speaks both languages, for answers and for failures', () => {
    const texts = [...Object.values(answers).map(({ says }) => says), ...Object.values(failures)]
    for (const { en, ru } of texts) {
      expect(en).toMatch(/[a-z]/)
      expect(ru).toMatch(/[а-я]/)
    }
  })

  test.each(documented)('error %i is %s, as a number and as a numeric string', (code, name) => {
    const expected = { class: name, code, failure: null, ambiguous: false, httpStatus: 200 }
    expect(read(`{"status":"fail","error":${code}}`)).toMatchObject(expected)
    expect(read(`{"status":"FAIL","error":"${code}"}`)).toMatchObject(expected)
  })
})

describe('success', () => {
  test.each([
    ['as documented', '{"status":"ok"}'],
    ['in capitals', '{"status":"OK"}'],
    ['in mixed case', '{"status":"Ok"}'],
    ['with white space around', ' \r\n\t{ "status" : "ok" }\n'],
    ['after a byte order mark', '\ufeff{"status":"ok"}'],
    ['with an error beside it', '{"status":"ok","error":5}'],
    ['with a null error', '{"status":"ok","error":null}'],
    ['with nested junk', '{"a":{"status":"fail","error":5},"status":"ok","b":[[[]]]}'],
    ['with a prototype key', '{"__proto__":{"status":"fail"},"status":"ok"}'],
    ['escaped', '{"\\u0073tatus":"\\u006fk"}'],
    ['the last of duplicate keys', '{"status":"fail","error":5,"status":"ok"}'],
  ])('%s', (_name, body) => {
    expect(read(body)).toMatchObject({ class: 'ok', code: null, failure: null, ambiguous: false })
  })

  test('also in bytes that are not all UTF-8', () => {
    const body = Buffer.concat([
      Buffer.from('{"status":"ok","x":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ])
    expect(read(body).class).toBe('ok')
  })
})

describe('an answer the document does not describe is unknown', () => {
  test.each<[string, number | null]>([
    ['{"status":"fail","error":0}', 0],
    ['{"status":"fail","error":-0}', 0],
    ['{"status":"fail","error":12}', 12],
    ['{"status":"fail","error":-1}', -1],
    ['{"status":"fail","error":2147483647}', 2147483647],
    ['{"status":"fail","error":2147483648}', null],
    ['{"status":"fail","error":1e400}', null],
    ['{"status":"fail","error":5.5}', null],
    ['{"status":"fail","error":"5.5"}', null],
    ['{"status":"fail","error":"5 "}', null],
    ['{"status":"fail","error":"five"}', null],
    ['{"status":"fail","error":""}', null],
    ['{"status":"fail","error":"99999999999999999999"}', null],
    ['{"status":"fail","error":null}', null],
    ['{"status":"fail","error":true}', null],
    ['{"status":"fail","error":[5]}', null],
    ['{"status":"fail","error":{"code":5}}', null],
    ['{"status":"fail"}', null],
    ['{"status":"fail","error":5,"error":"x"}', null],
    ['{"status":"error","error":5}', 5],
    ['{"status":"okay"}', null],
    ['{"status":"ok "}', null],
    ['{"status":"o\u212a"}', null],
    ['{"status":true}', null],
    ['{"status":["ok"]}', null],
    ['{"status":null,"error":5}', 5],
    ['{"Status":"ok"}', null],
    ['{"error":5}', 5],
    ['{"__proto__":{"status":"ok"}}', null],
    ['{}', null],
  ])('%s', (body, code) => {
    expect(read(body)).toMatchObject({ class: 'unknown', code, failure: null, ambiguous: false })
  })
})

describe('no answer, and the request may have arrived', () => {
  const page = '<!doctype html><title>MOAB</title>'
  test.each<[string, string | Buffer, number, boolean, FailureWord]>([
    ['an HTML page', page, 200, true, 'not_json'],
    ['an empty body', '', 200, true, 'not_json'],
    ['a lone byte order mark', '\ufeff', 200, true, 'not_json'],
    ['half a JSON that claims to be whole', '{"status":"o', 200, true, 'not_json'],
    ['JSON with a tail', '{"status":"ok"}{"status":"ok"}', 200, true, 'not_json'],
    ['the document’s own notation', '{ status: "ok" }', 200, true, 'not_json'],
    ['UTF-16', Buffer.from('{"status":"ok"}', 'utf16le'), 200, true, 'not_json'],
    ['deep nesting', '['.repeat(limits.moabAnswerBytesMax), 200, true, 'not_json'],
    ['an array', '[{"status":"ok"}]', 200, true, 'not_an_object'],
    ['a string', '"ok"', 200, true, 'not_an_object'],
    ['null', 'null', 200, true, 'not_an_object'],
    ['a broken off body', '{"status":"ok"}', 200, false, 'truncated'],
    ['status 201', '{"status":"ok"}', 201, true, 'http_status'],
    ['status 302', '', 302, true, 'http_status'],
    ['status 500', '{"status":"fail","error":11}', 500, true, 'http_status'],
  ])('%s', (_name, body, status, complete, failure) => {
    expect(read(body, status, complete)).toMatchObject({
      class: 'no_answer',
      code: null,
      failure,
      ambiguous: true,
      httpStatus: status,
    })
  })

  test('the size limit holds from both sides', () => {
    const padded = (bytes: number) => '{"status":"ok"}'.padEnd(bytes)
    expect(read(padded(limits.moabAnswerBytesMax)).class).toBe('ok')
    expect(read(padded(limits.moabAnswerBytesMax + 1)).failure).toBe('answer_too_large')
  })

  test.each([true, false])('a failed call is ambiguous if it was written: %s', (written) => {
    expect(failedCall('connection_reset', written)).toEqual({
      class: 'no_answer',
      code: null,
      failure: 'connection_reset',
      ambiguous: written,
      httpStatus: null,
      snippet: null,
    })
  })
})

describe('the snippet', () => {
  const key = '3F2B8C1E-9a4d-4222-8333-444455556666'
  const snippet = (body: string, secrets: string[] = []) =>
    readAnswer(200, Buffer.from(body), true, secrets).snippet

  test.each<[string, string, string]>([
    ['keeps an answer as it is', '{"status":"ok"}', '{"status":"ok"}'],
    ['masks an email', 'no ivan.petrov@example.ru here', 'no [email] here'],
    ['masks an email in JSON', '{"email":"ivan@пример.рф"}', '{"email":"[email]"}'],
    ['masks an escaped email', '{"email":"ivan\\u0040example.ru"}', '{"email":"[email]"}'],
    ['masks an email in HTML', '<p>ivan&#64;example.ru</p>', '<p>[email]</p>'],
    ['masks an email in a link', '/?e=ivan%40example.ru', '/?e=[email]'],
    ['masks a key', `key {${key}}.`, 'key {[key]}.'],
    ['masks a key without dashes', key.replaceAll('-', ''), '[key]'],
    ['strips control characters', 'a\u0000b\u001b[31mc\u202ed', 'ab[31mcd'],
    ['turns white space into blanks', 'a\r\n\tb\u00a0c', 'a b c'],
    ['is not fooled by hidden characters', 'ivan\u200b@\u0000example.ru', '[email]'],
  ])('%s', (_name, body, expected) => {
    expect(snippet(body)).toBe(expected)
  })

  test('masks what the call sent, whatever it looks like', () => {
    expect(snippet('bad key: hello-key', ['hello-key', ''])).toBe('bad key: […]')
  })

  test('is cut at its limit', () => {
    expect(snippet('x'.repeat(limits.moabSnippetCharsMax))).toHaveLength(limits.moabSnippetCharsMax)
    expect(snippet('x '.repeat(limits.moabSnippetCharsMax))).toHaveLength(
      limits.moabSnippetCharsMax,
    )
  })

  test('never leaves half an email or half a key at a cut, wherever it stands', () => {
    for (let before = 0; before < limits.moabSnippetSourceCharsMax + 60; before += 1) {
      const body = `${' x'.repeat(before).slice(0, before)} ivanpetrov@example.ru ${key} end`
      expect(snippet(body)).not.toMatch(/ivan|petrov|3F2B/i)
    }
    // Masks are shorter than what they hide, so text from far behind the limit moves forward.
    const many = 'a-very-long-name-indeed@a-very-long-domain-name.example.com,'.repeat(40)
    for (let shift = 0; shift < 60; shift += 1) {
      expect(snippet('-'.repeat(shift) + many)).not.toMatch(/name|domain/)
    }
  })

  test('is text that a database takes: well-formed, without NUL', () => {
    const body = `${'x'.repeat(limits.moabSnippetCharsMax - 1)}\u{1f600}`
    expect(snippet(body)?.isWellFormed()).toBe(true)
  })

  test('takes linear time on hostile bodies', () => {
    const started = performance.now()
    for (const unit of ['a', '@', 'a@', '-', 'f-', '%40', '&#0', '&#0000', ' '])
      snippet(unit.repeat(limits.moabAnswerBytesMax / unit.length))
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('whatever the bytes', () => {
  const statuses = fc.oneof(fc.constant(200), fc.integer({ min: 100, max: 999 }))

  test('reading never throws, and class, failure and ambiguity agree', () => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(statuses, bodies, fc.boolean(), (status, body, complete) => {
        const answer = readAnswer(status, body, complete)
        const none = answer.class === 'no_answer'
        expect(answer.failure !== null).toBe(none)
        expect(answer.ambiguous).toBe(none)
        expect(answer.snippet?.length).toBeLessThanOrEqual(limits.moabSnippetCharsMax)
        if (status !== 200 || !complete) expect(none).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('only the word ok is success', () => {
    const objects = fc.record({ status: fc.anything(), error: fc.anything() })
    fc.assert(
      fc.property(objects, (value) => {
        const status = value.status
        const success = typeof status === 'string' && ['ok', 'OK', 'Ok', 'oK'].includes(status)
        const text = JSON.stringify(value, (_k, v: unknown) => (typeof v === 'bigint' ? null : v))
        expect(read(text).class === 'ok').toBe(success)
      }),
    )
  })
})
