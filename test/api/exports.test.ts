import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { masked } from '../../src/db/ledger/exports.ts'
import { limits } from '../../src/limits.ts'
import { maskEmail } from '../../src/rules/email.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { until } from '../support/sending.ts'
import { openApiScene, Page, type ApiScene } from './scene.ts'

let it: ApiScene
let own: ScenePartner
let token: string
beforeAll(async () => {
  it = await openApiScene()
  own = await it.makePartner(['paid', 'gift'])
  token = await it.token(own.partnerId)
  await it.came(own, { email: 'a@example.com' })
  await it.answered('{"status":"ok"}')
  await it.came(own, { email: 'b@example.com', type: 'invoice.updated' })
  await it.answered('{"status":"fail","error":9}')
  await it.came(own, { type: 'customer.created' })
  await it.came(own, { unreadable: 'not_json' })
  await it.rejected(own)
})
afterAll(() => it.close())

const Line = z.looseObject({ id: z.string().optional(), email: z.string().nullish() })

async function lines(query: string, with_ = token) {
  const answer = await it.get(`/api/v1/exports/${query}`, with_)
  expect(answer.status).toBe(200)
  const text = await answer.text()
  expect(text === '' || text.endsWith('\n')).toBe(true)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Line.parse(JSON.parse(line)))
}

/** So many events more, of a type of their own, without a body. */
const many = (type: string, count: number, { partnerId, sourceId } = own) =>
  it.db.work`
    insert into events (partner_id, id, source_id, body_id, event_key, type, state, reason, trust, trace, matches)
    select ${partnerId}, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
      ${sourceId}, ${sourceId}, ${type} || n, ${type}, 'unmatched', 'no_type_match', 'signed', '[]', '[]' from generate_series(1, ${count}) n`

describe('a page looks at so many rows and no more', () => {
  let crowded: ScenePartner
  let rare: string
  beforeAll(async () => {
    crowded = await it.makePartner()
    rare = await it.came(crowded, { email: 'rare@example.com', type: 'invoice.paid' })
    await many('crowd', limits.pageRowsSearchedMax * 2 + 10, crowded)
  })

  test('what lies deep is found page by page, once, by partner and operator', async () => {
    for (const owner of [crowded.partnerId, null]) {
      const with_ = await it.token(owner)
      const [seen, sizes]: [string[], number[]] = [[], []]
      let cursor: string | null = ''
      while (cursor !== null) {
        const more = cursor === '' ? '' : `&cursor=${cursor}`
        const query = `source=${crowded.sourceId}&state=matched${more}`
        const page = Page.parse(await (await it.get(`/api/v1/events?${query}`, with_)).json())
        seen.push(...page.items.map(({ id }) => id))
        sizes.push(page.items.length)
        cursor = page.next
      }
      expect(seen).toEqual([rare])
      expect(sizes).toEqual([0, 0, 1])
    }
  })

  test('and at fewer where each lies in another place', async () => {
    const with_ = await it.token(crowded.partnerId)
    let [cursor, pages]: [string | null, number] = ['', 0]
    for (; cursor !== null; pages++) {
      const more = cursor === '' ? '' : `&cursor=${cursor}`
      const answer = await it.get(`/api/v1/events?type=crowd&state=matched${more}`, with_)
      const page = Page.parse(await answer.json())
      expect(page.items).toEqual([])
      cursor = page.next
    }
    const crowd = limits.pageRowsSearchedMax * 2 + 10
    expect(pages).toBe(Math.ceil(crowd / limits.pageRowsScatteredMax))
  })

  test('what another partner has there waits until this far was looked at', async () => {
    const with_ = await it.token(null)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const more = cursor === '' ? '' : `&cursor=${cursor}`
      const answer = await it.get(`/api/v1/events?state=matched&limit=200${more}`, with_)
      const page = Page.parse(await answer.json())
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next
    }
    const matched = await it.db.work<{ id: string }[]>`
      select id from events where state = 'matched' order by id desc`
    expect(matched.length).toBeGreaterThan(1)
    expect(seen).toEqual(matched.map(({ id }) => id))
  })

  test('an index leads straight to it', async () => {
    const with_ = await it.token(crowded.partnerId)
    for (const query of ['type=invoice.paid', 'email=rare@example.com']) {
      const page = Page.parse(await (await it.get(`/api/v1/events?${query}`, with_)).json())
      expect([query, page]).toEqual([
        query,
        { items: [expect.objectContaining({ id: rare })], next: null },
      ])
    }
  })
})

describe('an export has what the pages have', () => {
  test.each([
    ['events', ''],
    ['events', 'state=matched'],
    ['events', 'rule=gift&type=invoice.updated'],
    ['events', 'email=a@example.com'],
    ['events', 'from=2020-01-01&to=2020-01-02'],
    ['grants', ''],
    ['grants', 'state=held&rule=gift'],
    ['grants', 'email=b@example.com'],
    ['grants', 'source=shop'],
    ['rejections', 'reason=signature_mismatch'],
    ['rejections', 'reason=token_mismatch'],
    ['audit-entries', 'action=token.created'],
  ])('%s?%s', async (what, query) => {
    const page = Page.parse(await (await it.get(`/api/v1/${what}?${query}`, token)).json())
    const found = await lines(`${what}?${query}`)
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(page.items.map(({ id }) => id)))
    expect(found).toHaveLength(page.items.length)
  })

  test('attempts', async () => {
    expect(await lines('attempts?answer=ok')).toHaveLength(2)
    expect((await lines('attempts?email=b@example.com'))[0]).toMatchObject({
      partner: `partner ${own.partnerId}`,
      attempt: 1,
      answer: 'limit_reached',
      http_status: 200,
      ambiguous: false,
    })
  })

  test('in the same words', async () => {
    const { items } = Page.parse(await (await it.get('/api/v1/events?state=matched', token)).json())
    const [line] = await lines('events?email=b@example.com')
    expect(line).toMatchObject({
      key: items[0]?.['key'],
      received_at: items[0]?.['received_at'],
      occurred_at: items[0]?.['occurred_at'],
      source: 'shop',
      provider: 'stripe',
      email: 'b***@example.com',
      copies: 1,
    })
  })

  test('mistakes are told before anything is given', async () => {
    for (const query of ['events?source=nowhere', 'events?email=nobody', 'grants?format=xlsx']) {
      const answer = await it.get(`/api/v1/exports/${query}`, token)
      expect([query, answer.status]).toEqual([query, 422])
    }
  })
})

describe('emails', () => {
  test('are masked as everywhere, whatever they look like', async () => {
    const addresses = [
      'ivan@example.com',
      'Ж@пример.рф',
      '𝒳y@example.com',
      'a@b@c.de',
      '@x.de',
      'none',
      '',
    ]
    for (const address of addresses) {
      const [row] = await it.db.orm.execute<{ said: string }>(
        sql`select ${masked(sql`${address}::text`)} as said`,
      )
      expect(row?.said).toBe(maskEmail(address))
    }
  })

  test('are shown to who may see them, and that leaves entries with filters and count', async () => {
    const without = await it.token(own.partnerId, ['events:read', 'grants:read'])
    for (const query of ['grants?reveal=true', 'grants?email=a@example.com'])
      expect((await it.get(`/api/v1/exports/${query}`, without)).status).toBe(403)
    const found = await lines('grants?reveal=true&email=a@example.com')
    expect(found.map(({ email }) => email)).toEqual(['a@example.com', 'a@example.com'])
    const entries = await lines('audit-entries?subject=grants')
    const details = entries
      .map(({ detail }) => String(detail))
      .filter((d) => d.includes('email_key'))
    expect(details.map((detail) => JSON.parse(detail) as unknown)).toMatchObject([
      { reveal: true, format: 'ndjson', rows: 2, whole: true },
      { reveal: true, format: 'ndjson' },
      { reveal: false, rows: 2, whole: true },
      { reveal: false },
    ])
    expect(details.join()).not.toContain('example.com')
  })
})

describe('CSV', () => {
  const hostile = ['=1+2', '+1', '-1', '@x', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠x']
  const harmless = [
    'plain',
    'a "quoted" one',
    'a, comma',
    'two\nlines',
    "'=1",
    ' =1',
    '1=1',
    'ключ',
  ]

  test('keeps every cell and line, and no cell is a formula', async () => {
    const partner = await it.makePartner()
    for (const key of [...hostile, ...harmless])
      await it.came(partner, { key, unreadable: 'not_json' })
    const with_ = await it.token(partner.partnerId)
    const answer = await it.get('/api/v1/exports/events?format=csv', with_)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="events.csv"')
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf')
    const rows = parsed(bytes.subarray(3).toString())
    const at = rows[0]?.indexOf('key') ?? -1
    expect(rows.every((row) => row.length === rows[0]?.length)).toBe(true)
    const keys = rows.slice(1).map((row) => row[at])
    expect(new Set(keys)).toEqual(new Set([...hostile.map((key) => `'${key}`), ...harmless]))
    expect(keys).toHaveLength(hostile.length + harmless.length)
    const plain = await it.get('/api/v1/exports/events?format=csv&bom=false', with_)
    expect(await plain.text()).toMatch(/^id,partner,source,/)
  })

  /** RFC 4180, strictly: lines end with CRLF, quotes stand around whole cells. */
  function parsed(text: string): string[][] {
    const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
    const rows: string[][] = [[]]
    let read = 0
    for (const [all, quoted, bare, end] of text.matchAll(cell)) {
      rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? '')
      read += all.length
      if (end === '\r\n') rows.push([])
    }
    expect(read).toBe(text.length)
    return rows.slice(0, -1)
  }
})

describe('a large export', () => {
  const count = limits.exportRowsAtOnce * 3 + 17
  let large: ScenePartner
  let with_: string
  beforeAll(async () => {
    large = await it.makePartner()
    with_ = await it.token(large.partnerId)
    await many('large', count, large)
  })
  const begin = async () => {
    const answer = await it.get('/api/v1/exports/events', with_)
    expect(answer.status).toBe(200)
    return answer.body?.getReader() ?? expect.unreachable()
  }
  const underWay = async () => {
    const [row] = await it.db.work<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity
      where datname = current_database() and application_name = 'moab-relay exports' and xact_start is not null`
    return row?.n ?? 0
  }

  test('is what there was when it began', async () => {
    const reader = await begin()
    const first = await reader.read()
    await it.db.work`delete from events where partner_id = ${large.partnerId}
      and id in (select id from events where partner_id = ${large.partnerId} order by id limit 10)`
    const ids = new Set<string>()
    let text = Buffer.from(first.value ?? []).toString()
    for (let one = await reader.read(); !one.done; one = await reader.read())
      text += Buffer.from(one.value).toString()
    for (const line of text.trimEnd().split('\n')) ids.add(Line.parse(JSON.parse(line)).id ?? '')
    expect(ids.size).toBe(count)
    await many(`more-${randomUUID()}`, 10, large)
  })

  test('waits for its reader, ends when that goes away, and only so many go on at once', async () => {
    const readers = [await begin(), await begin()]
    for (const reader of readers) await reader.read()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await underWay()).toBe(limits.exportsAtOnceMax)
    const third = await it.get('/api/v1/exports/grants', with_)
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '5'])
    for (const reader of readers) await reader.cancel()
    await until(async () => (await underWay()) === 0, 5000)
    expect(await lines('grants', with_)).toEqual([])
    const ended = await lines('audit-entries?action=export.ended&subject=events', with_)
    const details = ended.map(({ detail }) => JSON.parse(String(detail)) as { whole: boolean })
    expect(details.filter(({ whole }) => !whole)).toHaveLength(2)
  })

  test('that the database breaks off does not look whole', async () => {
    const reader = await begin()
    await reader.read()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await it.db.work`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'moab-relay exports'`
    // It is gone when the reader comes back: the next statement must not be sent on it.
    await new Promise((resolve) => setTimeout(resolve, 300))
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow()
    expect(await lines('grants', with_)).toEqual([])
  })
})
