// Addresses and ranges of IPv4 and IPv6 as numbers.
export interface Address {
  /** 32 or 128. */
  bits: number
  value: bigint
}

export interface Range extends Address {
  prefix: number
}

/** Null for what is no address. `::ffff:10.0.0.1` is 10.0.0.1. */
export function parseAddress(text: string): Address | null {
  const bare = text.replace(/^\[|\]$|%.*$/g, '')
  if (!bare.includes(':')) return v4(bare)
  return v6(bare)
}

function v4(text: string): Address | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null
  if (parts.some((part) => Number(part) > 255)) return null
  return { bits: 32, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) }
}

function v6(text: string): Address | null {
  const last = text.slice(text.lastIndexOf(':') + 1)
  const tail = last.includes('.') ? v4(last) : undefined
  if (tail === null) return null
  const hex = tail === undefined ? text : text.slice(0, -last.length) + hexOf(tail.value)
  const [head = '', rest, more] = hex.split('::')
  if (more !== undefined) return null
  const groups = groupsOf(head)
  const after = rest === undefined ? [] : groupsOf(rest)
  const missing = 8 - groups.length - after.length
  if (rest === undefined ? missing !== 0 : missing < 1) return null
  const all = [...groups, ...Array<string>(missing).fill('0'), ...after]
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  const value = all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value }
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

function hexOf(value: bigint): string {
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
}

/** As it is written: 10.0.0.1, or 2001:db8:0:0:0:0:0:1. */
export function textOf({ bits, value }: Address): string {
  const [size, each, base, between] = bits === 32 ? [8, 4, 10, '.'] : [16, 8, 16, ':']
  const shifts = Array.from({ length: each }, (_, n) => BigInt(size * (each - 1 - n)))
  const mask = (1n << BigInt(size)) - 1n
  return shifts.map((shift) => ((value >> shift) & mask).toString(base)).join(between)
}

/** Separated by blanks or commas; null where one of them is none. */
export function parseRanges(text: string): Range[] | null {
  const ranges: Range[] = []
  for (const written of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [ip = '', bits] = written.split('/')
    const address = parseAddress(ip)
    const prefix = bits === undefined ? address?.bits : /^\d{1,3}$/.test(bits) ? Number(bits) : null
    if (address === null || prefix === undefined || prefix === null) return null
    if (prefix > address.bits) return null
    ranges.push({ ...address, prefix })
  }
  return ranges
}

export function inRanges({ bits, value }: Address, ranges: readonly Range[]): boolean {
  return ranges.some((range) => {
    const shift = BigInt(range.bits - range.prefix)
    return range.bits === bits && value >> shift === range.value >> shift
  })
}

const ownNetworks =
  parseRanges('10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.0/8 100.64.0.0/10 ::1 fc00::/7') ??
  []

/** Of a private network: nobody sends from there over the Internet. */
export function isPrivate(address: Address): boolean {
  return inRanges(address, ownNetworks)
}
