import { expect, test } from 'vitest'
import { withoutSecrets } from '../../src/inbound/secret-headers.ts'
import { Proof } from '../../src/schemes/proof.ts'

const names = ['authorization', 'cookie', 'proxy-authorization', 'x-token', 'x-jwt', 'x-plain']

/** Names of the headers whose values are kept as they came, beside one that always is. */
function kept(proof: Proof): string[] {
  const headers = new Map(names.map((name) => [name, ['one', 'two']]))
  const shown = withoutSecrets(headers, Proof.parse(proof))
  expect(Object.keys(shown)).toEqual(names)
  return names.filter((name) => shown[name]?.join() === 'one,two')
}

const token = { scheme: 'token', at: { header: 'X-Token' } } as const
const jwt = { scheme: 'jwt', token: { header: 'X-Jwt' }, algorithms: 'RS256' } as const
const bodyHash = { claim: 'sha', encoding: 'hex' } as const

test.each<[string, Proof, string[]]>([
  ['what always is one', { scheme: 'basic' }, ['x-token', 'x-jwt', 'x-plain']],
  ['a shared token', token, ['x-jwt', 'x-plain']],
  ['a shared token elsewhere', { scheme: 'token', at: { query: 't' } }, names.slice(3)],
  ['a JWT for any body', jwt, ['x-token', 'x-plain']],
  ['not a JWT for this one body', { ...jwt, bodyHash }, names.slice(3)],
  ['each of several', { scheme: 'any', of: [token, jwt] }, ['x-plain']],
  ['each of several together', { scheme: 'all', of: [token, jwt] }, ['x-plain']],
  [
    'one that is only asked for if given',
    { scheme: 'all', of: [jwt], ifGiven: [token] },
    ['x-plain'],
  ],
])('a secret in a header is left out, every value of it: %s', (_what, proof, expected) => {
  expect(kept(proof)).toEqual(expected)
})
