// Digests with the secret inside: known answers of documents and of the senders' own libraries.
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import type { BodyFormat } from '../../src/bodies/format.ts'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import type { Proof } from '../../src/schemes/proof.ts'
import type { Credential, SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { input, proof, sent, sync, toSign } from './sent.ts'

const require = createRequire(import.meta.url)

type DigestProof = Extract<Proof, { scheme: 'digest' }>

function digest(at: string, change: Partial<DigestProof>): DigestProof {
  return {
    scheme: 'digest',
    hash: 'sha256',
    template: '{field:$.a}{secret}',
    encoding: 'hex',
    signature: { at: { field: at }, syntax: { kind: 'single' } },
    ...change,
  }
}

const tbank = digest('$.Token', {
  template: '{canonical}',
  canonical: { form: 'values_sorted', secretAs: 'Password', exclude: ['Token'] },
})
const robokassa = digest('$.SignatureValue', {
  hash: 'md5',
  template: '{field:$.OutSum}:{field:$.InvId}:{secret}{canonical}',
  canonical: { form: 'pairs_prefixed', prefix: 'shp_' },
})
const unitpay = digest('$.params.signature', {
  template: '{field:$.method}{glue}{canonical}{glue}{secret}',
  canonical: {
    form: 'values_sorted',
    of: '$.params',
    exclude: ['sign', 'signature'],
    glue: '{up}',
  },
})
const yoomoney = digest('$.sha1_hash', {
  hash: 'sha1',
  template:
    '{field:$.notification_type}&{field:$.operation_id}&{field:$.amount}&{field:$.currency}&{field:$.datetime}&{field:$.sender}&{field:$.codepro}&{secret}&{field:$.label}',
})
const cryptomus = digest('$.sign', {
  hash: 'md5',
  template: '{canonical}{secret}',
  canonical: { form: 'php_json', exclude: ['sign'], base64: true },
})

function verdict(
  written: Proof,
  request: SentRequest,
  format: BodyFormat,
  ...secrets: string[]
): Verdict {
  const credentials: Partial<Credential>[] = secrets.map((secret) => ({ secret }))
  return sync(verifyProof(proof(written), input(request, credentials, { format })))
}

function body(text: string): SentRequest {
  return sent({ body: Buffer.from(text) })
}

function form(fields: Record<string, string>): SentRequest {
  return body(new URLSearchParams(fields).toString())
}

describe('T-Bank', () => {
  const token = '0024a00af7c350a3a67ca168ce06502aa72772456662e38696d48b56ee9c97d9'
  const signed = (fields: string) =>
    body(
      `{"TerminalKey":"MerchantTerminalKey",${fields}"OrderId":"21090","Description":"Подарочная карта на 1000 рублей","Token":"${token}"}`,
    )

  test('the answer of its documentation', () => {
    expect(verdict(tbank, signed('"Amount":19200,'), 'json', 'usaf8fw8fsw21g')).toEqual({
      authentic: true,
      credential: 'c1',
      trust: 'signed',
      covers: ["$['TerminalKey']", "$['Amount']", "$['OrderId']", "$['Description']"],
    })
  })
  test('nested objects and null take no part, and are not covered', () => {
    const seen = verdict(
      tbank,
      signed('"Amount":19200,"Data":{"Email":"x@y.example"},"Receipt":null,'),
      'json',
      'usaf8fw8fsw21g',
    )
    expect(seen).toMatchObject({ authentic: true })
    expect(JSON.stringify(seen)).not.toMatch(/Data|Receipt/)
  })
  test.each(['"Amount":19201,', '"Amount":19200.0,', '"Amount":1.92e4,', '"Amount":19200,"X":1,'])(
    'numbers count as they are written: %s is something else',
    (fields) => {
      expect(verdict(tbank, signed(fields), 'json', 'usaf8fw8fsw21g')).toMatchObject({
        reason: 'signature_mismatch',
      })
    },
  )
  test.each(['100', '100.50', '1E2', '12345678901234567890'])(
    'the number %s is signed as it is written',
    (literal) => {
      const hash = createHash('sha256').update(`${literal}pwtrue`).digest('hex')
      const request = body(`{"Amount":${literal},"Success":true,"Token":"${hash}"}`)
      expect(verdict(tbank, request, 'json', 'pw')).toMatchObject({ authentic: true })
    },
  )
  test('a field that bears the secret’s name changes nothing and is not covered', () => {
    const seen = verdict(
      tbank,
      signed('"Amount":19200,"Password":"mine",'),
      'json',
      'usaf8fw8fsw21g',
    )
    expect(seen).toMatchObject({ authentic: true })
    expect(seen).not.toHaveProperty('covers', expect.arrayContaining(["$['Password']"]))
  })
})

describe('a field that is a number', () => {
  const named = digest('$.sign', { template: '{field:$.order.amount}:{field:$.id}:{secret}' })
  const literals = ['100.00', '1.10', '1e2', '-0', '12345678901234567890', '100']

  test.each(literals)('%s is signed as it is written', (literal) => {
    const hash = createHash('sha256').update(`${literal}:1:pw`).digest('hex')
    const request = body(`{"order": {"amount": ${literal} }, "id": 1, "sign": "${hash}"}`)
    expect(verdict(named, request, 'json', 'pw')).toMatchObject({
      authentic: true,
      covers: ["$['order']['amount']", "$['id']"],
    })
  })
  test('the same number in other digits is another text', () => {
    const hash = createHash('sha256').update('100.00:1:pw').digest('hex')
    const request = body(`{"order":{"amount":100},"id":1,"sign":"${hash}"}`)
    expect(verdict(named, request, 'json', 'pw')).toMatchObject({ reason: 'signature_mismatch' })
  })
  test('a name that comes twice counts with its last value, as everywhere', () => {
    const hash = createHash('sha256').update('2.00:1:pw').digest('hex')
    const request = body(`{"order":{"amount":1.00,"amount":2.00},"id":1,"sign":"${hash}"}`)
    expect(verdict(named, request, 'json', 'pw')).toMatchObject({ authentic: true })
  })
  test('a form has only texts, which stay as they are', () => {
    const flat = digest('$.sign', { template: '{field:$.amount}{secret}' })
    const hash = createHash('sha256').update('1.10pw').digest('hex')
    const request = form({ amount: '1.10', sign: hash })
    expect(verdict(flat, request, 'form', 'pw')).toMatchObject({ authentic: true })
  })
})

describe('the senders’ own libraries', () => {
  test('Robokassa: what its library accepts is authentic', () => {
    const Robokassa: new (options: object) => {
      checkPayment: (fields: object) => boolean
    } = require('robokassa')
    const fields = {
      OutSum: '100.000000',
      InvId: '77',
      EMail: 'x@y.example',
      shp_b: '2',
      shp_a: 'é',
    }
    const request = sync(
      signProof(
        proof(robokassa),
        toSign({ secret: 'p2' }, { request: form(fields), format: 'form' }),
      ),
    )
    const sentFields = Object.fromEntries(new URLSearchParams(request.body.toString()))
    expect(new Robokassa({ password2: 'p2' }).checkPayment(sentFields)).toBe(true)
    const upper = request.body
      .toString()
      .replace(/(?<=SignatureValue=)\w+/, (hex) => hex.toUpperCase())
    expect(verdict(robokassa, body(upper), 'form', 'p2')).toEqual({
      authentic: true,
      credential: 'c1',
      trust: 'signed',
      covers: ["$['OutSum']", "$['InvId']", "$['shp_a']", "$['shp_b']"],
    })
  })
  test('Unitpay: what its library signs is authentic', () => {
    const UnitPay: new (options: object) => {
      getSignature: (params: object, method: string) => string
    } = require('unitpay')
    const params = { sum: '10.00', account: 'ivan@example.com', date: '2026-11-30 10:00:00' }
    const library = new UnitPay({ secretKey: 'sk', publicKey: 'pk' })
    const signature = library.getSignature(params, 'pay')
    const query = new URLSearchParams({ method: 'pay' })
    for (const [name, value] of Object.entries({ ...params, signature })) {
      query.append(`params[${name}]`, value)
    }
    const request = sent({
      url: `https://x.example/in/a?${query.toString()}`,
      body: Buffer.alloc(0),
    })
    expect(verdict(unitpay, request, 'query', 'sk')).toMatchObject({
      authentic: true,
      covers: [
        "$['method']",
        "$['params']['sum']",
        "$['params']['account']",
        "$['params']['date']",
      ],
    })
    const other = { ...request, url: request.url.replace('ivan', 'iwan') }
    expect(verdict(unitpay, other, 'query', 'sk')).toMatchObject({ reason: 'signature_mismatch' })
  })
})

const documents: [string, DigestProof, SentRequest, BodyFormat, string][] = [
  [
    'YooMoney',
    yoomoney,
    form({
      notification_type: 'p2p-incoming',
      operation_id: '1234567',
      amount: '300.00',
      currency: '643',
      datetime: '2011-07-01T09:00:00.000+04:00',
      sender: '41001XXXXXXXX',
      codepro: 'false',
      label: 'YM.label.12345',
      sha1_hash: 'a2ee4a9195f4a90e893cff4f62eeba0b662321f9',
    }),
    'form',
    '01234567890ABCDEF01234567890',
  ],
  [
    'Cryptomus, computed apart',
    cryptomus,
    body(
      `{"url":"https://a/b","amount":"1.50","name":"Иван","sign":"${createHash('md5')
        .update(
          Buffer.from('{"url":"https:\\/\\/a\\/b","amount":"1.50","name":"Иван"}').toString(
            'base64',
          ) + 'apikey',
        )
        .digest('hex')}"}`,
    ),
    'json',
    'apikey',
  ],
]
test.each(documents)(
  '%s: authentic, and not with another secret',
  (_who, written, request, format, secret) => {
    expect(verdict(written, request, format, secret)).toMatchObject({
      authentic: true,
      trust: 'signed',
    })
    expect(verdict(written, request, format, `${secret}x`)).toMatchObject({
      reason: 'signature_mismatch',
    })
  },
)

describe('every hash', () => {
  // RFC 1321, RFC 3174, FIPS 180-2 and the RIPEMD-160 page, all for "abc".
  const answers: Record<DigestProof['hash'], string> = {
    md5: '900150983cd24fb0d6963f7d28e17f72',
    sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    sha384:
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    sha512:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ripemd160: '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc',
  }
  test.each(Object.entries(answers))('%s gives its known answer', (hash, answer) => {
    const written = { ...digest('$.s', {}), hash }
    const request = body(`{"a":"a","s":"${answer}"}`)
    const checked = proof(written as Proof)
    expect(sync(verifyProof(checked, input(request, [{ secret: 'bc' }])))).toMatchObject({
      authentic: true,
      covers: ["$['a']"],
    })
  })
})

describe('secrets', () => {
  const written = digest('$.s', {})
  const request = sync(
    signProof(proof(written), toSign({ secret: 'k' }, { request: body('{"a":1}') })),
  )

  test('several: the one that fits is named', () => {
    expect(verdict(written, request, 'json', 'old', 'k')).toMatchObject({ credential: 'c2' })
  })
  test.each([[[]], [['']], [[' \n']]])('%j are none', (secrets) => {
    expect(verdict(written, request, 'json', ...secrets)).toMatchObject({ reason: 'no_credential' })
  })
  test('saved with a line break: refused, and said so', () => {
    const seen = verdict(written, request, 'json', 'k\n')
    expect(seen).toMatchObject({
      reason: 'signature_mismatch',
      hint: expect.stringContaining('a line break'),
    })
  })
  test('an empty signature, or none, is not one', () => {
    expect(verdict(written, body('{"a":1,"s":""}'), 'json', 'k')).toMatchObject({
      reason: 'header_missing',
    })
    expect(verdict(written, body('{"a":1}'), 'json', 'k')).toMatchObject({
      reason: 'header_missing',
    })
  })
})
