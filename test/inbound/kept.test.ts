// What is kept of a request is enough to read it again: for every recorded request of every provider
// the same events come out, believed as much as the first time, or less.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bytesToKeep, provenAsKept } from '../../src/inbound/kept.ts'
import { read } from '../../src/inbound/read.ts'
import { parseRecorded, type Recorded } from '../../src/inbound/recorded.ts'
import { withoutSecrets } from '../../src/inbound/secret-headers.ts'
import { verify } from '../../src/inbound/verify.ts'
import type { ReadEvent } from '../../src/inbound/event.ts'
import { isJsonObject, type JsonValue } from '../../src/json.ts'
import { trusts } from '../../src/schemes/scheme.ts'
import type { Authentic } from '../../src/schemes/scheme.ts'

const fixtures = 'test/fixtures'
const recorded = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(`${fixtures}/${name}`)
      .filter((file) => file.startsWith('valid') && file.endsWith('.json'))
      .map((file) => [name, `${fixtures}/${name}/${file}`] as const),
  )

const Fixture = z.looseObject({ recorded: z.unknown() })

function recordedIn(file: string): Recorded {
  const { recorded: document } = Fixture.parse(JSON.parse(readFileSync(file, 'utf8')))
  const parsed = parseRecorded(document)
  if (!parsed.ok) throw new Error(parsed.problems.join('; '))
  return parsed.recorded
}

async function firstVerdict(one: Recorded): Promise<Authentic | undefined> {
  const { provider, proof, request, credentials, settings, now } = one
  const verdict = await verify(proof, {
    request,
    format: provider.body.format,
    credentials,
    settings,
    now,
    keySetAt: () => Promise.resolve('unavailable' as const),
  })
  return verdict.authentic ? verdict : undefined
}

/** A type may have stood in the URL, which is not kept: the recorded one is used (see consider.ts). */
function comparable({ value, ...read }: ReadEvent) {
  const event = { ...read, type: '', key: '' }
  if (!isJsonObject(value)) return { ...event, value }
  const { token = null } = value
  if (token !== secretOfUrl(token)) return { ...event, value }
  return { ...event, value: { ...value, token: null } }
}

/** A token in the URL is a secret of the source, which is not kept. */
const secretOfUrl = (token: JsonValue | undefined) =>
  typeof token === 'string' && token.startsWith('fixture-token') ? token : null

function again(one: Recorded, event: ReadEvent): ReadEvent | undefined {
  const kept = {
    method: one.request.method,
    headers: withoutSecrets(one.request.headers, one.proof),
    body: bytesToKeep(one, one.request),
  }
  const { request, verdict } = provenAsKept(one, kept, event.trust)
  return read(one.provider, request, verdict, one.settings)[event.part]
}

let readAgain = 0

describe.each(recorded)('%s: %s', (_, file) => {
  test('is read as it was read first', async () => {
    const one = recordedIn(file)
    const verdict = await firstVerdict(one)
    if (verdict === undefined) return
    readAgain++
    for (const event of read(one.provider, one.request, verdict, one.settings)) {
      const found = again(one, event)
      expect(found && comparable(found)).toEqual(comparable(event))
    }
  })
})

test('few were left out, for want of keys from elsewhere', () => {
  expect(readAgain).toBeGreaterThan(180)
})

test('what only some of several proofs would cover is not believed', async () => {
  const partly = recorded
    .map(([, file]) => recordedIn(file))
    .find(({ proof }) => proof.scheme === 'digest')
  if (partly === undefined) throw new Error('no provider signs fields')
  const verdict = await firstVerdict(partly)
  const [event] = verdict ? read(partly.provider, partly.request, verdict, partly.settings) : []
  expect(event?.regions).toContainEqual({ path: '$', trust: 'unsigned' })
  const { proof } = partly
  if (proof.scheme === 'any' || proof.scheme === 'all' || event === undefined) throw new Error('no')
  const both = { ...partly, proof: { scheme: 'any' as const, of: [proof, proof] } }
  const found = again(both, event)
  expect(found?.regions.filter(({ trust }) => trust !== 'unsigned')).toEqual([])
  expect(trusts).toContain(found?.trust)
})
