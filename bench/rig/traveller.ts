// Sends one event at a time and waits for its email to come back as MOAB would get it. Both ends in one process, so
// that one clock times them.   node traveller.ts SECRET      prints its port
//   POST /                                 MOAB
//   GET /travel?url=&perSecond=&seconds=   how long they were under way: {p50, p99} in milliseconds
import { randomBytes } from 'node:crypto'
import { createServer, Agent, request } from 'node:http'
import { quantile } from './statistics.ts'
import { emailOf, paidInvoice, stripeSignature } from './webhook.ts'

const [secret = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const awaited = new Map<string, (at: number) => void>()

const server = createServer((asked, answer) => {
  let text = ''
  asked.on('data', (chunk: Buffer) => (text += chunk.toString()))
  asked.on('end', () => {
    if (asked.method === 'POST') {
      const { email } = JSON.parse(text) as { email: string }
      awaited.get(email)?.(performance.now())
      answer.setHeader('content-type', 'application/json')
      answer.end('{"status":"ok"}')
      return
    }
    const { searchParams } = new URL(asked.url ?? '', 'http://localhost')
    const number = (name: string) => Number(searchParams.get(name))
    void travel(searchParams.get('url') ?? '', number('perSecond'), number('seconds')).then(
      (trip) => answer.end(JSON.stringify(trip)),
    )
  })
})

async function travel(url: string, perSecond: number, seconds: number) {
  const trips: Promise<number>[] = []
  for (let n = 0; n < perSecond * seconds; n++) {
    trips.push(once(url))
    await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond))
  }
  const times = (await Promise.all(trips)).toSorted((a, b) => a - b)
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

function once(url: string): Promise<number> {
  const id = `evt_${randomBytes(8).toString('hex')}`
  const email = emailOf(id)
  const body = paidInvoice(id)
  const headers = {
    'content-type': 'application/json',
    'stripe-signature': stripeSignature(secret, body),
  }
  const began = performance.now()
  return new Promise((resolve, reject) => {
    awaited.set(email, (arrived) => {
      awaited.delete(email)
      resolve(arrived - began)
    })
    request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume()
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`))
    })
      .on('error', reject)
      .end(body)
  })
}

server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`)
})
