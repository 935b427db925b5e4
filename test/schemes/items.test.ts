// A batch whose items are signed one by one, as Adyen does it; its own library is the judge.
import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { hmacValidator } from '@adyen/api-library'
import { describe, expect, test } from 'vitest'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import type { Proof } from '../../src/schemes/proof.ts'
import type { SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { input, proof, sent, sync, toSign } from './sent.ts'

const names = [
  'pspReference',
  'originalReference',
  'merchantAccountCode',
  'merchantReference',
  'amount.value',
  'amount.currency',
  'eventCode',
  'success',
]

const adyen: Proof = {
  scheme: 'hmac',
  hash: 'sha256',
  key: ['hex'],
  items: '$.notificationItems[*].NotificationRequestItem',
  template: names.map((name) => `{field:$.${name}}`).join(':'),
  encoding: 'base64',
  signature: {
    at: { field: '$.additionalData.hmacSignature' },
    syntax: { kind: 'single' },
  },
}

const keys = ['44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056', 'AB'.repeat(32)]

function item(reference: string) {
  return {
    pspReference: reference,
    merchantAccountCode: 'TestMerchant',
    merchantReference: 'TestPayment-1407325143704',
    amount: { value: 1130, currency: 'EUR' },
    eventCode: 'AUTHORISATION',
    success: 'true',
    additionalData: { shopperEmail: 'a@b.example' },
  }
}

function batch(...items: object[]): SentRequest {
  const notificationItems = items.map((each) => ({ NotificationRequestItem: each }))
  return sent({ body: Buffer.from(JSON.stringify({ live: 'false', notificationItems })) })
}

function signed(request: SentRequest, secret = keys[0] ?? ''): SentRequest {
  return sync(signProof(proof(adyen), toSign({ secret }, { request })))
}

function verdict(request: SentRequest, secrets = [keys[0] ?? '']): Verdict {
  return sync(
    verifyProof(
      proof(adyen),
      input(
        request,
        secrets.map((secret) => ({ secret })),
      ),
    ),
  )
}

interface Batch {
  live: string
  notificationItems: { NotificationRequestItem: ReturnType<typeof item> }[]
}

function changed(request: SentRequest, change: (all: Batch) => void): SentRequest {
  const all: Batch = JSON.parse(request.body.toString())
  change(all)
  return { ...request, body: Buffer.from(JSON.stringify(all)) }
}

const two = signed(batch(item('one'), item('two')))
const third = (all: Batch) => all.notificationItems[1]?.NotificationRequestItem

describe('items', () => {
  test('signed here, each is accepted by Adyen’s library', () => {
    const all: Batch = JSON.parse(two.body.toString())
    const validator = new hmacValidator()
    for (const { NotificationRequestItem: each } of all.notificationItems) {
      expect(validator.validateHMAC(each as never, keys[0] ?? '')).toBe(true)
      expect(validator.validateHMAC({ ...each, success: 'false' } as never, keys[0] ?? '')).toBe(
        false,
      )
    }
  })
  test('the verdict names the fields of each that took part', () => {
    const seen = verdict(two)
    const at = (index: number) => `$['notificationItems'][${index}]['NotificationRequestItem']`
    const each = [
      "['pspReference']",
      "['merchantAccountCode']",
      "['merchantReference']",
      "['amount']['value']",
      "['amount']['currency']",
      "['eventCode']",
      "['success']",
    ]
    expect(seen).toEqual({
      authentic: true,
      credential: 'c1',
      trust: 'signed',
      covers: [0, 1].flatMap((index) => each.map((path) => at(index) + path)),
    })
  })
  test('a field outside may change, and is not among them', () => {
    const other = changed(two, (all) => {
      all.live = 'true'
      const last = third(all)
      if (last) last.additionalData.shopperEmail = 'evil@b.example'
    })
    expect(verdict(other)).toEqual(verdict(two))
    expect(JSON.stringify(verdict(other))).not.toMatch(/live|shopperEmail/)
  })
  const spoilt: [what: string, (all: Batch) => void, reason: string][] = [
    [
      'one changed',
      (all) => Object.assign(third(all) ?? {}, { success: 'false' }),
      'signature_mismatch',
    ],
    [
      'one with a field more that is signed',
      (all) => Object.assign(third(all) ?? {}, { originalReference: 'x' }),
      'signature_mismatch',
    ],
    [
      'one with the signature of another',
      (all) => Object.assign(third(all) ?? {}, { pspReference: 'three' }),
      'signature_mismatch',
    ],
    [
      'one without a signature',
      (all) => Object.assign(third(all) ?? {}, { additionalData: {} }),
      'header_missing',
    ],
    ['none', (all) => (all.notificationItems = []), 'field_mismatch'],
    [
      'one more that is not signed',
      (all) => all.notificationItems.push({ NotificationRequestItem: item('x') }),
      'header_missing',
    ],
  ]
  test.each(spoilt)('%s: the whole is refused', (_what, change, reason) => {
    expect(verdict(changed(two, change))).toMatchObject({ reason })
  })
  test('different keys may prove different items', () => {
    const [first = '', second = ''] = keys
    const one = signed(batch(item('one')), first)
    const other = signed(batch(item('two')), second)
    const both = changed(one, (all) => {
      const more: Batch = JSON.parse(other.body.toString())
      all.notificationItems.push(...more.notificationItems)
    })
    expect(verdict(both, keys)).toMatchObject({ authentic: true, credential: 'c1' })
    expect(verdict(both, [second, first])).toMatchObject({ authentic: true, credential: 'c2' })
    expect(verdict(both, [first])).toMatchObject({ reason: 'signature_mismatch' })
  })
  test('the numbers of each item are signed as they are written', () => {
    const [key = ''] = keys
    const literals = ['100.00', '1e2', '12345678901234567890']
    const items = literals.map((literal) => {
      const plain = item('one')
      const text = `one::TestMerchant:${plain.merchantReference}:${literal}:EUR:AUTHORISATION:true`
      const mac = createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('base64')
      const marked = { ...plain, additionalData: { hmacSignature: mac } }
      return JSON.stringify({ NotificationRequestItem: marked }).replace('1130', literal)
    })
    const request = sent({ body: Buffer.from(`{"notificationItems":[${items.join(',')}]}`) })
    expect(verdict(request)).toMatchObject({ authentic: true })
  })
  test('a body without items cannot be signed', () => {
    expect(() => signed(batch())).toThrow('nothing to sign')
  })
})

describe('a token in each item', () => {
  const subscription: Proof = {
    scheme: 'token',
    at: { items: '$.value[*]', field: '$.clientState' },
  }
  const notifications = (...states: unknown[]) =>
    sent({
      body: Buffer.from(
        JSON.stringify({ value: states.map((clientState, id) => ({ id, clientState })) }),
      ),
    })
  const seen = (request: SentRequest, tokens = ['right', 'newer']) =>
    sync(
      verifyProof(
        proof(subscription),
        input(
          request,
          tokens.map((token) => ({ token })),
        ),
      ),
    )

  test('all right: each may hold another of the source’s tokens', () => {
    expect(seen(notifications('right', 'right'))).toMatchObject({ credential: 'c1' })
    expect(seen(notifications('newer', 'right'))).toMatchObject({ credential: 'c2' })
  })
  test.each<[what: string, states: unknown[], reason: string]>([
    ['the second without one', ['right', undefined], 'token_missing'],
    ['the first without one', [undefined, 'right'], 'token_missing'],
    ['an empty one', ['right', ''], 'token_missing'],
    ['one that is no text', ['right', ['right']], 'token_malformed'],
    ['a wrong one in the middle', ['right', 'wrong', 'right'], 'token_mismatch'],
    ['a wrong one first', ['wrong', 'right'], 'token_mismatch'],
    ['no items', [], 'token_missing'],
  ])('%s: the whole is refused', (_what, states, reason) => {
    expect(seen(notifications(...states))).toMatchObject({ authentic: false, reason })
  })
  test('signing puts it into each', () => {
    const request = sync(
      signProof(
        proof(subscription),
        toSign({ token: 'right' }, { request: notifications('', undefined) }),
      ),
    )
    expect(JSON.parse(request.body.toString())).toEqual({
      value: [
        { id: 0, clientState: 'right' },
        { id: 1, clientState: 'right' },
      ],
    })
  })
})
