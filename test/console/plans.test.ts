// A plan is read by whoever confirms it: its counts and examples are words, in the reader's language.
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleRoutes } from '../../src/console/index.ts'
import { grants, partners } from '../../src/db/schema.ts'
import { makeMember } from '../access/people.ts'
import { openJobScene, type JobScene } from '../jobs/scene.ts'
import { surferFor } from './company.ts'
import { consoleParts } from './parts.ts'
import type { Surfer } from './surfer.ts'

let it: JobScene
let reader: Surfer
let base: string
beforeAll(async () => {
  it = await openJobScene()
  const { partnerId } = it.own
  await it.came(it.own, { email: 'anna@example.com' })
  await it.came(it.own, { type: 'customer.created' })
  await it.db.orm
    .update(grants)
    .set({ state: 'attention', reason: 'no_answer', dueAt: null })
    .where(eq(grants.partnerId, partnerId))
  const app = consoleRoutes(consoleParts(it.relayDb))
  const { userId } = await makeMember(it.db, partnerId, 'owner')
  reader = await surferFor(it.db, app, userId)
  const [partner] = await it.db.orm.select().from(partners).where(eq(partners.id, partnerId))
  base = `/console/p/${encodeURIComponent(partner?.name ?? '')}`
})
afterAll(() => it.close())

const Made = z.looseObject({ id: z.string() })

const pageOf = async (plan: object, language: string) => {
  const { id } = await it.ask(Made, 201, 'POST', 'plans', plan)
  reader.language = language
  const { html } = await reader.get(`${base}/jobs/${id}`)
  return html.slice(html.indexOf('<main'), html.indexOf('</main>'))
}

/** `matched: matched`, `no_answer`. */
const machineWords = /[a-z]+_[a-z]+<|>(?:matched|unmatched|attention): /

test.each([
  ['ru', 'Требует внимания: ', 'Подошло правило', 'Без бонуса: '],
  ['en', 'Needs attention: ', 'Matched a rule', 'No bonus: '],
])('in %s', async (language, attention, matched, unmatched) => {
  const retry = await pageOf({ kind: 'retry', state: 'attention' }, language)
  expect(retry).toContain(attention)
  expect(retry).toMatch(/<a href="[^"]+\/grants\/[\w-]+">a\*\*\*@example\.com<\/a>/)
  const replay = await pageOf({ kind: 'replay', source: 'shop' }, language)
  expect(replay).toContain(matched)
  expect(replay).toContain(unmatched)
  expect(replay).toMatch(/<a href="[^"]+\/events\/[\w-]+">invoice\.paid<\/a>/)
  for (const html of [retry, replay]) expect(html).not.toMatch(machineWords)
})
