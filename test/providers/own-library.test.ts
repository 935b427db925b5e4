// What the senders' own libraries say of our requests: they accept the valid ones and refuse what we
// refuse. Where a library only verifies, this is what makes it an oracle.
import { describe, expect, test } from 'vitest'
import { isProviderId, providers } from '../../src/providers/index.ts'
import type { ProviderId } from '../../src/providers/index.ts'
import { makeFixtures, senderOf } from '../fixtures/make.ts'
import type { Credential, Sender, Wire } from '../fixtures/sender.ts'

interface Recorded {
  credentials: Credential[]
  request: Omit<Wire, 'body'> & { body?: string; bodyBase64?: string }
}

/** A repeated header is our own rule; a time is only judged where the library judges it too. */
const usual = [
  'valid',
  'valid-second-credential',
  'rejected-tampered-proof',
  'rejected-missing-proof',
  'rejected-changed-body',
  'rejected-old-secret',
  'rejected-stale',
  'rejected-future',
]

const judged = new Map<ProviderId, { sender: Sender; cases: [string, Recorded][] }>()
for (const id of Object.keys(providers).filter(isProviderId)) {
  const sender = await senderOf(id)
  if (sender?.accepts === undefined) continue
  const made = [...(await makeFixtures(id))].filter(([name]) => usual.includes(name))
  judged.set(id, {
    sender,
    cases: made.map(([name, { recorded }]) => [name, recorded as Recorded]),
  })
}

async function accepted({ accepts }: Sender, { request, credentials }: Recorded): Promise<boolean> {
  const { body = '', bodyBase64, ...rest } = request
  const wire = {
    ...rest,
    body: bodyBase64 === undefined ? body : Buffer.from(bodyBase64, 'base64'),
  }
  for (const credential of credentials) {
    try {
      if (await accepts?.(wire, credential)) return true
    } catch {
      continue
    }
  }
  return false
}

test('speak for several senders', () => {
  expect(judged.size).toBeGreaterThan(5)
})

describe.each([...judged])('the own library of %s', (_id, { sender, cases }) => {
  test('is given valid requests and spoiled ones', () => {
    expect(cases.filter(([name]) => name.startsWith('valid')).length).toBeGreaterThan(0)
    expect(cases.filter(([name]) => name.startsWith('rejected')).length).toBeGreaterThan(2)
  })

  test.each(cases)('says of %s what we say', async (name, recorded) => {
    expect(await accepted(sender, recorded)).toBe(name.startsWith('valid'))
  })
})
