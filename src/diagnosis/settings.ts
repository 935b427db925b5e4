// Whether the request would have been right with other settings of the same source: another form, hash,
// header or beginning of the signature, another header of the token. Only presets that leave these to
// their owner have such settings.
import { Buffer } from 'node:buffer'
import type { Recorded } from '../inbound/recorded.ts'
import { resolveProof } from '../providers/index.ts'
import type { Provider, Text } from '../providers/provider.ts'
import { settingValue } from '../providers/resolve.ts'
import type { CheckedProof } from '../schemes/proof.ts'

export interface SettingsVariant {
  settings: Recorded['settings']
  proof: CheckedProof
  /** What is to be changed, as people read it. */
  what: Text
}

type Changed = Readonly<Record<string, string>>

/** The fewest changes first. */
export function settingsVariants({ provider, settings, request, credentials }: Recorded) {
  const names = Object.keys(provider.settings ?? {})
  const wishes = names.includes('encoding')
    ? signatureWishes(request.headers)
    : [...tokenWishes(request.headers, credentials), ...choices(provider)]
  const tried = wishes
    .map((wish) => differing(provider, settings, wish))
    .filter((wish) => Object.keys(wish).length > 0)
    .toSorted((one, other) => Object.keys(one).length - Object.keys(other).length)
  return tried.flatMap((wish): SettingsVariant[] => {
    const changed = { ...settings, ...wish }
    const resolved = resolveProof(provider, changed)
    if (!resolved.ok) return []
    return [{ settings: changed, proof: resolved.proof, what: saidOf(provider, wish) }]
  })
}

/** Only what the provider has, and what is not so already. */
function differing(provider: Provider, settings: Recorded['settings'], wish: Changed): Changed {
  return Object.fromEntries(
    Object.entries(wish).filter(
      ([name, value]) =>
        Object.hasOwn(provider.settings ?? {}, name) &&
        !isSame(provider, name, settingValue(provider, settings, name) ?? '', value),
    ),
  )
}

/** Names of headers have no case. */
const isSame = ({ settings }: Provider, name: string, one: string, other: string): boolean =>
  settings?.[name]?.form === 'header' ? one.toLowerCase() === other.toLowerCase() : one === other

/** By the length of a digest, in bytes. */
const hashes: Readonly<Record<number, string>> = {
  20: 'sha1',
  32: 'sha256',
  48: 'sha384',
  64: 'sha512',
}
const keyForms = ['utf8', 'base64', 'hex']

/** Every header that holds what may be a signature says by its length and letters how it was made. */
function signatureWishes(headers: Recorded['request']['headers']): Changed[] {
  return [...headers].flatMap(([header, [value = '']]) =>
    beginnings(value).flatMap((prefix) =>
      writtenAs(value.slice(prefix.length)).flatMap(({ encoding, bytes }) => {
        const hash = hashes[bytes]
        return hash === undefined
          ? []
          : keyForms.map((key) => ({ header, prefix, encoding, hash, key }))
      }),
    ),
  )
}

/** “sha256=”, “v1,”, “HMAC ”, or none. */
function beginnings(value: string): string[] {
  const [word = ''] = /^[A-Za-z][\w-]{0,20}[=:, ]\s?/.exec(value) ?? []
  return word === '' ? [''] : ['', word]
}

function writtenAs(text: string): { encoding: string; bytes: number }[] {
  if (/^(?:[0-9a-f]{2}){20,64}$/i.test(text)) return [{ encoding: 'hex', bytes: text.length / 2 }]
  const encoding = /^[\w-]+={0,2}$/.test(text) && /[-_]/.test(text) ? 'base64url' : 'base64'
  if (!/^[\w+/-]{26,}={0,2}$/.test(text)) return []
  return [{ encoding, bytes: Buffer.from(text, encoding).length }]
}

/** The token itself in another header, or behind another word. */
function tokenWishes(
  headers: Recorded['request']['headers'],
  credentials: Recorded['credentials'],
): Changed[] {
  const tokens = credentials.flatMap(({ token }) => token ?? [])
  return [...headers].flatMap(([header, [value = '']]) =>
    tokens
      .filter((token) => token !== '' && value.endsWith(token))
      .map((token) => ({ header, prefix: value.slice(0, -token.length) })),
  )
}

/** One choice at a time, where a setting has several: the hash of Robokassa, of Keycloak. */
const choices = ({ settings = {} }: Provider): Changed[] =>
  Object.entries(settings).flatMap(([name, { allowed = [] }]) =>
    allowed.map((value) => ({ [name]: value })),
  )

function saidOf({ settings = {} }: Provider, wish: Changed): Text {
  const said = (language: keyof Text) =>
    Object.entries(wish)
      .map(([name, value]) => {
        const label = settings[name]?.label[language] ?? name
        const shown = settings[name]?.options?.[value]?.[language] ?? value
        const quoted =
          shown === '' ? nothing[language] : language === 'ru' ? `«${shown}»` : `“${shown}”`
        return language === 'ru' ? `«${label}» → ${quoted}` : `“${label}” → ${quoted}`
      })
      .join(', ')
  return { en: said('en'), ru: said('ru') }
}

const nothing: Text = { en: 'empty', ru: 'пусто' }
