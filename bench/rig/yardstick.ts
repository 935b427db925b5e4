// What the same PostgreSQL commits when the same rows come one event per transaction: pgbench, prepared statements.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Server } from './server.ts'

/** The event, its bytes and its grant, as the relay writes them, keys in the order of time as its own are. */
const singleRow = `
\\set n random(1, 2000000000)
with e as (
  insert into events (partner_id, id, source_id, body_id, event_key, type, occurred_at, state, reason, trust, part, copies, email_key, trace, matches)
  select s.partner_id, uuidv7(), s.id, uuidv7(), 'y' || gen_random_uuid(), 'invoice.paid', now(), 'matched', 'matched', 'signed', 0, 1,
    sha256(:n::text::bytea), '[{"rule":"0193","name":"invoice.paid","outcome":"matched","clauses":[],"email":[]}]', '[]'
  from sources s where s.name = 'accept' returning partner_id, id, body_id, email_key
), b as (
  insert into event_bodies (partner_id, id, received_at, method, headers, body)
  select partner_id, body_id, now(), 'POST', '{"content-type":["application/json"],"stripe-signature":["t=1796000000,v1=0000000000000000000000000000000000000000000000000000000000000000"]}', convert_to(repeat('0123456789abcdef', 190), 'UTF8') from e
)
insert into grants (partner_id, id, campaign_id, mode, email_key, folded_key, email, event_id, rule_id, state, reason)
select e.partner_id, uuidv7(), c.id, 'live', sha256(uuid_send(e.id)), e.email_key, 'someone@example.com', e.id, gen_random_uuid(), 'held', 'stopped'
from e join campaigns c on c.name = 'yardstick';
`

export function findPgbench(): string | undefined {
  const script = 'command -v pgbench || ls /usr/lib/postgresql/*/bin/pgbench 2>/dev/null | tail -1'
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.trim() || undefined
}

/** Transactions a second. */
export async function singleRowCommits(
  pgbench: string,
  server: Server,
  at: { folder: string; connections: number; seconds: number },
): Promise<number> {
  const file = join(at.folder, 'single.sql')
  writeFileSync(file, singleRow)
  const { directory, port, user, database } = server.socket
  const args = ['-n', '-M', 'prepared', '-c', at.connections, '-j', 2, '-T', at.seconds]
  const where = ['-f', file, '-h', directory, '-p', port, '-U', user, database]
  const child = spawn(pgbench, [...args, ...where].map(String), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { out: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (texts.error += chunk.toString()))
  await once(child, 'close')
  const tps = /tps = ([\d.]+)/.exec(texts.out)?.[1]
  if (tps === undefined) throw new Error(`pgbench failed: ${texts.error}`)
  return Number(tps)
}
