// `tsx bench/peers/lost.ts [NAME…]`: what of that which was answered 200 never reaches MOAB, when MOAB is away for
// five seconds under load and in the middle of it the receiver is killed and started again. The relay
// (`npm run build` first) and every peer in turn; the sender repeats nothing.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { peers, type Peer } from './index.ts'
import { openStub, outages, type Outage, type Stub } from './stub.ts'
import { keptFolder, run } from './support.ts'
import { emailOf, macOf, paidInvoice, secret, stripeSignature } from '../rig/webhook.ts'
import { whenBrokenOff } from '../rig/broken-off.ts'
import { configFor, doors } from '../rig/relay.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: keptFolder },
    'per-second': { type: 'string', default: '200' },
    /** Of load before MOAB goes away, while it is away (killed half-way), and after. */
    seconds: { type: 'string', default: '4,5,6' },
    outage: { type: 'string', default: 'closed' },
    /** How long to wait for what was acknowledged, once all is well again. */
    wait: { type: 'string', default: '60' },
  },
})
// The peers end with this process: see support.ts.
whenBrokenOff(() => Promise.resolve())
const perSecond = Number(values['per-second'])
const [before = 4, during = 5, after = 6] = values.seconds.split(',').map(Number)
const outage: Outage = outages.find((how) => how === values.outage) ?? 'closed'
const say = (line: string) => process.stdout.write(`${line}\n`)

const relay: Peer = {
  name: 'moab-relay',
  what: 'durable in PostgreSQL before the 200; every event and grant ends in a state with a reason',
  signature: 'stripe',
  prepare: (folder) =>
    existsSync('dist/main.js')
      ? mkdir(folder, { recursive: true }).then(() => ({ ok: true }))
      : Promise.resolve({ ok: false, why: 'not built: npm run build' }),
  start: async ({ folder, stub, port }) => {
    await rm(join(folder, 'data'), { recursive: true, force: true })
    const { env } = configFor({ folder, stub })
    return run({
      command: process.execPath,
      args: [resolve('dist/main.js'), 'serve'],
      env: { ...env, PORT: String(port) },
      folder,
      url: `http://127.0.0.1:${port}/in/${doors.forward}`,
    })
  },
}

interface Sent {
  acknowledged: Set<string>
  /** Answered otherwise, or not at all: the sender's to repeat. */
  notTaken: number
}

/** Each request at its time, whether or not the ones before were answered. */
async function send(url: string, signature: Peer['signature'], seconds: number): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const sent: Sent = { acknowledged: new Set(), notTaken: 0 }
  const name = randomBytes(4).toString('hex')
  const began = performance.now()
  const one = async (n: number) => {
    await sleep(began + (n * 1000) / perSecond - performance.now())
    const id = `evt_${name}_${n}`
    const status = await post(agent, url, signature, paidInvoice(id)).catch(() => undefined)
    if (status === 200) sent.acknowledged.add(emailOf(id))
    else sent.notTaken++
  }
  await Promise.all(Array.from({ length: perSecond * seconds }, (_, n) => one(n)))
  agent.destroy()
  return sent
}

/** The status; rejects where no answer comes within 30 s, as a sender gives up. */
function post(
  agent: Agent,
  url: string,
  signature: Peer['signature'],
  body: string,
): Promise<number | undefined> {
  const headers = {
    'content-type': 'application/json',
    ...(signature === 'plain'
      ? { 'x-signature': macOf(secret, body) }
      : { 'stripe-signature': stripeSignature(secret, body) }),
  }
  return new Promise((done, failed) => {
    const signal = AbortSignal.timeout(30_000)
    const sent = request(url, { method: 'POST', headers, agent, signal }, (answer) => {
      answer.resume()
      answer.on('end', () => done(answer.statusCode)).on('error', failed)
    })
    sent.on('error', failed)
    sent.end(body)
  })
}

interface Loss extends Sent {
  missing: number
  /** Emails that MOAB was told more than once. */
  twice: number
  /** Seconds from the kill until it answered again. */
  returned: number
}

async function lossOf(peer: Peer, stub: Stub): Promise<Loss | string> {
  const folder = join(values.folder, peer.name)
  const prepared = await peer.prepare(folder, say)
  if (!prepared.ok) return prepared.why
  const running = await peer.start({ folder, stub: stub.url, port: 19_000 + (process.pid % 900) })
  try {
    stub.arrived.clear()
    const sending = send(running.url, peer.signature, before + during + after)
    const outageOver = sleep(before * 1000)
      .then(() => stub.away(outage))
      .then(() => sleep(during * 1000))
      .then(() => stub.back())
    await sleep((before + during / 2) * 1000)
    const killed = performance.now()
    await running.kill()
    await running.again()
    const returned = (performance.now() - killed) / 1000
    await outageOver
    const sent = await sending
    const isThere = (email: string) => stub.arrived.has(email)
    const until = performance.now() + Number(values.wait) * 1000
    while (performance.now() < until && ![...sent.acknowledged].every(isThere)) await sleep(200)
    const missing = [...sent.acknowledged].filter((email) => !isThere(email)).length
    const twice = [...stub.arrived.values()].filter((times) => times > 1).length
    return { ...sent, missing, twice, returned }
  } finally {
    await running.stop()
  }
}

const columns = ['answered 200', 'of them lost', 'not taken', 'at MOAB twice', 'back after']

async function main(): Promise<void> {
  const stub = await openStub()
  const rows: string[][] = []
  const asked = [relay, ...peers].filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  )
  for (const peer of asked) {
    say(`${peer.name}…`)
    const loss = await lossOf(peer, stub)
    rows.push([peer.name, ...(typeof loss === 'string' ? [`skipped: ${loss}`] : told(loss))])
  }
  await stub.close()
  say('')
  say(
    `${perSecond}/s for ${before + during + after} s; MOAB ${outage} for ${during} s, the receiver killed half-way; lost is what has not come ${values.wait} s after`,
  )
  say(tableOf([['', ...columns], ...rows]))
  for (const { name, what } of asked) say(`${name}: ${what}`)
}

const told = (loss: Loss) => [
  String(loss.acknowledged.size),
  String(loss.missing),
  String(loss.notTaken),
  String(loss.twice),
  `${loss.returned.toFixed(1)} s`,
]

function tableOf(rows: string[][]): string {
  const width = Math.max(...rows.map(([name = '']) => name.length))
  return rows
    .map(([name = '', ...cells]) =>
      [name.padEnd(width), ...cells.map((cell) => cell.padStart(14))].join('  '),
    )
    .join('\n')
}

await main()
