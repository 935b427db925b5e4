// Alarms open once for each cause, tell what is the matter, and close by themselves.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { alarmKinds, alarmNames } from '../../src/alarms/kinds.ts'
import { AlarmWatch } from '../../src/alarms/watch.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { listAlarms } from '../../src/ledger/alarms.ts'
import { limits } from '../../src/limits.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import { recordEmails } from '../support/sending.ts'

let fresh: FreshDatabase
let db: Database
let partner: TestPartner

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
})
afterAll(async () => {
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.work`truncate alarms, bookmarks, parked_parts, grants, events, attempts, lookup_health`
  await db.work`update campaign_health set state = 'stopped', reason = 'stopped'`
  await db.work`update sources set enabled = false`
  partner = await makePartner(db)
})

const watcher = () => new AlarmWatch({ sql: db.work, dataDir: undefined, machine: 'one' })
const look = () => watcher().look()
const alarms = (state: 'open' | 'closed', owner: string | null = partner.partnerId) =>
  listAlarms({ orm: db.questions }, { owner }, { state, limit: 50, lang: 'en' }).then((found) =>
    'unknown' in found ? [] : found.items,
  )

/** Events of the source, the oldest first, each with its age in seconds. */
async function happened(events: readonly { ago: number; found?: boolean }[]): Promise<void> {
  const rows = events.map(({ ago, found = true }) => ({
    id: uuidv7(),
    key: uuidv7(),
    ago,
    state: found ? 'matched' : 'unmatched',
    reason: found ? 'matched' : 'no_email',
  }))
  await db.work`
    insert into events (partner_id, id, source_id, event_key, type, received_at, state, reason, trust, body_id, trace, matches)
    select ${partner.partnerId}, r.id, ${partner.sourceId}, r.key, 'paid', now() - r.ago * interval '1 s',
      r.state, r.reason, 'signed', r.id, '[]', '[]'
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(id uuid, key text, ago float8, state text, reason text)`
}

const series = (count: number, from: number, step: number, found = true) =>
  Array.from({ length: count }, (_, n) => ({ ago: from - n * step, found }))

describe('a campaign', () => {
  test('that waits has one alarm, however many look and however often', async () => {
    await recordEmails(db, partner, ['a@example.com', 'b@example.com'])
    await setHealth(db, partner.campaignId, 'holding', 1000)
    await Promise.all([look(), look(), look()])
    await look()
    const [alarm, ...others] = await alarms('open')
    expect(others).toEqual([])
    expect(alarm).toMatchObject({
      kind: 'campaign_holding',
      cause: 'limit_reached',
      subject: { id: partner.campaignId, name: `campaign ${partner.campaignId}` },
      partner: { id: partner.partnerId },
      detail: { waiting: 2 },
      closed_at: null,
    })
    expect(alarm?.told).toContain('the maximum of users is reached')
  })

  test('that waits for something else has another alarm, and the first is closed', async () => {
    await setHealth(db, partner.campaignId, 'holding', 1000)
    await look()
    await db.work`update campaign_health set reason = 'credentials' where campaign_id = ${partner.campaignId}`
    await look()
    expect((await alarms('open')).map(({ cause }) => cause)).toEqual(['credentials'])
    expect((await alarms('closed')).map(({ cause }) => cause)).toEqual(['limit_reached'])
  })

  test('that is well again has none; when it waits once more, a new one', async () => {
    await setHealth(db, partner.campaignId, 'unreachable', 1000)
    await look()
    const [first] = await alarms('open')
    expect(first?.kind).toBe('moab_unreachable')
    await setHealth(db, partner.campaignId, 'healthy', null)
    await look()
    expect(await alarms('open')).toEqual([])
    await setHealth(db, partner.campaignId, 'unreachable', 1000)
    await look()
    const [second] = await alarms('open')
    expect(second?.id).not.toBe(first?.id)
    expect((await alarms('closed')).map(({ id }) => id)).toEqual([first?.id])
  })

  test('whose start is known and to come is no surprise', async () => {
    await setHealth(db, partner.campaignId, 'holding', 1000)
    await db.work`update campaign_health set reason = 'not_started' where campaign_id = ${partner.campaignId}`
    await look()
    expect(await alarms('open')).toHaveLength(1)
    await db.work`update campaigns set starts_at = now() + interval '1 day' where id = ${partner.campaignId}`
    await look()
    expect(await alarms('open')).toEqual([])
  })

  test('whose due grants wait too long is told; not while it is held anyway', async () => {
    await recordEmails(db, partner, ['late@example.com'])
    const ago = (ms: number) =>
      db.work`update grants set due_at = now() - ${ms} * interval '1 ms' where state = 'queued'`
    await ago(limits.queueAgeMsMax - 30_000)
    await look()
    expect(await alarms('open')).toEqual([])
    await ago(limits.queueAgeMsMax + 1000)
    await look()
    expect(await alarms('open')).toMatchObject([{ kind: 'queue_age', cause: 'slow' }])
    await setHealth(db, partner.campaignId, 'unreachable', 1000)
    await look()
    expect((await alarms('open')).map(({ kind }) => kind)).toEqual(['moab_unreachable'])
  })
})

describe('a source', () => {
  const { silenceEvents, silenceMsMin, silenceTimes } = limits.sourceSilent

  test('that is silent for far longer than usual is told, until the next event', async () => {
    const pause = 7200
    const silent = pause * silenceTimes + 60
    await happened(series(silenceEvents, silent + pause * (silenceEvents - 1), pause))
    await look()
    expect(await alarms('open')).toMatchObject([
      { kind: 'source_silent', subject: { name: 'shop' }, detail: { usual_seconds: pause } },
    ])
    await happened([{ ago: 0 }])
    await look()
    expect(await alarms('open')).toEqual([])
  })

  test('is not silent after its usual pause, nor within the hour, nor with few events', async () => {
    const pause = 7200
    await happened(series(silenceEvents, pause * silenceTimes - 60 + pause * 19, pause))
    await look()
    expect(await alarms('open')).toEqual([])
    await db.work`truncate events, bookmarks, parked_parts`
    await happened(series(silenceEvents, silenceMsMin / 1000 - 60 + 19, 1))
    await look()
    expect(await alarms('open')).toEqual([])
    await db.work`truncate events, bookmarks, parked_parts`
    await happened(series(silenceEvents - 1, 900_000, 60))
    await look()
    expect(await alarms('open')).toEqual([])
  })

  test('whose events hold an email less often is told until they do again', async () => {
    const { recent, earlierMin } = limits.emailMissing
    await happened([
      ...series(earlierMin, 1000, 1),
      ...series(recent, 500, 1).map((event, n) => ({ ...event, found: n % 4 === 0 })),
    ])
    await look()
    expect(await alarms('open')).toMatchObject([
      { kind: 'email_missing', detail: { percent: 27, before_percent: 100 } },
    ])
    // It stays, also when what is missing has become usual.
    await happened(series(limits.emailMissing.lookedAt, 400, 1, false))
    await look()
    expect(await alarms('open')).toMatchObject([{ detail: { percent: 0, before_percent: 100 } }])
    await happened(series(recent, 60, 1))
    await look()
    expect(await alarms('open')).toEqual([])
  })

  test('whose events never held many emails is not', async () => {
    const { recent, earlierMin } = limits.emailMissing
    await happened([
      ...series(earlierMin, 1000, 1).map((event, n) => ({ ...event, found: n % 5 === 0 })),
      ...series(recent, 500, 1, false),
    ])
    await look()
    expect(await alarms('open')).toEqual([])
  })
})

test('sources are looked at in turn, and an alarm is closed only by a look at its own', async () => {
  const { silenceEvents } = limits.sourceSilent
  const before = limits.alarmSourcesPerLook
  Object.assign(limits, { alarmSourcesPerLook: 1 })
  try {
    const watch = watcher()
    const owners: string[] = []
    for (const each of [partner, await makePartner(db)]) {
      partner = each
      owners.push(each.partnerId)
      await happened(series(silenceEvents, 900_000, 60))
    }
    const [{ n } = { n: 0 }] = await db.work<
      { n: number }[]
    >`select count(*)::int as n from sources`
    const rounds = n + 1
    const seen = async () => (await alarms('open', null)).map((alarm) => alarm.partner?.id)
    for (let k = 0; k < rounds && (await seen()).length < 1; k++) await watch.look()
    expect(await seen()).toEqual([owners[0]])
    await watch.look()
    expect(new Set(await seen())).toEqual(new Set(owners))
    partner = { ...partner, partnerId: owners[1] ?? '' }
    await happened([{ ago: 0 }])
    for (let k = 0; k < rounds + 1; k++) await watch.look()
    expect(await seen()).toEqual([owners[0]])
  } finally {
    Object.assign(limits, { alarmSourcesPerLook: before })
  }
})

test('a provider’s API that cannot be asked is told of the source', async () => {
  const { partnerId, sourceId } = partner
  await db.work`
    insert into lookup_health (partner_id, source_id, state, probe_at, failures)
    values (${partnerId}, ${sourceId}, 'holding', now(), 1)`
  await look()
  expect(await alarms('open')).toMatchObject([
    { kind: 'lookup_held', cause: 'holding', subject: { id: sourceId, name: 'shop' } },
  ])
  await db.work`update lookup_health set state = 'healthy', probe_at = null`
  await look()
  expect(await alarms('open')).toEqual([])
})

describe('a machine', () => {
  const skew = (machine: string) => db.work`
    insert into alarms (id, kind, subject, cause, detail) values (${uuidv7()}, 'clock_skew', ${machine}, 'ahead', '{}')`

  test('closes its own alarms; those of another only when it is heard of no more', async () => {
    await skew('one')
    await skew('other')
    await look()
    expect((await alarms('open', null)).map(({ subject }) => subject.name)).toEqual(['other'])
    await db.work`update alarms set seen_at = now() - ${limits.alarmForgottenMs + 1000} * interval '1 ms'`
    await look()
    expect(await alarms('open', null)).toEqual([])
  })

  test('is told about by its clock, to operators only', async () => {
    const now = Date.now
    Date.now = () => now() + limits.clockSkewMsMax + 2000
    try {
      await look()
    } finally {
      Date.now = now
    }
    expect(await alarms('open', null)).toMatchObject([
      { kind: 'clock_skew', cause: 'ahead', partner: null, subject: { name: 'one' } },
    ])
    expect(await alarms('open')).toEqual([])
  })
})

test('partners see their own alarms only', async () => {
  await setHealth(db, partner.campaignId, 'holding', 1000)
  const other = await makePartner(db)
  await setHealth(db, other.campaignId, 'unreachable', 1000)
  await look()
  expect((await alarms('open')).map(({ kind }) => kind)).toEqual(['campaign_holding'])
  expect((await alarms('open', other.partnerId)).map(({ kind }) => kind)).toEqual([
    'moab_unreachable',
  ])
  expect((await alarms('open', null)).map(({ kind }) => kind).sort()).toEqual([
    'campaign_holding',
    'moab_down',
    'moab_unreachable',
  ])
})

describe('MOAB itself', () => {
  test('is one alarm, the operator’s, however many campaigns it does not answer', async () => {
    await setHealth(db, partner.campaignId, 'unreachable', 1000)
    await setHealth(db, await makeCampaign(db, partner.partnerId), 'unreachable', 1000)
    await look()
    const all = await alarms('open', null)
    expect(all.filter(({ kind }) => kind === 'moab_down')).toMatchObject([
      { partner: null, subject: { id: 'MOAB' }, detail: { campaigns: 2 } },
    ])
    expect((await alarms('open')).map(({ kind }) => kind)).not.toContain('moab_down')
  })

  test('is not down where a partner’s own URL, or the sandbox, does not answer', async () => {
    await setHealth(db, partner.campaignId, 'unreachable', 1000)
    await setHealth(
      db,
      await makeCampaign(db, partner.partnerId, { mode: 'sandbox' }),
      'unreachable',
      1000,
    )
    await db.work`update campaigns set url = 'https://moab.example' where id = ${partner.campaignId}`
    await look()
    expect((await alarms('open', null)).map(({ kind }) => kind)).not.toContain('moab_down')
  })
})

test('a channel of notices that fails is told by its name, until it does not', async () => {
  const id = uuidv7()
  await db.work`
    insert into notice_channels (partner_id, id, name, kind, language, sealed, shown, failures)
    values (${partner.partnerId}, ${id}, 'chat', 'slack', 'en', '', '{}', ${limits.noticeFailuresMax - 1})`
  await look()
  expect(await alarms('open')).toEqual([])
  await db.work`update notice_channels set failures = failures + 1`
  await look()
  expect(await alarms('open')).toMatchObject([
    { kind: 'channel_failing', subject: { id, name: 'chat' } },
  ])
  await db.work`update notice_channels set enabled = false`
  await look()
  expect(await alarms('open')).toEqual([])
})

test('each kind has words in both languages', () => {
  for (const name of alarmNames) {
    const { says, title } = alarmKinds[name]
    expect(says.en).toMatch(/^(?:[a-z]|MOAB)/)
    expect(title.en).toMatch(/^[A-Z][A-Za-z ]+$/)
    for (const { ru } of [says, title]) expect(ru).toMatch(/[а-я]/)
  }
})

test('numbers of open alarms are known by kind', async () => {
  await setHealth(db, partner.campaignId, 'holding', 1000)
  const watch = watcher()
  await watch.look()
  expect(watch.open()).toEqual(new Map([['campaign_holding', 1]]))
})
