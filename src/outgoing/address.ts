// Which addresses the relay may be sent to on somebody else's word: what everybody reaches over the
// Internet, and nothing that lies near the relay. Pure.
import { inRanges, parseRanges, type Address } from '../schemes/ip.ts'

const ranges = (text: string) => parseRanges(text) ?? []

/** IANA's special purposes, multicast and the reserved rest; the last is Azure's, which looks public. */
const notPublicV4 = ranges(`
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15
  198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16`)

/** All that is given out for the Internet; NAT64, unique local, link-local and multicast lie outside. */
const globalV6 = ranges('2000::/3')
/** Within it: protocols and Teredo, documentation, 6to4. What they lead to is another address. */
const notPublicV6 = ranges('2001::/23 2001:db8::/32 2002::/16 3fff::/20')

/** An IPv6 form of an IPv4 address is judged as that: parseAddress makes it one. */
export function isPublic(address: Address): boolean {
  return address.bits === 32
    ? !inRanges(address, notPublicV4)
    : inRanges(address, globalV6) && !inRanges(address, notPublicV6)
}
