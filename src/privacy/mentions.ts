// Does a body name this person? Every address in it is looked at, in each way in which bodies write
// text (as it is, percent-encoded, with the escapes of JSON or HTML, inside base64 as JWTs are), and
// compared in normal form: another person's address that ends or begins alike is not touched.
import { foldedAddress, normaliseEmail } from '../rules/email.ts'
import { addressesWithin, lookWithin } from '../rules/email-within.ts'
import type { Needles } from '../db/privacy/search.ts'

/** `folded`: the case-folded normal form. */
export function mentions(bytes: Buffer, folded: string): boolean {
  const seen = views(bytes.toString('utf8'))
  return seen.some((view) => names(view, folded) || inside(view, folded))
}

/** A request as it is kept; its headers are JSON. */
export const requestMentions = (
  { body, headers }: { body: Buffer; headers: string },
  folded: string,
): boolean => mentions(body, folded) || mentions(Buffer.from(headers), folded)

/**
 * Everybody whom a body names, in the case-folded normal form: as `mentions` would say of each. Null: there is more
 * to look at than `most`, in one of the ways to read it.
 */
export function addressesIn(bytes: Buffer, most: number): ReadonlySet<string> | null {
  const seen = views(bytes.toString('utf8'))
  const people = new Set<string>()
  for (const view of [...seen, ...seen.flatMap(insideOf)]) {
    const { found, all } = lookWithin(view, most)
    if (!all) return null
    for (const { address, sure } of found) if (sure) people.add(foldedAddress(address))
  }
  return people
}

/** Long enough to hold an address: JWTs, and what is base64 as a whole, also after a few letters of another kind. */
const encodedRun = /[\w+/-]{12,}/g

const inside = (view: string, folded: string): boolean =>
  insideOf(view).some((inner) => names(inner, folded))

function insideOf(view: string): string[] {
  return [...view.matchAll(encodedRun)].flatMap(([run]) => {
    const encoded = run.replaceAll('-', '+').replaceAll('_', '/')
    return [0, 1, 2, 3].flatMap((from) => {
      const text = Buffer.from(encoded.slice(from), 'base64').toString('utf8')
      return text.includes('@') ? views(text) : []
    })
  })
}

const around = /[^\s"'<>,;:()[\]{}=|&\\/?#]{1,320}@[^\s"'<>,;:()[\]{}=|&\\/?#@]{1,255}/g

function names(view: string, folded: string): boolean {
  if (stands(view.toLowerCase(), folded)) return true
  return [...view.matchAll(around)].some(
    ([found]) => isPerson(found.replace(/[.!*`~]+$/, ''), folded) || isWithin(found, folded),
  )
}

/** Among other text without a gap, as in the keys of some senders. */
const isWithin = (found: string, folded: string) =>
  addressesWithin(found).some(({ address, sure }) => sure && foldedAddress(address) === folded)

/**
 * As it is, between what is part of no ordinary address: an address may have characters that mostly stand around
 * one ('ivan@example.com' in quotes), and where that is in doubt it counts as named.
 */
function stands(view: string, folded: string): boolean {
  for (let at = view.indexOf(folded); at >= 0; at = view.indexOf(folded, at + 1)) {
    const before = view.slice(Math.max(0, at - 1), at)
    const after = view.slice(at + folded.length, at + folded.length + 2)
    if (!/[\p{L}\p{N}._%+-]/u.test(before) && !/^\.?[\p{L}\p{N}-]/u.test(after)) return true
  }
  return false
}

function isPerson(found: string, folded: string): boolean {
  const normalised = normaliseEmail(found)
  return normalised.ok && foldedAddress(normalised.email.address) === folded
}

/** The text, and what it says once its escapes are read. */
function views(text: string): string[] {
  const unescaped = text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replace(/\\[nrtbf]/g, ' ')
    .replace(/&#x0*([0-9a-f]{1,6});/gi, (whole, code: string) =>
      characterOf(Number.parseInt(code, 16), whole),
    )
    .replace(/&#0*(\d{1,7});/g, (whole, code: string) => characterOf(Number(code), whole))
    .replace(/&commat;/gi, '@')
  const decoded = percentDecoded(unescaped)
  // In a form a plus is a blank, and one that is meant is escaped.
  const form = isForm.test(text) ? [percentDecoded(text.replaceAll('+', ' '))] : []
  return [...new Set([unescaped, decoded, percentDecoded(decoded), ...form])]
}

const isForm = /^[^\s{}"<>=]+=[^\s{}"<>]*$/

const characterOf = (code: number, otherwise: string) =>
  code <= 0x10ffff ? String.fromCodePoint(code) : otherwise

const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  )

/**
 * What every body that names the person holds, as PostgreSQL is asked for it: the plain letters of
 * both sides of the address, or the same inside base64 at each of its three offsets.
 */
export function needlesFor(address: string): Needles {
  const folded = foldedAddress(address)
  const at = folded.lastIndexOf('@')
  const [local, domain] = [folded.slice(0, at), folded.slice(at + 1)]
  // Letters of an international domain may be written in two ways: they narrow nothing.
  const sides = [plainRun(local), domain.includes('xn--') ? '' : plainRun(domain)]
  return {
    parts: sides.filter((run) => run !== ''),
    encoded: [...new Set([address, folded].flatMap(base64Needles))],
  }
}

/** The longest run of letters and digits that no encoding changes. */
function plainRun(text: string): string {
  const runs = text.match(/[a-z0-9]+/g) ?? []
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '')
}

/** Lower case, as all the text is that they are looked for in: `mentions` decides. */
function base64Needles(address: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(address)]).toString('base64')
    // The first and last letters also carry bits of what stands around.
    const inner = encoded.replace(/=+$/, '').slice(offset === 0 ? 0 : offset + 1, -1)
    return inner.length < 8 ? [] : [inner.toLowerCase()]
  })
}
