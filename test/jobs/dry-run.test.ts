// A rule tried on the past: the counts, what is compared with what, and that nothing comes of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { asideToConsider, type Aside } from '../../src/inbound/aside.ts'
import { tryRule } from '../../src/jobs/dry-run.ts'
import { createDirectory } from '../../src/partners/directory.ts'
import { createVault } from '../../src/vault.ts'
import { pepper } from '../ledger/scene.ts'
import type { JsonValue } from '../../src/json.ts'
import { campaignNameOf, definition, openJobScene, Refused, type JobScene } from './scene.ts'

const DryRun = z.looseObject({
  considered: z.number(),
  complete: z.boolean(),
  reached: z.string().nullable(),
})

let it: JobScene
const rows = async () =>
  it.db.orm
    .execute(sql`select (select count(*)::int from grants) as grants, (select count(*)::int from replays) as replays,
    (select count(*)::int from attempts) as attempts, (select md5(string_agg(e::text, '' order by id)) from events e) as events`)

beforeAll(async () => {
  it = await openJobScene()
  for (const n of [1, 2, 3, 4]) await it.came(it.own, { email: `rich${n}@example.com` })
  await it.answered('{"status":"ok"}')
  await it.came(it.own, { email: 'rich1@example.com' })
  for (const n of [1, 2])
    await it.came(it.own, { value: { amount: 500, email: `poor${n}@example.com` } })
  await it.came(it.own, { value: { amount: 2000, deep: { email: 'deep@example.com' } } })
  await it.came(it.own, { email: 'waits@example.com', parked: 'lookup' })
  await it.came(it.other, { email: 'theirs@example.com' })
})
afterAll(() => it.close())

const tried = (body: object) => it.ask(DryRun, 200, 'POST', 'dry-runs', { source: 'shop', ...body })

describe('a dry run', () => {
  test('of a rule as it is finds what it found, and nothing new', async () => {
    const before = await rows()
    expect(await tried({ rule: 'paid' })).toMatchObject({
      considered: 9,
      complete: true,
      matched: { events: 5 },
      emails: 4,
      already_granted: { emails: 4 },
      newly_matched: { events: 0, examples: [] },
      no_longer_matched: { events: 0, examples: [] },
      unable: { parked: 1 },
    })
    expect(await rows()).toEqual(before)
  })

  test('of an edited rule says what it would win and lose, with masked examples', async () => {
    const edited = { ...definition, when: { path: '$.amount', op: 'lt', value: 1000 } }
    const found = await tried({ rule: 'paid', definition: edited })
    expect(found).toMatchObject({
      matched: { events: 2, examples: [{ email: 'p***@example.com', outcome: 'matched' }, {}] },
      emails: 2,
      already_granted: { emails: 0, examples: [] },
      newly_matched: { events: 2 },
      no_longer_matched: {
        events: 5,
        examples: [{ email: null, outcome: 'condition_not_met' }, {}, {}],
      },
    })
    expect(JSON.stringify(found)).not.toMatch(/poor|rich/)
  })

  test('of a new rule needs a campaign, and compares with nothing', async () => {
    const made = { events: ['*'], email: ['$.deep.email'] }
    const refusal = { errors: [{ pointer: '/campaign' }] }
    const path = 'dry-runs'
    expect(
      await it.ask(Refused, 422, 'POST', path, { source: 'shop', definition: made }),
    ).toMatchObject(refusal)
    const campaign = await campaignNameOf(it, it.own.campaignId)
    expect(await tried({ definition: made, campaign })).toMatchObject({
      matched: { events: 1, examples: [{ email: 'd***@example.com' }] },
      newly_matched: { events: 1 },
      no_longer_matched: { events: 0 },
    })
  })

  test('looks at a span only, and says how far it got', async () => {
    const { reached } = await tried({ rule: 'paid' })
    expect(await tried({ rule: 'paid', to: reached })).toMatchObject({
      considered: 0,
      complete: true,
    })
    const future = new Date(Date.now() + 3_600_000).toISOString()
    expect(await tried({ rule: 'paid', from: future })).toMatchObject({
      considered: 0,
      reached: null,
    })
  })

  test.each([
    [{ source: 'nowhere', rule: 'paid' }, '/source'],
    [{ source: 'shop', rule: 'nothing' }, '/rule'],
    [{ source: 'shop' }, '/definition'],
    [
      { source: 'shop', rule: 'paid', definition: { events: [], email: ['$.x'] } },
      '/definition/events',
    ],
    [
      { source: 'shop', rule: 'paid', definition: { events: ['*'], email: ['$..['] } },
      '/definition/email/0',
    ],
  ])('refuses %j at %s', async (body, pointer) => {
    expect(await it.ask(Refused, 422, 'POST', 'dry-runs', body)).toMatchObject({
      code: 'invalid_request',
      errors: [{ in: 'body', pointer }],
    })
  })

  test('cannot be had without the right to write rules: it tells what bodies hold', async () => {
    const reader = await it.token(it.own.partnerId, ['config:read', 'events:read', 'grants:write'])
    const answer = await it.change('/api/v1/dry-runs', reader, 'POST', {
      source: 'shop',
      rule: 'paid',
    })
    expect(answer.status).toBe(403)
  })

  test('of a rule that takes long is done on another thread', async () => {
    const chain = (depth: number): JsonValue => (depth === 0 ? {} : { in: chain(depth - 1) })
    const heavy = {
      list: Array.from({ length: 30 }, () => chain(30)),
      amount: 5000,
      email: 'heavy@example.com',
    }
    const partner = await it.makePartner()
    for (const _ of [1, 2]) await it.came(partner, { value: heavy })
    await it.setRule(definition, partner)
    const hostile = { events: ['*'], email: ['$..[?@..[?@..[?@.a == $.none]]].none'] }
    const vault = createVault([Buffer.alloc(32, 7)])
    const source = await createDirectory(it.db.orm, vault).sourceById(
      partner.partnerId,
      partner.sourceId,
    )
    if (source === undefined || 'broken' in source) throw new Error('no source')
    const [rule] = source.recipe.rules
    if (rule === undefined) throw new Error('no rule')
    const aside = asideToConsider()
    const deps = { aside, now: Date.now, questions: it.relayDb.questions, pepper }
    const written = { ...rule, rule: { ...rule.rule, ...hostile, campaign: 'x' } }
    let asked = 0
    const watched = {
      consider: (...job: Parameters<Aside['consider']>) => (asked++, aside.consider(...job)),
    }
    const found = await tryRule(
      { ...deps, aside: watched },
      { source, rule: written, comparedWith: null },
    )
    await aside.close()
    expect(found).toMatchObject({ considered: 2, complete: true })
    expect(asked).toBe(2)
  }, 60_000)
})
