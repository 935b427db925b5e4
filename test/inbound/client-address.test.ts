// Whose address counts: the chain of forwarded addresses is believed as far as trusted proxies reach.
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createClientAddress } from '../../src/inbound/client-address.ts'
import { parseAddress, textOf } from '../../src/schemes/ip.ts'

const addressOf = (proxies: string, socket: string, forwarded: string) =>
  createClientAddress(readConfig({ TRUSTED_PROXIES: proxies }).trustedProxies)(socket, [forwarded])

test.each([
  ['', '10.0.0.1', '203.0.113.7', '10.0.0.1'],
  ['10.0.0.0/8', '10.9.9.9', '203.0.113.7', '203.0.113.7'],
  ['10.0.0.0/8', '11.0.0.1', '203.0.113.7', '11.0.0.1'],
  ['10.0.0.1', '10.0.0.2', '203.0.113.7', '10.0.0.2'],
  ['10.0.0.1', '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['10.0.0.1, 10.0.0.2', '10.0.0.1', '203.0.113.7, 10.0.0.2', '203.0.113.7'],
  ['10.0.0.1 10.0.0.2', '10.0.0.1', '198.51.100.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  ['fd00::/8', 'fd12::1', '2001:db8::7', '2001:db8::7'],
  ['2001:db8::1', '2001:db8::2', '203.0.113.7', '2001:db8::2'],
  ['10.0.0.1', '10.0.0.1', 'unknown', '10.0.0.1'],
])('with “%s” trusted, %s saying %s is %s', (proxies, socket, forwarded, address) => {
  expect(addressOf(proxies, socket, forwarded)).toBe(address)
})

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:db8::a:1', '2001:db8:0:0:0:0:a:1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
])('%s is written %s', (given, written) => {
  const address = parseAddress(given)
  expect(address && textOf(address)).toBe(written)
})
