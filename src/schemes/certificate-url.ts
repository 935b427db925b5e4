// The address of a certificate, named by the sender (PayPal). Nothing in the request is proven yet, so
// it is held to the letter: https, a host of the list, below the path, and nothing else in it.
import { findHeader } from './place.ts'
import type { DetachedParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Refused, SentRequest } from './scheme.ts'

type Allowed = NonNullable<DetachedParameters['certificateUrl']>

export function certificateUrlOf(allowed: Allowed, request: SentRequest): string | Refused {
  const found = findHeader([allowed.header.toLowerCase()], request)
  if ('problem' in found) return refuse(`header_${found.problem}`)
  return isAllowed(found.value, allowed) ? found.value : refuse('address_not_allowed')
}

/** A plain name below the path: no escapes, which another server might read as a way out of it. */
const name = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/

/** The text must be what a parser makes of it: then no two readers can see different hosts in it. */
function isAllowed(text: string, { hosts, path }: Allowed): boolean {
  if (!URL.canParse(text)) return false
  const { href, protocol, host, pathname } = new URL(text)
  const folder = path.endsWith('/') ? path : `${path}/`
  return (
    href === text &&
    href === `https://${host}${pathname}` &&
    protocol === 'https:' &&
    hosts.includes(host) &&
    pathname.startsWith(folder) &&
    pathname
      .slice(folder.length)
      .split('/')
      .every((step) => name.test(step))
  )
}

/** An address that a sample can name. */
export function sampleCertificateUrl({ hosts, path }: Allowed): string {
  return `https://${hosts[0]}${path.endsWith('/') ? path : `${path}/`}sample`
}
