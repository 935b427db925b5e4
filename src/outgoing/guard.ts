// The one door for connections to where somebody else says. A place is written plainly, its name is
// resolved once, every address of it is judged, and the connection goes to what was judged: a name
// that answers differently the next time changes nothing.
import type { LookupAddress, LookupOptions } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { limits } from '../limits.ts'
import { inRanges, parseAddress, type Range } from '../schemes/ip.ts'
import { isPublic } from './address.ts'
import type { PlaceRefusal, UrlRefusal } from './refusals.ts'

/** Of what speaks HTTP, where the operator has not allowed more. */
export const webPorts: readonly number[] = [443, 8443]

export interface Place {
  /** As URL.hostname gives it: with brackets where it is an IPv6 address. */
  host: string
  port: number
  encrypted: boolean
}

export type Judged =
  { ok: true; addresses: readonly LookupAddress[] } | { ok: false; reason: PlaceRefusal }

export interface GuardOptions {
  /** Networks of the operator's own that may be reached, on any port and without TLS. */
  allowed: readonly Range[]
  /** Ports that may be reached elsewhere. */
  ports: readonly number[]
  /** All addresses of a name; rejects or gives none where there is none. */
  resolve?: (host: string) => Promise<readonly LookupAddress[]>
}

export type Guard = (place: Place) => Promise<Judged>

export function createGuard({ allowed, ports, resolve = resolveName }: GuardOptions): Guard {
  return async ({ host, port, encrypted }) => {
    if (isOddHost(host)) return refused('host_odd')
    const addresses = await addressesOf(host, resolve)
    if (addresses.length === 0) return refused('name_unknown')
    const others = addresses.filter(({ address }) => !isIn(address, allowed))
    if (!others.every(({ address }) => isReachable(address))) return refused('address_refused')
    if (others.length > 0 && !encrypted) return refused('unencrypted')
    if (others.length > 0 && !ports.includes(port)) return refused('port_refused')
    return { ok: true, addresses }
  }
}

const refused = (reason: PlaceRefusal) => ({ ok: false, reason }) as const

/** For a place that is not resolved yet: an address written out is judged when it is entered. */
export function isRefusedLiteral(host: string, allowed: readonly Range[]): boolean {
  return parseAddress(host) !== null && !isIn(host, allowed) && !isReachable(host)
}

const isIn = (text: string, ranges: readonly Range[]): boolean => {
  const address = parseAddress(text)
  return address !== null && inRanges(address, ranges)
}

function isReachable(text: string): boolean {
  const address = parseAddress(text)
  return address !== null && isPublic(address)
}

async function addressesOf(
  host: string,
  resolve: NonNullable<GuardOptions['resolve']>,
): Promise<readonly LookupAddress[]> {
  const bare = host.replace(/^\[|\]$/g, '')
  if (parseAddress(bare) !== null) return [{ address: bare, family: bare.includes(':') ? 6 : 4 }]
  try {
    return await resolve(host)
  } catch {
    return []
  }
}

const resolveName = (host: string) => lookup(host, { all: true, order: 'verbatim' })

/** What a resolver or a URL parser might take for an address that parseAddress does not see. */
export const isOddHost = (host: string): boolean =>
  host === '' ||
  host.endsWith('.') ||
  host.includes('%') ||
  /[^\w.:[\]-]/.test(host) ||
  (parseAddress(host) === null && /(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(host))

/** For the options of a connection: its name stands for these addresses and no others. */
export function pinned(addresses: readonly LookupAddress[]) {
  return (
    _host: string,
    { all }: LookupOptions,
    callback: (error: null, found: string | LookupAddress[], family?: number) => void,
  ): void => {
    const [first] = addresses
    if (all === true || first === undefined) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }
}

/**
 * A URL that says plainly where it leads: no user, no dot at the end, an address only in its usual
 * form. http and other ports only where it may be in a network of the operator's own; the guard looks
 * whether it is.
 */
export function readUrl(
  text: string,
  allowed: readonly Range[],
): { ok: true; url: URL } | { ok: false; reason: UrlRefusal } {
  const url = plainUrl(text)
  if (url === undefined) return { ok: false, reason: 'url_odd' }
  const { host, port, encrypted } = placeOf(url)
  if (isRefusedLiteral(host, allowed)) return { ok: false, reason: 'address_refused' }
  const mayBeOwn = parseAddress(host) === null ? allowed.length > 0 : isIn(host, allowed)
  if (!mayBeOwn && !encrypted) return { ok: false, reason: 'unencrypted' }
  if (!mayBeOwn && !webPorts.includes(port)) return { ok: false, reason: 'port_refused' }
  return { ok: true, url }
}

function plainUrl(text: string): URL | undefined {
  const [, written] = /^https?:\/\/([^/?#\\@]+)(?:[/?#]|$)/i.exec(text) ?? []
  if (written === undefined || text.length > limits.urlCharsMax || !URL.canParse(text))
    return undefined
  const url = new URL(text)
  const { hostname } = url
  // 0x7f.1, 2130706433 and 127。0。0。1 are addresses to the parser, and to nobody who reads them.
  const isPlain = parseAddress(hostname) === null || written.replace(/:\d*$/, '') === hostname
  return isPlain && !isOddHost(hostname) ? url : undefined
}

export function placeOf({
  hostname,
  port,
  protocol,
}: Pick<URL, 'hostname' | 'port' | 'protocol'>): Place {
  const encrypted = protocol === 'https:'
  return { host: hostname, port: port === '' ? (encrypted ? 443 : 80) : Number(port), encrypted }
}
