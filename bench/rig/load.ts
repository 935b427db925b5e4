// Load: signed 3 kB Stripe webhooks over keep-alive connections, each a new event of a new email. As fast as they
// are answered, or at a rate, each then timed from when it was due, however late it could leave. A process of its
// own, with as little work a request as can be: one template, into which the number and the signature are written.
//   node load.ts LOAD      of drive.ts, as JSON; prints one line of JSON
import { connect, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import type { Load, LoadOptions } from './drive.ts'
import { quantile } from './statistics.ts'
import { macOf, paidInvoice } from './webhook.ts'

const options = JSON.parse(process.argv[2] ?? '') as LoadOptions
const { secret, seconds, rate, sources, connections = 64 } = options
const isPlain = options.signature === 'plain'
const url = new URL(options.url)
const began = performance.now()
const until = began + seconds * 1000
const times: number[] = []
const counts = { refused: 0, cut: 0, due: 0 }

const idLength = 'evt_'.length + 8 + 1 + 8
const run = randomBytes(4).toString('hex')
const template = makeTemplate()

interface Template {
  bytes: Buffer
  sourceAt: number
  bodyAt: number
  idsAt: number[]
  timeAt: number
  macAt: number
}

/** A whole request with zeros where the id, the time and the signature go; all of fixed length. */
function makeTemplate(): Template {
  const id = `evt_${'0'.repeat(idLength - 4)}`
  const body = paidInvoice(id)
  const mac = '0'.repeat(64)
  const signature = isPlain ? `X-Signature: ${mac}` : `Stripe-Signature: t=0000000000,v1=${mac}`
  const head =
    `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\n` +
    `${signature}\r\nContent-Length: ${body.length}\r\n\r\n`
  const bytes = Buffer.from(head + body)
  return {
    bytes,
    sourceAt: sources === undefined ? -1 : head.indexOf('000000'),
    bodyAt: head.length,
    idsAt: [...(head + body).matchAll(new RegExp(id, 'g'))].map(({ index }) => index),
    timeAt: isPlain ? -1 : head.indexOf('t=0000000000') + 2,
    macAt: head.indexOf(mac),
  }
}

let number = 0

function nextRequest(): Buffer {
  const { bytes, sourceAt, bodyAt, idsAt, timeAt, macAt } = template
  const request = Buffer.from(bytes)
  if (sourceAt >= 0) {
    const source = String(Math.floor(Math.random() * (sources ?? 1))).padStart(6, '0')
    request.write(source, sourceAt, 'latin1')
  }
  const id = `evt_${run}_${String(number++).padStart(8, '0')}`
  for (const at of idsAt) request.write(id, at, 'latin1')
  const time = String(Math.floor(Date.now() / 1000))
  if (timeAt >= 0) request.write(time, timeAt, 'latin1')
  const signed = request.subarray(bodyAt)
  const mac = isPlain ? macOf(secret, signed) : macOf(secret, `${time}.`, signed)
  request.write(mac, macAt, 'latin1')
  return request
}

/** One request at a time; `next` says when its answer has come. */
class Client {
  #socket: Socket
  #pending = ''
  #since = 0
  #busy = false
  #next: (client: Client) => void

  constructor(next: (client: Client) => void) {
    this.#next = next
    this.#socket = this.#open()
  }

  send(since: number): void {
    this.#since = since
    this.#busy = true
    // The other side may have closed what was idle.
    if (this.#socket.destroyed) this.#socket = this.#open()
    this.#socket.write(nextRequest())
  }

  end(): void {
    this.#socket.destroy()
  }

  #open(): Socket {
    const socket = connect(Number(url.port), url.hostname)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      socket.destroy()
      this.#pending = ''
      if (!this.#busy) return
      counts.cut++
      // Not at once: whoever cut it off may be away.
      setTimeout(() => this.#done(), 10)
    })
    return socket
  }

  #read(chunk: Buffer): void {
    this.#pending += chunk.toString('latin1')
    const end = endOfAnswer(this.#pending)
    if (end < 0) return
    if (/^HTTP\/1\.1 2\d\d/.test(this.#pending)) times.push(performance.now() - this.#since)
    else counts.refused++
    this.#pending = this.#pending.slice(end)
    this.#done()
  }

  #done(): void {
    this.#busy = false
    this.#next(this)
  }
}

/** -1 while it is not whole. */
function endOfAnswer(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return -1
  const headers = text.slice(0, head)
  const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1]
  if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(headers)) {
    const last = text.indexOf('0\r\n\r\n', head + 4)
    return last < 0 ? -1 : last + 5
  }
  const end = head + 4 + Number(length ?? 0)
  return text.length < end ? -1 : end
}

function asFastAsAnswered(): Promise<void> {
  return new Promise((resolve) => {
    let open = connections
    const next = (client: Client) => {
      const now = performance.now()
      if (now < until) return client.send(now)
      client.end()
      if (--open === 0) resolve()
      return undefined
    }
    for (let n = 0; n < connections; n++) next(new Client(next))
  })
}

/** What is due and finds no connection free waits for one: the time counts from when it was due. */
function atRate(perSecond: number): Promise<void> {
  const free: Client[] = []
  const total = Math.round(perSecond * seconds)
  const dueAt = (n: number) => began + (n * 1000) / perSecond
  let answered = 0
  return new Promise((resolve) => {
    const release = (client: Client) => {
      free.push(client)
      if (++answered >= total) resolve()
    }
    for (let n = 0; n < connections; n++) free.push(new Client(release))
    const tick = () => {
      while (counts.due < total && dueAt(counts.due) <= performance.now()) {
        const client = free.pop()
        if (client === undefined) break
        client.send(dueAt(counts.due++))
      }
      if (counts.due < total) setTimeout(tick, 1)
    }
    tick()
  })
}

await (rate === undefined ? asFastAsAnswered() : atRate(rate))
const elapsed = (performance.now() - began) / 1000
const sorted = Float64Array.from(times).sort()
const result: Load = {
  accepted: times.length,
  refused: counts.refused,
  cut: counts.cut,
  perSecond: times.length / elapsed,
  p50: quantile(sorted, 0.5),
  p99: quantile(sorted, 0.99),
  ...(options.times && { times }),
}
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
