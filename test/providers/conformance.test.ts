// Every provider keeps the same promises. A new one is covered by being in the registry; without a
// sender, recorded requests, texts or samples it fails here.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { read } from '../../src/inbound/read.ts'
import { parseRecorded } from '../../src/inbound/recorded.ts'
import { sampleRequest, signedSample } from '../../src/inbound/sample.ts'
import { verify } from '../../src/inbound/verify.ts'
import { eventsOfType } from '../../src/providers/event-types.ts'
import { isProviderId, providers, resolveProof } from '../../src/providers/index.ts'
import type { ProviderId } from '../../src/providers/index.ts'
import type { Provider, ProviderEvent } from '../../src/providers/provider.ts'
import { leaves } from '../../src/providers/resolve.ts'
import { normaliseEmail } from '../../src/rules/email.ts'
import { Condition } from '../../src/rules/condition.ts'
import { compilePath } from '../../src/rules/path.ts'
import type { CheckedProof } from '../../src/schemes/proof.ts'
import type { Authentic, Credential, SentRequest, Verdict } from '../../src/schemes/scheme.ts'
import { senderOf } from '../fixtures/make.ts'
import type { Sender } from '../fixtures/sender.ts'

const now = Date.UTC(2026, 10, 30, 12)
const url = 'https://relay.example.com/in/conformance'
const email = 'Проверка+tag@пример.рф'
const address = 'Проверка+tag@xn--e1afmkfd.xn--p1ai'

const ids = Object.keys(providers).filter(isProviderId)
const everyProvider = ids.map((id) => [id, providers[id]] as const)
const everyEvent = everyProvider.flatMap(([id, provider]) =>
  provider.events.map((event) => [id, event.type, provider, event] as const),
)

const senders = new Map<ProviderId, Sender>()
for (const id of ids) {
  const sender = await senderOf(id)
  if (sender) senders.set(id, sender)
}
const everySender = [...senders].map(([id, sender]) => [id, providers[id], sender] as const)

type Which = 'current' | 'next' | 'old'

/** As a person would enter it, or with what our own signer needs. */
function credentialOf(sender: Sender, which: Which, signing = false): Credential | undefined {
  const own = sender[which]
  const given = signing ? (sender.signing?.[which] ?? own) : own
  return given === undefined || Array.isArray(given) ? undefined : { ...given, id: which }
}

function settingsOf(sender: Sender | undefined): Record<string, string> {
  return sender?.settings ?? {}
}

function proofOf(provider: Provider, settings: Record<string, string>): CheckedProof {
  const resolved = resolveProof(provider, settings)
  if (!resolved.ok) throw new Error(resolved.problem)
  return resolved.proof
}

interface Check {
  provider: Provider
  sender: Sender | undefined
  request: SentRequest
  credentials: readonly (Credential | undefined)[]
  at?: number
}

function verified({ provider, sender, request, credentials, at = now }: Check) {
  const settings = settingsOf(sender)
  return verify(proofOf(provider, settings), {
    request,
    format: provider.body.format,
    credentials: credentials.flatMap((credential) => credential ?? []),
    settings,
    now: at,
    keySetAt: () => Promise.resolve('unavailable' as const),
  })
}

function first<T>(items: readonly T[], index = 0): T {
  const item = items[index]
  if (item === undefined) throw new Error('nothing there')
  return item
}

function signed(
  provider: Provider,
  sender: Sender | undefined,
  which: Which,
  eventType = first(provider.events).type,
): Promise<SentRequest> {
  const credential = (sender && credentialOf(sender, which, true)) ?? { id: which }
  const sample = { provider, eventType, email, id: 'id-1', now, url }
  return signedSample(sample, credential, settingsOf(sender))
}

function mustBeAuthentic(verdict: Verdict): Authentic {
  if (!verdict.authentic) throw new Error(`${verdict.reason}: ${verdict.hint}`)
  return verdict
}

/** Proofs without a secret of the source: an address, a secret URL, a certificate by its address. */
function needsCredential(sender: Sender): boolean {
  return !Array.isArray(sender.current)
}

describe.each(everySender)('%s, as our own signer signs', (_id, provider, sender) => {
  const settings = settingsOf(sender)
  const current = credentialOf(sender, 'current')
  const plain = () =>
    sampleRequest({ provider, eventType: first(provider.events).type, id: 'x', now, url })
  const isSigned =
    sender.reasons.body !== undefined || sender.proof.some((place) => 'body' in place)

  test('is accepted', async () => {
    const request = await signed(provider, sender, 'current')
    const verdict = mustBeAuthentic(
      await verified({ provider, sender, request, credentials: [current] }),
    )
    expect(verdict.credential).toBe(needsCredential(sender) ? 'current' : null)
  })

  if (sender.next && sender.old)
    test('is accepted with either of two credentials while one is being replaced, not with an old one', async () => {
      const next = credentialOf(sender, 'next')
      const request = await signed(provider, sender, 'next')
      const both = await verified({ provider, sender, request, credentials: [current, next] })
      expect(both).toMatchObject({ authentic: true, credential: 'next' })
      const old = await signed(provider, sender, 'old')
      expect(
        await verified({ provider, sender, request: old, credentials: [current] }),
      ).toMatchObject({ authentic: false })
    })

  if (needsCredential(sender)) {
    test('is refused without any proof, with and without a body', async () => {
      for (const body of [plain().body, Buffer.alloc(0)]) {
        const request = { ...plain(), body }
        expect(await verified({ provider, sender, request, credentials: [current] })).toMatchObject(
          { authentic: false },
        )
      }
    })

    test('is refused while there is no credential, but not for good', async () => {
      const request = await signed(provider, sender, 'current')
      const empty = { id: 'empty', secret: '', token: '', username: '', password: '' }
      for (const credentials of [[], [empty]]) {
        expect(await verified({ provider, sender, request, credentials })).toMatchObject({
          reason: sender.withoutCredential ?? 'no_credential',
        })
      }
    })
  }

  if (isSigned)
    test('is refused where a covered byte was changed', async () => {
      const request = await signed(provider, sender, 'current')
      const verdict = mustBeAuthentic(
        await verified({ provider, sender, request, credentials: [current] }),
      )
      for (let at = 0; at < request.body.length; at += 7) {
        const body = Buffer.from(request.body)
        body[at] = (body[at] ?? 0) ^ 1
        const changed = await verified({
          provider,
          sender,
          request: { ...request, body },
          credentials: [current],
        })
        // Where only some fields are covered, others may change, but never be taken for signed.
        if (changed.authentic) expect(verdict.covers, `byte ${at}`).toBeDefined()
      }
    })

  if (sender.reasons.stale)
    test('is refused once it is too old', async () => {
      const request = await signed(provider, sender, 'current')
      const tolerance = (sender.tolerance ?? 300) * 1000
      const at = (offset: number) =>
        verified({ provider, sender, request, credentials: [current], at: now + offset })
      expect(await at(tolerance)).toMatchObject({ authentic: true })
      expect(await at(tolerance + 1000)).toMatchObject({ reason: sender.reasons.stale })
      expect(await at(-tolerance - 1000)).toMatchObject(
        sender.reasons.future ? { reason: sender.reasons.future } : { authentic: true },
      )
    })

  test('is refused when it was signed with another algorithm', async () => {
    const proof = proofOf(provider, settings)
    const spoiled = otherAlgorithm(proof)
    const signing = credentialOf(sender, 'current', true)
    if (spoiled === null || signing === undefined) return
    const { signProof } = await import('../../src/schemes/index.ts')
    const request = await signProof(spoiled, {
      request: plain(),
      format: provider.body.format,
      credential: signing,
      settings,
      now,
      id: 'id-1',
    })
    expect(await verified({ provider, sender, request, credentials: [current] })).toMatchObject({
      authentic: false,
    })
  })

  test('is not proven by what another provider’s sender signed', async () => {
    const own = JSON.stringify(provider.proof)
    for (const [other, request] of validRequests) {
      if (JSON.stringify(providers[other].proof) === own || alike(other, provider)) continue
      const verdict = await verified({ provider, sender, request, credentials: [current] })
      if (needsCredential(sender)) expect(verdict, other).toMatchObject({ authentic: false })
    }
  })
})

/** The same proof with another hash: null where there is none to swap. */
function otherAlgorithm(proof: CheckedProof): CheckedProof | null {
  if (proof.scheme === 'hmac')
    return { ...proof, hash: proof.hash === 'sha256' ? 'sha512' : 'sha256' }
  if (proof.scheme === 'digest')
    return { ...proof, hash: proof.hash === 'sha384' ? 'sha512' : 'sha384' }
  if (proof.scheme === 'detached' && proof.algorithm.startsWith('rsa')) {
    return { ...proof, algorithm: proof.algorithm === 'rsa-sha1' ? 'rsa-sha256' : 'rsa-sha1' }
  }
  return null
}

/** Presets that are the same protocol in other words: a token in Authorization is one. */
function alike(other: ProviderId, provider: Provider): boolean {
  const shape = (proof: CheckedProof) =>
    leaves(proof).map((leaf) =>
      // Tokens in the same place, signed with the same test key, differ only in what is claimed.
      JSON.stringify(leaf.scheme === 'jwt' ? leaf.token : { ...leaf, hash: '' }),
    )
  const theirs = shape(proofOf(providers[other], settingsOf(senders.get(other))))
  const sender = everySender.find(([, each]) => each === provider)?.[2]
  return shape(proofOf(provider, settingsOf(sender))).some((leaf) => theirs.includes(leaf))
}

const validRequests = [...senders.keys()].flatMap((id) => {
  const file = new URL(`../fixtures/${id}/valid.json`, import.meta.url)
  if (!existsSync(file)) return []
  const parsed = parseRecorded(JSON.parse(readFileSync(file, 'utf8')).recorded)
  if (!parsed.ok) throw new Error(`${id}: ${parsed.problems.join()}`)
  return [[id, parsed.recorded.request] as const]
})

describe.each(everyEvent)('the sample of %s %s', (id, type, provider, event) => {
  const sender = senders.get(id)

  async function readSample() {
    const eventType = type.replace('*', 'sample.invented')
    const request = await signed(provider, sender, 'current', eventType)
    const credentials = [sender && credentialOf(sender, 'current')]
    const verdict = mustBeAuthentic(await verified({ provider, sender, request, credentials }))
    return { eventType, event: first(read(provider, request, verdict, settingsOf(sender))) }
  }

  test('signs, verifies and reads as that event', async () => {
    const { eventType, event: seen } = await readSample()
    expect(seen).toMatchObject({ unreadable: null, test: false })
    // A type that only the provider can tell comes with the lookup.
    const isLookedUp = provider.event.type.every((part) => part.includes('$.confirmed'))
    if (!isLookedUp) {
      expect(seen.type).toBe(eventType)
      expect(eventsOfType(provider, seen.type)).toContain(event)
    }
    if (provider.event.key.length > 0) expect(seen.key).not.toMatch(/^sha256:/)
    if (provider.event.occurredAt)
      expect(Math.abs((seen.occurredAt ?? 0) - now)).toBeLessThanOrEqual(1000)
    expect(JSON.stringify(seen.value)).not.toContain('{{')
  })

  test('holds the email exactly where its paths look for it', async () => {
    const { event: seen } = await readSample()
    const own = event.email.filter((path) => !/^\$\.(?:confirmed|joined)\b/.test(path))
    const found = own.flatMap((path) => compilePath(path).find(seen.value))
    const addresses = found.map(({ value }) => normaliseEmail(value))
    if (event.sampleEmail === undefined) {
      return expect(addresses.filter(({ ok }) => ok)).toEqual([])
    }
    expect(addresses.find(({ ok }) => ok)).toMatchObject({ ok: true, email: { address } })
    expect(found.map(({ path }) => path)).toContain(event.sampleEmail)
  })

  test('has its texts in both languages, and a condition that rules accept', () => {
    for (const { en, ru } of [event.label, event.missing]) bothWritten({ en, ru })
    if (event.when) expect(Condition.safeParse(event.when).success).toBe(true)
  })
})

function bothWritten({ en, ru }: { en: string; ru: string }): void {
  expect(en.trim()).not.toBe('')
  expect(ru).toMatch(/[а-яё]/i)
  expect(ru).not.toBe(en)
}

describe.each(everyProvider)('%s', (id, provider) => {
  const sender = senders.get(id)

  test('has a sender and recorded requests: a valid one, and refused ones where it can be refused', () => {
    const folder = new URL(`../fixtures/${id}/`, import.meta.url)
    const names = existsSync(folder) ? readdirSync(folder) : []
    expect(sender).toBeDefined()
    expect(names).toContain('valid.json')
    const spoiled = names.filter((name) => name.startsWith('rejected-')).length
    const provesNothing = proofOf(provider, settingsOf(sender)).scheme === 'url'
    expect(spoiled).toBeGreaterThanOrEqual(provesNothing ? 0 : 2)
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

  test('takes a key from a header only where the proof covers that header, never from the URL', () => {
    const covered = leaves(proofOf(provider, settingsOf(sender))).map(coveredHeaders)
    const parts = [...provider.event.key, ...(provider.event.otherKeys ?? []).flat()]
    for (const part of parts.filter((text) => text.startsWith('header:'))) {
      const name = part.slice('header:'.length)
      expect(
        covered.every((headers) => headers.includes(name)),
        name,
      ).toBe(true)
    }
    expect(parts.filter((text) => text.startsWith('query:'))).toEqual([])
  })

  test('names events that are different, each reached by its own name', () => {
    const types = provider.events.map((event) => event.type)
    expect(new Set(types).size).toBe(types.length)
    for (const event of provider.events) expect(eventsOfType(provider, event.type)[0]).toBe(event)
  })

  test('answers 2xx, and repeats what was sent only as plain text or JSON', () => {
    for (const { status, body = '', contentType } of [
      provider.answer,
      ...handshakeAnswers(provider),
    ]) {
      expect(String(status)).toMatch(/^2\d\d$/)
      const repeats = /\{(?:field|header|query):/.test(body)
      if (repeats && contentType !== undefined) expect(contentType).toMatch(/^text\/plain|json/)
    }
  })

  test('adds nothing but a plain path to its URL', () => {
    for (const suffix of provider.pathSuffixes ?? []) expect(suffix).toMatch(/^(?:\/[\w-]+)+$/)
  })

  test('asks only hosts that it names itself, over https', () => {
    const { lookup } = provider
    for (const text of [lookup?.url, lookup?.also?.url].flatMap((each) => each ?? [])) {
      expect(text).toMatch(/^https:\/\/[a-z0-9.-]+\//)
    }
  })

  test('has paths that compile', () => {
    const { key, otherKeys = [], type, occurredAt, test: mark, unsigned = [] } = provider.event
    const others = [
      ...unsigned,
      ...(occurredAt ? [occurredAt.path] : []),
      ...(mark ? [mark.path] : []),
    ]
    const parts = [...key, ...otherKeys.flat(), ...type].filter(
      (text) => !/^(?:header|query|text):/.test(text),
    )
    const paths = parts.map((text) => text.replace(/^name:/, ''))
    for (const path of [...paths, ...others, ...emailPaths(provider.events)]) compilePath(path)
  })
})

function handshakeAnswers({ handshakes = [] }: Provider) {
  return handshakes.map((handshake) => handshake.answer)
}

function emailPaths(events: readonly ProviderEvent[]): string[] {
  return events.flatMap((event) => event.email)
}

/** Only a header with a single name: of several, which one was signed depends on the request. */
function coveredHeaders(leaf: ReturnType<typeof leaves>[number]): string[] {
  if (leaf.scheme !== 'hmac' && leaf.scheme !== 'detached') return []
  const named = [...leaf.template.matchAll(/\{header:([^}]+)\}/g)].map(([, name = '']) => name)
  const id = leaf.template.includes('{id}') && leaf.id?.header.length === 1 ? leaf.id.header : []
  return [...named, ...id]
}

test('a provider is found by its own id only', () => {
  const invented: string[] = ['', 'nobody', 'toString', '__proto__', 'constructor', 'Stripe']
  expect(invented.filter(isProviderId)).toEqual([])
  expect(ids.length).toBe(new Set<ProviderId>(ids).size)
})
