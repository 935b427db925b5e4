import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import type { SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { families, forms } from './hmac-forms.ts'
import { headers, input, now, proof, sent, sync, toSign, withHeader } from './sent.ts'

const binary = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0d, 0x0a, 0xc3])

describe.each(Object.entries(forms))('%s', (_name, { written, secret, other, header }) => {
  const checked = proof(written)
  const base = sent({ headers: headers({ 'x-tenant': 'müller' }) })

  function signed(by = secret, at = now, request = base): SentRequest {
    return sync(signProof(checked, toSign({ secret: by }, { now: at, request })))
  }
  function verdict(request: SentRequest, secrets = [secret], change = {}): Verdict {
    const credentials = secrets.map((text) => ({ secret: text }))
    return sync(verifyProof(checked, input(request, credentials, change)))
  }

  test('what was signed is authentic, and the body is signed', () => {
    expect(verdict(signed())).toEqual({ authentic: true, credential: 'c1', trust: 'signed' })
  })
  test('the bytes are signed, whether they are text or not', () => {
    expect(verdict(signed(secret, now, { ...base, body: binary })).authentic).toBe(true)
    const other = Buffer.from([0xff, 0xfe, 0x00, 0x81, 0x0d, 0x0a, 0xc3])
    expect(
      verdict({ ...signed(secret, now, { ...base, body: binary }), body: other }),
    ).toMatchObject({
      reason: 'signature_mismatch',
    })
  })
  test('an empty body can be signed', () => {
    expect(verdict(signed(secret, now, { ...base, body: Buffer.alloc(0) })).authentic).toBe(true)
  })
  test('a changed body is not', () => {
    const request = signed()
    const body = Buffer.from(request.body)
    body[5] = (body[5] ?? 0) ^ 1
    expect(verdict({ ...request, body })).toMatchObject({ reason: 'signature_mismatch' })
  })
  test('a second credential proves, and is named', () => {
    expect(verdict(signed(), [other, secret])).toMatchObject({ authentic: true, credential: 'c2' })
    expect(verdict(signed(), [other])).toMatchObject({ reason: 'signature_mismatch' })
  })
  test('no secret, an empty one or blanks are no credential', () => {
    for (const secrets of [[], [''], [' \n']]) {
      expect(verdict(signed(), secrets)).toMatchObject({ reason: 'no_credential' })
    }
  })
  test('a request without a proof misses it', () => {
    expect(verdict(base)).toMatchObject({ reason: 'header_missing' })
  })
  if (header !== '') {
    const value = () => signed().headers.get(header)?.[0] ?? ''

    test('a signature with one digit changed matches nothing', () => {
      const text = value().replace(/.(?=.{7}$)/, (digit) => (digit === '0' ? '1' : '0'))
      expect(verdict(withHeader(signed(), header, [text]))).toMatchObject({
        reason: 'signature_mismatch',
      })
    })
    test('a signature cut short or of odd characters matches nothing, and nothing throws', () => {
      for (const bad of [
        value().slice(0, -4),
        `${value()}ab`,
        value().replace(/.{5}$/, '!é\u0000 \u2028'),
      ]) {
        expect(verdict(withHeader(signed(), header, [bad])).authentic).toBe(false)
      }
    })
    test('a header sent twice is refused, even where both values are the same', () => {
      expect(verdict(withHeader(signed(), header, [value(), value()]))).toMatchObject({
        reason: 'header_repeated',
      })
    })
    test('an overlong header is refused before it is split', () => {
      const long = value().padEnd(limits.signatureCharsMax + 1, ' ')
      expect(verdict(withHeader(signed(), header, [long]))).toMatchObject({
        reason: 'header_malformed',
      })
      expect(verdict(withHeader(signed(), header, [long.slice(0, -1)])).authentic).toBe(true)
    })
  }
  if (written.timestamp) {
    const seconds = Number(written.timestamp.toleranceSeconds)

    test('an old time is refused just past the tolerance', () => {
      expect(verdict(signed(secret, now - seconds * 1000)).authentic).toBe(true)
      const late = verdict(signed(secret, now - seconds * 1000 - 1000))
      expect(late).toMatchObject({ reason: 'timestamp_too_old' })
    })
    test('a time ahead is refused where both sides count', () => {
      const early = verdict(signed(secret, now + seconds * 1000 + 1000))
      if (written.timestamp?.sided === 'two')
        expect(early).toMatchObject({ reason: 'timestamp_in_future' })
      else expect(early.authentic).toBe(true)
      expect(verdict(signed(secret, now + seconds * 1000)).authentic).toBe(true)
    })
    test('a source’s own tolerance wins, if it makes sense', () => {
      const request = signed(secret, now - 400_000)
      expect(verdict(request, [secret], { settings: { tolerance: '401' } }).authentic).toBe(true)
      for (const tolerance of ['', '0', '-1', '1e9', '86401', 'Infinity', '399']) {
        expect(verdict(request, [secret], { settings: { tolerance } })).toMatchObject({
          reason: 'timestamp_too_old',
        })
      }
    })
    test('a wrong secret is told before an old time', () => {
      expect(verdict(signed(secret, 0), [other])).toMatchObject({ reason: 'signature_mismatch' })
    })
  }
  test('whatever arrives, nothing throws and nothing is believed', () => {
    const strings = fc.string({ unit: 'binary', maxLength: 80 })
    const names = [
      'stripe-signature',
      'x-sign',
      'x-time',
      ...families.signature,
      ...families.timestamp,
      ...families.id,
    ]
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), fc.array(strings, { maxLength: 3 })),
        fc.uint8Array({ maxLength: 50 }),
        strings,
        (values, body, sig) => {
          const query = `https://x.example/?sig=${encodeURIComponent(sig.toWellFormed())}`
          const request = {
            method: 'POST',
            url: query,
            headers: headers(values),
            body: Buffer.from(body),
          }
          expect(verdict(request, [secret, strange(sig)]).authentic).toBe(false)
        },
      ),
    )
  })
})

/** Some secret nobody signs with, however short the text. */
function strange(text: string): string {
  return `§${text}`
}
