// Addresses that stand within other text, such as a sender's key of an event: `order-ivan@example.com-17`. For
// finding people, never for deciding who somebody is: where an address begins and ends may be in doubt, and then all
// that it could be are named. Each @ is looked at once, and around it no more than an address may take. Pure.
import { limits } from '../limits.ts'
import { normaliseEmail } from './email.ts'

export interface AddressWithin {
  /** In normal form. */
  address: string
  /** False: what stands there is an address as a whole, and this only its end: it may be somebody else's. */
  sure: boolean
}

/** What stands around addresses, and in none of them. */
const outside = /[\s"<>,;:()[\]\\@\p{Cc}]/u
/** What mostly stands around them, and in very few: both are named. */
const around = /['{}=|&/?#]/
/** What may stand in a mailbox's name, and between it and something else; a dot or a plus only joins. */
const between = /[-_~!$%*^`]/
const ofDomain = /[a-z0-9.\-\u0080-\uFFFF]/i
/** The last label of a domain, and perhaps what follows it: no top level has digits or hyphens of its own. */
const topLevel = /^(?:xn--[a-z0-9]+(?:-[a-z][a-z0-9]*)*|[a-z\u0080-\uFFFF]{2,63})(?=-|$)/i

/** In the order in which they stand, the longest of each place first. */
export const addressesWithin = (text: string): AddressWithin[] =>
  lookWithin(text, limits.addressesWithinMax).found

/** What may be an address is looked at so many times; `all`: that was enough. */
export function lookWithin(text: string, most: number): { found: AddressWithin[]; all: boolean } {
  const found = new Map<string, boolean>()
  let looks = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const domain = domainAfter(text, at)
    if (domain === undefined) continue
    let isWhole = !domain.cut
    for (const { start, edge } of startsBefore(text, at)) {
      if (looks++ === most) return { found: listed(found), all: false }
      const normalised = normaliseEmail(`${text.slice(start, at)}@${domain.name}`)
      isWhole &&= edge ? normalised.ok : true
      if (!normalised.ok) continue
      const { address } = normalised.email
      found.set(address, found.get(address) === true || edge || !isWhole)
    }
  }
  return { found: listed(found), all: true }
}

const listed = (found: ReadonlyMap<string, boolean>): AddressWithin[] =>
  [...found].map(([address, sure]) => ({ address, sure }))

const isAround = (char: string) => outside.test(char) || around.test(char)

/** Where the name before the @ may begin: at its edge, and wherever something else may end. */
function startsBefore(text: string, at: number): { start: number; edge: boolean }[] {
  const starts: { start: number; edge: boolean }[] = []
  for (let start = at; start > at - limits.emailLocalBytesMax && start > 0; start--) {
    const before = text.charAt(start - 1)
    if (outside.test(before)) return starts.toReversed()
    const edge = start === 1 || isAround(text.charAt(start - 2))
    if (edge) starts.push({ start: start - 1, edge })
    else if (between.test(text.charAt(start - 2))) starts.push({ start: start - 1, edge })
  }
  return starts.toReversed()
}

/** `cut`: something follows that is no part of a domain. */
function domainAfter(text: string, at: number): { name: string; cut: boolean } | undefined {
  let end = at + 1
  while (end - at <= limits.emailCharsMax && ofDomain.test(text.charAt(end))) end++
  const labels = text
    .slice(at + 1, end)
    .replace(/[.-]{1,3}$/, '')
    .split('.')
  for (let last = labels.length - 1; last > 0; last--) {
    const [top] = topLevel.exec(labels[last] ?? '') ?? []
    if (top === undefined) continue
    const name = [...labels.slice(0, last), top].join('.')
    const [after = ''] =
      text
        .slice(at + 1 + name.length)
        .match(/^[.!*~`-]{0,3}(.?)/su)
        ?.slice(1) ?? []
    return { name, cut: after !== '' && !isAround(after) }
  }
  return undefined
}
