// From a value found in a payload to one person's address in normal form, or why it is none.
// The normal form decides who is the same person: it must never merge two people and never split
// one. Case, dots and plus tags of the local part therefore stay as written, and an address with
// invisible characters inside is refused rather than cleaned (around it they are only dirt).
import { domainToASCII, domainToUnicode } from 'node:url'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'

/** Why a value is not an address: a closed list, stored in traces and shown to people. */
export const emailReasons = {
  not_text: { en: 'is not text', ru: 'это не текст' },
  empty: { en: 'is empty', ru: 'пусто' },
  too_long: { en: 'is too long for an address', ru: 'слишком длинно для адреса' },
  no_at: { en: 'has no @', ru: 'нет знака @' },
  several: { en: 'holds several addresses', ru: 'здесь несколько адресов' },
  hidden_characters: { en: 'has invisible characters inside', ru: 'внутри невидимые символы' },
  quoted_local: {
    en: 'has a quoted part before the @, which is not supported',
    ru: 'часть до @ взята в кавычки, такие адреса не поддерживаются',
  },
  bad_local: { en: 'is malformed before the @', ru: 'часть до @ записана неверно' },
  bad_domain: {
    en: 'is malformed after the @',
    ru: 'домен после @ записан неверно',
  },
} as const satisfies Record<string, { en: string; ru: string }>
export type EmailReason = keyof typeof emailReasons

export interface Email {
  /** The normal form: what is hashed, sent and compared. */
  address: string
  /** The same with the domain in Unicode, for people to read. */
  display: string
}

export type NormalisedEmail = { ok: true; email: Email } | { ok: false; reason: EmailReason }

/** Nearly every address: nothing to trim, unwrap or compose. */
const plainAscii = /^[a-z0-9._+-]+@[a-z0-9.-]+$/i
/** Whitespace (NBSP and BOM included) and everything that is drawn as nothing. */
const edge = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}]/u
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u
/** A dot-atom of RFC 5321, with the Unicode of RFC 6531; U+FFFD marks text that was lost on the way. */
const localPart =
  /^[\w!#$%&'*+/=?^`{|}~\-\u0080-\u{10FFFF}]+(?:\.[\w!#$%&'*+/=?^`{|}~\-\u0080-\u{10FFFF}]+)*$/u
const notLocal = /[\s\uFFFD]/u
/** What may be handed to IDNA: it would cut at "/", ":" and "?", and decode "%". */
const domainInput = /^[a-z0-9.\-\u0080-\u{10FFFF}]+$/iu
const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

export function normaliseEmail(input: JsonValue): NormalisedEmail {
  if (typeof input !== 'string') return no('not_text')
  if (input.length > limits.emailInputCharsMax) return no('too_long')
  if (plainAscii.test(input)) return split(input)
  const bare = trimmed(input.normalize('NFC'))
  if (bare === '') return no('empty')
  const inner = unwrapped(bare)
  if (inner === null) return no('several')
  if (inner === '') return no('empty')
  if (!inner.includes('@')) return no('no_at')
  if (hidden.test(inner) || !inner.isWellFormed()) return no('hidden_characters')
  return split(inner)
}

/** From text without anything around or hidden in it. */
function split(text: string): NormalisedEmail {
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)]
  if (local.startsWith('"')) return no('quoted_local')
  if (!localPart.test(local) || notLocal.test(local)) return no('bad_local')
  if (Buffer.byteLength(local) > limits.emailLocalBytesMax) return no('too_long')
  const ascii = asciiDomain(domain)
  if (ascii === null) return no('bad_domain')
  const address = `${local}@${ascii}`
  if (address.length > limits.emailCharsMax) return no('too_long')
  const display = ascii.includes('xn--') ? `${local}@${domainToUnicode(ascii)}` : address
  return { ok: true, email: { address, display } }
}

function no(reason: EmailReason): NormalisedEmail {
  return { ok: false, reason }
}

/** Without what surrounds it; by index, since a regular expression for the end is quadratic. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end) {
    const first = String.fromCodePoint(text.codePointAt(start) ?? 0)
    if (!edge.test(first)) break
    start += first.length
  }
  while (end > start) {
    const pair = end - start > 1 ? (text.codePointAt(end - 2) ?? 0) : 0
    const last = pair > 0xffff ? String.fromCodePoint(pair) : text.charAt(end - 1)
    if (!edge.test(last)) break
    end -= last.length
  }
  return text.slice(start, end)
}

/** Takes the address out of `Name <a@b>` and `mailto:a@b?subject=…`; null where there are several. */
function unwrapped(text: string): string | null {
  let inner = text
  if (inner.endsWith('>')) {
    const open = inner.lastIndexOf('<')
    if (namesSomeoneElse(inner.slice(0, Math.max(open, 0)))) return null
    inner = trimmed(inner.slice(open + 1, -1))
  }
  if (inner.slice(0, 7).toLowerCase() !== 'mailto:') return inner
  const query = inner.indexOf('?')
  return percentDecoded(inner.slice(7, query < 0 ? undefined : query))
}

/** A display name may well contain an "@" or a comma; a second address in brackets is not a name. */
function namesSomeoneElse(name: string): boolean {
  if (/[<>]/.test(name)) return true
  return !name.startsWith('"') && name.includes('@') && /[,;]/.test(name)
}

function percentDecoded(text: string): string {
  try {
    return trimmed(decodeURIComponent(text).normalize('NFC'))
  } catch {
    return text
  }
}

/** Lower-case ASCII labels, at least two; null for anything else, IP addresses included. */
function asciiDomain(domain: string): string | null {
  if (!domainInput.test(domain)) return null
  const lower = domain.toLowerCase()
  const plain = /^[a-z0-9.-]+$/.test(lower) && !lower.includes('xn--')
  const ascii = plain ? lower : domainToASCII(lower)
  const named = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii
  const labels = named.split('.')
  const fits = labels.every((part) => part.length <= 63 && label.test(part))
  if (!fits || labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? '')) return null
  return named.includes('xn--') && !isEncoded(named) ? null : named
}

/** What cannot be decoded Node 24 leaves as it is; for Node 20 it is no domain. For us on both: a key must not depend on it. */
function isEncoded(ascii: string): boolean {
  const decoded = domainToUnicode(ascii)
  return !/(?:^|\.)xn--/.test(decoded) && domainToASCII(decoded) === ascii
}

/** For searching only, never for deciding who someone is. */
export function foldedAddress(address: string): string {
  return address.toLowerCase().normalize('NFC')
}

/** `ivan@example.com` → `i***@example.com`: enough to recognise, not enough to write to. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 1) return '***'
  return `${String.fromCodePoint(address.codePointAt(0) ?? 0)}***${address.slice(at)}`
}
