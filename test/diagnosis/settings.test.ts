// The right secret and a wrong setting: the setting is named with the value it must have. And what was not
// kept of a request is not held against it.
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { diagnose, type DiagnoseOptions } from '../../src/diagnosis/diagnose.ts'
import { oddity } from '../../src/diagnosis/pasted.ts'
import { withoutSecrets } from '../../src/inbound/secret-headers.ts'
import type { Recorded } from '../../src/inbound/recorded.ts'
import { providers, resolveProof, type ProviderId } from '../../src/providers/index.ts'
import type { Credential, Settings } from '../../src/schemes/scheme.ts'

const secret = 'YS1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcw=='
const body = Buffer.from('{"id":"1","type":"invoice.paid","email":"anna@example.com"}')
const noKeys: DiagnoseOptions = { keySetAt: () => Promise.resolve('unavailable') }

interface Came {
  provider: ProviderId
  headers?: Record<string, string>
  settings?: Settings
  credential?: Omit<Credential, 'id'>
  url?: string
  ip?: string
}

/** As it is kept of a request that was refused: without secrets, without the URL's parameters. */
function kept({ provider: id, headers = {}, settings = {}, credential, url, ip }: Came): Recorded {
  const provider = providers[id]
  const resolved = resolveProof(provider, settings)
  if (!resolved.ok) throw new Error(resolved.problem)
  const sent = new Map(Object.entries(headers).map(([name, value]) => [name, [value]]))
  return {
    provider,
    proof: resolved.proof,
    settings,
    credentials: [{ id: '0', ...(credential ?? { secret }) }],
    now: Date.UTC(2026, 10, 30),
    request: {
      method: 'POST',
      url: url ?? 'https://relay.example.com/in/key',
      headers: new Map(Object.entries(withoutSecrets(sent, resolved.proof))),
      body,
      ...(ip !== undefined && { ip }),
    },
  }
}

const mac = (
  hash: string,
  encoding: 'hex' | 'base64' | 'base64url',
  key: string | Buffer = secret,
) => createHmac(hash, key).update(body).digest(encoding)

const otherwise: [what: string, Came['headers'], Settings, says: RegExp, ru: RegExp][] = [
  [
    'base64 instead of hex',
    { 'x-signature': mac('sha256', 'base64') },
    {},
    /: “Form of the signature” → “base64”\.$/,
    /«Вид подписи» → «base64»/,
  ],
  [
    'hex instead of base64',
    { 'x-signature': mac('sha256', 'hex') },
    { encoding: 'base64' },
    /“Form of the signature” → “hex”\.$/,
    /«hex»/,
  ],
  ['base64url', { 'x-signature': mac('sha512', 'base64url') }, {}, /“base64url”/, /«base64url»/],
  ['SHA-1', { 'x-signature': mac('sha1', 'hex') }, {}, /: “Hash” → “sha1”\.$/, /«Хеш» → «sha1»/],
  ['SHA-512 in base64', { 'x-signature': mac('sha512', 'base64') }, {}, /“sha512”/, /«sha512»/],
  [
    'a beginning that the settings do not name',
    { 'x-signature': `sha256=${mac('sha256', 'hex')}` },
    {},
    /: “Text before the signature” → “sha256=”\.$/,
    /«Текст перед подписью» → «sha256=»/,
  ],
  [
    'no beginning',
    { 'x-signature': mac('sha256', 'hex') },
    { prefix: 'sha256=' },
    /“Text before the signature” → empty\.$/,
    /пусто/,
  ],
  [
    'another header',
    { 'x-hook-hmac': mac('sha256', 'hex') },
    {},
    /: “Header of the signature” → “x-hook-hmac”\.$/,
    /«x-hook-hmac»/,
  ],
  [
    'another header, hash and form',
    { 'x-sig': `v1=${mac('sha384', 'base64')}` },
    {},
    /“x-sig”.*“v1=”.*“base64”.*“sha384”/,
    /«x-sig»/,
  ],
  [
    'a secret that stands for bytes',
    { 'x-signature': mac('sha256', 'hex', Buffer.from(secret, 'base64')) },
    {},
    /“Form of the secret” → “bytes, written as Base64”\.$/,
    /«байты, записанные в Base64»/,
  ],
]

describe('the right secret with', () => {
  test.each(otherwise)('%s: the setting is named', async (_, headers, settings, says, ru) => {
    const found = await diagnose(
      kept({ provider: 'generic-hmac', headers: headers ?? {}, settings }),
      noKeys,
    )
    const finding = found.find(({ cause }) => cause === 'other_settings')
    expect(finding?.certain).toBe(true)
    expect(finding?.text.en).toMatch(says)
    expect(finding?.text.ru).toMatch(ru)
    expect(found[0]?.certain).toBe(true)
    expect(found.map(({ cause }) => cause)).not.toContain('unknown')
  })

  test('another hash where the provider lets its owner choose', async () => {
    const came = {
      provider: 'keycloak',
      headers: { 'x-keycloak-signature': mac('sha1', 'hex') },
    } as const
    const [first] = await diagnose(kept(came), noKeys)
    expect(first).toMatchObject({ cause: 'other_settings', certain: true })
  })

  test('another header of the token', async () => {
    const token = 'a-long-random-token'
    const came = {
      provider: 'generic-token',
      headers: { 'x-api-key': token },
      credential: { token },
    } as const
    const [first] = await diagnose(kept(came), noKeys)
    expect(first?.text.en).toContain(
      '“Header of the token” → “x-api-key”, “Text before the token” → empty',
    )
  })
})

test('a wrong secret is no matter of settings', async () => {
  const headers = { 'x-signature': mac('sha256', 'hex', 'another secret') }
  const found = await diagnose(kept({ provider: 'generic-hmac', headers }), noKeys)
  expect(found.map(({ cause }) => cause)).toEqual(['unknown'])
})

test('of another provider: a source keeps its provider, a new one is connected', async () => {
  const headers = { 'x-hub-signature-256': `sha256=${mac('sha256', 'hex')}` }
  const found = await diagnose(kept({ provider: 'stripe', headers }), noKeys)
  const finding = found.find(({ cause }) => cause === 'other_provider')
  expect(finding?.text.en).toMatch(/GitHub.*connect a new source/)
  expect(finding?.text.ru).toMatch(/GitHub.*подключите новый источник/)
})

const credential = { token: 'a-long-random-token' }
const wayCases: [string, Came, DiagnoseOptions['noted'], cause: string, says: RegExp][] = [
  [
    'GetCourse without ?token=',
    { provider: 'getcourse', credential },
    'token_missing',
    'query_missing',
    /в URL.*нет «token»/i,
  ],
  [
    'GetCourse with a wrong ?token=',
    { provider: 'getcourse', credential },
    'token_mismatch',
    'token_wrong',
    /в URL \(«token»\).*не тот/,
  ],
  [
    'GetCourse with a wrong header',
    { provider: 'getcourse', credential, headers: { 'x-api-key': 'no' } },
    'token_mismatch',
    'token_wrong',
    /в заголовке x-api-key/,
  ],
  [
    'Tilda without a key',
    { provider: 'tilda', credential },
    'token_missing',
    'header_stripped',
    /x-api-key/,
  ],
  [
    'lava.top with a wrong key',
    { provider: 'lava-top', credential, headers: { 'x-api-key': 'no' } },
    'token_mismatch',
    'token_wrong',
    /x-api-key/,
  ],
  [
    'lava.top with a wrong password',
    {
      provider: 'lava-top',
      credential: { username: 'a', password: 'b' },
      headers: { authorization: 'Basic YTpj' },
    },
    'password_mismatch',
    'password_wrong',
    /пароль/,
  ],
  [
    'Keycloak that signs nothing',
    { provider: 'keycloak' },
    'header_missing',
    'header_stripped',
    /Нет заголовка x-keycloak-signature\./,
  ],
  [
    'a token without its word',
    { provider: 'generic-token', credential, headers: { authorization: 'a-long-random-token' } },
    'token_malformed',
    'token_form',
    /начинается не с «Bearer»/,
  ],
  [
    'a link that was cut off',
    { provider: 'signed-link', settings: { landing_url: 'https://x.example.com' } },
    'token_missing',
    'link_cut',
    /обрезали/,
  ],
  [
    'a link that is over',
    { provider: 'signed-link', settings: { landing_url: 'https://x.example.com' } },
    'token_expired',
    'link_over',
    /Срок ссылки/,
  ],
  [
    'a list of addresses that is none',
    { provider: 'yookassa', settings: { networks: '185.71.76.0/27 абв' }, ip: '185.71.76.7' },
    'setting_missing',
    'list_broken',
    /«Адреса ЮKassa».*запись 2/,
  ],
]

test.each(wayCases)(
  '%s is told by what the guide asks for',
  async (_, came, noted, cause, says) => {
    const [first] = await diagnose(kept(came), { ...noKeys, ...(noted && { noted }) })
    expect(first?.cause).toBe(cause)
    expect(first?.text.ru).toMatch(says)
  },
)

const short: [ProviderId, string, string, RegExp | undefined][] = [
  ['generic-hmac', 'secret', 'short', /at least 32/],
  ['generic-hmac', 'secret', secret, undefined],
  ['lava-top', 'token', 'abc', /at least 16/],
  ['lava-top', 'password', 'qwerty', /at least 16/],
  ['lava-top', 'username', 'shop', undefined],
  ['tbank', 'secret', 'abc', /copied whole/],
  ['stripe', 'secret', 'sk_live_0123456789abcdefghijklm', /API key of Stripe/],
  ['kinde', 'jwksUrl', 'https://x.kinde.com/.well-known/jwks', undefined],
]

test.each(short)('%s: what is odd about the %s “%s”', (id, field, text, says) => {
  const odd = oddity({ provider: providers[id], field, text, url: undefined })
  if (says === undefined) expect(odd).toBeUndefined()
  else expect(odd?.en).toMatch(says)
})
