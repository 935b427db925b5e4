// Where keys may not be fetched from, told to whoever fills in the form.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sayMistake } from '../../src/partners/mistakes.ts'
import { refusals } from '../../src/outgoing/refusals.ts'
import { applyConfig } from '../../src/partners/apply.ts'
import { openHouse, type House, type Member } from './company.ts'

let it: House
let owner: Member
let form: string

beforeAll(async () => {
  it = await openHouse()
  const company = await it.company()
  owner = await it.member(company.id, 'owner')
  const text = `partner: ${company.name}\nsources: [{ name: login, provider: kinde }]`
  const around = { file: 'relay.yaml', env: {}, actor: 'test' }
  const applied = await applyConfig(it.parts, text, around)
  if (!applied.ok) throw new Error('not applied')
  const source = applied.changes.find(({ kind }) => kind === 'source')
  form = `${company.base}/sources/${source?.id ?? ''}/credentials/new`
})
afterAll(() => it.close())

describe('a URL of keys', () => {
  test.each([
    ['http://127.0.0.1:8080/keys', 'address_refused'],
    ['https://[::1]/keys', 'address_refused'],
    ['https://2130706433/keys', 'url_odd'],
    ['http://login.example.com/keys', 'unencrypted'],
    ['https://login.example.com:22/keys', 'port_refused'],
  ] as const)('%s is refused in the reader’s language: %s', async (jwksUrl, refusal) => {
    for (const language of ['en', 'ru'] as const) {
      owner.surfer.language = language
      const seen = await owner.surfer.post(form, { form: 'jwksUrl', jwksUrl })
      expect(seen.html).toContain(refusals[refusal][language])
    }
  })
})

test.each(Object.values(refusals))('$en is told in Russian', ({ en, ru }) => {
  expect(sayMistake(en, 'ru')).toBe(ru)
  expect(sayMistake(en, 'en')).toBe(en)
})
