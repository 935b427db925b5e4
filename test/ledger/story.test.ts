import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import { auditEntries } from '../../src/db/schema.ts'
import { grantStates } from '../../src/grants/lifecycle.ts'
import { attentionReasons, holdReasons } from '../../src/grants/outcome.ts'
import { unreadableReasons } from '../../src/bodies/read.ts'
import type { Asker } from '../../src/ledger/asking.ts'
import { listEvents, readEvent } from '../../src/ledger/events.ts'
import { readPerson, storyOf, tellStory } from '../../src/ledger/people.ts'
import { fateWords, sayFate, sayReason, type FateWord } from '../../src/ledger/words.ts'
import { deniedReasons, parkedReasons, strandedReasons } from '../../src/lookups/outcome.ts'
import { planReasons } from '../../src/rules/plan.ts'
import { compileRule } from '../../src/rules/rule.ts'
import { keyPrefix } from '../../src/access/audit.ts'
import { emailKey } from '../../src/vault.ts'
import { setHealth } from '../support/partner.ts'
import { openScene, pepper, type Scene, type ScenePartner } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const ledger = () => ({ orm: scene.relayDb.questions, changes: scene.relayDb.orm, pepper })
const asker = (partner: ScenePartner, reveal = false): Asker => ({
  owner: partner.partnerId,
  actor: 'token:test',
  reveal,
})
const ok = '{"status":"ok"}'
const error = (code: number) => `{"status":"fail","error":${code}}`

interface Case {
  word: FateWord
  reason: string | null
  come(partner: ScenePartner): Promise<string>
}

const email = 'ivan@example.com'
async function setState(partner: ScenePartner, columns: string) {
  await scene.db.orm.execute(
    sql.raw(`update grants set ${columns} where partner_id = '${partner.partnerId}'`),
  )
}

const cases: Case[] = [
  { word: 'queued', reason: null, come: (p) => scene.came(p, { email }) },
  {
    word: 'sending',
    reason: null,
    async come(p) {
      const id = await scene.came(p, { email })
      await setState(p, `state = 'sending', due_at = null, lease_until = now(), lease_owner = id`)
      return id
    },
  },
  ...(
    [
      ['granted', null, ok],
      ['already_known', null, error(10)],
      ['refused', 'wrong_email', error(5)],
      ['held', 'limit_reached', error(9)],
      ['attention', 'request_damaged', error(4)],
    ] as const
  ).map(([word, reason, body]) => ({
    word,
    reason,
    async come(p: ScenePartner) {
      const id = await scene.came(p, { email })
      await scene.answered(body)
      return id
    },
  })),
  { word: 'test', reason: 'test_event', come: (p) => scene.came(p, { email, test: true }) },
  {
    word: 'suppressed',
    reason: null,
    async come(p) {
      const id = await scene.came(p, { email })
      await setState(p, `state = 'suppressed', email = null, due_at = null, settled_at = now()`)
      return id
    },
  },
  {
    word: 'parked',
    reason: 'lookup',
    come: (p) => scene.came(p, { email, parked: 'lookup' }),
  },
  {
    word: 'attention',
    reason: 'lookup_exhausted',
    come: (p) => scene.came(p, { email, parked: 'lookup_exhausted' }),
  },
  { word: 'unmatched', reason: 'no_email', come: (p) => scene.came(p) },
  {
    word: 'unreadable',
    reason: 'not_json',
    come: (p) => scene.came(p, { unreadable: 'not_json' }),
  },
]

describe('the fate of an event', () => {
  test('is tried here for every word there is', () => {
    expect(new Set(cases.map(({ word }) => word))).toEqual(new Set(Object.keys(fateWords)))
    expect(Object.keys(fateWords)).toEqual(expect.arrayContaining([...grantStates]))
  })

  test.each(cases)('can be $word', async ({ word, reason, come }) => {
    const partner = await scene.makePartner()
    const id = await come(partner)
    const page = await listEvents(ledger(), asker(partner), { limit: 10 })
    const expected = { id, fate: word, fate_reason: reason }
    expect(page).toMatchObject({ items: [expected], next: null })
    const event = await readEvent(ledger(), asker(partner), id, 'ru')
    expect(event).toMatchObject(expected)
    expect(event?.told[0]).toBe(sayFate(word, reason, 'ru'))
  })

  test('is that of the grant an earlier event caused', async () => {
    const partner = await scene.makePartner()
    await scene.came(partner, { email })
    await scene.answered(ok)
    const second = await scene.came(partner, { email })
    const event = await readEvent(ledger(), asker(partner), second, 'en')
    expect(event).toMatchObject({ fate: 'granted', matches: [{ caused: false }] })
    expect(event?.grants[0]?.attempts).toMatchObject([{ answer: 'ok', ms: 84 }])
  })

  test('is, of several grants, the one to look at', async () => {
    const partner = await scene.makePartner(['paid', 'gift'])
    await setHealth(scene.db, partner.campaignId, 'holding', 60_000)
    await scene.came(partner, { email })
    await scene.answered(ok)
    const page = await listEvents(ledger(), asker(partner), { limit: 10 })
    expect(page).toMatchObject({
      items: [{ fate: 'held', grant_ids: [expect.any(String), expect.any(String)] }],
    })
  })
})

describe('words', () => {
  const reasons: [FateWord, string][] = [
    ...Object.keys(holdReasons).map((reason) => ['held', reason] as [FateWord, string]),
    ...Object.keys(attentionReasons).map((reason) => ['attention', reason] as [FateWord, string]),
    ...Object.keys(planReasons).map((reason) => ['unmatched', reason] as [FateWord, string]),
    ...Object.keys(unreadableReasons).map((reason) => ['unreadable', reason] as [FateWord, string]),
    ...Object.keys(parkedReasons).map((reason) => ['parked', reason] as [FateWord, string]),
    ...strandedReasons.map((reason) => ['attention', reason] as [FateWord, string]),
    ...Object.keys(deniedReasons).map((reason) => ['unmatched', reason] as [FateWord, string]),
    ['refused', 'wrong_email'],
    ['test', 'test_event'],
  ]
  test.each(reasons)('say why %s: %s, in both languages', (word, reason) => {
    expect(sayReason(word, reason, 'en')).toMatch(/[a-z] /)
    expect(sayReason(word, reason, 'ru')).toMatch(/[а-яё]/)
  })
})

describe('a story', () => {
  test('is told line by line, in both languages', async () => {
    const partner = await scene.makePartner(['paid', 'gift'])
    const [paid, gift] = partner.rules.map(({ campaign }) => `campaign ${campaign.id}`)
    await setHealth(scene.db, partner.rules[1]?.campaign.id ?? '', 'holding', 60_000)
    await scene.came(partner, { email, key: 'evt_story' })
    await scene.answered(ok)
    await scene.came(partner, { email, key: 'evt_story' })
    await scene.came(partner, { email, type: 'invoice.updated' })
    await scene.db.orm.execute(
      sql`update events set received_at = '2026-11-23T14:02:00Z' where partner_id = ${partner.partnerId}`,
    )
    const story = await storyOf(ledger(), partner.partnerId, ' Ivan <ivan@EXAMPLE.com> ')
    if (story === undefined) throw new Error('no story')
    const utc = { timeZone: 'UTC' }
    expect(tellStory(story, 'en', utc)).toEqual([
      `23 Nov 2026, 14:02 · invoice.paid at shop (Stripe), delivered 2 times: matched rule “paid”; grant for ${paid}; MOAB answered: accepted → granted; matched rule “gift”; grant for ${gift}`,
      `23 Nov 2026, 14:02 · invoice.updated at shop (Stripe): matched rule “paid”; the grant for ${paid} was there already; matched rule “gift”; the grant for ${gift} was there already`,
      `Now · ${gift}: held: ${holdReasons.limit_reached.en}`,
    ])
    expect(tellStory(story, 'ru', utc)[0]).toBe(
      `23 нояб. 2026 г., 14:02 · invoice.paid из shop (Stripe), доставлено 2 раза: подошло правило «paid»; бонус по кампании ${paid}; MOAB ответил: принято → бонус передан; подошло правило «gift»; бонус по кампании ${gift}`,
    )
  })

  test('says what was paid, as long as the request is kept', async () => {
    const partner = await scene.makePartner()
    const object = { amount_paid: 4905, currency: 'eur', customer_email: email }
    await scene.came(partner, { email, value: { email, amount: 1500, data: { object } } })
    const told = async (language: 'en' | 'ru') => {
      const story = await storyOf(ledger(), partner.partnerId, email)
      return story && tellStory(story, language)[0]?.split(' · ')[1]?.split(':')[0]
    }
    expect(await told('en')).toBe('paid €49.05 at shop (Stripe, invoice.paid)')
    expect(await told('ru')).toBe('оплата 49,05\u00a0€, shop (Stripe, invoice.paid)')
    await scene.db.orm.execute(
      sql`update event_bodies set erased_at = now(), body = '', headers = '{}' where partner_id = ${partner.partnerId}`,
    )
    expect(await told('en')).toBe('invoice.paid at shop (Stripe)')
  })

  test('says so where the proof does not cover what was paid', async () => {
    const partner = await scene.makePartner()
    const transfer = { codepro: 'false', amount: '4753.00', withdraw_amount: '4900.00' }
    await scene.came(partner, {
      value: { email, amount: 4753 },
      body: new URLSearchParams({ ...transfer, email }).toString(),
    })
    await scene.db.orm.execute(
      sql`update sources set provider = 'yoomoney' where partner_id = ${partner.partnerId}`,
    )
    await scene.db.orm.execute(
      sql`update events set type = 'card-incoming' where partner_id = ${partner.partnerId}`,
    )
    const story = await storyOf(ledger(), partner.partnerId, email)
    expect(story && tellStory(story, 'en')[0]).toContain(
      'paid RUB\u00a04,900 (the sum is not signed) at shop (YooMoney wallet, card-incoming)',
    )
  })

  test('says that an event waits for its provider, and that one was not confirmed', async () => {
    const partner = await scene.makePartner()
    await scene.came(partner, { email, parked: 'lookup' })
    await scene.came(partner, { email, parked: 'lookup', key: 'denied' })
    await scene.db.orm.execute(
      sql`update events set state = 'unmatched', reason = 'not_confirmed' where event_key = 'denied'`,
    )
    const story = await storyOf(ledger(), partner.partnerId, email)
    if (story === undefined) throw new Error('no story')
    expect(tellStory(story, 'en').map((line) => line.split('): ')[1])).toEqual([
      `parked: ${parkedReasons.lookup.en}`,
      `no rule led to a grant: ${deniedReasons.not_confirmed.en}`,
    ])
  })

  test('tells every call when there were several', async () => {
    const partner = await scene.makePartner()
    await scene.came(partner, { email })
    await scene.answered(null)
    await setState(partner, `due_at = now() - interval '1 second'`)
    await scene.answered(error(9))
    const story = await storyOf(ledger(), partner.partnerId, email)
    const lines = story ? tellStory(story, 'en') : []
    expect(lines).toHaveLength(4)
    expect(lines[1]).toMatch(
      /no answer from MOAB: no complete answer within the time allowed; the call may have reached it$/,
    )
    expect(lines[2]).toMatch(/MOAB answered: the maximum number of users is reached$/)
    expect(lines[3]).toMatch(/^Now · .*: held: the maximum of users is reached/)
  })

  test('is found whatever the capitals, and says which spelling was meant', async () => {
    const partner = await scene.makePartner()
    await scene.came(partner, { email: 'Ivan.Petrov@example.com' })
    const story = await storyOf(ledger(), partner.partnerId, 'ivan.petrov@example.com')
    expect(story?.events).toHaveLength(1)
    expect(story && tellStory(story, 'en')[0]).toContain('(written as I***@example.com)')
  })

  test('is about nobody else, though an event is about two people', async () => {
    const partner = await scene.makePartner(['paid', 'gift'])
    const [, gift] = partner.rules
    if (gift === undefined) throw new Error('no second rule')
    gift.rule = compileRule({ events: ['*'], email: ['$.friend'], campaign: 'gift' })
    await scene.came(partner, {
      value: { amount: 2000, email: 'one@example.com', friend: 'two@example.com' },
    })
    const person = await readPerson(ledger(), asker(partner, true), 'two@example.com', 'en')
    expect(JSON.stringify(person)).not.toContain('one@example.com')
    expect(person).toMatchObject({
      told: [
        expect.stringMatching(/: matched rule “gift”; grant for [^;]+$/),
        expect.stringMatching(/^Now/),
      ],
    })
    expect(person).toMatchObject({
      events: [{ fate: 'queued' }],
      grants: [{ email: 'two@example.com' }],
    })
  })

  test('of an unknown address is empty, of no address none', async () => {
    const partner = await scene.makePartner()
    expect(await storyOf(ledger(), partner.partnerId, 'nobody@example.com')).toMatchObject({
      events: [],
      grants: [],
    })
    expect(await storyOf(ledger(), partner.partnerId, 'nobody')).toBeUndefined()
  })
})

describe('a full email', () => {
  test('is shown only after an entry in the audit, which does not hold it', async () => {
    const partner = await scene.makePartner()
    await scene.came(partner, { email: 'secret.person@example.com' })
    const masked = await readPerson(ledger(), asker(partner), 'secret.person@example.com', 'en')
    expect(JSON.stringify(masked)).not.toContain('secret.person')
    const entries = () =>
      scene.db.orm.select().from(auditEntries).where(eq(auditEntries.partnerId, partner.partnerId))
    expect(await entries()).toEqual([])
    const full = await readPerson(ledger(), asker(partner, true), 'secret.person@example.com', 'en')
    expect(full).toMatchObject({ email: 'secret.person@example.com' })
    const [entry, ...more] = await entries()
    expect(more).toEqual([])
    expect(entry).toMatchObject({
      action: 'person.revealed',
      actor: 'token:test',
      subject: keyPrefix(emailKey(pepper, 'secret.person@example.com')),
    })
    expect(JSON.stringify(entry)).not.toContain('secret')
  })
})
