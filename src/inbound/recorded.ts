// A recorded request: everything that decides about one delivery in one JSON document, so that a
// signature problem can be told, kept and tried again anywhere. Also the form of the fixtures.
// Messages about a bad document name the place, never the value: it may be a secret.
import { z } from 'zod'
import { limits } from '../limits.ts'
import { isProviderId, providers, resolveProof } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import { CredentialFields } from '../schemes/credential.ts'
import type { Credential, HeaderMap, SentRequest, Settings } from '../schemes/scheme.ts'

export interface Recorded {
  provider: Provider
  proof: CheckedProof
  settings: Settings
  credentials: readonly Credential[]
  request: SentRequest
  /** Unix milliseconds: when it was received. */
  now: number
}

export type ParsedRecorded = { ok: true; recorded: Recorded } | { ok: false; problems: string[] }

const text = z.string().optional()

/** `id`: how the judgement names it; without one by its index. */
const RecordedCredential = CredentialFields.extend({ id: text })

const RecordedRequest = z.strictObject({
  method: z.string().min(1).default('POST'),
  url: z.string().default(''),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  body: text,
  bodyBase64: z.base64().optional(),
  ip: text,
})

const RecordedDocument = z.strictObject({
  provider: z.string().refine(isProviderId, 'there is no such provider'),
  /** Unix seconds. */
  at: z.number().min(0).max(1e11),
  settings: z.record(z.string(), z.string()).default({}),
  credentials: z.array(RecordedCredential).max(limits.credentialsPerSourceMax).default([]),
  request: RecordedRequest.refine(
    ({ body, bodyBase64 }) => body === undefined || bodyBase64 === undefined,
    'give either body or bodyBase64',
  ).refine((request) => bytesOf(request).length <= limits.bodyBytesMax, 'the body is too large'),
})

export function parseRecorded(document: unknown): ParsedRecorded {
  const parsed = RecordedDocument.safeParse(document)
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(described) }
  const { provider: id, at, settings, credentials, request } = parsed.data
  if (!isProviderId(id)) return { ok: false, problems: ['provider: there is no such provider'] }
  const provider = providers[id]
  const resolved = resolveProof(provider, settings)
  if (!resolved.ok) return { ok: false, problems: [`settings: ${resolved.problem}`] }
  const recorded = {
    provider,
    proof: resolved.proof,
    settings,
    credentials: credentials.map(credentialOf),
    request: requestOf(request),
    now: at * 1000,
  }
  return { ok: true, recorded }
}

function described({ path, message }: z.core.$ZodIssue): string {
  const place = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
  return place === '' ? message : `${place}: ${message}`
}

function credentialOf(fields: z.output<typeof RecordedCredential>, index: number): Credential {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), id: fields.id ?? String(index) }
}

function requestOf(request: z.output<typeof RecordedRequest>): SentRequest {
  const { method, url, headers, ip } = request
  const sent = { method, url, headers: headerMap(headers), body: bytesOf(request) }
  return ip === undefined ? sent : { ...sent, ip }
}

function headerMap(headers: Readonly<Record<string, string | string[]>>): HeaderMap {
  const map = new Map<string, string[]>()
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    map.set(lower, [...(map.get(lower) ?? []), ...(Array.isArray(value) ? value : [value])])
  }
  return map
}

function bytesOf({
  body = '',
  bodyBase64,
}: {
  body?: string | undefined
  bodyBase64?: string | undefined
}): Buffer {
  return bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, 'base64')
}
