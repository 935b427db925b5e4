// Load: signed 3 kB Stripe webhooks over keep-alive connections, each a new event for a new email.
// Runs in a process of its own: `node load.ts URL SECRET CONNECTIONS SECONDS [plain]`, prints one JSON line.
// `plain` signs as X-Signature, the hex HMAC of the body, for those that cannot prove Stripe's.
import { createHmac, randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const [target = '', secret = '', connections = '64', seconds = '10', scheme = 'stripe'] =
  process.argv.slice(2)
const url = new URL(target)
const until = performance.now() + Number(seconds) * 1000
const run = randomBytes(4).toString('hex')
const times: number[] = []
let number = 0
let refused = 0

const filler = Object.fromEntries(
  Array.from({ length: 40 }, (_, n) => [`field_${n}`, `value ${n} `.repeat(5)]),
)

function event(): Buffer {
  const id = `evt_${run}_${number++}`
  return Buffer.from(
    JSON.stringify({
      id,
      object: 'event',
      type: 'invoice.paid',
      livemode: true,
      created: 1_796_000_000,
      data: {
        object: {
          id: `in_${id}`,
          amount_paid: 4900,
          customer_email: `${id}@example.com`,
          metadata: filler,
        },
      },
    }),
  )
}

function signed(): Buffer {
  const body = event()
  const head = `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\n${signature(body)}\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

function signature(body: Buffer): string {
  const mac = createHmac('sha256', secret)
  if (scheme === 'plain') return `X-Signature: ${mac.update(body).digest('hex')}`
  const at = Math.floor(Date.now() / 1000)
  return `Stripe-Signature: t=${at},v1=${mac.update(`${at}.`).update(body).digest('hex')}`
}

/** One request at a time on one connection; answers are told by their status line and blank line. */
function client(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname)
    socket.setNoDelay(true)
    let sent = 0
    let pending = ''
    const next = () => {
      if (performance.now() > until) return socket.end(resolve)
      sent = performance.now()
      socket.write(signed())
      return undefined
    }
    socket.on('connect', next)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0)
      if (pending.length < end + 4 + length) return
      if (pending.startsWith('HTTP/1.1 200')) times.push(performance.now() - sent)
      else refused++
      pending = ''
      next()
    })
  })
}

const started = performance.now()
await Promise.all(Array.from({ length: Number(connections) }, client))
const elapsed = (performance.now() - started) / 1000
times.sort((a, b) => a - b)
const quantile = (q: number) =>
  times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? Number.NaN
process.stdout.write(
  JSON.stringify({
    accepted: times.length,
    refused,
    perSecond: times.length / elapsed,
    p50: quantile(0.5),
    p99: quantile(0.99),
  }) + '\n',
)
