// A request as a provider would have sent it, with invented data: for `trigger`, the demo and the
// conformance suite. Signed with a source's own credential, so that it goes through the real door.
import { collapse } from '../bodies/embedded.ts'
import { putAtSteps, stepsOf } from '../bodies/places.ts'
import { contentTypeOf, withValue } from '../bodies/write.ts'
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { eventsOfType } from '../providers/event-types.ts'
import { resolveProof } from '../providers/index.ts'
import type { Provider, ProviderEvent } from '../providers/provider.ts'
import { signProof } from '../schemes/index.ts'
import type { Credential, SentRequest, Settings } from '../schemes/scheme.ts'

export interface SampleOptions {
  provider: Provider
  eventType: string
  /** Left out: the sample's own invented address. */
  email?: string
  /** Unique for this delivery. */
  id: string
  /** Unix milliseconds. */
  now: number
  url: string
}

/** Throws for a type the provider does not have; `sampleTypes` lists those it has. */
export function sampleRequest(options: SampleOptions): SentRequest {
  const { provider, eventType, email, url } = options
  const [event] = eventsOfType(provider, eventType)
  if (event === undefined) {
    const types = sampleTypes(provider).join(', ')
    throw new Error(`${provider.name} has no sample of that event, only of: ${types}`)
  }
  const { sample, sampleEmail, sampleHeaders = {} } = event
  const placed =
    email === undefined || sampleEmail === undefined
      ? sample
      : putAtSteps(sample, stepsOf(sampleEmail), email)
  const { format, embedded = [], batch } = provider.body
  const whole = batch === undefined ? placed : around(batch.around, placed)
  const value = collapse(filled(whole, options), embedded)
  const type = contentTypeOf(format)
  const request: SentRequest = {
    method: provider.methods?.[0] ?? 'POST',
    url: calledUrl(url, provider, event),
    headers: new Map([
      ...(type === '' ? [] : [['content-type', [type]] as const]),
      ...Object.entries(sampleHeaders).map(([name, text]) => [name, [text]] as const),
    ]),
    body: Buffer.alloc(0),
  }
  return withValue(request, format, value)
}

/** The URL given to the sender, with what it adds by itself. */
function calledUrl(
  url: string,
  { pathSuffixes: [suffix = ''] = [] }: Provider,
  { sampleQuery = {} }: ProviderEvent,
): string {
  const address = new URL(url)
  address.pathname += suffix
  for (const [name, text] of Object.entries(sampleQuery)) address.searchParams.set(name, text)
  return address.href
}

/** Throws where the settings or the credential cannot sign: a person asked for it and can act. */
export async function signedSample(
  options: SampleOptions,
  credential: Credential,
  settings: Settings,
): Promise<SentRequest> {
  const resolved = resolveProof(options.provider, settings)
  if (!resolved.ok) throw new Error(resolved.problem)
  const request = sampleRequest(options)
  const { now, id } = options
  const { format } = options.provider.body
  return signProof(resolved.proof, { request, format, credential, settings, now, id })
}

/**
 * Whether this relay would believe a sample of that source: not where only the sender has the key, or is
 * known by the address it calls from.
 */
export async function isSampleProvable(
  { provider, settings }: { provider: Provider; settings: Settings },
  credential: Credential,
  now: number,
): Promise<boolean> {
  const [eventType] = sampleTypes(provider)
  if (eventType === undefined) return false
  const options = { provider, eventType, id: 'sample', now, url: 'https://relay.invalid/in/sample' }
  try {
    return (await signedSample(options, credential, settings)).ip === undefined
  } catch {
    return false
  }
}

/** The invented data as a rule sees it. */
export const sampleValue = (
  event: ProviderEvent,
  { id, now }: Pick<SampleOptions, 'id' | 'now'>,
): JsonValue => filled(event.sample, { id, now, eventType: event.type })

export function sampleTypes(provider: Provider): string[] {
  return provider.events.map((event) => event.type)
}

/** The body of a batch with this event in it. */
function around(body: JsonValue, event: JsonValue): JsonValue {
  if (body === '{{event}}') return event
  if (Array.isArray(body)) return body.map((item) => around(item, event))
  if (!isJsonObject(body)) return body
  return Object.fromEntries(Object.entries(body).map(([name, item]) => [name, around(item, event)]))
}

/** Placeholders of a sample; a time in numbers stands alone in its string and becomes a number. */
type Filling = Pick<SampleOptions, 'id' | 'now' | 'eventType'>

function filled(value: JsonValue, options: Filling): JsonValue {
  if (typeof value === 'string') return filledText(value, options)
  if (Array.isArray(value)) return value.map((item) => filled(item, options))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, filled(item, options)]),
  )
}

function filledText(text: string, { id, now, eventType }: Filling): JsonValue {
  if (text === '{{now:s}}') return Math.floor(now / 1000)
  if (text === '{{now:ms}}') return now
  return text
    .replaceAll('{{id}}', () => id)
    .replaceAll('{{type}}', () => eventType)
    .replaceAll('{{now:iso}}', () => new Date(now).toISOString())
    .replaceAll('{{now:s}}', () => String(Math.floor(now / 1000)))
    .replaceAll('{{now:ms}}', () => String(now))
}
