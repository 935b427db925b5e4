// Which bodies an erasure finds a person in, however the address is written there.
import { describe, expect, test } from 'vitest'
import { mentions } from '../../src/privacy/mentions.ts'
import { foldedAddress, normaliseEmail } from '../../src/rules/email.ts'

const base64 = (value: unknown, as: 'base64' | 'base64url' = 'base64') =>
  Buffer.from(JSON.stringify(value)).toString(as)
const ivan = 'ivan@example.com'

function isNamed(address: string, body: string): boolean {
  const normal = normaliseEmail(address)
  if (!normal.ok) throw new Error(address)
  return mentions(Buffer.from(body), foldedAddress(normal.email.address))
}

describe('a person is named', () => {
  test.each<[string, string, string]>([
    ['plainly', ivan, '{"email":"ivan@example.com"}'],
    ['in capitals', ivan, '{"email":"Ivan@Example.COM"}'],
    ['with an apostrophe', "o'brien@example.com", `{"email":"o'brien@example.com"}`],
    ['with an apostrophe, in a form', "o'brien@example.com", 'email=o%27brien%40example.com'],
    ['with a slash', 'a/b@example.com', '{"email":"a/b@example.com"}'],
    ['with an ampersand', 'a&b@example.com', '{"email":"a&b@example.com"}'],
    ['with an equals sign', 'a=b@example.com', '{"email":"a=b@example.com"}'],
    ['after the blank of a form', ivan, 'comment=write+to+ivan%40example.com&x=1'],
    ['after the blank of a form, plainly', ivan, 'comment=write+to+ivan@example.com&x=1'],
    ['in quotes', ivan, "{'email':'ivan@example.com'}"],
    ['between stars', ivan, '{"text":"mail *ivan@example.com*"}'],
    ['between backticks', ivan, '{"text":"`ivan@example.com`"}'],
    ['in Russian quotes', ivan, '{"text":"почта «ivan@example.com»"}'],
    ['before a closing quote', ivan, '{"text":"ivan@example.com»"}'],
    ['after a dash', ivan, '{"text":"почта—ivan@example.com"}'],
    ['at the end of a sentence', ivan, '{"text":"Пишите на ivan@example.com."}'],
    ['with an escape of HTML', ivan, '<p>ivan&#64;example.com</p>'],
    ['with an escape of JSON', ivan, '{"email":"ivan\\u0040example.com"}'],
    ['in base64', ivan, base64({ email: ivan })],
    [
      'in base64 in a form',
      ivan,
      `data=${encodeURIComponent(base64({ name: 'Юрьевич?', text: '~~~', email: ivan }))}`,
    ],
    ['in base64 after a prefix', ivan, `{"token":"tok_${base64({ email: ivan }, 'base64url')}"}`],
    ['in base64 after two letters', ivan, `{"token":"t_${base64({ email: ivan }, 'base64url')}"}`],
    ['at an international domain', 'ivan@пример.рф', '{"email":"ivan@пример.рф"}'],
    ['at one in its own letters', 'ivan@пример.рф', '{"email":"ivan@xn--e1afmkfd.xn--p1ai"}'],
  ])('%s', (_, address, body) => {
    expect(isNamed(address, body)).toBe(true)
  })
})

describe('somebody else is not', () => {
  test.each([
    'divan@example.com',
    'an.ivan@example.com',
    'an+ivan@example.com',
    'an-ivan@example.com',
    'ivan@example.com.au',
    'ivan@example.community',
    'ivan@example.com-pany.net',
    'диivan@example.com',
  ])('%s', (other) => {
    expect(isNamed(ivan, JSON.stringify({ email: other }))).toBe(false)
    expect(isNamed(ivan, base64({ email: other }))).toBe(false)
    expect(isNamed(ivan, `a=1&email=${encodeURIComponent(other)}`)).toBe(false)
  })
})
