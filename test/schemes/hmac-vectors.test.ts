// RFC 4231 through the verifier: the same keys and texts, whichever hash.
import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { verifyProof } from '../../src/schemes/index.ts'
import { headers, input, proof, sent, sync } from './sent.ts'

const repeated = (byte: string, count: number) => byte.repeat(count)
const text = (ascii: string) => Buffer.from(ascii).toString('hex')

const cases: [what: string, key: string, data: string, sha256: string, sha512: string][] = [
  [
    'a short key',
    repeated('0b', 20),
    text('Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
  ],
  [
    'a key shorter than the hash',
    text('Jefe'),
    text('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
  [
    'bytes that are no text',
    repeated('aa', 20),
    repeated('dd', 50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    'fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb',
  ],
  [
    'a key longer than a block',
    repeated('aa', 131),
    text('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
  ],
]

describe.each(cases)('%s', (_what, secret, data, sha256, sha512) => {
  test.each([
    ['sha256', sha256],
    ['sha512', sha512],
  ] as const)('%s', (hash, signature) => {
    const checked = proof({
      scheme: 'hmac',
      hash,
      key: ['hex'],
      template: '{body}',
      encoding: 'hex',
      signature: { at: { header: 'x-s' }, syntax: { kind: 'single' } },
    })
    const verdict = (value: string, body = data) =>
      sync(
        verifyProof(
          checked,
          input(sent({ body: Buffer.from(body, 'hex'), headers: headers({ 'x-s': value }) }), [
            { secret },
          ]),
        ),
      )
    expect(verdict(signature)).toMatchObject({ authentic: true })
    expect(verdict(signature.slice(0, 32))).toMatchObject({ reason: 'signature_mismatch' })
    expect(verdict(signature, `${data}00`)).toMatchObject({ reason: 'signature_mismatch' })
  })
})
