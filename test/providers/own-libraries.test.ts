// The senders' own libraries as judges of the recorded requests: what we accept they accept, and what
// we refuse they refuse.
import { describe, expect, test } from 'vitest'
import { isProviderId, providers } from '../../src/providers/index.ts'
import { makeFixtures, senderOf } from '../fixtures/make.ts'
import type { Credential, Wire } from '../fixtures/sender.ts'

interface Made {
  recorded: { credentials: readonly Credential[]; request: Wire & { bodyBase64?: string } }
  expect: { authentic: boolean }
}

const judges = []
for (const id of Object.keys(providers).filter(isProviderId)) {
  const sender = await senderOf(id)
  if (sender?.accepts) judges.push([id, sender.oracle, sender.accepts] as const)
}

describe.each(judges)('%s: %s', (id, _oracle, accepts) => {
  test('says of every recorded request what we say', async () => {
    for (const [name, fixture] of await makeFixtures(id)) {
      const { recorded, expect: expected } = fixture as Made
      // Libraries are given one value per header, and know only the shared secret's form.
      const isAlike = recorded.credentials.every((credential) => 'secret' in credential)
      const isOnce = Object.values(recorded.request.headers).every((value) => !Array.isArray(value))
      if (!isAlike || !isOnce) continue
      const { bodyBase64, ...request } = recorded.request
      const wire =
        bodyBase64 === undefined ? request : { ...request, body: Buffer.from(bodyBase64, 'base64') }
      let said = false
      for (const credential of recorded.credentials) said ||= await accepts(wire, credential)
      expect(said, name).toBe(expected.authentic)
    }
  })
})
