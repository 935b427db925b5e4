// A copy of everything that is kept of a person: a canary is planted in every place of the database that can hold what
// names one, and each is in the copy. The places are read from the database: a column that is added is noticed.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApiScene, type ApiScene } from '../api/scene.ts'
import { pepper, type ScenePartner } from '../ledger/scene.ts'
import { emailKey } from '../../src/vault.ts'
import { uuidv7 } from '../../src/ids.ts'

let it: ApiScene
let own: ScenePartner
const email = 'canary.person@example.com'
beforeAll(async () => {
  it = await openApiScene()
  own = await it.makePartner()
})
afterAll(() => it.close())

/** Where what names a person may stand: how it gets there, with a word of its own to know it by. */
const planted: Readonly<Record<string, (canary: string) => Promise<unknown>>> = {
  'event_bodies.body': (canary) =>
    it.came(own, { email, body: `{"e":"${email}","c":"${canary}"}` }),
  'event_bodies.headers': async (canary) => {
    const id = await it.came(own, { email })
    await it.db
      .work`update event_bodies set headers = ${JSON.stringify({ 'x-user': [canary] })}::text::jsonb
      where id = (select body_id from events where id = ${id})`
  },
  'event_bodies.body of an event that no rule took': (canary) =>
    it.came(own, { value: { amount: 1 }, body: `{"who":"${email}","c":"${canary}"}` }),
  'events.event_key': (canary) => it.came(own, { email, key: canary }),
  'events.trace': async (canary) => {
    const id = await it.came(own, { email })
    await it.db
      .work`update events set trace = ${JSON.stringify([{ canary }])}::text::jsonb where id = ${id}`
  },
  'events.type': (canary) => it.came(own, { email, type: canary }),
  'grants.email': async () => {
    await it.came(own, { email: email.toUpperCase().replace('EXAMPLE.COM', 'example.com') })
    return email.toUpperCase().replace('EXAMPLE.COM', 'example.com')
  },
  'attempts.snippet': async (canary) => {
    await it.answered('{"status":"ok"}')
    await it.db.work`update attempts set snippet = ${canary}`
  },
  'contacts.email': async () => {
    const spelled = 'Canary.Person@example.com'
    const event = await it.came(own, { value: { customer: 'c' } })
    await it.db.work`
      insert into contacts (partner_id, source_id, customer_key, email, email_key, trust, event_id, at)
      values (${own.partnerId}, ${own.sourceId}, ${emailKey(pepper, 'c')}, ${spelled}, ${emailKey(pepper, spelled)}, 'signed', ${event}, now())`
    return spelled
  },
  'event_bodies.body of an event that waits for a contact': async (canary) => {
    const id = await it.came(own, { parked: 'join', value: { c: canary } })
    await it.db
      .work`update lookups set customer_key = ${emailKey(pepper, 'c')} where event_id = ${id}`
  },
  'parked_parts.event': async (canary) =>
    part(await it.came(own, { email, parked: 'lookup' }), canary),
  'parked_parts.event of an event that no key leads to': async (canary) => {
    const id = await it.came(own, { parked: 'lookup', value: {} })
    await part(id, `${canary} ${email}`)
    await it.db
      .work`delete from event_bodies where id = (select body_id from events where id = ${id})`
  },
  'replays.trace': async (canary) => {
    const id = await it.came(own, { email })
    await it.db.work`
      insert into replays (partner_id, id, event_id, actor, state, reason, trace, matches, made)
      values (${own.partnerId}, ${uuidv7()}, ${id}, 'test', 'unmatched', 'no_email', ${JSON.stringify([{ canary }])}::text::jsonb, '[]', '{}')`
  },
  'rejections.ip': async () => {
    const id = await it.rejected(own)
    await it.db
      .work`update rejections set body = ${Buffer.from(email)}, ip = '203.0.113.99@' where id = ${id}`
    return '203.0.113.99@'
  },
  'rejections.body': async (canary) => {
    const id = await it.rejected(own)
    await it.db
      .work`update rejections set body = ${Buffer.from(`${email} ${canary}`)} where id = ${id}`
  },
  'rejections.headers': async (canary) => {
    const id = await it.rejected(own)
    await it.db
      .work`update rejections set headers = ${JSON.stringify({ [canary]: [email] })}::text::jsonb where id = ${id}`
  },
  'job_items.email': async () => {
    const job = uuidv7()
    const spelled = 'CANARY.person@example.com'
    await it.db.work`
      insert into job_items (partner_id, job_id, n, line, email, email_key, folded_key, state)
      values (${own.partnerId}, ${job}, 1, 1, ${spelled}, ${emailKey(pepper, spelled)}, ${emailKey(pepper, email)}, 'waiting')`
    return spelled
  },
}

const part = (id: string, canary: string) => it.db.work`
  insert into parked_parts (partner_id, event_id, event)
  values (${own.partnerId}, ${id}, ${JSON.stringify({ value: { canary } })}::text::json)
  on conflict (partner_id, event_id) do update set event = excluded.event`

/** Tables that know nothing of the people of events, each with what they are about. */
const ofOthers: Readonly<Record<string, string>> = {
  'the set-up': 'partners sources credentials rules campaigns notice_channels installation walls',
  'the people who run the relay':
    'users identities sessions memberships invitations api_tokens throttles passkeys passkey_challenges',
  'health, and what is told of it':
    'campaign_health lookup_health lookup_attempts alarms notices notice_ladders',
  figures: 'event_hours grant_hours refused_hours counted_hours',
  'who did what, of those concerned 16 characters of a keyed hash':
    'audit_entries audit_links audit_checkpoints signing_keys',
  'which grants were tried again; in the copy with them': 'retries',
  'what a list was to do; examples with masked addresses': 'jobs',
  'sealed answers for whoever asked, for 24 hours': 'idempotency_keys',
  'that somebody was erased: a keyed hash, and sealed while it runs; in the copy as a fact':
    'erasures erased_people',
}
/** Of the other tables: columns that hold no text of a person. */
const ofNobody: Readonly<Record<string, string>> = {
  'a keyed hash':
    'events.email_key grants.email_key grants.folded_key contacts.customer_key contacts.email_key lookups.customer_key job_items.email_key job_items.folded_key event_bodies.body_hash',
  'a word of ours':
    'events.state events.reason events.trust grants.mode grants.state grants.reason grants.answer attempts.answer attempts.failure contacts.trust lookups.state lookups.waits_for job_items.state job_items.reason rejections.reason rejections.hint replays.state replays.reason',
  'ids, and places in a body': 'events.matches replays.matches replays.made lookups.verdict',
  'a word of HTTP': 'event_bodies.method rejections.method',
  'who asked for it': 'replays.actor',
}

const listed = (table: Readonly<Record<string, string>>) =>
  new Set(Object.values(table).flatMap((names) => names.split(' ')))

test('every column that can hold text is planted in, or said to hold nothing of a person', async () => {
  const columns = await it.db.work<{ table: string; column: string }[]>`
    select c.table_name as table, c.column_name as column from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and c.data_type in ('text', 'json', 'jsonb', 'bytea', 'ARRAY', 'character varying', 'inet') order by 1, 2`
  const places = columns.map(({ table, column }) => [
    table.replace(/^(event_bodies)_.*/, '$1'),
    column,
  ])
  const inCopy = new Set(Object.keys(planted).map((place) => place.split(' ')[0]))
  const unknown = places.flatMap(([table = '', column = '']) => {
    const place = `${table}.${column}`
    const said = listed(ofOthers).has(table) || listed(ofNobody).has(place) || inCopy.has(place)
    return said ? [] : [place]
  })
  expect([...new Set(unknown)]).toEqual([])
})

test('each canary is in the copy', async () => {
  const canaries = new Map<string, string>()
  let n = 0
  for (const [place, plant] of Object.entries(planted)) {
    const canary = `canary-${++n}-${uuidv7()}`
    const spelled = await plant(canary)
    canaries.set(place, typeof spelled === 'string' && spelled.includes('@') ? spelled : canary)
  }
  await it.came(own, { email: 'somebody.else@example.com', body: '{"c":"of somebody else"}' })
  const token = await it.token(own.partnerId)
  const answer = await it.change('/api/v1/people/export', token, 'POST', { email })
  const copy = await answer.text()
  const missing = [...canaries].flatMap(([place, canary]) => (copy.includes(canary) ? [] : [place]))
  expect(missing).toEqual([])
  expect(JSON.parse(copy)).toMatchObject({ complete: true })
  expect(copy).not.toContain('somebody else')
})
