// A notification that says nothing but “look again”: each copy asks anew.
import { describe, expect, test } from 'vitest'
import { until } from '../support/sending.ts'
import { lookup, object, payment, provider, useScene, type Scene } from './scene.ts'

let it: Scene
const { make, start, becomes, ended } = useScene((opened) => (it = opened))

describe('a notification that comes again and means “look again”', () => {
  const again = provider({
    lookup: {
      ...lookup,
      agree: [{ event: '$.id', fetched: '$.id' }],
      url: 'https://api.provider.example/v1/{field:$.id}',
      again: true,
    },
    event: { key: ['$.id'], type: ['$.confirmed.status'] },
  })

  test('is looked at again after it ended without a grant, and never after one', async () => {
    const source = await make(again)
    it.api.objects.set('/v1/tr_1', { id: 'tr_1', status: 'open' })
    await it.came(source, { id: 'tr_1' })
    start()
    expect(await ended(source)).toMatchObject({
      state: 'unmatched',
      type: 'open',
      reason: 'no_email',
    })
    it.api.objects.set('/v1/tr_1', { id: 'tr_1', status: 'paid', email: 'paid@example.com' })
    await it.came(source, { id: 'tr_1' })
    await becomes(source, ({ state }) => state === 'matched')
    expect(await it.events(source)).toMatchObject([{ type: 'paid', grant: 'queued', copies: 2 }])
    await it.came(source, { id: 'tr_1' })
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(it.api.asked).toHaveLength(2)
    expect(await it.events(source)).toMatchObject([{ state: 'matched', copies: 3 }])
  })

  test('while the provider is being asked, is not lost', async () => {
    const source = await make(again)
    it.api.objects.set('/v1/tr_2', 'hang')
    await it.came(source, { id: 'tr_2' })
    start(400)
    await until(async () => it.api.asked.length === 1)
    await it.came(source, { id: 'tr_2' })
    it.api.objects.set('/v1/tr_2', { id: 'tr_2', status: 'paid', email: 'paid@example.com' })
    // Without the flag it would be due in 5 s at the earliest.
    const since = performance.now()
    await becomes(source, ({ state }) => state === 'matched')
    expect(performance.now() - since).toBeLessThan(3000)
  })

  test('means nothing for presets that do not say so', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', object('p1', { status: 'open' }))
    await it.came(source, payment())
    start()
    await ended(source)
    await it.came(source, payment())
    expect(await it.events(source)).toMatchObject([
      { state: 'unmatched', reason: 'not_confirmed', waits: 'ended', copies: 2 },
    ])
  })
})
