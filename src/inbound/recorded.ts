// A recorded request: everything that decides about one delivery in one JSON document, so that a
// signature problem can be told, kept and tried again anywhere. Also the form of the fixtures.
// Messages about a bad document name the place, never the value: it may be a secret.
import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { limits } from '../limits.ts'
import { saySettings } from '../partners/mistakes.ts'
import { isProviderId, providers, resolveProof } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import { CredentialFields } from '../schemes/credential.ts'
import type { Credential, HeaderMap, SentRequest, Settings } from '../schemes/scheme.ts'
import { inWords, problemIn, type Language, type OwnProblem } from './recorded-words.ts'

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

/** By its name: the words come with the language. */
const mistake = (name: OwnProblem): OwnProblem => name

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
  provider: z.string().refine(isProviderId, mistake('no_such_provider')),
  /** Unix seconds. */
  at: z
    .number(mistake('not_seconds'))
    .min(0, mistake('not_seconds'))
    .max(1e11, mistake('not_seconds')),
  settings: z.record(z.string(), z.string()).default({}),
  credentials: z.array(RecordedCredential).max(limits.credentialsPerSourceMax).default([]),
  request: RecordedRequest.refine(
    ({ body, bodyBase64 }) => body === undefined || bodyBase64 === undefined,
    mistake('both_bodies'),
  ).refine((request) => bytesOf(request).length <= limits.bodyBytesMax, mistake('body_too_large')),
})

export function parseRecorded(document: unknown, language: Language = 'en'): ParsedRecorded {
  const parsed = RecordedDocument.safeParse(document, {
    error: (issue) => problemIn(issue, language),
  })
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => described(issue, language))
    return { ok: false, problems }
  }
  const { provider: id, at, settings, credentials, request } = parsed.data
  if (!isProviderId(id)) return { ok: false, problems: [mistake('no_such_provider')] }
  const provider = providers[id]
  const resolved = resolveProof(provider, settings)
  if (!resolved.ok)
    return { ok: false, problems: [`settings: ${saySettings(resolved.problem, language)}`] }
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

/** The other way round. Without secrets: whoever has the document adds the credentials. */
export function recordedText(
  provider: string,
  at: number,
  request: Omit<SentRequest, 'ip'>,
  settings: Settings = {},
): string {
  const { method, url, headers, body } = request
  const document = {
    provider,
    at: Math.floor(at / 1000),
    ...(Object.keys(settings).length > 0 && { settings }),
    credentials: [],
    request: {
      method,
      url,
      headers: Object.fromEntries(
        [...headers].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
      ),
      ...(isUtf8(body) ? { body: body.toString('utf8') } : { bodyBase64: body.toString('base64') }),
    },
  }
  return JSON.stringify(document, null, 2)
}

function described({ path, message: said }: z.core.$ZodIssue, language: Language): string {
  const message = inWords(said, language)
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
