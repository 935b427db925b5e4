// What a person can get wrong in the console's forms, in Russian pages: every sentence is Russian.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sayMistake } from '../../src/partners/mistakes.ts'
import { Condition } from '../../src/rules/condition.ts'
import { operatorNames } from '../../src/rules/operators.ts'
import { compilePath } from '../../src/rules/path.ts'
import { openHouse, type House, type Member } from './company.ts'

let it: House
let owner: Member
let base: string
let source: string
beforeAll(async () => {
  it = await openHouse()
  const company = await it.company()
  owner = await it.member(company.id, 'owner')
  owner.surfer.language = 'ru'
  base = company.base
  source = await connected('generic-hmac')
  await owner.surfer.post(`${base}/campaigns/new`, { name: 'весна', mode: 'sandbox' })
  const rule = {
    event: 'paid',
    events: 'paid',
    email: '$.email',
    campaign: 'весна',
    name: 'оплаты',
  }
  await owner.surfer.post(`${source}/rules/new`, { ...rule, do: 'save' })
})
afterAll(() => it.close())

async function connected(provider: string): Promise<string> {
  const { url } = await owner.surfer.post(`${base}/connect`, { provider })
  return new URL(url).pathname.replace(/\/connect$/, '')
}

/** What the page says is wrong. */
const complaints = (html: string): string[] =>
  [...html.matchAll(/<(p|div) class="(?:wrong|problem)"[^>]*>(.*?)<\/\1>/gs)]
    .map(([, , inner = '']) =>
      inner
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll('&quot;', '"')
        .trim(),
    )
    .filter((text) => text !== '')

/** Names, paths and code stay as they are written; every other word is Russian. */
const known =
  /(?:путь выглядит так|одно из): .*|invoice\.\*|\$[^\s;]*|\{[^}]*\}|«[^»]*»|https?\S*|\b(?:X-Signature|I-Regexp|API|JSON|JSONPath|JWKS|URL|MOAB|HMAC|HTTP|TLS|PEM|true|false|null|match|search|[A-Z]+_[A-Z_]+|sha\d+|utf8|base64(?:url)?|hex|starts_at|A-Z|a-z|ms|s)\b/g
const foreign = (text: string) => text.replaceAll(known, '').match(/[A-Za-z]{2,}/g) ?? []

const isRussian = (text: string) => {
  expect(foreign(text), text).toEqual([])
  expect(text).toMatch(/[а-яё]/)
}

const campaign = { name: 'лето', mode: 'sandbox' }
const rule = { event: 'paid', events: 'paid', email: '$.email', campaign: 'весна', do: 'save' }
const clause = (op: string, value: string) => ({
  ...rule,
  'clause-path': '$.a',
  'clause-op': op,
  'clause-value': value,
})
const raw = (condition: unknown) => ({ ...rule, raw: JSON.stringify(condition) })
const deep = (depth: number): unknown =>
  depth === 0 ? { path: '$.a', op: 'exists' } : { not: deep(depth - 1) }
const setting = (name: string, value: string) => ({ [`setting-${name}`]: value })

const posts: [what: string, at: () => string, fields: Record<string, string>][] = [
  ['a campaign without a name', () => `${base}/campaigns/new`, { ...campaign, name: '' }],
  [
    'a campaign of a name that is there',
    () => `${base}/campaigns/new`,
    { ...campaign, name: 'весна' },
  ],
  [
    'a name that is too long',
    () => `${base}/campaigns/new`,
    { ...campaign, name: 'я'.repeat(300) },
  ],
  ['a name of several lines', () => `${base}/campaigns/new`, { ...campaign, name: 'а\nб' }],
  ['a live campaign without a key', () => `${base}/campaigns/new`, { ...campaign, mode: 'live' }],
  [
    'a URL that is none',
    () => `${base}/campaigns/new`,
    { ...campaign, mode: 'live', api_key: 'k', url: 'moab' },
  ],
  [
    'a URL of a private network',
    () => `${base}/campaigns/new`,
    { ...campaign, mode: 'live', api_key: 'k', url: 'https://10.0.0.1/' },
  ],
  ['an unknown mode', () => `${base}/campaigns/new`, { ...campaign, mode: 'тест' }],
  [
    'an end before the start',
    () => `${base}/campaigns/new`,
    { ...campaign, starts_at: '2027-02-01T00:00', ends_at: '2027-01-01T00:00' },
  ],
  ['a pace of nothing', () => `${base}/campaigns/new`, { ...campaign, per_second: '0' }],
  ['a pace beyond all', () => `${base}/campaigns/new`, { ...campaign, per_second: '100000' }],
  ['a rule without an event', () => `${source}/rules/new`, { ...rule, event: '', events: '' }],
  ['a star in the middle', () => `${source}/rules/new`, { ...rule, event: 'a*b', events: 'a*b' }],
  ['a rule without an email', () => `${source}/rules/new`, { ...rule, email: '' }],
  ['a path without its dollar', () => `${source}/rules/new`, { ...rule, email: 'email' }],
  ['a path that breaks off', () => `${source}/rules/new`, { ...rule, email: '$.a[' }],
  ['a rule without a campaign', () => `${source}/rules/new`, { ...rule, campaign: '' }],
  ['a campaign that is not there', () => `${source}/rules/new`, { ...rule, campaign: 'осень' }],
  ['a rule of a name that is there', () => `${source}/rules/new`, { ...rule, name: 'оплаты' }],
  ['a number that is none', () => `${source}/rules/new`, clause('gte', 'много')],
  ['a condition that is no JSON', () => `${source}/rules/new`, { ...rule, raw: '{' }],
  ['a condition of nothing', () => `${source}/rules/new`, raw({ all: [] })],
  ['a condition of something else', () => `${source}/rules/new`, raw([1])],
  [
    'a condition with more than belongs',
    () => `${source}/rules/new`,
    raw({ all: [{ path: '$.a', op: 'exists' }], x: 1 }),
  ],
  ['an unknown operator', () => `${source}/rules/new`, raw({ path: '$.a', op: 'about', value: 1 })],
  ['a condition without end', () => `${source}/rules/new`, raw(deep(40))],
  ['an empty secret', () => `${source}/connect/secret`, { secret: ' ' }],
  ['a secret that is short', () => `${source}/connect/secret`, { secret: 'short' }],
  ['a header that is none', () => `${source}/settings`, setting('header', 'мой заголовок')],
  ['a hash that is none', () => `${source}/settings`, setting('hash', 'md5')],
  ['a template without the body', () => `${source}/settings`, setting('template', 'x')],
  [
    'a template with what is not known',
    () => `${source}/settings`,
    setting('template', '{body}{nonsense}'),
  ],
  [
    'a template with a time and no header',
    () => `${source}/connect/address`,
    setting('template', '{timestamp}.{body}'),
  ],
  ['a template with an id', () => `${source}/settings`, setting('template', '{id}.{body}')],
  ['a path of the id that is none', () => `${source}/connect/address`, setting('key_path', 'id')],
  ['a setting that is too long', () => `${source}/settings`, setting('prefix', 'x'.repeat(3000))],
  [
    'a page that is none',
    () => `${base}/connect`,
    { provider: 'signed-link', asked: 'yes', ...setting('landing_url', 'shop') },
  ],
  [
    'a word of two',
    () => `${base}/connect`,
    { provider: 'paypal', asked: 'yes', ...setting('webhookId', 'a b') },
  ],
  [
    'an account that is no email',
    () => `${base}/connect`,
    {
      provider: 'google-pubsub',
      asked: 'yes',
      ...setting('audience', 'x'),
      ...setting('service_account', 'push'),
    },
  ],
  ['what is required', () => `${base}/connect`, { provider: 'yandex-pay', asked: 'yes' }],
  [
    'a key of the URL that is short',
    () => `${base}/connect`,
    { provider: 'yandex-pay', asked: 'yes', key: 'abc', ...setting('merchantId', 'x') },
  ],
]

describe('is said in Russian:', () => {
  test.each(posts)('%s', async (_, at, fields) => {
    const { html, status } = await owner.surfer.post(at(), fields)
    const said = complaints(html)
    expect([status, said]).toEqual([422, expect.arrayContaining([expect.any(String)])])
    for (const text of said) isRussian(text)
  })

  const forms: [string, string, Record<string, string>][] = [
    ['yookassa', 'settings', setting('networks', 'абв')],
    ['yookassa', 'settings', setting('networks', '10.0.0.0/99')],
    ['yookassa', 'settings', setting('networks', ',')],
    ['kinde', 'connect/secret', { form: 'jwks', jwks: '{}' }],
    ['kinde', 'connect/secret', { form: 'jwksUrl', jwksUrl: 'http://example.com/jwks' }],
    ['kinde', 'connect/secret', { form: 'jwksUrl', jwksUrl: 'https://10.0.0.1/jwks' }],
    ['rfc9421', 'settings', setting('algorithms', 'rsa')],
  ]
  test.each(forms)('%s, %s: %j', async (provider, form, fields) => {
    const { html, status } = await owner.surfer.post(`${await connected(provider)}/${form}`, fields)
    const said = complaints(html)
    expect([status, said.length]).toEqual([422, 1])
    for (const text of said) isRussian(text.replace(/из списка: .*/, ''))
  })

  test('a campaign that rules use is not archived', async () => {
    const list = await owner.surfer.get(`${base}/campaigns`)
    const [, path = ''] = /href="([^"]*\/campaigns\/[0-9a-f-]{36})/.exec(list.html) ?? []
    const { html } = await owner.surfer.post(`${path}/archive`)
    const said = complaints(html).join()
    expect(said).toContain('«generic-hmac/оплаты»')
    isRussian(said)
  })

  test('a filled-in value of every operator', () => {
    for (const op of operatorNames)
      for (const value of [[], {}, '', 'x'.repeat(5000), [{}], Number.MAX_SAFE_INTEGER * 4, null]) {
        const checked = Condition.safeParse({ path: '$.a', op, value })
        for (const { message } of checked.error?.issues ?? []) isRussian(sayMistake(message, 'ru'))
      }
  })

  test('every way to spoil a path', () => {
    const spoiled = [
      '$',
      '$.',
      '$[',
      "$['a",
      '$.a[?',
      '$.a[?@.b ==',
      '$.a[?(@.b]',
      '$.a[01]',
      '$.a[99999999999999999999]',
      '$.a b',
      '$.a[?nope(@.b)]',
      "$.a[?match(@.b, '(')]",
      '$.a[?@.b == {}]',
      '$..',
      '$.a[]',
      '$["\\u12"]',
      'a',
      ' $.a',
      '$.a ',
    ]
    for (const text of spoiled) {
      try {
        compilePath(text)
      } catch (error) {
        const message = error instanceof Error ? error.message : ''
        isRussian(sayMistake(message, 'ru'))
        isRussian(sayMistake(`must be a JSONPath: ${message}`, 'ru'))
      }
    }
  })
})
