// A past to ask about: so many events, their grants, calls and bodies over thirteen months, of partners of
// very unequal size, written by PostgreSQL itself. `tsx bench/past.ts FOLDER ROWS` makes it and ends; a
// folder that holds one of the same size already is left as it is. One that was broken off is made anew.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type postgres from 'postgres'
import { readConfig } from '../src/config.ts'
import { openInstallation } from '../src/installation.ts'
import { openServer, type Server } from './rig/server.ts'

/** Of a server for much data; the rest is as the relay sets it. */
const settings = {
  shared_buffers: '1GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '8GB',
  max_connections: '200',
  max_parallel_maintenance_workers: '1',
}
export const relayKey = Buffer.alloc(32, 9).toString('base64url')

export async function openPast(folder: string, rows: number): Promise<Server> {
  const dataDir = join(folder, `past-${rows}`)
  const past = await openServer(dataDir, settings)
  const [seeded] = await past.sql`select to_regclass('bench_seeded') is not null as done`
  if (seeded?.['done'] === true) return past
  const [begun] = await past.sql`select to_regclass('partners') is not null as so`
  if (begun?.['so'] === true) {
    say('an earlier attempt was broken off: beginning anew')
    await past.close()
    await rm(dataDir, { recursive: true, force: true })
    return openPast(folder, rows)
  }
  await seed(past, dataDir, rows)
  return past
}

async function seed({ sql, url }: Server, dataDir: string, rows: number): Promise<void> {
  const config = readConfig({ DATABASE_URL: url, DATA_DIR: dataDir, RELAY_KEY: relayKey })
  const installation = await openInstallation(config, { owner: true, migrate: true, log: () => {} })
  const { pepper } = installation
  await installation.close()
  const definitions = await dropIndexes(sql)
  await makeDrawing(sql, pepper)
  const began = performance.now()
  const now = new Date().toISOString()
  let [next, written] = [0, 0]
  const writer = async () => {
    for (let at = next; at < rows; at = next) {
      next = Math.min(rows, at + batch)
      const to = next
      await writeBatch(sql, at, to, rows, now)
      written += to - at
      const perSecond = (written / (performance.now() - began)) * 1000
      say(`${written} of ${rows} events, ${perSecond.toFixed(0)}/s`)
    }
  }
  await Promise.all([writer(), writer()])
  await writeRest(sql)
  for (const definition of definitions) {
    say(definition.replace(/ USING.*/, ''))
    await sql.unsafe(definition)
  }
  await sql`vacuum analyze`
  await sql`create table bench_seeded as select ${rows}::int as rows`
  say(`seeded in ${((performance.now() - began) / 1000).toFixed(0)} s`)
}

const batch = 50_000

/** Rows come quicker without; unique constraints come back as what they are. */
async function dropIndexes(sql: postgres.Sql): Promise<string[]> {
  await sql.unsafe(`alter table events drop constraint events_once`)
  const found = await sql<{ name: string; definition: string }[]>`
    select c.relname as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid in ('events'::regclass, 'grants'::regclass, 'attempts'::regclass) and not i.indisprimary`
  for (const { name } of found) await sql`drop index ${sql(name)}`
  return [
    ...found.map(({ definition }) => definition),
    'alter table events add constraint events_once unique (source_id, event_key)',
  ]
}

const partnersMade = 40
/** Each partner has 0.7 of what the one before it has: the first a third of everything, the last a handful. */
const shrink = 0.7

/** Partners with sources, campaigns and rules, and the functions that draw an event by its number. */
async function makeDrawing(sql: postgres.Sql, pepper: Buffer): Promise<void> {
  const block = Buffer.alloc(64)
  pepper.copy(block)
  const hex = (by: number) => Buffer.from(block.map((byte) => byte ^ by)).toString('hex')
  await sql.unsafe(`
    create function bench_u(i bigint, salt int) returns float8 immutable parallel safe language sql as
      $$ select (hashint8extended(i, salt) & 1073741823) / 1073741824.0::float8 $$;
    -- A UUIDv7 of this moment. One expression, so that it is inlined.
    create function bench_id(at timestamptz, i bigint, salt int) returns uuid immutable parallel safe language sql as
      $$ select encode(
        int8send((extract(epoch from at) * 1000)::bigint * 65536 + 28672 + (hashint8extended(i, salt) & 4095)) ||
        int8send((hashint8extended(i, salt + 1000) & 4611686018427387903) | (-9223372036854775808)), 'hex')::uuid $$;
    -- HMAC-SHA256 as the relay hashes emails.
    create function bench_key(email text) returns bytea immutable parallel safe language sql as
      $$ select sha256('\\x${hex(0x5c)}'::bytea || sha256('\\x${hex(0x36)}'::bytea || convert_to(email, 'UTF8'))) $$;
    create function bench_email(n bigint) returns text immutable parallel safe language sql as
      $$ select 'person' || n || '@' || (array['example.com','mail.example','пример.example','shop.example','post.example'])[1 + n % 5] $$;

    insert into partners (id, name, created_at)
      select bench_id(now() - interval '14 months', n, 101), 'partner-' || n, now() - interval '14 months' from generate_series(0, ${partnersMade - 1}) n;
    insert into sources (partner_id, id, name, provider, ingest_key_hash, ingest_key_sealed, created_at)
      select p.id, bench_id(p.created_at, hashtext(p.name)::bigint * 10 + n, 102), 'shop-' || n, 'stripe', sha256(convert_to(p.name || n, 'UTF8')), 'none', p.created_at
      from partners p, generate_series(1, 4) n;
    insert into campaigns (partner_id, id, name, mode, api_key_sealed, enabled, created_at)
      select p.id, bench_id(p.created_at, hashtext(p.name)::bigint * 10 + n, 103), 'campaign-' || n, 'live', 'none', false, p.created_at
      from partners p, generate_series(1, 6) n;
    insert into campaign_health (partner_id, campaign_id, state, reason)
      select partner_id, id, 'stopped', 'disabled' from campaigns;
    insert into rules (partner_id, id, source_id, campaign_id, position, name, definition, created_at)
      select s.partner_id, bench_id(s.created_at, hashtext(s.id::text)::bigint * 10 + c.n, 104), s.id, c.id, c.n, 'rule-' || c.n, '{}', s.created_at
      from sources s join (select *, row_number() over (partition by partner_id order by name) as n from campaigns) c
        on c.partner_id = s.partner_id and c.n in (1 + right(s.name, 1)::int % 6, 1 + (right(s.name, 1)::int + 2) % 6);

    create table bench_sources as
      select s.partner_id, s.id, s.name, row_number() over (order by p.name, s.name) as n,
        array(select r.id from rules r where r.source_id = s.id order by position) as rules,
        array(select r.campaign_id from rules r where r.source_id = s.id order by position) as campaigns,
        array(select format('{"rule": "%s", "campaign": "%s", "mode": "live", "path": "$[''data''][''object''][''customer_email'']", "trust": "signed", "test": ', r.id, r.campaign_id)
          from rules r where r.source_id = s.id order by position) as matches,
        format('[{"rule": "%s", "name": "rule-1", "email": [], "clauses": [{"op": "gte", "was": "4900", "path": "$.data.object.amount_paid", "holds": true, "value": 1000}], "outcome": "',
          (select r.id from rules r where r.source_id = s.id order by position limit 1)) as trace,
        ${shrink}::float8 ^ split_part(p.name, '-', 2)::int * 0.5 ^ right(s.name, 1)::int as weight
      from sources s join partners p on p.id = s.partner_id;
    create table bench_bounds as
      select array_agg(upto order by n) as upto from (select n, sum(weight) over (order by n) / sum(weight) over () as upto from bench_sources) t;
`)
}

/** What comes of event number i, before it is written as rows. */
const drawn = (from: number, to: number, rows: number, now: string) => `
  select e.i, e.at, bench_id(e.at, e.i, 105) as id, s.partner_id, s.id as source_id, s.rules, s.campaigns, s.matches, s.trace,
    case when bench_u(e.i, 9) < 0.00002 then 'dispute.lost' else
      (array['invoice.paid','charge.succeeded','customer.updated','invoice.created','payment.updated','checkout.completed','customer.created','subscription.updated',
        'charge.updated','invoice.finalized','subscription.created','charge.failed','refund.created','subscription.deleted','payout.paid','coupon.created'])[1 + floor(16 * bench_u(e.i, 2) ^ 3)::int] end as type,
    case when f < 0.75 then 'matched' when f < 0.755 then 'test' when f < 0.757 then 'unreadable' when f < 0.758 then 'parked' else 'unmatched' end as state,
    case when f < 0.75 then 'matched' when f < 0.755 then 'test_event' when f < 0.757 then 'not_json' when f < 0.758 then 'join'
      when f < 0.77 then 'no_email' when f < 0.79 then 'condition_not_met' when f < 0.7901 then 'unsigned_email' else 'no_type_match' end as reason,
    p.person = e.i as is_new, 1 + (bench_u(e.i, 6) < 0.45)::int as matches_made, bench_email(p.person) as email,
    case when f < 0.755 then bench_key(bench_email(p.person)) end as key
  from (select i, timestamptz '${now}' - interval '13 months' + (i / ${rows}.0::float8) * interval '13 months' as at, bench_u(i, 3) as f from generate_series(${from}::bigint, ${to - 1}::bigint) i) e
  cross join bench_bounds b
  join bench_sources s on s.n = 1 + width_bucket(bench_u(e.i, 1), b.upto)
  -- One in ten is about somebody who was there before; a few people are there very often.
  cross join lateral (select case when bench_u(e.i, 4) < 0.1 then floor(e.i * bench_u(e.i, 5) ^ 4)::bigint else e.i end as person offset 0) p`

async function writeBatch(sql: postgres.Sql, from: number, to: number, rows: number, now: string) {
  await sql.begin(async (tx) => {
    await tx.unsafe(`create temp table drawn on commit drop as ${drawn(from, to, rows, now)}`)
    await tx.unsafe(`
      insert into events (partner_id, id, source_id, event_key, type, received_at, occurred_at, state, reason, trust, credential_id, copies, body_id, email_key, trace, matches)
      select partner_id, id, source_id, 'evt_' || md5(i::text), type, at, at - interval '2 s', state, reason, 'signed', source_id, 1 + (bench_u(i, 7) < 0.03)::int, id,
        key, (trace || reason || '"}]')::jsonb,
        case when key is null then '[]' else '[' || matches[1] || rest || case when matches_made = 2 then ', ' || matches[2] || rest else '' end || ']' end::jsonb
      from drawn cross join lateral (select (state = 'test')::text || ', "key": "' || encode(key, 'hex') || '"}' as rest offset 0) r`)
    await tx.unsafe(`
      create temp table given on commit drop as
      select d.*, m, bench_id(at, i * 2 + m, 106) as grant_id, g.state as grant_state, 1 + (bench_u(i, 10) < 0.05)::int as times
      from drawn d cross join (values (1), (2)) v(m)
      cross join lateral (select bench_u(i * 2 + m, 8) as g offset 0) u
      cross join lateral (select case when d.state = 'test' then 'test' when u.g < 0.88 then 'granted' when u.g < 0.97 then 'already_known' when u.g < 0.985 then 'refused'
        when u.g < 0.9995 then 'held' when u.g < 0.9998 then 'queued' else 'attention' end as state offset 0) g
      where key is not null and is_new and m <= matches_made`)
    await tx.unsafe(`
      insert into grants (partner_id, id, campaign_id, mode, email_key, folded_key, email, event_id, rule_id, state, reason, created_at, due_at, attempt, settled_at, answer)
      select partner_id, grant_id, campaigns[m], 'live', key, key, email, id, rules[m], grant_state,
        case grant_state when 'refused' then 'wrong_email' when 'held' then 'not_started' when 'attention' then 'gave_up' end,
        at, case grant_state when 'queued' then now() + interval '10 years' end, case when grant_state in ('held', 'queued', 'test') then 0 else times end,
        case when grant_state in ('granted', 'already_known', 'refused') then at + interval '1 s' end,
        case grant_state when 'granted' then 'ok' when 'already_known' then 'known' when 'refused' then 'wrong_email' end
      from given`)
    await tx.unsafe(`
      insert into attempts (partner_id, grant_id, attempt, at, ms, http_status, answer, failure, ambiguous, snippet, node)
      select partner_id, grant_id, n, at + n * interval '800 ms', 120, case when n = times then 200 end,
        case when n < times then 'no_answer' when grant_state = 'refused' then 'wrong_email' when grant_state = 'already_known' then 'known' else 'ok' end,
        case when n < times then 'deadline' end, n < times, case when n = times then '{"status":"ok"}' end, '0193a000-0000-7000-8000-00000000000a'
      from given join (values (1), (2)) v(n) on n <= times where grant_state not in ('held', 'queued', 'test')`)
    await tx.unsafe(`
      insert into event_bodies (partner_id, id, received_at, method, headers, body)
      select partner_id, id, at, 'POST', '{"content-type":["application/json"]}', convert_to(repeat('0123456789abcdef', 64), 'UTF8')
      from drawn where at > now() - interval '30 days'`)
  })
}

async function writeRest(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    insert into rejections (partner_id, id, source_id, at, reason, hint, method, headers, body, body_bytes, ip)
    select partner_id, bench_id(now() - r.n * interval '1 hour', r.n + s.n * 1000, 107), id, now() - r.n * interval '1 hour',
      case when r.n % 10 = 0 then 'timestamp_too_old' else 'signature_mismatch' end, 'the signature does not match', 'POST', '{}', ''::bytea, 0, '203.0.113.7'
    from bench_sources s, generate_series(1, 200) r(n);
    insert into audit_entries (id, partner_id, at, actor, action, subject)
    select bench_id(now() - a.n * interval '1 minute', a.n, 108), (select partner_id from bench_sources s where s.n = 1 + a.n % 160), now() - a.n * interval '1 minute',
      'token:' || (a.n % 20), (array['person.revealed','config.applied','event.body_read'])[1 + a.n % 3], left(md5(a.n::text), 16)
    from generate_series(1, 300000) a(n)`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (process.argv[1]?.endsWith('past.ts') === true) {
  const [, , folder = '', rows = '300000'] = process.argv
  const past = await openPast(folder, Number(rows))
  await past.close()
}
