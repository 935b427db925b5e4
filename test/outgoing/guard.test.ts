// Where the relay lets itself be sent, and where not.
import { describe, expect, test } from 'vitest'
import { isPublic } from '../../src/outgoing/address.ts'
import { createGuard, placeOf, readUrl } from '../../src/outgoing/guard.ts'
import { parseAddress, parseRanges } from '../../src/schemes/ip.ts'

const networks = (text: string) => parseRanges(text) ?? []
const publicAddress = (text: string) => {
  const address = parseAddress(text)
  if (address === null) throw new Error(`${text} is no address`)
  return isPublic(address)
}

describe('an address', () => {
  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '64:ff9b::7f00:1',
    '64:ff9b::808:808',
    '64:ff9b:1::a00:1',
    '100::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:a00:1::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
  ])('%s is not public', (text) => {
    expect(publicAddress(text)).toBe(false)
  })

  test.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '::ffff:8.8.8.8',
    '2001:4860:4860::8888',
    '2606:4700::1111',
  ])('%s is', (text) => {
    expect(publicAddress(text)).toBe(true)
  })
})

describe('a URL', () => {
  test.each([
    ['https://user@example.com/', 'url_odd'],
    ['https://user:pw@example.com/', 'url_odd'],
    ['https://example.com@127.0.0.1/', 'url_odd'],
    ['https://example.com./', 'url_odd'],
    ['https://example.com%2e/', 'url_odd'],
    ['https:/example.com', 'url_odd'],
    ['https:example.com', 'url_odd'],
    ['https:\\\\example.com', 'url_odd'],
    ['https://1.1.1.1\\@example.com/', 'url_odd'],
    ['https://0x7f.1/', 'url_odd'],
    ['https://0x7f000001/', 'url_odd'],
    ['https://2130706433/', 'url_odd'],
    ['https://017700000001/', 'url_odd'],
    ['https://127.1/', 'url_odd'],
    ['https://01.1.1.1/', 'url_odd'],
    ['https://1.1.1.1./', 'url_odd'],
    ['https://127。0。0。1/', 'url_odd'],
    ['https://①②⑦.0.0.1/', 'url_odd'],
    ['https://%31%32%37.0.0.1/', 'url_odd'],
    ['https://[::ffff:127.0.0.1]/', 'url_odd'],
    ['https://exa mple.com/', 'url_odd'],
    ['ftp://example.com/', 'url_odd'],
    ['file:///etc/passwd', 'url_odd'],
    ['javascript:alert(1)', 'url_odd'],
    ['', 'url_odd'],
    ['http://example.com/', 'unencrypted'],
    ['https://example.com:22/', 'port_refused'],
    ['http://127.0.0.1/', 'address_refused'],
    ['https://127.0.0.1/', 'address_refused'],
    ['https://169.254.169.254/latest/meta-data/', 'address_refused'],
    ['https://[::1]/', 'address_refused'],
    ['https://[::ffff:7f00:1]/', 'address_refused'],
    ['https://[fd00:ec2::254]/', 'address_refused'],
  ])('%s is refused: %s', (text, reason) => {
    expect(readUrl(text, [])).toEqual({ ok: false, reason })
  })

  test.each([
    'https://example.com/',
    'https://example.com:8443/hook?x=@y',
    'https://пример.рф/',
    'https://1.1.1.1/',
    'https://[2606:4700::1111]/',
    'https://localhost/',
  ])('%s is plain', (text) => {
    expect(readUrl(text, []).ok).toBe(true)
  })

  test('in a network of the operator’s own may go without TLS, another may not', async () => {
    const allowed = networks('10.1.0.0/16')
    expect(readUrl('http://10.1.2.3:8065/hooks/x', allowed).ok).toBe(true)
    expect(readUrl('https://10.2.0.1/', allowed)).toEqual({ ok: false, reason: 'address_refused' })
    expect(readUrl('http://1.1.1.1/', allowed)).toEqual({ ok: false, reason: 'unencrypted' })
    expect(readUrl('https://1.1.1.1:22/', allowed)).toEqual({ ok: false, reason: 'port_refused' })
    // It may lead into that network: only the guard can know.
    expect(readUrl('http://moab.internal:8080/', allowed).ok).toBe(true)
  })
})

describe('a place', () => {
  const guard = (addresses: readonly string[], allowed = '') =>
    createGuard({
      allowed: networks(allowed),
      ports: [443, 8443],
      resolve: async () => addresses.map((address) => ({ address, family: 4 })),
    })
  const at = (url: string) => placeOf(new URL(url))

  test('is reached where every address of its name is public', async () => {
    const judged = await guard(['1.1.1.1', '1.0.0.1'])(at('https://one.example/'))
    expect(judged).toMatchObject({ ok: true, addresses: [{ address: '1.1.1.1' }, {}] })
  })

  test.each([
    ['a private address', ['10.0.0.1'], 'https://a.example/', '', 'address_refused'],
    [
      'one private among public',
      ['1.1.1.1', '10.0.0.1'],
      'https://a.example/',
      '',
      'address_refused',
    ],
    ['no address', [], 'https://a.example/', '', 'name_unknown'],
    ['what is no address', ['nonsense'], 'https://a.example/', '', 'address_refused'],
    ['another port', ['1.1.1.1'], 'https://a.example:22/', '', 'port_refused'],
    ['no TLS', ['1.1.1.1'], 'http://a.example:443/', '', 'unencrypted'],
    ['no TLS, beside own networks', ['1.1.1.1'], 'http://a.example/', '10.0.0.0/8', 'unencrypted'],
    [
      'one of own networks and one public',
      ['10.0.0.1', '1.1.1.1'],
      'http://a.example/',
      '10.0.0.0/8',
      'unencrypted',
    ],
    [
      'another of own networks',
      ['192.168.0.1'],
      'http://a.example/',
      '10.0.0.0/8',
      'address_refused',
    ],
    ['a literal', [], 'https://127.0.0.1/', '', 'address_refused'],
    ['a literal of IPv6', [], 'https://[::1]/', '', 'address_refused'],
    ['a number at the end', ['1.1.1.1'], 'https://a.example/', '', null],
  ] as const)('%s', async (_, addresses, url, allowed, reason) => {
    const judged = await guard(addresses, allowed)(at(url))
    expect(judged).toEqual(
      reason === null ? { ok: true, addresses: expect.anything() } : { ok: false, reason },
    )
  })

  test.each(['a.example.', '1.2.3', '0x7f.1', 'a%2e', '', 'a b', 'a.0x1'])(
    '“%s” is odd',
    async (host) => {
      const judged = await guard(['1.1.1.1'])({ host, port: 443, encrypted: true })
      expect(judged).toEqual({ ok: false, reason: 'host_odd' })
    },
  )

  test('whose name this machine’s resolver leads back to itself is refused', async () => {
    const real = createGuard({ allowed: [], ports: [443] })
    expect(await real(at('https://localhost/'))).toEqual({ ok: false, reason: 'address_refused' })
  })
})
