// A GET says what it says in its parameters: they are what a signature of the body must cover.
import { expect, test } from 'vitest'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import { headers, input, proof, sent, toSign, url } from './sent.ts'

const written = proof({
  scheme: 'hmac',
  hash: 'sha256',
  key: ['utf8'],
  template: '{body}',
  encoding: 'hex',
  signature: { at: { header: 'x-sign' }, syntax: { kind: 'single' } },
})
const get = (query: string, more = {}) =>
  sent({ method: 'GET', url: `${url}?${query}`, body: Buffer.alloc(0), ...more })

test('parameters are signed where the event stands in them, and cannot be exchanged', async () => {
  const request = get('email=anna%40example.com')
  const signed = await signProof(written, toSign({ secret: 's' }, { request, format: 'query' }))
  const judged = (one: typeof signed) =>
    verifyProof(written, input(one, [{ secret: 's' }], { format: 'query' }))
  expect(judged(signed)).toMatchObject({ authentic: true, trust: 'signed' })
  const forged = get('email=eva%40example.com', {
    headers: headers({ 'x-sign': String(signed.headers.get('x-sign')) }),
  })
  expect(judged(forged)).toMatchObject({ reason: 'signature_mismatch' })
})
