// Whose address a request came from: the socket's, or what a trusted proxy says. A forwarded address
// is believed only as far as the chain of trusted proxies reaches.
import { BlockList, isIP, isIPv6 } from 'node:net'
import { textOf, type Range } from '../schemes/ip.ts'

export type ClientAddress = (
  socket: string | undefined,
  forwarded: readonly string[] | undefined,
) => string

export function createClientAddress(trustedProxies: readonly Range[]): ClientAddress {
  const trusted = new BlockList()
  for (const range of trustedProxies)
    trusted.addSubnet(textOf(range), range.prefix, range.bits === 32 ? 'ipv4' : 'ipv6')
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

/** ::ffff:10.0.0.1 is how a dual-stack socket names 10.0.0.1. */
const withoutPrefix = (ip: string) => (ip.startsWith('::ffff:') ? ip.slice(7) : ip)
