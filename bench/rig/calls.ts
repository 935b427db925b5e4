// What undici alone brings to the stub: `Pool.request`, so many at once, for so long, each answer read.
//   node calls.ts URL CONNECTIONS SECONDS      prints calls a second
import { Pool } from 'undici'

const [url = '', connections = '24', seconds = '5'] = process.argv.slice(2)
const pool = new Pool(url, { connections: Number(connections), pipelining: 1 })
const until = performance.now() + Number(seconds) * 1000
let count = 0

async function caller(): Promise<void> {
  while (performance.now() < until) {
    const { body } = await pool.request({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        api_key: '11111111-2222-4333-8444-555555555555',
        email: `somebody-${count}@example.com`,
      }),
    })
    await body.json()
    count++
  }
}

const began = performance.now()
await Promise.all(Array.from({ length: Number(connections) }, caller))
process.stdout.write(`${(count * 1000) / (performance.now() - began)}\n`, () => process.exit(0))
