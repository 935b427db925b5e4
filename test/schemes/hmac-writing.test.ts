import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import type { Credential, SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { forms } from './hmac-forms.ts'
import type { HmacProof } from './hmac-forms.ts'
import { input, proof, sent, sync, toSign, withHeader } from './sent.ts'

describe('signatures and secrets as people and senders write them', () => {
  const stripe = 'pairs with a time in seconds'
  const svix = 'versions with id and time in headers'
  const github = 'one prefixed signature of the body'

  function signed(name: string, secret = forms[name]?.secret ?? ''): SentRequest {
    const form = forms[name]
    if (!form) throw new Error(name)
    return sync(signProof(proof(form.written), toSign({ secret })))
  }
  function verdict(name: string, request: SentRequest, ...secrets: string[]): Verdict {
    const form = forms[name]
    if (!form) throw new Error(name)
    const credentials: Partial<Credential>[] = (secrets.length ? secrets : [form.secret]).map(
      (secret) => ({ secret }),
    )
    return sync(verifyProof(proof(form.written), input(request, credentials)))
  }
  function edited(name: string, edit: (value: string) => string): SentRequest {
    const request = signed(name)
    const header = forms[name]?.header ?? ''
    return withHeader(request, header, [edit(request.headers.get(header)?.[0] ?? '')])
  }

  const accepted: [string, string, (value: string) => string][] = [
    [
      'hex in capitals',
      stripe,
      (v) => v.replace(/v1=.*/, (pair) => `v1=${pair.slice(3).toUpperCase()}`),
    ],
    [
      'the second of several signatures',
      stripe,
      (v) => v.replace('v1=', `v1=${'0'.repeat(64)},v1=`),
    ],
    ['blanks around pairs', stripe, (v) => v.replaceAll(',', ' , ')],
    ['unknown pairs beside ours', stripe, (v) => `v0=abc,${v},x=y=z,novalue`],
    ['the second version of several', svix, (v) => `v1,AAAA v1a,xyz v2,${v.slice(3)} ${v}`],
    ['versions joined with a comma and a blank', svix, (v) => `${v}, v1,${'A'.repeat(43)}=`],
    ['base64 without its padding', svix, (v) => v.replace(/=+$/, '')],
    [
      'as many signatures as allowed',
      stripe,
      (v) => `${v}${',v1=00'.repeat(limits.signaturesPerHeaderMax - 1)}`,
    ],
  ]
  test.each(accepted)('%s: accepted', (_what, name, edit) => {
    expect(verdict(name, edited(name, edit)).authentic).toBe(true)
  })

  const refused: [string, string, (value: string) => string, string][] = [
    [
      'a changed time',
      stripe,
      (v) => v.replace(/t=\d+/, (t) => `t=${Number(t.slice(2)) + 1}`),
      'signature_mismatch',
    ],
    ['no time', stripe, (v) => v.replace(/t=\d+,/, ''), 'timestamp_missing'],
    ['two times', stripe, (v) => `t=1,${v}`, 'header_repeated'],
    [
      'a time that is not only digits',
      stripe,
      (v) => v.replace('t=', 't=+'),
      'timestamp_malformed',
    ],
    ['a time in exponents', stripe, (v) => v.replace(/t=\d+/, 't=1e9'), 'timestamp_malformed'],
    ['only another version', stripe, (v) => v.replace('v1=', 'v0='), 'header_malformed'],
    ['only another version of svix', svix, (v) => v.replace('v1,', 'v1a,'), 'header_malformed'],
    [
      'one signature too many',
      stripe,
      (v) => `${v}${',v1=00'.repeat(limits.signaturesPerHeaderMax)}`,
      'header_malformed',
    ],
    ['no prefix', github, (v) => v.replace('sha256=', ''), 'header_malformed'],
    ['an empty header', github, () => '', 'header_missing'],
    ['base64 in the other alphabet', svix, () => `v1,${'-_'.repeat(21)}A=`, 'signature_mismatch'],
  ]
  test.each(refused)('%s: refused', (_what, name, edit, reason) => {
    expect(verdict(name, edited(name, edit))).toMatchObject({ reason })
  })

  test('the id is part of what is signed', () => {
    const request = withHeader(signed(svix), 'svix-id', ['msg_2'])
    expect(verdict(svix, request)).toMatchObject({ reason: 'signature_mismatch' })
  })
  test('headers of the other family do as well, but families do not mix', () => {
    const [signature, time, id] = ['signature', 'timestamp', 'id'].map((name) =>
      signed(svix).headers.get(`svix-${name}`),
    )
    const only = (names: Record<string, readonly string[] | undefined>) =>
      sent({
        headers: new Map(
          Object.entries(names).flatMap(([name, value]) => (value ? [[name, value]] : [])),
        ),
      })
    const sibling = { 'webhook-signature': signature, 'webhook-timestamp': time, 'webhook-id': id }
    expect(verdict(svix, only(sibling)).authentic).toBe(true)
    const both = { ...sibling, 'svix-signature': signature, 'svix-timestamp': time, 'svix-id': id }
    expect(verdict(svix, only(both)).authentic).toBe(true)
    const mixed = { 'svix-signature': signature, 'webhook-timestamp': time, 'webhook-id': id }
    expect(verdict(svix, only(mixed))).toMatchObject({ reason: 'timestamp_missing' })
    expect(verdict(svix, only({ ...both, 'webhook-id': ['msg_9'] }))).toMatchObject({
      reason: 'header_repeated',
    })
  })

  test.each([['whsec_'], ['whsec_not base64!'], ['whsec_A'], ['whsec_AAAAA'], ['whsec_AA=A']])(
    'the secret %j cannot be a key: unusable, and never an empty key',
    (secret) => {
      expect(verdict(svix, signed(svix), secret)).toMatchObject({ reason: 'credential_unusable' })
    },
  )

  const hints: [string, string, (secret: string) => string, string, string][] = [
    [
      'a line break after it',
      stripe,
      (s) => `${s}\n`,
      'signature_mismatch',
      'spaces, a line break or quotes',
    ],
    [
      'a line break after base64',
      svix,
      (s) => `${s}\n`,
      'credential_unusable',
      'spaces, a line break or quotes',
    ],
    [
      'quotes around it',
      stripe,
      (s) => `"${s}"`,
      'signature_mismatch',
      'spaces, a line break or quotes',
    ],
    [
      'an API key instead',
      stripe,
      () => 'sk_test_123',
      'signature_mismatch',
      'looks like an API key',
    ],
    ['simply another one', stripe, () => 'other', 'signature_mismatch', 'does not match'],
  ]
  test.each(hints)(
    'a secret with %s: refused, and said so',
    (_what, name, spoil, reason, words) => {
      const spoilt = spoil(forms[name]?.secret ?? '')
      const verdictOf = verdict(name, signed(name), spoilt)
      expect(verdictOf).toMatchObject({ authentic: false, reason })
      expect(verdictOf).toHaveProperty('hint', expect.stringContaining(words))
      expect(JSON.stringify(verdictOf)).not.toContain(spoilt.trim())
    },
  )

  test('mistakes are looked for in small bodies only', () => {
    const { written, secret } = forms[stripe]!
    for (const [bytes, words] of [
      [limits.hintBodyBytesMax, 'spaces, a line break or quotes'],
      [limits.hintBodyBytesMax + 1, 'does not match'],
    ] as const) {
      const request = sent({ body: Buffer.alloc(bytes, 'a') })
      const signedBody = sync(signProof(proof(written), toSign({ secret }, { request })))
      expect(verdict(stripe, signedBody, `${secret} `)).toHaveProperty(
        'hint',
        expect.stringContaining(words),
      )
    }
  })
  test('a secret read in the way of another provider is recognised', () => {
    const { secret = '' } = forms[svix] ?? {}
    const asBase64 = { ...forms[stripe]!.written, key: ['strip:whsec_', 'base64'] }
    const request = sync(signProof(proof(asBase64), toSign({ secret })))
    expect(verdict(stripe, request, secret)).toHaveProperty(
      'hint',
      expect.stringContaining('base64 after its prefix'),
    )
  })
  test('a proof that does not cover the body proves only the sender', () => {
    const written: HmacProof = { ...forms[github]!.written, template: '{url}' }
    const request = sync(signProof(proof(written), toSign({ secret: 's' })))
    const seen = { ...request, body: Buffer.from('other') }
    expect(sync(verifyProof(proof(written), input(seen, [{ secret: 's' }])))).toMatchObject({
      trust: 'token',
    })
  })
  test('the public URL of the settings is the one that was signed', () => {
    const written: HmacProof = { ...forms[github]!.written, template: '{url}{body}' }
    const settings = { url: 'https://public.example/hook' }
    const request = sync(signProof(proof(written), toSign({ secret: 's' }, { settings })))
    expect(
      sync(verifyProof(proof(written), input(request, [{ secret: 's' }], { settings }))).authentic,
    ).toBe(true)
    expect(sync(verifyProof(proof(written), input(request, [{ secret: 's' }]))).authentic).toBe(
      false,
    )
  })
  test('signing leaves the request it was given as it was', () => {
    const request = sent()
    sync(signProof(proof(forms[stripe]!.written), toSign({ secret: 's' }, { request })))
    expect(request).toEqual(sent())
  })
})
