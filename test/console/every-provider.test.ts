// Every provider of the registry can be connected in the console: chosen, asked for what it needs, given its
// credential as its recorded requests have it, up to the step that waits for the first event.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProviderId, providers, type ProviderId } from '../../src/providers/index.ts'
import { bringsItsKeys, requiredSettings } from '../../src/providers/needs.ts'
import { senderOf } from '../fixtures/make.ts'
import { openSettings, type House, type Member } from './company.ts'
import type { Seen } from './surfer.ts'

let it: House
let owner: Member
let base: string
beforeAll(async () => {
  const house = await openSettings()
  ;({ it, owner } = house)
  base = house.company.base
})
afterAll(() => it.close())

const ids = Object.keys(providers).filter(isProviderId)

const valueOf = (html: string, name: string) =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"|value="([^"]*)"[^>]* name="${name}"`)
    .exec(html)
    ?.slice(1)
    .find((value) => value !== undefined) ?? ''

async function chosen(id: ProviderId): Promise<Seen> {
  const provider = providers[id]
  const seen = await owner.surfer.post(`${base}/connect`, { provider: id })
  const required = requiredSettings(provider)
  if (required.length === 0) return seen
  expect(seen.url).toContain(`connect?provider=${id}`)
  const { settings = {} } = (await senderOf(id)) ?? {}
  const asked = { provider: id, asked: 'yes', key: valueOf(seen.html, 'key') }
  const empty = await owner.surfer.post(`${base}/connect`, {
    ...asked,
    ...Object.fromEntries(required.map((name) => [`setting-${name}`, ''])),
  })
  expect(empty.status).toBe(422)
  for (const name of required) expect(empty.html).toContain(`id="setting-${name}-problem"`)
  expect(empty.html).toContain('fill this in')
  return owner.surfer.post(`${base}/connect`, {
    ...asked,
    ...Object.fromEntries(required.map((name) => [`setting-${name}`, settings[name] ?? ''])),
  })
}

async function credentialOf(id: ProviderId): Promise<Record<string, string> | undefined> {
  const sender = await senderOf(id)
  const current = sender?.current
  const own = current === undefined || Array.isArray(current) ? undefined : current
  const [first] = providers[id].credentials
  const given =
    own ?? (first && Object.fromEntries(first.map((field) => [field, `${field}-0123456789abcdef`])))
  return (
    given &&
    Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => name !== 'id')
        .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    )
  )
}

describe('can be connected in the console:', () => {
  test.each(ids)('%s', async (id) => {
    const provider = providers[id]
    const address = await chosen(id)
    expect([address.status, address.url]).toEqual([200, expect.stringContaining('step=address')])
    const here = new URL(address.url).pathname
    const settings = Object.fromEntries(
      Object.keys(provider.settings ?? {}).map((name) => [
        `setting-${name}`,
        valueOf(address.html, `setting-${name}`) || (provider.settings?.[name]?.default ?? ''),
      ]),
    )
    const after = await owner.surfer.post(`${here}/address`, settings)
    const next = provider.credentials.length === 0 ? 'first' : 'secret'
    expect([after.status, after.url]).toEqual([200, expect.stringContaining(`step=${next}`)])
    if (next === 'first') return
    if (bringsItsKeys(provider)) {
      expect(after.html).toContain(`${here}?step=first`)
      expect((await owner.surfer.get(here)).html).toContain(`${here}/live`)
      return
    }
    const given = await credentialOf(id)
    const form = Object.keys(given ?? {}).join('+')
    const done = await owner.surfer.post(`${here}/secret`, { form, sure: 'yes', ...given })
    expect(done.status, done.html).toBe(200)
    expect(done.url).toContain(provider.visit === undefined ? 'step=first' : 'step=address')
    const first = await owner.surfer.get(here)
    expect(first.html).toContain(`${here}/live`)
  })
})
