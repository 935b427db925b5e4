// Where a sender's own library can judge a request, it must say of the recorded ones what we say.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isProviderId, providers } from '../../src/providers/index.ts'
import { senderOf } from '../fixtures/make.ts'
import type { Credential, Wire } from '../fixtures/sender.ts'

interface Recorded {
  recorded: {
    credentials: Credential[]
    request: Omit<Wire, 'body'> & { body?: string; bodyBase64?: string }
  }
  expect: { authentic: boolean; credential: number | null }
}

function recorded(provider: string, name: string): Recorded {
  const file = new URL(`../fixtures/${provider}/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

function wireOf({ body, bodyBase64 = '', ...rest }: Recorded['recorded']['request']): Wire {
  return { ...rest, body: body ?? Buffer.from(bodyBase64, 'base64') }
}

const cases = [
  'valid',
  'valid-second-credential',
  'rejected-tampered-proof',
  'rejected-missing-proof',
  'rejected-changed-body',
  'rejected-old-secret',
]

const ids = Object.keys(providers).filter(isProviderId)
const judging = await Promise.all(
  ids.map(async (id) => [id, (await senderOf(id))?.accepts] as const),
)
const known = judging.flatMap(([id, accepts]) => (accepts ? [[id, accepts] as const] : []))

describe.each(known)('the own library of %s', (id, accepts) => {
  test.each(cases)('agrees about %s', async (name) => {
    const { recorded: document, expect: said } = recorded(id, name)
    const credential = document.credentials[said.credential ?? 0]
    if (credential === undefined) throw new Error('no credential to judge with')
    expect(await accepts(wireOf(document.request), credential)).toBe(said.authentic)
  })
})

test('some libraries are there to judge', () => {
  expect(known.length).toBeGreaterThanOrEqual(3)
})
