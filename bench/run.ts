// `npm run bench`: what the built relay accepts and forwards, beside what PostgreSQL commits when
// the same rows come one per transaction. Both on the relay's own embedded server, in one run, in
// turns, so that a noisy machine treats them alike; the ratio of the medians is the figure.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
  },
})
const secret = 'whsec_bench'
/** Two doors: behind one every event is also granted at the stub, behind the other grants only wait. */
const keys = { forward: 'bench-forward-0123456789', accept: 'bench-accept-01234567890' }
const folder = mkdtempSync(join(tmpdir(), 'moab-relay-bench-'))
const children: ChildProcess[] = []

interface Load {
  accepted: number
  refused: number
  perSecond: number
  p50: number
  p99: number
}

async function main(): Promise<void> {
  const stub = `http://127.0.0.1:${await firstLine(start('node', ['--import', 'tsx', 'bench/moab-stub.ts']))}`
  const port = 18_000 + (process.pid % 1000)
  writeFileSync(join(folder, 'relay.yaml'), configFile(stub))
  const relay = start('node', ['dist/main.js', 'serve'], {
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    CONFIG_FILE: join(folder, 'relay.yaml'),
    MOAB_URL: stub,
    LOG_LEVEL: 'warn',
  })
  const url = `http://127.0.0.1:${port}`
  await ready(url)
  say(
    `relay at ${url}, ${values.connections} connections, ${values.rounds} rounds of ${values.seconds} s each`,
  )
  const pgbench = findPgbench()
  if (pgbench === undefined) say('pgbench is not installed: the yardstick is skipped')

  const rounds: Round[] = []
  await drive(url, 'forward', '2')
  await drive(url, 'accept', '2')
  for (let n = 0; n < Number(values.rounds); n++) {
    const accept = await drive(url, 'accept', values.seconds)
    const single = pgbench === undefined ? undefined : runPgbench(pgbench)
    const before = await counted(stub)
    const started = performance.now()
    const both = await drive(url, 'forward', values.seconds)
    await quiet(stub, before + both.accepted)
    const forwarded = ((await counted(stub)) - before) / ((performance.now() - started) / 1000)
    rounds.push({ accept, both, single, forwarded })
    say(
      `round ${n + 1}: accepted ${told(accept)}; while forwarding ${told(both)}, ` +
        `delivered ${forwarded.toFixed(0)}/s; single-row commits ${single?.toFixed(0) ?? 'skipped'}/s`,
    )
  }
  report(rounds, rssOf(relay))
}

interface Round {
  accept: Load
  both: Load
  /** Single-row commits a second, by pgbench. */
  single: number | undefined
  /** Grants at the stub a second, from the first request to the last delivery. */
  forwarded: number
}

const told = ({ perSecond, p50, p99, refused }: Load) =>
  `${perSecond.toFixed(0)}/s (p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${refused > 0 ? `, refused ${refused}` : ''})`

function report(rounds: readonly Round[], rss: number): void {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick))
  const singles = rounds.flatMap(({ single }) => (single === undefined ? [] : [single]))
  const ratio = (perSecond: number) =>
    singles.length === 0 ? '' : `, ${(perSecond / median(singles)).toFixed(2)} × single-row commits`
  const accepted = of(({ accept }) => accept.perSecond)
  const both = of(({ both: load }) => load.perSecond)
  say('')
  say(`medians at ${values.connections} connections, ${rounds.length} rounds`)
  say(
    `accepted                   ${accepted.toFixed(0)}/s, p50 ${of(({ accept }) => accept.p50).toFixed(1)} ms, p99 ${of(({ accept }) => accept.p99).toFixed(1)} ms${ratio(accepted)}`,
  )
  say(`accepted while forwarding  ${both.toFixed(0)}/s${ratio(both)}`)
  say(`delivered to the stub      ${of(({ forwarded }) => forwarded).toFixed(0)} grants/s`)
  if (singles.length > 0)
    say(
      `single-row commits         ${median(singles).toFixed(0)}/s (pgbench, the same rows, the same server)`,
    )
  say(`relay memory, at most      ${(rss / 1e6).toFixed(0)} MB`)
}

function configFile(stub: string): string {
  return JSON.stringify({
    partner: 'bench',
    campaigns: [
      { name: 'bench', mode: 'live', api_key: '11111111-2222-4333-8444-555555555555', url: stub },
      {
        name: 'yardstick',
        mode: 'live',
        api_key: '11111111-2222-4333-8444-555555555555',
        url: stub,
        enabled: false,
      },
    ],
    sources: [source('forward', 'bench'), source('accept', 'yardstick')],
  })
}

function source(door: keyof typeof keys, campaign: string) {
  return {
    name: door,
    provider: 'stripe',
    key: keys[door],
    credentials: [{ secret }],
    rules: [{ events: ['invoice.paid'], email: ['$.data.object.customer_email'], campaign }],
  }
}

/** The same rows, one event per transaction: the event, its bytes and its grant. */
const singleRow = `
\\set n random(1, 2000000000)
with e as (
  insert into events (partner_id, id, source_id, body_id, event_key, type, occurred_at, state, reason, trust, part, copies, email_key, trace, matches)
  select s.partner_id, gen_random_uuid(), s.id, gen_random_uuid(), 'y' || gen_random_uuid(), 'invoice.paid', now(), 'matched', 'matched', 'signed', 0, 1,
    sha256(:n::text::bytea), '[{"rule":"0193","name":"invoice.paid","outcome":"matched","clauses":[],"email":[]}]', '[]'
  from sources s limit 1 returning partner_id, id, body_id, email_key
), b as (
  insert into event_bodies (partner_id, id, received_at, method, headers, body)
  select partner_id, body_id, now(), 'POST', '{"content-type":["application/json"],"stripe-signature":["t=1796000000,v1=0000000000000000000000000000000000000000000000000000000000000000"]}', convert_to(repeat('0123456789abcdef', 190), 'UTF8') from e
)
insert into grants (partner_id, id, campaign_id, mode, email_key, folded_key, email, event_id, rule_id, state, reason)
select e.partner_id, gen_random_uuid(), c.id, 'live', sha256(uuid_send(e.id)), e.email_key, 'someone@example.com', e.id, gen_random_uuid(), 'held', 'stopped'
from e join campaigns c on c.name = 'yardstick';
`

function runPgbench(pgbench: string): number {
  const file = join(folder, 'single.sql')
  writeFileSync(file, singleRow)
  const socket = socketDirectory()
  const result = spawnSync(
    pgbench,
    [
      '-n',
      '-M',
      'prepared',
      '-c',
      values.connections,
      '-j',
      '2',
      '-T',
      values.seconds,
      '-f',
      file,
      '-h',
      socket.directory,
      '-p',
      socket.port,
      '-U',
      'moab_relay',
      'moab_relay',
    ],
    { encoding: 'utf8' },
  )
  const tps = /tps = ([\d.]+)/.exec(result.stdout)?.[1]
  if (tps === undefined) throw new Error(`pgbench failed: ${result.stderr}`)
  return Number(tps)
}

/** Lines 4 and 5 of postmaster.pid: port and socket directory. */
function socketDirectory(): { directory: string; port: string } {
  const found = spawnSync(
    'find',
    [
      folder,
      '/var/lib/moab-relay',
      '-name',
      'postmaster.pid',
      '-newer',
      join(folder, 'relay.yaml'),
    ],
    { encoding: 'utf8' },
  )
  const lines = readFileSync(found.stdout.trim().split('\n')[0] ?? '', 'utf8').split('\n')
  return { directory: lines[4] ?? '', port: lines[3] ?? '' }
}

function findPgbench(): string | undefined {
  const found = spawnSync(
    'sh',
    ['-c', 'command -v pgbench || ls /usr/lib/postgresql/*/bin/pgbench 2>/dev/null | tail -1'],
    { encoding: 'utf8' },
  )
  return found.stdout.trim() || undefined
}

async function drive(url: string, door: keyof typeof keys, seconds: string): Promise<Load> {
  const child = start('node', [
    '--import',
    'tsx',
    'bench/load.ts',
    `${url}/in/${keys[door]}`,
    secret,
    values.connections,
    seconds,
  ])
  return JSON.parse(await firstLine(child)) as Load
}

/** Until everything has arrived at the stub, or nothing does any more. */
async function quiet(stub: string, expected: number): Promise<void> {
  for (let last = -1, now = await counted(stub); now !== last && now < expected;) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    last = now
    now = await counted(stub)
  }
}

async function counted(stub: string): Promise<number> {
  return Number(await (await fetch(stub)).text())
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the relay did not become ready')
}

function start(command: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

function rssOf(child: ChildProcess): number {
  return (
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) *
    1024
  )
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  await main()
} finally {
  for (const child of children) await ended(child)
  rmSync(folder, { recursive: true, force: true })
}
