// What a provider expects to hear, from its preset: fixed words, fields of the request, hashes. Pure.
// Values come from the request, so they are short, and escaped for where they stand.
import { createHash, createHmac } from 'node:crypto'
import type { BodyFormat } from '../bodies/format.ts'
import { readBody } from '../bodies/read.ts'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { Answer } from '../providers/provider.ts'
import { compilePath } from '../rules/path.ts'
import { keyBytes } from '../schemes/key-pipeline.ts'
import type { Credential, SentRequest, Settings } from '../schemes/scheme.ts'

export interface AnswerContext {
  request: SentRequest
  format: BodyFormat
  settings: Settings
  /** Whose secret a hash is made with: the one that proved the request, else the first there is. */
  credential: Credential | undefined
}

export interface SaidAnswer {
  status: number
  body: string
  contentType?: string
}

export function answerOf(answer: Answer, context: AnswerContext): SaidAnswer {
  const { status, body = '', contentType = body === '' ? undefined : plainText } = answer
  const escape = contentType?.includes('json') ? insideJson : (text: string) => text
  const said = filled(body, (kind, name) =>
    kind === 'hash' ? hashOf(answer, context) : escape(valueOf(kind, name, context)),
  )
  return { status, body: said, ...(contentType !== undefined && { contentType }) }
}

const plainText = 'text/plain; charset=utf-8'

const placeholder = /\{(?:(field|header|query|setting):([^{}]+)|(hash|secret))\}/g

type Kind = 'field' | 'header' | 'query' | 'setting' | 'hash' | 'secret'

/** Other braces are text: answers are often JSON. */
function filled(text: string, value: (kind: Kind, name: string) => string): string {
  return text.replace(placeholder, (_, kind: Kind | undefined, name: string, bare: Kind) =>
    value(kind ?? bare, name ?? ''),
  )
}

function hashOf({ hash }: Answer, context: AnswerContext): string {
  if (hash === undefined) return ''
  const secret = context.credential?.secret ?? ''
  const text = filled(hash.of, (kind, name) =>
    kind === 'secret' ? secret : valueOf(kind, name, context),
  )
  if (hash.key === undefined) return createHash(hash.algorithm).update(text).digest('hex')
  const key = keyBytes(hash.key, secret)
  return key === null ? '' : createHmac(hash.algorithm, key).update(text).digest('hex')
}

/** Empty for what is not there, is several, or is no scalar. */
function valueOf(kind: Kind, name: string, context: AnswerContext): string {
  const [only, more] = valuesOf(kind, name, context)
  if (more !== undefined || only === undefined || only === null) return ''
  if (typeof only === 'object') return ''
  return String(only).slice(0, limits.answerValueCharsMax)
}

function valuesOf(kind: Kind, name: string, context: AnswerContext): readonly JsonValue[] {
  const { request, format, settings } = context
  if (kind === 'header') return request.headers.get(name.toLowerCase()) ?? []
  if (kind === 'query') return parameters(request.url).getAll(name)
  if (kind === 'setting') return Object.hasOwn(settings, name) ? [settings[name] ?? ''] : []
  if (kind !== 'field') return []
  const read = readBody(request, format)
  return 'value' in read
    ? compilePath(name)
        .find(read.value)
        .map(({ value }) => value)
    : []
}

function parameters(url: string): URLSearchParams {
  return URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams()
}

function insideJson(text: string): string {
  return JSON.stringify(text.toWellFormed()).slice(1, -1)
}
