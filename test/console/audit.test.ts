// The audit trail as it is read in the console.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeAudit, type AuditEntry } from '../../src/access/audit.ts'
import { roleNames } from '../../src/db/access/schema.ts'
import { firstIdAt } from '../../src/db/ledger/page.ts'
import { auditEntries } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { applyConfig } from '../../src/partners/apply.ts'
import { hostile, isEscaped, openHouse, type House, type Member } from './company.ts'
import { toPublic } from '../support/outgoing.ts'

let it: House
let company: Awaited<ReturnType<House['company']>>
let owner: Member
let here: string

beforeAll(async () => {
  it = await openHouse()
  company = await it.company()
  owner = await it.member(company.id, 'owner')
  here = `${company.base}/audit`
})
afterAll(() => it.close())

const write = (entry: Omit<AuditEntry, 'partnerId'>, partnerId = company.id) =>
  writeAudit(it.db.orm, { partnerId, ...entry })

/** The text of the rows, each on a line of its own. */
async function rows(query = '', { surfer } = owner): Promise<string[]> {
  const { html } = await surfer.get(here + query)
  const list = /<ol class="rows">(.*?)<\/ol>/s.exec(html)?.[1] ?? ''
  return list
    .split('</li>')
    .map((row) =>
      row
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((row) => row !== '')
}

describe('who may read it', () => {
  test.each(roleNames)('%s', async (role) => {
    const { surfer } = await it.member(company.id, role)
    const may = role === 'owner' || role === 'auditor'
    expect((await surfer.get(here)).status).toBe(may ? 200 : 403)
  })

  test('of another partner it is not there', async () => {
    const elsewhere = await it.company()
    const { surfer } = await it.member(elsewhere.id, 'owner')
    expect((await surfer.get(here)).status).toBe(404)
    const anybody = await it.app.request(here)
    expect(anybody.headers.get('location')).toBe('/signin')
  })
})

describe('an entry', () => {
  test('says who by their email, and what became of what', async () => {
    const vera = await it.member(company.id, 'viewer')
    await owner.surfer.post(`${company.base}/settings/people/${vera.id}/role`, { role: 'editor' })
    const [row = ''] = await rows()
    expect(row).toContain(`Changed a member’s role : ${vera.email}`)
    expect(row).toContain('Viewer → Editor')
    expect(row).toContain(owner.email)
    owner.surfer.language = 'ru'
    expect((await rows())[0]).toContain('Наблюдатель → Редактор')
    owner.surfer.language = 'en'
  })

  test('of a token says its name, also when it is revoked', async () => {
    await owner.surfer.post(`${company.base}/settings/tokens`, { name: 'reports', scope: 'links' })
    expect((await rows())[0]).toContain('Made an API token : reports')
    const { html } = await owner.surfer.get(`${company.base}/settings/tokens`)
    const id = /tokens\/([\w-]+)\/revoke/.exec(html)?.[1] ?? ''
    await write({ actor: `token:${id}`, action: 'links.made', subject: uuidv7() })
    expect((await rows())[0]).toContain('The token “reports”')
    await owner.surfer.post(`${company.base}/settings/tokens/${id}/revoke`)
    expect((await rows())[0]).toContain('Revoked an API token : reports')
  })

  test('of whoever is no member says just that', async () => {
    const { userId, email } = await it.operator()
    await write({ actor: `user:${userId}`, action: 'job.cancelled', subject: uuidv7() })
    const [row = ''] = await rows()
    expect(row).toContain('Somebody who is no member')
    expect(row).not.toContain(email)
  })

  test.each([
    ['event.body_read', 'events'],
    ['event.replayed', 'events'],
    ['grant.retried', 'grants'],
    ['receipt.made', 'grants'],
    ['channel.tested', 'settings/notices'],
  ] as const)('%s leads to what it is about', async (action, place) => {
    const subject = uuidv7()
    await write({ actor: 'relay', action, subject })
    const { html } = await owner.surfer.get(`${here}?subject=${subject}`)
    expect(html).toContain(`href="${company.base}/${place}/${subject}"`)
  })

  test('of the set-up agrees with what it is, and leads there', async () => {
    const text = `
partner: ${company.name}
campaigns: [{ name: spring, mode: sandbox }]
sources: [{ name: shop, provider: stripe, credentials: [{ name: main, secret: whsec_0123456789abcdef }] }]
`
    const deps = { orm: it.db.orm, vault: it.parts.vault, outgoing: toPublic, now: Date.now }
    await applyConfig(deps, text, { file: 'relay.yaml', env: {}, actor: 'command line' })
    owner.surfer.language = 'ru'
    const [credential, source, campaign] = await rows('?action=config.applied')
    expect(credential).toContain('Ключ «shop/main» создан')
    expect(source).toContain('Источник «shop» создан')
    expect(campaign).toContain('Кампания «spring» создана')
    expect(campaign).toContain('Командная строка')
    owner.surfer.language = 'en'
    const { html } = await owner.surfer.get(here)
    expect(html).toMatch(new RegExp(`href="${company.base}/sources/[\\w-]{36}">The source “shop”`))
    expect(html).toMatch(
      new RegExp(`href="${company.base}/campaigns/[\\w-]{36}">The campaign “spring”`),
    )
  })

  test('is text, whatever stands in it', async () => {
    const odd = await it.company()
    const { surfer } = await it.member(odd.id, 'owner')
    await write(
      {
        actor: hostile,
        action: 'config.applied',
        subject: `source ${hostile}`,
        detail: { did: 'created', [hostile]: hostile },
      },
      odd.id,
    )
    const page = `${odd.base}/audit?action=${encodeURIComponent(hostile)}&subject=${encodeURIComponent(hostile)}&actor=${encodeURIComponent(hostile)}`
    expect(isEscaped((await surfer.get(`${odd.base}/audit`)).html)).toBe(true)
    expect(isEscaped((await surfer.get(page)).html)).toBe(true)
  })
})

describe('the filters', () => {
  test('narrow it down to a person, a deed, a thing, and days of the reader’s', async () => {
    const own = await it.company()
    const me = await it.member(own.id, 'owner')
    const at = new Date('2026-03-10T22:30:00Z')
    const subject = uuidv7()
    const actor = `user:${me.userId}`
    await it.db.orm.insert(auditEntries).values([
      {
        id: firstIdAt(at.getTime()),
        partnerId: own.id,
        at,
        actor,
        action: 'event.body_read',
        subject,
      },
      { id: uuidv7(), partnerId: own.id, actor: 'relay', action: 'config.applied', subject },
    ])
    const count = async (query: string) => {
      const { html } = await me.surfer.get(`${own.base}/audit?${query}`)
      return html.split('class="when"').length - 1
    }
    // Besides, the owner was invited and came.
    expect(await count('')).toBe(4)
    expect(await count(`actor=${actor}`)).toBe(2)
    expect(await count('actor=relay')).toBe(1)
    expect(await count('action=event.body_read')).toBe(1)
    expect(await count(`subject=${subject}`)).toBe(2)
    expect(await count('from=2026-03-10&to=2026-03-10')).toBe(1)
    // Half past one the next day in Moscow.
    me.surfer.cookies.set('moab_relay_zone', 'Europe/Moscow')
    expect(await count('from=2026-03-10&to=2026-03-10')).toBe(0)
    expect(await count('from=2026-03-11&to=2026-03-11')).toBe(1)
    const nothing = await me.surfer.get(`${own.base}/audit?action=links.made`)
    expect(nothing.html).toContain('Nothing is like this.')
  })

  test('stay when one goes on to older entries, and each entry stands on one page', async () => {
    const own = await it.company()
    const me = await it.member(own.id, 'owner')
    const many = Array.from({ length: limits.consoleRowsShown + 5 }, (_, n) => ({
      partnerId: own.id,
      actor: 'relay',
      action: 'links.made' as const,
      subject: `n${n}.`,
    }))
    await writeAudit(it.db.orm, ...many)
    const first = await me.surfer.get(`${own.base}/audit?action=links.made`)
    const older = /<a href="([^"]+)">Older/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(older).toContain('action=links.made')
    const second = await me.surfer.get(older)
    const told = (html: string) => html.match(/<code>n\d+\.<\/code>/g) ?? []
    expect([told(first.html).length, told(second.html).length]).toEqual([
      limits.consoleRowsShown,
      5,
    ])
    expect(new Set([...told(first.html), ...told(second.html)]).size).toBe(many.length)
  })
})

test('how long data is kept is told in the reader’s words', async () => {
  const detail = { bodies: 'without end → 30' }
  await write({ actor: 'relay', action: 'retention.changed', detail })
  owner.surfer.language = 'ru'
  const [row] = await rows('?action=retention.changed')
  owner.surfer.language = 'en'
  expect(row).toContain('Запросы в том виде, как пришли, дней: бессрочно → 30')
})
