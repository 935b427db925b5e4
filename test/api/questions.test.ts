import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { openApiScene, Page, type ApiScene } from './scene.ts'

let it: ApiScene
beforeAll(async () => {
  it = await openApiScene()
})
afterAll(() => it.close())

async function page(path: string, token: string) {
  const answer = await it.get(path, token)
  expect(answer.status).toBe(200)
  return Page.parse(await answer.json())
}

const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id)

describe('pages', () => {
  const lists = {
    events: (partner: ScenePartner) => it.came(partner),
    grants: (partner: ScenePartner) =>
      it.came(partner, { email: `${crypto.randomUUID()}@example.com` }),
    rejections: (partner: ScenePartner) => it.rejected(partner),
    attempts: async (partner: ScenePartner) => {
      await it.came(partner, { email: `${crypto.randomUUID()}@example.com` })
      await it.answered('{"status":"ok"}')
    },
    alarms: (partner: ScenePartner) => it.alarmed(partner),
  }
  test.each(Object.entries(lists))(
    'of %s hold every row exactly once while others are added, and none of another partner',
    async (list, add) => {
      const [own, other] = [await it.makePartner(), await it.makePartner()]
      for (let n = 0; n < 23; n++) await add(n % 3 === 0 ? other : own)
      for (const owner of [own.partnerId, null]) {
        const token = await it.token(owner)
        const all = await page(`/api/v1/${list}?limit=200`, token)
        const seen: string[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const query: string = cursor === '' ? '' : `&cursor=${cursor}`
          const one = await page(`/api/v1/${list}?limit=4${query}`, token)
          seen.push(...idsOf(one))
          expect(one.items.length).toBeLessThanOrEqual(4)
          cursor = one.next
          await add(own)
          await add(other)
        }
        expect(seen).toEqual(idsOf(all))
        if (list !== 'attempts') expect(seen).toEqual(seen.toSorted().toReversed())
        expect(new Set(seen).size).toBe(seen.length)
        const foreign = all.items.filter((item) => JSON.stringify(item).includes(other.partnerId))
        expect(foreign.length > 0).toBe(owner === null)
      }
    },
  )

  test('are as long as asked for, and never longer than allowed', async () => {
    const token = await it.token((await it.makePartner()).partnerId)
    for (const limit of ['1', String(limits.pageRowsMax)])
      await page(`/api/v1/events?limit=${limit}`, token)
    for (const limit of ['0', String(limits.pageRowsMax + 1), '-1', '1.5', 'x', '', '1e2', '١']) {
      const answer = await it.get(`/api/v1/events?limit=${encodeURIComponent(limit)}`, token)
      expect([limit, answer.status]).toEqual([limit, 422])
    }
  })
})

describe('a question that cannot be understood', () => {
  test.each([
    ['/api/v1/events?cursor=abc', '/cursor'],
    ['/api/v1/events?cursor=AgAAAAAAAAAAAAAAAAAAAAA', '/cursor'],
    ['/api/v1/events?cursor=', '/cursor'],
    ['/api/v1/events?from=yesterday', '/from'],
    ['/api/v1/events?from=2026-11-23T14:02:00', '/from'],
    ['/api/v1/events?to=2026-13-01', '/to'],
    ['/api/v1/events?state=lost', '/state'],
    ['/api/v1/events?reason=because', '/reason'],
    ['/api/v1/events?source=nowhere', '/source'],
    ['/api/v1/events?campaign=never', '/campaign'],
    ['/api/v1/events?rule=none', '/rule'],
    ['/api/v1/events?source=a&source=b', '/source'],
    [`/api/v1/events?type=${'x'.repeat(limits.filterCharsMax + 1)}`, '/type'],
    ['/api/v1/grants?email=nobody', '/email'],
    ['/api/v1/events?email=nobody', '/email'],
    ['/api/v1/attempts?email=nobody', '/email'],
    ['/api/v1/attempts?cursor=AQAAAAAAAAAAAAAAAAAAAAA', '/cursor'],
    ['/api/v1/attempts?grant=1', '/grant'],
    ['/api/v1/attempts?answer=maybe', '/answer'],
    ['/api/v1/grants?state=__proto__', '/state'],
    ['/api/v1/grants?reveal=yes', '/reveal'],
    ['/api/v1/people/nobody', '/email'],
    ['/api/v1/rejections?reason=constructor', '/reason'],
  ])('%s', async (path, pointer) => {
    const token = await it.token((await it.makePartner()).partnerId)
    const answer = await it.get(path, token)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] })
  })

  test.each(['source=shop', 'partner=PARTNER'])(
    'is one about another partner: %s',
    async (query) => {
      const [own, other] = [await it.makePartner(), await it.makePartner()]
      const mentioned =
        query === 'source=shop' ? `source=${other.sourceId}` : `partner=${other.partnerId}`
      const answer = await it.get(`/api/v1/events?${mentioned}`, await it.token(own.partnerId))
      expect(answer.status).toBe(422)
    },
  )

  test('text with a NUL is an answer and not a surprise', async () => {
    const token = await it.token((await it.makePartner()).partnerId)
    for (const path of ['events?type=%00', 'events?source=%00', 'people/a%00@example.com']) {
      expect([path, (await it.get(`/api/v1/${path}`, token)).status]).toEqual([path, 422])
    }
  })
})

describe('filters', () => {
  let own: ScenePartner
  let token: string
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    own = await it.makePartner(['paid', 'gift'])
    token = await it.token(own.partnerId)
    ids['granted'] = await it.came(own, { email: 'a@example.com' })
    await it.answered('{"status":"ok"}')
    ids['held'] = await it.came(own, { email: 'b@example.com', type: 'invoice.updated' })
    await it.answered('{"status":"fail","error":9}')
    ids['unmatched'] = await it.came(own, { type: 'customer.created' })
    ids['unreadable'] = await it.came(own, { unreadable: 'not_json' })
  })
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()

  test.each([
    ['', ['unreadable', 'unmatched', 'held', 'granted']],
    ['type=invoice.updated', ['held']],
    ['state=matched', ['held', 'granted']],
    ['state=unmatched', ['unmatched']],
    ['reason=not_json', ['unreadable']],
    ['reason=no_type_match', ['unmatched']],
    ['source=shop', ['unreadable', 'unmatched', 'held', 'granted']],
    ['rule=gift', ['held', 'granted']],
    ['rule=gift&type=invoice.updated', ['held']],
    ['rule=gift&state=unmatched', []],
    ['source=shop&type=customer.created&state=unmatched&reason=no_type_match', ['unmatched']],
    ['state=unreadable&source=shop&reason=unreadable', []],
    ['state=unreadable&reason=not_json', ['unreadable']],
    ['email=B@example.com', ['held']],
    ['email=nobody@example.com', []],
    ['email=b@example.com&type=invoice.paid', []],
    [`from=${tomorrow}`, []],
    [`to=${tomorrow}&state=unmatched`, ['unmatched']],
    ['from=2020-01-01&to=2020-01-02', []],
    ['from=2020-01-01', ['unreadable', 'unmatched', 'held', 'granted']],
  ])('events?%s', async (query, names) => {
    const found = await page(`/api/v1/events?${query}`, token)
    expect(idsOf(found)).toEqual(names.map((name) => ids[name]))
  })

  test.each([
    ['', 4],
    ['state=granted', 2],
    ['state=held', 2],
    ['state=attention', 0],
    ['reason=limit_reached', 2],
    ['email=a@example.com', 2],
    ['email=A@EXAMPLE.com', 2],
    ['source=shop', 4],
    ['rule=gift', 2],
    ['rule=gift&state=held&source=shop', 1],
    ['email=a@example.com&rule=gift', 1],
    ['from=2020-01-01&to=2020-01-02', 0],
  ])('grants?%s', async (query, count) => {
    expect((await page(`/api/v1/grants?${query}`, token)).items).toHaveLength(count)
  })

  test.each([
    ['', 4],
    ['answer=ok', 2],
    ['answer=limit_reached', 2],
    ['email=a@example.com', 2],
    ['email=nobody@example.com', 0],
    ['failure=deadline', 0],
    ['ambiguous=true', 0],
    ['ambiguous=false', 4],
    ['from=2020-01-01&to=2020-01-02', 0],
    [`from=2020-01-01&to=${tomorrow}`, 4],
  ])('attempts?%s', async (query, count) => {
    expect((await page(`/api/v1/attempts?${query}`, token)).items).toHaveLength(count)
  })

  test('attempts of one grant', async () => {
    const [grant] = idsOf(await page('/api/v1/grants?email=a@example.com&rule=gift', token))
    const { items } = await page(`/api/v1/attempts?grant=${grant}`, token)
    expect(items).toMatchObject([{ grant_id: grant, answer: 'ok', attempt: 1, late: false }])
  })

  test('by campaign, for events, grants and attempts', async () => {
    for (const list of ['events', 'grants', 'attempts']) {
      const found = await page(`/api/v1/${list}?campaign=${own.campaignId}`, token)
      expect(found.items).toHaveLength(2)
    }
  })

  test('rejections by reason and source', async () => {
    const id = await it.rejected(own, 'token_mismatch')
    await it.rejected(own)
    expect(
      idsOf(await page('/api/v1/rejections?reason=token_mismatch&source=shop', token)),
    ).toEqual([id])
    const one = await it.get(`/api/v1/rejections/${id}`, token)
    expect(await one.json()).toMatchObject({
      headers: { 'stripe-signature': ['t=1,v1=00'] },
      ip: '203.0.113.7',
    })
  })
})

describe('one event', () => {
  test('comes with its trace, its grants, every call, and the exact bytes', async () => {
    const own = await it.makePartner()
    const token = await it.token(own.partnerId)
    const id = await it.came(own, { email: 'call@example.com' })
    await it.answered('{"status":"ok"}')
    const event: unknown = await (await it.get(`/api/v1/events/${id}?lang=ru`, token)).json()
    expect(event).toMatchObject({
      fate: 'granted',
      email: 'c***@example.com',
      request: { method: 'POST', headers: { 'content-type': ['application/json'] } },
      trace: [
        { name: 'paid', outcome: 'matched', clauses: [{ op: 'gte', was: '1500', holds: true }] },
      ],
      grants: [
        { state: 'granted', attempts: [{ answer: 'ok', ms: 84, http_status: 200, late: false }] },
      ],
    })
    expect(event).toMatchObject({ told: expect.arrayContaining(['paid: бонус выдаётся']) })
    const body = await it.get(`/api/v1/events/${id}/body`, token)
    expect(await body.text()).toBe('{"amount":1500,"email":"call@example.com"}')
    expect(body.headers.get('content-type')).toBe('application/octet-stream')
    expect(body.headers.get('content-disposition')).toMatch(/^attachment; filename="event-/)
  })

  test('is still there when its body is not', async () => {
    const own = await it.makePartner()
    const token = await it.token(own.partnerId)
    const id = await it.came(own)
    await it.db.work`delete from event_bodies where partner_id = ${own.partnerId}`
    expect(await (await it.get(`/api/v1/events/${id}`, token)).json()).toMatchObject({
      request: null,
    })
    expect((await it.get(`/api/v1/events/${id}/body`, token)).status).toBe(404)
  })
})

test('a question that takes too long is a problem of its own', async () => {
  const own = await it.makePartner()
  const token = await it.token(own.partnerId)
  const before = performance.now()
  const answer = await it.db.work.begin(async (sql) => {
    await sql`lock table events in access exclusive mode`
    return it.get('/api/v1/events', token)
  })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBeTruthy()
  expect(await answer.json()).toMatchObject({ code: 'too_slow' })
  expect(performance.now() - before).toBeLessThan(limits.queryMsMax + 2000)
})
