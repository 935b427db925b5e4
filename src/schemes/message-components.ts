// The signature base of RFC 9421 §2.5: one line per covered component, then the parameters.
import { Buffer } from 'node:buffer'
import {
  parseDictionary,
  serializeInnerList,
  isInnerList,
  type InnerList,
} from 'structured-headers'
import type { SentRequest, Settings } from './scheme.ts'

/** A signature as Signature-Input announces it. */
export interface Announced {
  label: string
  components: readonly string[]
  created: number | undefined
  expires: number | undefined
  algorithm: string | undefined
  input: InnerList
}

/** Null where the header is no dictionary of inner lists of plain component names. */
export function readAnnounced(text: string): Announced[] | null {
  const dictionary = parsed(text)
  if (dictionary === null) return null
  const announced: Announced[] = []
  for (const [label, input] of dictionary) {
    if (!isInnerList(input)) return null
    const [items, parameters] = input
    const components = items.map(([name, own]) =>
      typeof name === 'string' && own.size === 0 ? name : null,
    )
    // Components with parameters (;req, ;bs, ;key …) are not supported: such a signature is passed over.
    if (components.includes(null)) continue
    announced.push({
      label,
      components: components.filter((name) => name !== null),
      created: numberOf(parameters.get('created')),
      expires: numberOf(parameters.get('expires')),
      algorithm: textOf(parameters.get('alg')),
      input,
    })
  }
  return announced
}

/** The bytes of the signature with this label. */
export function readSignature(text: string, label: string): Buffer | null {
  const item = parsed(text)?.get(label)
  if (item === undefined || isInnerList(item)) return null
  const [value] = item
  return value instanceof ArrayBuffer ? Buffer.from(value) : null
}

export function parsed(text: string) {
  try {
    return parseDictionary(text)
  } catch {
    return null
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Null where a component is not there or has no meaning in a request. */
export function signatureBase(
  { components, input }: Pick<Announced, 'components' | 'input'>,
  request: SentRequest,
  settings: Settings,
): string | null {
  const lines: string[] = []
  for (const name of components) {
    const value = valueOf(name, request, settings)
    if (value === null || lines.some((line) => line.startsWith(`"${name}":`))) return null
    lines.push(`"${name}": ${value}`)
  }
  return [...lines, `"@signature-params": ${serializeInnerList(input)}`].join('\n')
}

function valueOf(name: string, request: SentRequest, settings: Settings): string | null {
  if (!name.startsWith('@')) return fieldValue(name, request)
  const address = settings['url'] || request.url
  const derive = Object.hasOwn(derived, name) ? derived[name] : undefined
  return derive && URL.canParse(address) ? derive(new URL(address), request.method, address) : null
}

/** Several lines of a header are one value, in order (§2.1). */
function fieldValue(name: string, { headers }: SentRequest): string | null {
  const values = headers.get(name)
  return values === undefined ? null : values.map((value) => value.trim()).join(', ')
}

const derived: Record<string, (url: URL, method: string, written: string) => string> = {
  '@method': (_url, method) => method,
  '@target-uri': (_url, _method, written) => written,
  '@authority': (url) => url.host.toLowerCase(),
  '@scheme': (url) => url.protocol.slice(0, -1),
  '@request-target': (url) => url.pathname + url.search,
  '@path': (url) => url.pathname,
  '@query': (url) => url.search || '?',
}
