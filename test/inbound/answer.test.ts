// Answers are part of the protocol: fixed words, fields, hashes; escaped for where they stand.
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { answerOf } from '../../src/inbound/answer.ts'
import { limits } from '../../src/limits.ts'
import type { Answer } from '../../src/providers/provider.ts'
import { headers, sent } from '../schemes/sent.ts'

function said(answer: Answer, change: Parameters<typeof sent>[0] = {}) {
  const credential = { id: 'one', secret: 'seed' }
  return answerOf(answer, {
    request: sent(change),
    format: ['json', 'form'],
    settings: { publicKey: 'pk' },
    credential,
  })
}

const form = { body: Buffer.from('InvId=77&id=5&evil=%22%2C%22x%22%3A%22%0A&id2=1&id2=2') }

describe('an answer', () => {
  test.each<[string, Answer, object]>([
    ['without a body', { status: 204 }, { status: 204, body: '' }],
    [
      'in fixed words',
      { status: 200, body: 'YES' },
      { status: 200, body: 'YES', contentType: 'text/plain; charset=utf-8' },
    ],
    [
      'of JSON',
      { status: 200, body: '{"code":0}', contentType: 'application/json' },
      { status: 200, body: '{"code":0}', contentType: 'application/json' },
    ],
    [
      'with a field',
      { status: 200, body: 'OK{field:$.InvId}' },
      { status: 200, body: 'OK77', contentType: 'text/plain; charset=utf-8' },
    ],
    [
      'with what is not there',
      { status: 200, body: 'OK{field:$.none}{header:x}{query:y}{setting:z}' },
      { body: 'OK' },
    ],
    ['with what is there twice', { status: 200, body: 'OK{field:$.id2}' }, { body: 'OK' }],
    ['with a setting', { status: 200, body: '{setting:publicKey}|' }, { body: 'pk|' }],
    [
      'with a hash',
      { status: 200, body: 'OK {hash}', hash: { algorithm: 'md5', of: '{field:$.id}{secret}' } },
      { body: `OK ${createHash('md5').update('5seed').digest('hex')}` },
    ],
    ['that never tells the secret', { status: 200, body: '{secret}' }, { body: '' }],
  ])('%s', (_what, answer, expected) => {
    expect(said(answer, form)).toMatchObject(expected)
  })

  test('escapes what it repeats inside JSON', () => {
    const answer = { status: 200, contentType: 'application/json', body: '{"v":"{field:$.evil}"}' }
    expect(JSON.parse(said(answer, form).body)).toEqual({ v: '","x":"\n' })
  })

  test('signs a challenge with the secret as the provider prepares it', () => {
    const answer: Answer = {
      status: 200,
      body: '{setting:publicKey}|{hash}',
      hash: { algorithm: 'sha1', of: '{query:bt_challenge}', key: ['utf8', 'sha1'] },
    }
    const key = createHash('sha1').update('seed').digest()
    const expected = createHmac('sha1', key)
      .update('20f9f8ed05f77439fe955c977e4c8a53')
      .digest('hex')
    const url = 'https://relay.example.com/in/x?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53'
    expect(said(answer, { url }).body).toBe(`pk|${expected}`)
  })

  test('repeats no more than a challenge needs', () => {
    const long = 'x'.repeat(limits.answerValueCharsMax + 1)
    const request = { headers: headers({ 'x-challenge': long }) }
    expect(said({ status: 200, body: '{header:X-Challenge}' }, request).body).toHaveLength(
      limits.answerValueCharsMax,
    )
  })
})
