// Every provider keeps the same promises. A new one is covered by being in the registry; without
// fixtures, texts or samples it fails here.
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { read } from '../../src/inbound/read.ts'
import { sampleRequest, signedSample } from '../../src/inbound/sample.ts'
import { verify } from '../../src/inbound/verify.ts'
import { eventsOfType } from '../../src/providers/event-types.ts'
import { isProviderId, providers, resolveProof } from '../../src/providers/index.ts'
import type { ProviderId } from '../../src/providers/index.ts'
import type { Provider, ProviderEvent } from '../../src/providers/provider.ts'
import { leaves } from '../../src/providers/resolve.ts'
import { normaliseEmail } from '../../src/rules/email.ts'
import { compilePath } from '../../src/rules/path.ts'
import type { CheckedProof } from '../../src/schemes/proof.ts'
import type { Authentic, Credential, SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { keys } from '../fixtures/sender.ts'

const now = Date.UTC(2026, 10, 30, 12)
const url = 'https://relay.example.com/in/conformance'
const email = 'Проверка+tag@пример.рф'
const address = 'Проверка+tag@xn--e1afmkfd.xn--p1ai'

const ids = Object.keys(providers).filter(isProviderId)
const everyProvider = ids.map((id) => [id, providers[id]] as const)
const everyEvent = everyProvider.flatMap(([id, provider]) =>
  provider.events.map((event) => [id, event.type, provider, event] as const),
)

/** One credential for each way a provider lets people fill one in, able to sign as well. */
function credentialsOf(provider: Provider, which: 'current' | 'next' | 'old'): Credential[] {
  const secret = `whsec_${Buffer.from(`${which} secret of thirty-two bytes..`).toString('base64')}`
  return provider.credentials.flatMap((fields): Credential[] => {
    if (fields.includes('jwks')) return [{ id: which, jwks: { keys: [{ ...keys[which] }] } }]
    if (fields.includes('jwksUrl') || fields.includes('publicKey')) return []
    if (fields.includes('username')) return [{ id: which, username: 'shop', password: which }]
    if (fields.includes('token')) return [{ id: which, token: `token-${which}` }]
    const hs = provider.settings?.['algorithms'] !== undefined
    return hs ? [] : [{ id: which, secret }]
  })
}

const everyCredential = everyProvider.flatMap(([id, provider]) =>
  credentialsOf(provider, 'current').map((credential, index) => {
    const fields = Object.keys(credential).filter((name) => name !== 'id')
    return [id, fields.join(' + '), provider, index] as const
  }),
)

function proofOf(provider: Provider): CheckedProof {
  const resolved = resolveProof(provider, {})
  if (!resolved.ok) throw new Error(resolved.problem)
  return resolved.proof
}

function verified(
  provider: Provider,
  request: SentRequest,
  credentials: readonly Credential[],
  at = now,
): Verdict | Promise<Verdict> {
  const keySetAt = () => Promise.resolve('unavailable' as const)
  const { format } = provider.body
  const input = { request, format, credentials, settings: {}, now: at, keySetAt }
  return verify(proofOf(provider), input)
}

function first<T>(items: readonly T[], index = 0): T {
  const item = items[index]
  if (item === undefined) throw new Error('nothing there')
  return item
}

function signed(
  provider: Provider,
  credential: Credential,
  eventType?: string,
): Promise<SentRequest> {
  const type = eventType ?? first(provider.events).type
  return signedSample({ provider, eventType: type, email, id: 'id-1', now, url }, credential, {})
}

function mustBeAuthentic(verdict: Verdict): Authentic {
  if (!verdict.authentic) throw new Error(`${verdict.reason}: ${verdict.hint}`)
  return verdict
}

describe.each(everyCredential)('%s proven by %s', (_id, _fields, provider, index) => {
  const current = first(credentialsOf(provider, 'current'), index)
  const next = first(credentialsOf(provider, 'next'), index)
  const old = first(credentialsOf(provider, 'old'), index)
  const plain = sampleRequest({
    provider,
    eventType: first(provider.events).type,
    id: 'x',
    now,
    url,
  })
  const kinds = leaves(proofOf(provider)).map(({ scheme }) => scheme)
  const bindsBody = kinds.every((scheme) => scheme === 'hmac' || scheme === 'jwt')
  const timed = leaves(proofOf(provider)).some((leaf) => leaf.scheme === 'hmac' && leaf.timestamp)

  test('accepts what the credential signed', async () => {
    const verdict = await verified(provider, await signed(provider, current), [current])
    expect(verdict).toMatchObject({ authentic: true, credential: 'current' })
    expect(mustBeAuthentic(verdict).trust).toBe(bindsBody ? 'signed' : 'token')
  })

  test('accepts either of two credentials while one is being replaced', async () => {
    const verdict = await verified(provider, await signed(provider, next), [current, next])
    expect(verdict).toMatchObject({ authentic: true, credential: 'next' })
  })

  test('refuses an old credential', async () => {
    const verdict = await verified(provider, await signed(provider, old), [current])
    expect(verdict).toMatchObject({ authentic: false })
  })

  test('refuses a request without any proof, with and without a body', async () => {
    for (const body of [plain.body, Buffer.alloc(0)]) {
      expect(await verified(provider, { ...plain, body }, [current])).toMatchObject({
        authentic: false,
      })
    }
  })

  test('refuses everything while there is no credential, and does not refuse it for good', async () => {
    const request = await signed(provider, current)
    const empty = { id: 'empty', secret: '', token: '', username: '', password: '' }
    for (const credentials of [[], [empty]]) {
      expect(await verified(provider, request, credentials)).toMatchObject({
        reason: 'no_credential',
      })
    }
  })

  if (bindsBody)
    test('refuses a body that was changed, wherever it was changed', async () => {
      const request = await signed(provider, current)
      for (let at = 0; at < request.body.length; at += 7) {
        const body = Buffer.from(request.body)
        body[at] = (body[at] ?? 0) ^ 1
        expect(
          await verified(provider, { ...request, body }, [current]),
          `byte ${at}`,
        ).toMatchObject({ authentic: false })
      }
    })

  if (timed)
    test('refuses what was signed more than five minutes ago', async () => {
      const request = await signed(provider, current)
      expect(await verified(provider, request, [current], now + 300_000)).toMatchObject({
        authentic: true,
      })
      expect(await verified(provider, request, [current], now + 301_000)).toMatchObject({
        reason: 'timestamp_too_old',
      })
    })
})

describe.each(everyEvent)('the sample of %s %s', (_id, type, provider, event) => {
  const credential = first(credentialsOf(provider, 'current'))

  async function readSample() {
    const eventType = type.replace('*', 'sample.invented')
    const request = await signed(provider, credential, eventType)
    const verdict = mustBeAuthentic(await verified(provider, request, [credential]))
    return { eventType, request, event: first(read(provider, request, verdict)) }
  }

  test('signs, verifies and reads as that event', async () => {
    const { eventType, event: seen } = await readSample()
    expect(seen).toMatchObject({ type: eventType, unreadable: null, test: false })
    expect(eventsOfType(provider, seen.type)).toContain(event)
    if (provider.event.key.length > 0) expect(seen.key).not.toMatch(/^sha256:/)
    if (provider.event.occurredAt) expect(seen.occurredAt).toBe(now)
    expect(JSON.stringify(seen.value)).not.toContain('{{')
  })

  test('holds the email exactly where its paths look for it', async () => {
    const { event: seen } = await readSample()
    const found = event.email.flatMap((path) => compilePath(path).find(seen.value))
    const addresses = found.map(({ value }) => normaliseEmail(value))
    expect(event.email.length > 0).toBe(event.sampleEmail !== undefined)
    if (event.sampleEmail === undefined) return expect(found).toEqual([])
    expect(addresses[0]).toMatchObject({ ok: true, email: { address } })
    expect(first(found).path).toBe(event.sampleEmail)
  })

  test('has its texts in both languages', () => {
    for (const { en, ru } of [event.label, event.missing]) bothWritten({ en, ru })
  })
})

function bothWritten({ en, ru }: { en: string; ru: string }): void {
  expect(en.trim()).not.toBe('')
  expect(ru).toMatch(/[а-яё]/i)
  expect(ru).not.toBe(en)
}

describe.each(everyProvider)('%s', (id, provider) => {
  test('has recorded requests: a valid one and refused ones', () => {
    const folder = new URL(`../fixtures/${id}/`, import.meta.url)
    const names = existsSync(folder) ? readdirSync(folder) : []
    expect(names).toContain('valid.json')
    expect(names.filter((name) => name.startsWith('rejected-')).length).toBeGreaterThanOrEqual(3)
  })

  test('is explained in both languages', () => {
    const { guide, retries, settings = {} } = provider
    const texts = [guide.secret, guide.url, retries, ...(guide.note ? [guide.note] : [])]
    const labels = Object.values(settings).flatMap(({ label, help }) => [label, help])
    for (const text of [...texts, ...labels]) bothWritten(text)
  })

  test('has a proof that needs no setting that has no default', () => {
    const required = Object.values(provider.settings ?? {}).some((setting) => setting.required)
    expect(resolveProof(provider, {}).ok).toBe(!required)
  })

  test('takes a key from a header only where the proof covers that header', () => {
    const covered = leaves(proofOf(provider)).map(coveredHeaders)
    for (const part of provider.event.key.filter((text) => text.startsWith('header:'))) {
      const name = part.slice('header:'.length)
      expect(
        covered.every((headers) => headers.includes(name)),
        name,
      ).toBe(true)
    }
  })

  test('names events that are different, each reached by its own name', () => {
    const types = provider.events.map((event) => event.type)
    expect(new Set(types).size).toBe(types.length)
    for (const event of provider.events) expect(eventsOfType(provider, event.type)[0]).toBe(event)
  })

  test('answers 2xx', () => {
    expect(String(provider.answer.status)).toMatch(/^2\d\d$/)
  })

  test('has paths that compile', () => {
    const { key, type, occurredAt, test: mark, unsigned = [] } = provider.event
    const other = [
      ...unsigned,
      ...(occurredAt ? [occurredAt.path] : []),
      ...(mark ? [mark.path] : []),
    ]
    const paths = [...key, ...type].filter((text) => !text.startsWith('header:'))
    for (const path of [...paths, ...other, ...emailPaths(provider.events)]) compilePath(path)
  })
})

function emailPaths(events: readonly ProviderEvent[]): string[] {
  return events.flatMap((event) => event.email)
}

/** Only a header with a single name: of several, which one was signed depends on the request. */
function coveredHeaders(leaf: ReturnType<typeof leaves>[number]): string[] {
  if (leaf.scheme !== 'hmac') return []
  const named = [...leaf.template.matchAll(/\{header:([^}]+)\}/g)].map(([, name = '']) => name)
  const id = leaf.template.includes('{id}') && leaf.id?.header.length === 1 ? leaf.id.header : []
  return [...named, ...id]
}

test('a provider is found by its own id only', () => {
  const invented: string[] = ['', 'nobody', 'toString', '__proto__', 'constructor', 'Stripe']
  expect(invented.filter(isProviderId)).toEqual([])
  expect(ids.length).toBe(new Set<ProviderId>(ids).size)
})
