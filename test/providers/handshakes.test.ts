// A relay that answers strangers must not sign for them: what it hashes with the secret before any
// proof must be of a form that no webhook has.
import { expect, test } from 'vitest'
import { isProviderId, providers } from '../../src/providers/index.ts'

const open = Object.keys(providers)
  .filter(isProviderId)
  .flatMap((id) => (providers[id].handshakes ?? []).map((handshake) => ({ id, handshake })))
  .filter(({ handshake }) => handshake.proof === 'none')

const keyed = open.filter(({ handshake }) => (handshake.answer.hash?.key?.length ?? 0) > 0)

test('some senders ask before they prove anything, and few of them for a hash', () => {
  expect(open.length).toBeGreaterThan(3)
  expect(keyed.map(({ id }) => id)).toEqual(['braintree'])
})

test.each(keyed)('$id: nothing longer or freer than a challenge is hashed', ({ handshake }) => {
  const named = /^\{query:(\w+)\}$/.exec(handshake.answer.hash?.of ?? '')?.[1]
  const { queryLike } = handshake.when
  const allowed = queryLike !== undefined && queryLike.name === named ? queryLike.pattern : '.*'
  const whole = new RegExp(`^(?:${allowed})$`)
  for (const forged of ['v0:1796000000:{"a":1}', 'eyJhIjoxfQ==', 'a'.repeat(65), 'PD94bWw+'])
    expect([forged, whole.test(forged)]).toEqual([forged, false])
})
