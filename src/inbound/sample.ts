// A request as a provider would have sent it, with invented data: for `trigger`, the demo and the
// conformance suite. Signed with a source's own credential, so that it goes through the real door.
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { eventsOfType } from '../providers/event-types.ts'
import { resolveProof } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
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
      : withValueAt(sample, stepsOf(sampleEmail), email)
  const type = provider.body.format === 'jwt' ? 'application/jwt' : 'application/json'
  return {
    method: 'POST',
    url,
    headers: new Map([
      ['content-type', [type]],
      ...Object.entries(sampleHeaders).map(([name, value]) => [name, [value]] as const),
    ]),
    body: Buffer.from(JSON.stringify(filled(placed, options))),
  }
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
  return signProof(resolved.proof, { request, credential, settings, now, id })
}

export function sampleTypes(provider: Provider): string[] {
  return provider.events.map((event) => event.type)
}

/** Placeholders of a sample; a time in numbers stands alone in its string and becomes a number. */
function filled(value: JsonValue, options: SampleOptions): JsonValue {
  if (typeof value === 'string') return filledText(value, options)
  if (Array.isArray(value)) return value.map((item) => filled(item, options))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, filled(item, options)]),
  )
}

function filledText(text: string, { id, now, eventType }: SampleOptions): JsonValue {
  if (text === '{{now:s}}') return Math.floor(now / 1000)
  if (text === '{{now:ms}}') return now
  return text
    .replaceAll('{{id}}', () => id)
    .replaceAll('{{type}}', () => eventType)
    .replaceAll('{{now:iso}}', () => new Date(now).toISOString())
}

/** The steps of a normalized path as presets write it: plain names and indexes. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\['([^'\\]+)'\]|\[(\d+)\]/g)].map(
    ([, name, index]) => name ?? Number(index),
  )
}

function withValueAt(
  value: JsonValue,
  steps: readonly (string | number)[],
  put: string,
): JsonValue {
  const [step, ...rest] = steps
  if (step === undefined) return put
  if (typeof step === 'number') {
    if (!Array.isArray(value)) return value
    return value.map((item, index) => (index === step ? withValueAt(item, rest, put) : item))
  }
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === step ? withValueAt(item, rest, put) : item,
    ]),
  )
}
