// Attacks that take time or load, each beside honest senders whose calm was measured just before.
import { fork, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { converse } from './conversation.ts'
import { honestKey, sendHonestly, stripeSignature, type Heard, type Stand } from './stand.ts'

export interface Finding {
  what: string
  figures: string
  violations: string[]
}

const honestPerSecond = 50

/** Four modes of slowhttptest; the target is a source's URL, as an attacker would have learnt it. */
export async function slow(stand: Stand, mode: SlowMode, connections: number): Promise<Finding> {
  await sendHonestly(stand.url, honestPerSecond, 4000)
  const calm = await sendHonestly(stand.url, honestPerSecond, 6000)
  const target = `${stand.url}${mode.path ?? `/in/${honestKey}`}`
  const child = spawn(
    'slowhttptest',
    [
      ...mode.args,
      '-c',
      String(connections),
      '-r',
      String(connections / 4),
      '-l',
      '40',
      '-u',
      target,
    ],
    { stdio: 'ignore' },
  )
  const started = performance.now()
  const watching = watchConnections(stand.port, child.pid ?? 0)
  const heard = await sendHonestly(stand.url, honestPerSecond, 30_000)
  child.kill('SIGINT')
  const { mostOpen, oldestMs } = await watching.end()
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  const violations = [...unheard(heard), ...slower(calm, heard, 2)]
  // Ranges are refused so quickly that hardly one of them is ever seen open.
  if (mode.holds !== false && mostOpen < connections / 4)
    violations.push(`only ${mostOpen} attackers were seen`)
  if (oldestMs > 20_000)
    violations.push(`a connection was open for ${(oldestMs / 1000).toFixed(1)} s`)
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  return {
    what: `${mode.name}, ${connections} connections, ${seconds} s`,
    figures: `${p99s(calm, heard)}, most open ${mostOpen}, oldest ${(oldestMs / 1000).toFixed(1)} s, RSS ${await rss(stand)}`,
    violations,
  }
}

export interface SlowMode {
  name: string
  args: readonly string[]
  /** False: it does not try to keep its connections. */
  holds?: boolean
  path?: string
}

export const slowModes: readonly SlowMode[] = [
  { name: 'slow headers', args: ['-H', '-i', '2', '-t', 'POST', '-p', '3', '-x', '24'] },
  { name: 'slow body', args: ['-B', '-i', '2', '-s', '8192', '-t', 'POST', '-p', '3', '-x', '10'] },
  {
    name: 'ranges',
    args: ['-R', '-t', 'HEAD', '-a', '10', '-b', '3000', '-p', '3'],
    holds: false,
  },
  {
    name: 'slow read',
    args: ['-X', '-w', '10', '-y', '20', '-n', '2', '-z', '32', '-k', '3', '-p', '3'],
    path: '/api/docs/swagger-ui-bundle.js',
  },
]

/** How many connections of a process to a port there are at once, and how long the oldest lived. */
function watchConnections(port: number, pid: number) {
  const since = new Map<string, number>()
  let mostOpen = 0
  let oldestMs = 0
  const look = async () => {
    const mine = await connectionsOf(pid, port).catch(() => new Set<string>())
    const now = performance.now()
    for (const one of since.keys()) if (!mine.has(one)) since.delete(one)
    for (const one of mine) {
      const first = since.get(one) ?? now
      since.set(one, first)
      oldestMs = Math.max(oldestMs, now - first)
    }
    mostOpen = Math.max(mostOpen, mine.size)
  }
  const timer = setInterval(() => void look(), 500)
  return {
    end: async () => {
      clearInterval(timer)
      return { mostOpen, oldestMs }
    },
  }
}

/** Connections of the attacker's process to this port that are established: what it holds of the relay. */
async function connectionsOf(pid: number, port: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')),
  )
  const own = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]))
  const table = await readFile(`/proc/${pid}/net/tcp`, 'utf8')
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  return new Set(
    rows
      .filter((row) => row[2]?.endsWith(end) === true && row[3] === '01' && own.has(row[9]))
      .map((row) => `${row[1]}`),
  )
}

/** Bodies that are small on the wire and huge once unpacked, one, two and three layers deep. */
export async function bombs(stand: Stand, each: number): Promise<Finding> {
  const zeros = Buffer.alloc(64 * 1024 * 1024)
  const kinds = [
    ['gzip', gzipSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
    ['gzip, br, deflate', deflateSync(brotliCompressSync(gzipSync(zeros)))],
  ] as const
  const statuses = new Set<number>()
  const send = async ([encoding, body]: (typeof kinds)[number]) => {
    const head = [
      `POST /in/${honestKey} HTTP/1.1`,
      'Host: relay.example.com',
      `Content-Encoding: ${encoding}`,
      `Stripe-Signature: ${stripeSignature(body)}`,
      `Content-Length: ${body.length}`,
      'Connection: close',
      '',
      '',
    ].join('\r\n')
    const { statuses: said } = await converse(
      stand.port,
      Buffer.concat([Buffer.from(head), body]),
      3000,
    )
    for (const status of said) statuses.add(status)
  }
  await Promise.all(kinds.map(send))
  const before = await stand.rssBytes()
  let most = before
  for (let n = 0; n < each; n++) {
    await Promise.all(kinds.map(send))
    most = Math.max(most, await stand.rssBytes())
  }
  const grown = (most - before) / 1e6
  const odd = [...statuses].filter((status) => status !== 413 && status !== 415)
  return {
    what: `compression bombs, ${each * kinds.length}`,
    figures: `answers ${[...statuses].join(' ')}, RSS grew ${grown.toFixed(1)} MB`,
    violations: [
      ...odd.map((status) => `a bomb was answered ${status}`),
      ...(grown < 10 ? [] : [`RSS grew ${grown.toFixed(1)} MB`]),
    ],
  }
}

/** Requests whose signature is wrong, pipelined on a few connections; honest ones beside them. */
export async function forgeries(stand: Stand, count: number): Promise<Finding> {
  const calm = await sendHonestly(stand.url, honestPerSecond, 3000)
  await forge(stand, 2000)
  const [tables, memory] = [await stand.tableBytes(), await stand.rssBytes()]
  const ended = { yes: false }
  const started = performance.now()
  const forging = forge(stand, count).finally(() => (ended.yes = true))
  const heards: Heard[] = []
  do heards.push(await sendHonestly(stand.url, honestPerSecond / 5, 2000))
  while (!ended.yes)
  const answered = await forging
  const seconds = (performance.now() - started) / 1000
  const heard = { ...heards[0], not2xx: heards.flatMap(({ not2xx }) => not2xx) }
  const honest = heards.reduce((sum, { sent }) => sum + sent, 0)
  // What the honest events beside the forged ones take: some 2 kB each in all tables.
  const grown = ((await stand.tableBytes()) - tables - honest * 3000) / 1e6
  const memoryGrown = ((await stand.rssBytes()) - memory) / 1e6
  const p99 = Math.max(...heards.map((each) => each.p99))
  const violations = heard.not2xx.map((what) => `an honest request: ${what}`)
  if (grown > 10) violations.push(`tables grew ${grown.toFixed(1)} MB`)
  if (memoryGrown > 80) violations.push(`RSS grew ${memoryGrown.toFixed(0)} MB`)
  if (answered !== count) violations.push(`${answered} of ${count} were answered 401`)
  return {
    what: `${count} forged requests`,
    figures: `${(count / seconds).toFixed(0)}/s, tables grew ${grown.toFixed(1)} MB, RSS ${memoryGrown.toFixed(0)} MB, honest ${honest}, p99 ${calm.p99.toFixed(1)} → ${p99.toFixed(1)} ms`,
    violations,
  }
}

async function forge(stand: Stand, count: number): Promise<number> {
  const connections = 4
  const counts = await Promise.all(
    Array.from({ length: connections }, (_, n) =>
      forgeOn(stand.port, Math.floor(count / connections) + (n < count % connections ? 1 : 0)),
    ),
  )
  return counts.reduce((sum, one) => sum + one, 0)
}

const pipelined = 16

function forgeOn(port: number, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let sent = 0
    let refused = 0
    let tail = ''
    const more = () => {
      const batch: string[] = []
      for (; sent < count && sent - refused < pipelined; sent++) batch.push(forged(sent))
      if (batch.length > 0) socket.write(batch.join(''))
    }
    socket.on('connect', more)
    socket.on('error', reject)
    socket.on('close', () => resolve(refused))
    socket.on('data', (chunk) => {
      const text = tail + chunk.toString('latin1')
      const parts = text.split('HTTP/1.1 401')
      refused += parts.length - 1
      tail = text.slice(-11).startsWith('HTTP/1.1 401') ? '' : text.slice(-11)
      if (refused >= count) socket.end()
      else if (sent - refused <= pipelined / 2) more()
    })
  })
}

function forged(n: number): string {
  const body = `{"id":"forged_${n}","type":"invoice.paid","data":{"object":{"customer_email":"f${n}@example.com"}}}`
  const mac = createHmac('sha256', 'a guess').update(body).digest('hex')
  return [
    `POST /in/${honestKey} HTTP/1.1`,
    'Host: relay.example.com',
    `Stripe-Signature: t=${Math.floor(Date.now() / 1000)},v1=${mac}`,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** Bodies and rules made to take as long as the limits allow, well signed, at a steady rate. */
export async function hostile(stand: Stand, perSecond: number, ms: number): Promise<Finding> {
  await sendHonestly(stand.url, honestPerSecond, 4000)
  const calm = await sendHonestly(stand.url, honestPerSecond, 8000)
  await stand.metric('moab_relay_event_loop_delay_max_seconds')
  const attack = sendHostile(stand, perSecond, ms)
  const heard = await sendHonestly(stand.url, honestPerSecond, ms)
  const lagMs = (await stand.metric('moab_relay_event_loop_delay_max_seconds')) * 1000
  const answers = await attack
  const violations = [...unheard(heard), ...slower(calm, heard, 1.5)]
  if (lagMs > 100) violations.push(`the event loop stood still for ${lagMs.toFixed(0)} ms`)
  const wrong = answers
    .map(([status]) => status)
    .filter((status) => status !== 200 && status !== 503)
  violations.push(...wrong.map((status) => `a signed request was answered ${status}`))
  const said = answers.map(([status, times]) => `${times} × ${status}`).join(', ')
  return {
    what: `hostile bodies and rules, ${perSecond}/s`,
    figures: `${p99s(calm, heard)}, loop delay max ${lagMs.toFixed(0)} ms, hostile ${said}, RSS ${await rss(stand)}`,
    violations,
  }
}

/** From a process of its own: making a megabyte must not hold up the clock of the honest ones. */
async function sendHostile(
  stand: Stand,
  perSecond: number,
  ms: number,
): Promise<[status: number, times: number][]> {
  const script = join(import.meta.dirname, 'hostile-sender.ts')
  const sender = fork(script, [stand.url, String(perSecond), String(ms)])
  const [answers] = (await once(sender, 'message')) as [[number, number][]]
  return answers
}

const unheard = ({ not2xx }: Heard) => not2xx.map((what) => `an honest request: ${what}`)

/** Below a few milliseconds it is the machine that is measured. */
const noiseMs = 5

function slower(calm: Heard, heard: Heard, times: number): string[] {
  const allowed = Math.max(calm.p99 * times, calm.p99 + noiseMs)
  return heard.p99 <= allowed
    ? []
    : [`p99 ${heard.p99.toFixed(1)} ms, allowed ${allowed.toFixed(1)} ms`]
}

const p99s = (calm: Heard, heard: Heard) =>
  `p99 calm ${calm.p99.toFixed(1)} → ${heard.p99.toFixed(1)} ms (p50 ${calm.p50.toFixed(1)} → ${heard.p50.toFixed(1)}), ${heard.sent - heard.not2xx.length}/${heard.sent} 2xx`

const rss = async (stand: Stand) => `${((await stand.rssBytes()) / 1e6).toFixed(0)} MB`
