// A relay with a past to look at: sources that have sent, bonuses in every state, and the people who may
// look. All of it came in by the front door: signed requests over HTTP, a sandbox that answered as asked.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { ensureOperator } from '../../src/access/operator.ts'
import { readConfig } from '../../src/config.ts'
import { deliver } from '../../src/inbound/deliver.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { partners } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { signedSample } from '../../src/inbound/sample.ts'
import { openInstallation, type Installation } from '../../src/installation.ts'
import { serveSandbox, type Sandbox } from '../../src/moab/sandbox.ts'
import { makeChannel } from '../../src/notices/editing.ts'
import { createLogger } from '../../src/ops/logging.ts'
import { applyConfig, describeProblems } from '../../src/partners/apply.ts'
import { findNamedSource } from '../../src/partners/named-source.ts'
import { planList } from '../../src/jobs/list.ts'
import { requestErasures } from '../../src/privacy/erasures.ts'
import { startRelay } from '../../src/relay.ts'
import { makeMember, makeUser, password } from '../access/people.ts'
import { toPublic } from '../support/outgoing.ts'

export { password }

const secrets = {
  shop: 'whsec_shop_secret_0123456789',
  members: `whsec_${Buffer.alloc(24, 'members').toString('base64')}`,
  forms: 'tilda-token-0123456789',
}

const yaml = `
partner: vector
campaigns:
  - { name: spring, mode: live, api_key: 0b6f2f1e-2f59-4d8a-9a57-3f4a6a1f9c01, per_second: 50 }
  - { name: friends, mode: live, api_key: 7d2b9a44-3f4b-4c5e-8a10-5b7d0b2c9e02 }
  - { name: try-out, mode: sandbox }
sources:
  - name: shop
    provider: stripe
    key: shop-key-0123456789abcdef0123
    credentials: [{ name: main, secret: ${secrets.shop} }]
    rules:
      - name: paid invoices
        events: [invoice.paid]
        when: { path: $.data.object.amount_paid, op: gte, value: 100 }
        email: [$.data.object.customer_email]
        campaign: spring
  - name: members
    provider: clerk
    key: members-key-0123456789abcdef01
    credentials: [{ name: main, secret: ${secrets.members} }]
    rules:
      - name: new members
        events: [user.created]
        email: ['$.data.email_addresses[?@.id == $.data.primary_email_address_id].email_address']
        campaign: friends
  - name: forms
    provider: tilda
    key: forms-key-0123456789abcdef0123
    credentials: [{ name: main, token: ${secrets.forms} }]
    rules: []
`

export interface World extends Started {
  partner: { id: string; name: string }
  /** Email addresses to sign in with; all have the same password. */
  people: { operator: string; owner: string; editor: string; viewer: string; auditor: string }
  send(source: string, eventType: string, email?: string): Promise<number>
}

interface Started {
  url: string
  installation: Installation
  /** As who owns it: the relay itself works behind its walls. */
  db: Database
  moab: Sandbox
  close(): Promise<void>
}

/** With a database of its own, as somebody has who starts the relay for the first time. */
async function start(prepare: (installation: Installation) => Promise<void>): Promise<Started> {
  const dataDir = await mkdtemp(join(tmpdir(), 'world-'))
  const sandbox = await serveSandbox({ port: 0, host: '127.0.0.1' })
  const config = readConfig({
    DATA_DIR: dataDir,
    MOAB_URL: sandbox.url,
    PORT: '0',
    LOG_LEVEL: 'silent',
    OUTGOING_ALLOWED_NETWORKS: '127.0.0.1',
  })
  const installation = await openInstallation(config, { owner: true, migrate: true, log: () => {} })
  await prepare(installation)
  const log = createLogger(process.env['WORLD_LOG'] ?? 'silent')
  const relay = await startRelay(config, installation, log)
  const db = openDatabase(installation.db.options)
  const close = async () => {
    await relay.stop()
    await db.close()
    await installation.close()
    await sandbox.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { url: relay.url, installation, db, moab: sandbox.sandbox, close }
}

export interface EmptyWorld extends Started {
  /** What a new relay prints. */
  setUpLink: string
}

export async function openEmpty(): Promise<EmptyWorld> {
  let token: string | undefined
  const started = await start(async ({ db }) => {
    token = await ensureOperator(db.orm, undefined)
  })
  return { ...started, setUpLink: `${started.url}/setup/${token ?? ''}` }
}

export async function openWorld(document: string = yaml): Promise<World> {
  const apply = async ({ db, vault }: Installation, text: string) => {
    const deps = { orm: db.orm, vault, outgoing: toPublic, now: Date.now }
    const result = await applyConfig(deps, text, { file: 'relay.yaml', env: {}, actor: 'file' })
    if (!result.ok) throw new Error(describeProblems(result.problems))
  }
  const started = await start((installation) => apply(installation, document))
  const { url, installation, db } = started
  const { vault } = installation
  const [row] = await db.orm.select().from(partners).where(eq(partners.name, 'vector'))
  const partner = { id: row?.id ?? '', name: 'vector' }
  const people = {
    operator: 'olga@relay.example',
    owner: 'owner@vector.example',
    editor: 'editor@vector.example',
    viewer: 'viewer@vector.example',
    auditor: 'auditor@vector.example',
  }
  await makeUser(db, people.operator, true)
  for (const role of ['owner', 'editor', 'viewer', 'auditor'] as const)
    await makeMember(db, partner.id, role, people[role])

  async function send(source: string, eventType: string, email?: string): Promise<number> {
    const { orm } = installation.db
    const named = { partner: 'vector', source }
    const found = await findNamedSource({ orm, vault }, named)
    if (!('source' in found)) throw new Error(`there is no source ${source}`)
    const [first] = found.source.credentials
    if (first === undefined) throw new Error(`${source} has no credential`)
    const sample = {
      provider: found.source.provider,
      eventType,
      id: uuidv7(),
      now: Date.now(),
      url: `${url}/in/${found.key}`,
      ...(email !== undefined && { email }),
    }
    const request = await signedSample(sample, first.credential, found.source.settings)
    return (await deliver(request)).status
  }

  return { ...started, partner, people, send }
}

/** What a relay has seen after a while. */
export async function live(world: World): Promise<void> {
  const { send, url, db, installation, partner } = world
  const paying = [
    'maria',
    'ivan.petrov',
    'anna',
    'x.longname.with.many.parts.in.it',
    'moab+10',
    'moab+5',
  ]
  for (const name of paying) await send('shop', 'invoice.paid', `${name}@example.com`)
  await send('shop', 'customer.created', 'peter@example.com').catch(() => {})
  await send('shop', 'invoice.paid', '')
  await send('forms', 'form', 'lena@example.com').catch(() => {})
  for (const name of ['boris', 'vera', 'moab+9', 'gleb', 'daria'])
    await send('members', 'user.created', `${name}@example.com`)
  const forged = { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' }
  const body = JSON.stringify({ id: 'evt_forged', type: 'invoice.paid' })
  for (let n = 0; n < 3; n++)
    await fetch(`${url}/in/shop-key-0123456789abcdef0123`, {
      method: 'POST',
      headers: forged,
      body,
    })
  await settled(world)
  const campaigns = await db.work<{ id: string }[]>`select id from campaigns where name = 'friends'`
  const lines = ['email', 'new.one@example.com', 'boris@example.com', 'not an address']
  await planList(installation.db.work, installation.pepper, {
    partnerId: partner.id,
    campaignId: campaigns[0]?.id ?? '',
    actor: 'test',
    bytes: Buffer.from(lines.join('\n')),
  })
  const { vault, pepper } = installation
  const { orm } = installation.db
  const gone = { email: 'forgotten@example.com', partnerIds: [partner.id], actor: 'test' }
  await requestErasures({ orm, vault, pepper }, gone)
  const values = { name: 'on call', language: 'en', alarms: null, enabled: true } as const
  const making = { orm, vault, allowed: [], publicUrl: undefined, now: Date.now }
  for (const partnerId of [partner.id, null])
    await makeChannel(making, { actor: 'test', partnerId }, 'webhook', values, {
      url: 'https://hooks.example.com/relay',
    })
}

/** Until nothing is on its way any more. */
async function settled({ db }: World): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const rows = await db.work`select from grants where state in ('queued', 'sending')`
    if (rows.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Counts of the thirty days before, as if the relay had been there: for pictures. */
export async function month({ db, partner }: World): Promise<void> {
  await db.work`
    insert into event_hours (partner_id, hour, source_id, state, reason, count)
    select ${partner.id}, date_trunc('hour', now(), 'UTC') - h * interval '1 hour', s.id, w.state, w.reason,
      greatest(1, round((12 + 7 * sin(h / 3.8) + 5 * sin(h / 26.7) + h % 5) * w.share))::int
    from generate_series(2, 720) h
    cross join (select id from sources where partner_id = ${partner.id} and name = 'shop') s
    cross join (values ('matched', 'matched', 0.8), ('unmatched', 'no_email', 0.2)) w (state, reason, share)`
  await db.work`
    insert into grant_hours (partner_id, hour, campaign_id, source_id, state, reason, count)
    select e.partner_id, e.hour, c.id, e.source_id, w.state, '', greatest(1, round(e.count * w.share))::int
    from event_hours e cross join (select id from campaigns where partner_id = ${partner.id} and name = 'spring') c
    cross join (values ('granted', 0.85), ('already_known', 0.1)) w (state, share)
    where e.partner_id = ${partner.id} and e.state = 'matched'`
  await db.work`
    insert into refused_hours (partner_id, hour, source_id, reason, count)
    select e.partner_id, e.hour, e.source_id, 'signature_mismatch', 1
    from event_hours e where e.partner_id = ${partner.id} and e.count % 11 = 0
    on conflict do nothing`
  for (const of of ['events', 'grants'])
    await db.work`
      insert into counted_hours (partner_id, of, hour, counted_at, open)
      select ${partner.id}, ${of}, date_trunc('hour', now(), 'UTC') - h * interval '1 hour', now(), false
      from generate_series(2, 720) h on conflict do nothing`
}

/** The newest there is. */
export async function idIn({ db }: World, table: string, where = 'true'): Promise<string> {
  const [row] = await db.work.unsafe<{ id: string }[]>(
    `select id from ${table} where ${where} order by id desc limit 1`,
  )
  if (row === undefined) throw new Error(`there is nothing in ${table}`)
  return row.id
}
