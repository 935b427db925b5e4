// What a request, or a credential, may have been before something on the way, or a person, changed it.
import { Buffer } from 'node:buffer'
import type { Text } from '../providers/provider.ts'
import type { Credential } from '../schemes/scheme.ts'
import type { Cause } from './causes.ts'

export interface SecretVariant {
  cause: Cause
  detail: string
  credential: Credential
}

const fields = ['secret', 'token', 'password'] as const
/** Beginnings that people cut off, or that a screen shows before the secret. */
const prefixes = [
  'whsec_',
  'v1,whsec_',
  'polar_whs_',
  'Bearer ',
  'Basic ',
  'sha256=',
  'ws_',
  'pdl_ntfset_',
]

export function secretVariants(credential: Credential): SecretVariant[] {
  return fields.flatMap((field) => {
    const text = credential[field]
    if (text === undefined) return []
    const bare = unwrapped(text)
    const variant = (cause: Cause, detail: string, changed: string): SecretVariant => ({
      cause,
      detail,
      credential: { ...credential, [field]: changed },
    })
    return [
      ...(bare === text ? [] : [variant('secret_padded', '', bare)]),
      ...prefixes
        .filter((prefix) => !bare.startsWith(prefix))
        .map((prefix) => variant('secret_prefix_lost', prefix, prefix + bare)),
      ...prefixes
        .filter((prefix) => bare.startsWith(prefix))
        .map((prefix) => variant('secret_prefix_added', prefix, bare.slice(prefix.length))),
    ]
  })
}

function unwrapped(text: string): string {
  const trimmed = text.trim()
  return /^(["'`«]).*["'`»]$/s.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed
}

export interface BodyVariant {
  what: Text
  body: Buffer
}

/** Nothing for bodies that are not text. */
export function bodyVariants(body: Buffer): BodyVariant[] {
  const text = body.toString('utf8')
  const changes: [Text, string | null][] = [
    [
      { en: 'the body without its last line break', ru: 'тело без последнего перевода строки' },
      text.replace(/\r?\n$/, ''),
    ],
    [
      { en: 'the body with a line break at its end', ru: 'тело с переводом строки в конце' },
      `${text}\n`,
    ],
    [
      { en: 'the body with CR LF line breaks', ru: 'тело с переводами строк CR LF' },
      text.replace(/\r?\n/g, '\r\n'),
    ],
    [
      { en: 'the body with LF line breaks', ru: 'тело с переводами строк LF' },
      text.replaceAll('\r\n', '\n'),
    ],
    [
      { en: 'the body without its byte order mark', ru: 'тело без метки порядка байтов (BOM)' },
      text.replace(/^\uFEFF/, ''),
    ],
    ...jsonChanges(text),
  ]
  const seen = new Set([text])
  return changes.flatMap(([what, changed]) => {
    if (changed === null || seen.has(changed)) return []
    seen.add(changed)
    return [{ what, body: Buffer.from(changed) }]
  })
}

function jsonChanges(text: string): [Text, string | null][] {
  const value = parsed(text)
  if (value === undefined) return []
  const compact = JSON.stringify(value)
  const escaped = compact.replace(
    /[\u0080-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return [
    [{ en: 'the JSON without blanks', ru: 'JSON без пробелов' }, compact],
    [
      { en: 'the JSON indented by two', ru: 'JSON с отступами в два пробела' },
      JSON.stringify(value, null, 2),
    ],
    [
      { en: 'the JSON indented by four', ru: 'JSON с отступами в четыре пробела' },
      JSON.stringify(value, null, 4),
    ],
    [
      {
        en: 'the JSON with blanks after colons and commas',
        ru: 'JSON с пробелами после двоеточий и запятых',
      },
      spaced(value),
    ],
    [{ en: 'the JSON with \\u escapes', ru: 'JSON с кодами \\u вместо букв' }, escaped],
    [
      { en: 'the JSON with escaped slashes', ru: 'JSON с экранированными косыми чертами' },
      compact.replaceAll('/', '\\/'),
    ],
    [
      { en: 'the JSON with escapes as PHP writes it', ru: 'JSON в том виде, как его пишет PHP' },
      escaped.replaceAll('/', '\\/'),
    ],
  ]
}

/** As Python writes it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${spaced(item)}`,
  )
  return `{${members.join(', ')}}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Addresses that lead to the same place and are other bytes. */
export function urlVariants(url: string): string[] {
  if (!URL.canParse(url)) return []
  const { protocol, host, hostname, pathname, search } = new URL(url)
  const path = pathname.replace(/\/+$/, '')
  const schemes = [protocol, protocol === 'https:' ? 'http:' : 'https:']
  const hosts = [...new Set([host, hostname, `www.${host}`, host.replace(/^www\./, '')])]
  const tails = [
    ...new Set([pathname + search, path + search, `${path}/${search}`, path, `${path}/`]),
  ]
  const all = schemes.flatMap((scheme) =>
    hosts.flatMap((each) => tails.map((tail) => `${scheme}//${each}${tail}`)),
  )
  return [...new Set(all)].filter((each) => each !== url)
}
