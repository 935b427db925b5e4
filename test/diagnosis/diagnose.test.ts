// A refused request is explained: the alternative that would have been accepted is named, in both
// languages, and no secret is ever shown.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { causes } from '../../src/diagnosis/causes.ts'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { DiagnoseOptions } from '../../src/diagnosis/diagnose.ts'
import { parseRecorded, type Recorded } from '../../src/inbound/recorded.ts'
import { providers } from '../../src/providers/index.ts'
import type { Credential } from '../../src/schemes/scheme.ts'
import { secrets } from '../fixtures/sender.ts'

function recordedOf(fixture: string): Recorded {
  const file = new URL(`../fixtures/${fixture}.json`, import.meta.url)
  const parsed = parseRecorded(JSON.parse(readFileSync(file, 'utf8')).recorded)
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return parsed.recorded
}

const valid = recordedOf('stripe/valid')
const minute = 60_000

function withSecret(secret: string): Credential[] {
  return [{ id: '0', secret }]
}

function withBody(change: (text: string) => string): Recorded {
  const { request } = valid
  return { ...valid, request: { ...request, body: Buffer.from(change(request.body.toString())) } }
}

function withHeader(recorded: Recorded, name: string, values: string[] | null): Recorded {
  const headers = new Map(recorded.request.headers)
  if (values === null) headers.delete(name)
  else headers.set(name, values)
  return { ...recorded, request: { ...recorded.request, headers } }
}

const noKeys: DiagnoseOptions = { keySetAt: () => Promise.resolve('unavailable') }
const signature = valid.request.headers.get('stripe-signature') ?? []

const cases: [
  what: string,
  Recorded,
  cause: keyof typeof causes,
  certain: boolean,
  says: RegExp,
][] = [
  [
    'a clock that is 20 minutes off',
    { ...valid, now: valid.now + 20 * minute },
    'clock_behind',
    true,
    /about 15 minutes|about 20 minutes/,
  ],
  [
    'a secret with a blank',
    { ...valid, credentials: withSecret(`${secrets.current} `) },
    'secret_padded',
    true,
    /blanks/,
  ],
  [
    'a secret in quotes',
    { ...valid, credentials: withSecret(`"${secrets.current}"`) },
    'secret_padded',
    true,
    /quotes/,
  ],
  [
    'a secret without its beginning',
    { ...valid, credentials: withSecret(secrets.current.replace('whsec_', '')) },
    'secret_prefix_lost',
    true,
    /whsec_/,
  ],
  [
    'a body that was indented',
    withBody((text) => JSON.stringify(JSON.parse(text), null, 2)),
    'body_changed',
    true,
    /JSON without blanks/,
  ],
  [
    'a body with a line break more',
    withBody((text) => `${text}\n`),
    'body_changed',
    true,
    /without its last line break/,
  ],
  [
    'a header that was stripped',
    withHeader(valid, 'stripe-signature', null),
    'header_stripped',
    false,
    /stripe-signature/,
  ],
  [
    'a header that was doubled',
    withHeader(valid, 'stripe-signature', [...signature, ...signature]),
    'header_doubled',
    false,
    /stripe-signature/,
  ],
  [
    'another provider',
    { ...recordedOf('github/valid'), provider: providers.stripe, proof: valid.proof },
    'other_provider',
    true,
    /GitHub/,
  ],
  [
    'another provider with another secret',
    {
      ...recordedOf('github/valid'),
      provider: providers.stripe,
      proof: valid.proof,
      credentials: withSecret('whsec_x'),
    },
    'looks_like',
    false,
    /GitHub/,
  ],
  ['no credential', { ...valid, credentials: [] }, 'no_credential', false, /secret/],
  [
    'a public key taken as a secret',
    recordedOf('fusionauth/rejected-public-key-as-secret'),
    'algorithm',
    false,
    /HS256.*RS256/,
  ],
  [
    'the test mode',
    {
      ...withBody((text) => text.replace('"livemode":true', '"livemode":false')),
      credentials: withSecret('whsec_live'),
    },
    'test_mode',
    false,
    /test mode/,
  ],
  [
    'nothing of the usual',
    { ...valid, credentials: withSecret('whsec_of_another_endpoint') },
    'unknown',
    false,
    /another endpoint/,
  ],
]

describe('a refused request is explained by', () => {
  test.each(cases)('%s', async (_what, recorded, cause, certain, says) => {
    const [first] = await diagnose(recorded, noKeys)
    expect(first).toMatchObject({ cause, certain })
    expect(first?.text.en).toMatch(says)
    expect(first?.text.ru).toMatch(/[а-яё]/)
    expect(first?.text.en + (first?.text.ru ?? '')).not.toMatch(/\{\d\}/)
  })

  test('another credential, by its name', async () => {
    const recorded = { ...valid, credentials: withSecret('whsec_wrong') }
    const others = [
      { name: 'shop, old', credential: { id: 'a', secret: secrets.old } },
      { name: 'shop (test)', credential: { id: 'b', secret: secrets.current } },
    ]
    const [first] = await diagnose(recorded, { ...noKeys, others })
    expect(first).toMatchObject({ cause: 'other_credential', certain: true })
    expect(first?.text.ru).toContain('shop (test)')
  })

  test('two faults at once: an old recording with a padded secret', async () => {
    const recorded = {
      ...valid,
      now: valid.now + 90 * minute,
      credentials: withSecret(` ${secrets.current}`),
    }
    const found = (await diagnose(recorded, noKeys)).map(({ cause }) => cause)
    expect(found).toContain('secret_padded')
  })
})

test('an accepted request needs no explanation', async () => {
  expect(await diagnose(valid, noKeys)).toEqual([])
})

test('no secret is ever shown', async () => {
  for (const [, recorded] of cases) {
    const text = JSON.stringify(await diagnose(recorded, noKeys))
    for (const { secret } of recorded.credentials) {
      if (secret && secret.length > 12) expect(text).not.toContain(secret.slice(6, -4))
    }
  }
})
