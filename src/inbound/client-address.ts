// Whose address a request came from: the socket's, or what a trusted proxy says. A forwarded address
// is believed only as far as the chain of trusted proxies reaches.
import { BlockList, isIP, isIPv6 } from 'node:net'
import { UsageError } from '../config.ts'

export type ClientAddress = (
  socket: string | undefined,
  forwarded: readonly string[] | undefined,
) => string

export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList()
  for (const entry of trustedProxies) addTo(trusted, entry)
  const isTrusted = (ip: string) =>
    isIP(ip) !== 0 && trusted.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4')

  return (socket, forwarded) => {
    let address = withoutPrefix(socket ?? '')
    const chain = (forwarded ?? [])
      .join(',')
      .split(',')
      .map((part) => withoutPrefix(part.trim()))
    while (trustedProxies.length > 0 && isTrusted(address)) {
      const next = chain.pop()
      if (next === undefined || isIP(next) === 0) break
      address = next
    }
    return address
  }
}

function addTo(list: BlockList, entry: string): void {
  const [ip = '', bits] = entry.split('/')
  const family = isIPv6(ip) ? 'ipv6' : 'ipv4'
  try {
    if (bits === undefined) list.addAddress(ip, family)
    else list.addSubnet(ip, Number(bits), family)
  } catch {
    throw new UsageError(`TRUSTED_PROXIES: “${entry}” is not an address or a range like 10.0.0.0/8`)
  }
}

/** ::ffff:10.0.0.1 is how a dual-stack socket names 10.0.0.1. */
const withoutPrefix = (ip: string) => (ip.startsWith('::ffff:') ? ip.slice(7) : ip)
