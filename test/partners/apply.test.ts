import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDirectory } from '../../src/partners/directory.ts'
import { describeChanges } from '../../src/partners/apply.ts'
import { listSources } from '../../src/partners/export.ts'
import { apiKey, did, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterEach(() => scene.empty())
afterAll(() => scene.close())

/** The example of the documentation: `${…}` stands inside braces. */
const example = `partner: acme
campaigns:
  - { name: spring, mode: live, api_key: \${MOAB_API_KEY}, starts_at: 2026-12-01T00:00:00+03:00, per_second: 20 }
  - { name: try-out, mode: sandbox }
sources:
  - name: shop
    provider: stripe
    key: 4f0c4f0c4f0c4f0c4f0c4f                      # optional: fixes the ingest key
    credentials: [{ secret: \${STRIPE_WEBHOOK_SECRET} }]
    rules:
      - events: [invoice.paid, checkout.session.completed]
        when: { all: [{ path: $.data.object.amount_paid, op: gte, value: 1000 }] }   # optional
        email: ['$.data.object.customer_email', '$.data.object.customer_details.email']
        campaign: spring
`
const env = { MOAB_API_KEY: apiKey, STRIPE_WEBHOOK_SECRET: 'whsec_abc' }

test('the documented example becomes a source that works', async () => {
  const { changes, warnings } = await scene.applied(example, { env })
  expect(did(changes)).toEqual([
    'created partner acme',
    'created campaign spring',
    'created campaign try-out',
    'created source shop',
    'created credential shop/1',
    'created rule shop/invoice.paid, checkout.session.completed',
  ])
  expect(warnings).toEqual([])
  const directory = createDirectory(scene.db.orm, scene.vault)
  const source = await directory.sourceByKey('4f0c4f0c4f0c4f0c4f0c4f')
  if (source === undefined || 'broken' in source) throw new Error('the source does not work')
  expect(source.credentials.map(({ credential }) => credential.secret)).toEqual(['whsec_abc'])
  const [rule] = source.rules
  expect(rule?.rule.appliesTo('invoice.paid')).toBe(true)
  const campaign = await directory.campaign(source.partnerId, rule?.campaign.id ?? '')
  expect(campaign).toMatchObject({ mode: 'live', apiKey })
})

test('a credential ends when it ends, however long it takes to be read', async () => {
  const ends = Date.now() + 60_000
  const valid = `valid_until: ${new Date(ends).toISOString()}`
  await scene.applied(example.replace('credentials: [{', `credentials: [{ ${valid},`), { env })
  const late = { ...scene.vault, open: slowly(scene.vault.open.bind(scene.vault), 300) }
  const source = await createDirectory(scene.db.orm, late).sourceByKey('4f0c4f0c4f0c4f0c4f0c4f')
  if (source === undefined || 'broken' in source) throw new Error('the source does not work')
  const [credential] = source.credentials
  expect(credential?.validUntil).toBeLessThanOrEqual(ends)
  expect(credential?.validUntil).toBeGreaterThan(ends - 30_000)
})

const slowly =
  <A extends unknown[], R>(work: (...args: A) => Promise<R>, ms: number) =>
  async (...args: A) => {
    await sleep(ms)
    return await work(...args)
  }

test('applying the same file again changes nothing, announces nothing and audits nothing', async () => {
  await scene.applied(example, { env })
  const before = await scene.dump()
  const { changes } = await scene.applied(example, { env })
  expect(did(changes)).toEqual([])
  expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(['unchanged']))
  expect(await scene.dump()).toBe(before)
})

test('a change bumps the version once and leaves one audit entry per thing, without secrets', async () => {
  await scene.applied(example, { env })
  const version = await scene.version()
  await scene.applied(example.replace('per_second: 20', 'per_second: 5'), {
    env: { ...env, STRIPE_WEBHOOK_SECRET: 'whsec_new' },
  })
  expect(await scene.version()).toBe(version + 1)
  const entries = await scene.rows(
    `select actor, action, subject, detail->>'changed' as changed, partner_id is not null as owned, detail::text as text from audit_entries order by id desc limit 2`,
  )
  expect(entries).toMatchObject([
    { actor: 'test', action: 'config.applied', subject: 'credential shop/1', changed: 'secret' },
    { subject: 'campaign spring', changed: 'per_second', owned: true },
  ])
  const all = JSON.stringify(await scene.rows('select * from audit_entries'))
  for (const secret of ['whsec_', apiKey, '4f0c4f0c']) expect(all).not.toContain(secret)
})

test('a dry run says what would change and changes nothing, and shows no key it throws away', async () => {
  const before = await scene.dump()
  const text = example.replace(/key: 4f0c.*/, '')
  const result = await scene.applied(text, { env, dryRun: true })
  expect(did(result.changes)).toContain('created source shop')
  expect(JSON.stringify(result.changes)).not.toContain('/in/')
  expect(await scene.dump()).toBe(before)
  expect(describeChanges(result, { url: undefined })).toContain('6 things would change')
})

test('a source without a key gets a random one, told once, kept from then on', async () => {
  const text = example.replace(/key: 4f0c.*/, '')
  const first = await scene.applied(text, { env })
  const path = first.changes.find(({ kind }) => kind === 'source')?.path ?? ''
  expect(path).toMatch(/^\/in\/[A-Za-z0-9_-]{32}$/)
  const said = describeChanges(first, { url: 'https://relay.example.com' })
  expect(said).toContain(`https://relay.example.com${path}`)
  const again = await scene.applied(text, { env })
  expect(did(again.changes)).toEqual([])
  expect(describeChanges(again, { url: undefined })).toBe('Nothing to change.')
  const listed = await listSources({ orm: scene.db.orm, vault: scene.vault }, 'acme')
  expect(listed).toEqual([
    { partner: 'acme', name: 'shop', provider: 'stripe', enabled: true, key: path.slice(4) },
  ])
})

test('what the file does not mention is left alone and said so', async () => {
  await scene.applied(example, { env })
  const { changes } = await scene.applied(
    'partner: acme\nsources: [{ name: shop, provider: stripe, key: 4f0c4f0c4f0c4f0c4f0c4f }]\n',
  )
  expect(changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
    'unchanged partner acme',
    'left_alone campaign spring',
    'left_alone campaign try-out',
    'unchanged source shop',
    'left_alone credential shop/1',
    'left_alone rule shop/invoice.paid, checkout.session.completed',
  ])
  const only = await scene.applied('partner: acme\n')
  expect(only.changes.at(-1)).toMatchObject({ action: 'left_alone', kind: 'source', name: 'shop' })
})

test('rules and credentials keep their ids by name; what is no longer listed goes', async () => {
  const file = (rules: string, credentials: string) => `partner: acme
campaigns: [{ name: c, mode: sandbox }]
sources: [{ name: s, provider: github, credentials: [${credentials}], rules: [${rules}] }]
`
  const rule = (name: string, event: string) =>
    `{ name: ${name}, events: [${event}], email: [$.e], campaign: c }`
  await scene.applied(
    file(
      `${rule('a', 'x')}, ${rule('b', 'y')}`,
      '{ name: old, secret: s1 }, { name: new, secret: s2 }',
    ),
  )
  const ids = await scene.rows(
    'select name, id from rules union all select name, id from credentials order by name',
  )
  const { changes } = await scene.applied(
    file(`${rule('b', 'z')}, ${rule('c', 'x')}`, '{ name: new, secret: s2 }'),
  )
  expect(did(changes)).toEqual([
    'removed credential s/old',
    'archived rule s/a',
    'updated rule s/b',
    'created rule s/c',
  ])
  expect(await scene.rows('select name from credentials')).toEqual([{ name: 'new' }])
  const live = () =>
    scene.rows('select name, id from rules where archived_at is null order by position')
  const idOf = (rows: Record<string, unknown>[], wanted: string) =>
    rows.find(({ name }) => name === wanted)?.['id']
  const after = await live()
  expect(after.map(({ name }) => name)).toEqual(['b', 'c'])
  expect(idOf(after, 'b')).toBe(idOf(ids, 'b'))
  // One that comes back under its name is the same rule again.
  await scene.applied(file(rule('a', 'x'), '{ name: new, secret: s2 }'))
  expect(await live()).toEqual([{ name: 'a', id: idOf(ids, 'a') }])
})

test('a rule without a name is the same rule when another is put before it', async () => {
  const file = (events: string[]) => `partner: acme
campaigns: [{ name: c, mode: sandbox }]
sources: [{ name: s, provider: github, rules: [${events
    .map((event) => `{ events: [${event}], email: [$.e], campaign: c }`)
    .join(', ')}] }]
`
  await scene.applied(file(['push', 'push']))
  const before = await scene.rows('select name, id from rules order by position')
  expect(before.map(({ name }) => name)).toEqual(['push', 'push (2)'])
  await scene.applied(file(['ping', 'push', 'push']))
  const after = await scene.rows('select name, id from rules order by position')
  expect(after.slice(1)).toEqual(before)
})

test('a stored secret is kept, also under a new name and by another credential', async () => {
  const file = (credentials: string) =>
    `partner: acme\nsources: [{ name: s, provider: github, credentials: [${credentials}] }]\n`
  await scene.applied(file('{ secret: first }'))
  expect(did((await scene.applied(file("{ secret: { stored: '1' } }"))).changes)).toEqual([])
  expect(did((await scene.applied(file('{ secret: { stored: true } }'))).changes)).toEqual([])
  const renamed = await scene.applied(
    file("{ name: old, secret: { stored: '1' } }, { name: new, secret: b }"),
  )
  expect(did(renamed.changes)).toEqual([
    'created credential s/old',
    'created credential s/new',
    'removed credential s/1',
  ])
  expect(await scene.print({ secrets: true })).toContain('secret: first')
})

test('plain text equal to what is stored keeps the reference it came from', async () => {
  await scene.applied(example, { env })
  const plain = example.replace('${STRIPE_WEBHOOK_SECRET}', 'whsec_abc')
  expect(did((await scene.applied(plain, { env })).changes)).toEqual([])
  expect(await scene.print()).toContain('${STRIPE_WEBHOOK_SECRET}')
  const other = example.replace('${STRIPE_WEBHOOK_SECRET}', '{ file: secrets/stripe }')
  const files = { '/etc/relay/secrets/stripe': 'whsec_abc\n' }
  const { changes } = await scene.applied(other, { env, files })
  expect(did(changes)).toEqual(['updated credential shop/1'])
  expect(await scene.print()).toContain('file: secrets/stripe')
  expect(did((await scene.applied(other, { env, files })).changes)).toEqual([])
})

test('two sources may swap their keys', async () => {
  const file = (a: string, b: string) => `partner: acme
sources:
  - { name: a, provider: github, key: ${a.repeat(20)} }
  - { name: b, provider: github, key: ${b.repeat(20)} }
`
  await scene.applied(file('a', 'b'))
  await scene.applied(file('b', 'a'))
  const listed = await listSources({ orm: scene.db.orm, vault: scene.vault })
  expect(listed.map(({ name, key }) => name + key[0])).toEqual(['ab', 'ba'])
  const directory = createDirectory(scene.db.orm, scene.vault)
  expect(await directory.sourceByKey('a'.repeat(20))).toMatchObject({ name: 'b' })
})

test('a file may hold several partners, also as JSON', async () => {
  const json = JSON.stringify({ partner: 'two', campaigns: [{ name: 'c', mode: 'sandbox' }] })
  const { changes } = await scene.applied(
    `partner: один/два\n`.replace('/', '-') + `---\n${json}\n`,
  )
  expect(did(changes)).toEqual([
    'created partner один-два',
    'created partner two',
    'created campaign c',
  ])
})

test('two applies at once neither deadlock nor duplicate', async () => {
  const texts = [1, 2, 3, 4].map((n) => example.replace('per_second: 20', `per_second: ${n}`))
  const results = await Promise.all(texts.map((text) => scene.apply(text, { env })))
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true])
  const created = results.filter((r) => r.ok && r.changes[0]?.action === 'created')
  expect(created).toHaveLength(1)
  const counts = await scene.rows(
    'select (select count(*) from campaigns)::int c, (select count(*) from sources)::int s, (select count(*) from rules)::int r, (select count(*) from credentials)::int k, (select count(*) from campaign_health)::int h',
  )
  expect(counts).toEqual([{ c: 2, s: 1, r: 1, k: 1, h: 2 }])
})

test('a collision with another transaction is tried again', async () => {
  await scene.applied(example, { env })
  // Someone who takes a campaign first and the lock of the configuration later.
  const other = scene.db.work.begin(async (sql) => {
    await sql`update campaigns set name = name where name = 'spring'`
    await new Promise((resolve) => setTimeout(resolve, 300))
    await sql`update installation set config_version = config_version + 1`
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const mine = scene.apply(example.replace('per_second: 20', 'per_second: 9'), { env })
  const [, result] = await Promise.allSettled([other, mine])
  expect(result.status === 'fulfilled' && result.value.ok).toBe(true)
})

test('what the file archives is hidden, its name is free, and the file can be applied again', async () => {
  const live = (more: string) => `partner: acme
campaigns: [{ name: c, mode: sandbox }]
${more}`
  const shop =
    'sources: [{ name: shop, provider: github, rules: [{ name: r, events: [push], email: [$.e], campaign: c }] }]'
  await scene.applied(live(shop))
  const used = await scene.apply(`partner: acme\narchived: { campaigns: [c] }\n`)
  expect(used.ok ? [] : used.problems).toMatchObject([
    {
      path: 'archived.campaigns[0]',
      message: 'is used by rule "shop/r": take that rule away first',
    },
  ])
  const both = await scene.apply(live(`${shop}\narchived: { sources: [shop] }`))
  expect(both.ok ? [] : both.problems).toMatchObject([{ path: 'archived.sources[0]' }])
  const gone = 'partner: acme\narchived: { sources: [shop], campaigns: [c] }\n'
  expect(did((await scene.applied(gone)).changes)).toEqual([
    'archived source shop',
    'archived campaign c',
  ])
  expect(did((await scene.applied(gone)).changes)).toEqual([])
  expect(await scene.print()).not.toContain('shop')
  const mistyped = await scene.applied('partner: acme\narchived: { sources: [shpo] }\n')
  expect(mistyped.warnings.map(({ message }) => message).join()).toContain(
    'there is no source "shpo"',
  )
  expect(did((await scene.applied(live(shop))).changes)).toEqual([
    'created campaign c',
    'created source shop',
    'created rule shop/r',
  ])
  expect(await scene.rows('select count(*)::int as n from sources')).toEqual([{ n: 2 }])
})
