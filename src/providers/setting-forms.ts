// What the text of a setting must be, checked when somebody saves it. A source that was saved before a form
// became stricter goes on: `whenRead` are the forms without which a proof cannot be made at all. The value
// is never repeated, since a secret pasted into the wrong field must not end up in a message.
import { compilePath, PathError } from '../rules/path.ts'
import { parseAddress, parseRanges } from '../schemes/ip.ts'
import type { Setting, SettingForm, Text } from './provider.ts'

/** A sentence, or null where the text is right. */
type Check = (text: string) => string | null

const forms: Readonly<Record<SettingForm, Check>> = {
  header: (text) => (/^[\w!#$%&'*+.^`|~-]+$/.test(text) ? null : 'must be the name of a header'),
  path: pathProblem,
  url: (text) => (isHttps(text) ? null : 'must be a URL that starts with https://'),
  networks: (text) => networksFault(text)?.en ?? null,
  word: (text) =>
    /^[\x21-\x7e]+$/.test(text)
      ? null
      : 'must be one word of Latin letters, digits and signs, without blanks',
  email: (text) =>
    /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text) ? null : 'must be an email address',
}

const whenRead: ReadonlySet<SettingForm> = new Set(['header', 'path', 'url'])

/** `value`: as given, else the default. */
export function valueProblem(
  setting: Setting,
  value: string | undefined,
  when: 'read' | 'saved',
): string | null {
  const { required, allowed, eachOf, form } = setting
  if (value === undefined) return required ? 'is required' : null
  if (allowed && !allowed.includes(value)) return `must be one of ${allowed.join(', ')}`
  if (when === 'saved' && eachOf !== undefined) {
    const words = value.trim().split(/\s+/)
    if (!words.every((word) => eachOf.includes(word)))
      return `must be words of this list, separated by spaces: ${eachOf.join(', ')}`
  }
  if (form === undefined || (when === 'read' && !whenRead.has(form))) return null
  return forms[form](value)
}

/** http only to this very machine. */
function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.0\.0\.1)$/.test(hostname))
  )
}

function pathProblem(text: string): string | null {
  try {
    compilePath(text)
    return null
  } catch (error) {
    if (error instanceof PathError) return `must be a JSONPath: ${error.message}`
    throw error
  }
}

/** Entries are told by their number, from 1. Null: it can be read. */
export function networksFault(text: string): Text | null {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '')
  if (entries.length === 0)
    return { en: 'must name at least one address', ru: 'нужен хотя бы один адрес' }
  const isWrong = (entry: string) => parseRanges(entry) === null || entry.split('/').length > 2
  const at = entries.findIndex(isWrong)
  const wrong = entries[at]
  if (wrong === undefined) return null
  const address = parseAddress(wrong.split('/')[0] ?? '')
  const number = at + 1
  return address === null
    ? {
        en: `entry ${number} is neither an address nor a range, like 185.71.76.0/27`,
        ru: `запись ${number} — не адрес и не сеть вида 185.71.76.0/27`,
      }
    : {
        en: `entry ${number}: the number after "/" must lie between 0 and ${address.bits}`,
        ru: `запись ${number}: число после «/» должно быть от 0 до ${address.bits}`,
      }
}
