// What was archived leaves the list of its kind, and is found behind the link beside the title.
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { campaigns, partners, sources } from '../../src/db/schema.ts'
import { makePartner } from '../support/partner.ts'
import { openHouse, type House } from './company.ts'

let it: House
beforeAll(async () => {
  it = await openHouse()
})
afterAll(() => it.close())

test.each([
  ['sources', sources],
  ['campaigns', campaigns],
] as const)('%s: in use, archived, and back', async (kind, table) => {
  const { partnerId, sourceId, campaignId } = await makePartner(it.db)
  const id = kind === 'sources' ? sourceId : campaignId
  const [partner] = await it.db.orm.select().from(partners).where(eq(partners.id, partnerId))
  const here = `/console/p/${encodeURIComponent(partner?.name ?? '')}/${kind}`
  const [owner, viewer] = [
    await it.member(partnerId, 'owner'),
    await it.member(partnerId, 'viewer'),
  ]
  const ofViewer = async (path: string) => (await viewer.surfer.get(path)).html
  expect(await ofViewer(here)).toContain(`${here}/${id}`)
  expect(await ofViewer(`${here}?archived=true`)).not.toContain(`${here}/${id}`)

  await it.db.orm
    .update(table)
    .set({ enabled: false, archivedAt: new Date() })
    .where(and(eq(table.partnerId, partnerId), eq(table.id, id)))
  const inUse = await ofViewer(here)
  expect(inUse).not.toContain(`${here}/${id}`)
  expect(inUse).toContain(`href="${here}?archived=true"`)
  const archived = await ofViewer(`${here}?archived=true`)
  expect(archived).toContain(`${here}/${id}`)
  expect(archived).toContain(`href="${here}">Those in use`)

  // Only who may change the setup is shown where a new one is made.
  const add = kind === 'sources' ? '/connect"' : '/campaigns/new"'
  expect(inUse).not.toContain(`class="button" href="${here.replace(`/${kind}`, add)}`)
  const forOwner = (await owner.surfer.get(here)).html
  expect(forOwner).toContain(`class="button" href="${here.replace(`/${kind}`, add)}`)
})
