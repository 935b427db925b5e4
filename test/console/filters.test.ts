// The lists have every filter that the API has, but for the email: that travels in no URL.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditFilters } from '../../src/api/audit.ts'
import { eventFilters } from '../../src/api/events.ts'
import { grantFilters } from '../../src/api/grants.ts'
import { rejectionFilters } from '../../src/api/rejections.ts'
import { openHouse, type House, type Member } from './company.ts'

let it: House
let company: Awaited<ReturnType<House['company']>>
let owner: Member
beforeAll(async () => {
  it = await openHouse()
  company = await it.company()
  owner = await it.member(company.id, 'owner')
})
afterAll(() => it.close())

const filtersIn = (html: string) => {
  const [, form = ''] = /<form class="filters"[^>]*>(.*?)<\/form>/s.exec(html) ?? []
  return [...form.matchAll(/<(?:select|input)[^>]* name="(\w+)"/g)].map(([, name = '']) => name)
}

/** Whose they are is clear; an email travels in no URL; a subject is found by a click on it. */
const elsewhere = new Set(['partner', 'email', 'subject'])

test.each([
  ['/events', eventFilters],
  ['/grants', grantFilters],
  ['/rejections', rejectionFilters],
  ['/audit', auditFilters],
])('%s', async (path, filters) => {
  const wanted = Object.keys(filters).filter((name) => !elsewhere.has(name))
  const { html } = await owner.surfer.get(company.base + path)
  expect(filtersIn(html).toSorted()).toEqual(wanted.toSorted())
})

test('what is given stands in the form, also where it is folded away', async () => {
  const folded = await owner.surfer.get(`${company.base}/events`)
  expect(folded.html).toContain('<details class="further">')
  const { html } = await owner.surfer.get(`${company.base}/events?reason=no_email&from=2026-01-02`)
  expect(html).toContain('<details class="further" open="">')
  expect(html).toMatch(/<option value="no_email" selected[^>]*>no email was found</)
  expect(html).toContain('value="2026-01-02"')
})
