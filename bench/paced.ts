// Signed webhooks at a fixed rate, each at its time whether or not the ones before were answered:
// `node paced.ts URL SECRET PER_SECOND SECONDS` prints the milliseconds from its time to its 200, as JSON.
import { createHmac, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'

const [target = '', secret = '', perSecond = '50', seconds = '10'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const run = randomBytes(4).toString('hex')
const began = performance.now()

function send(n: number): Promise<number> {
  const id = `evt_${run}_${n}`
  const object = { id: `in_${id}`, amount_paid: 4900, customer_email: `${id}@example.com` }
  const body = JSON.stringify({
    id,
    object: 'event',
    type: 'invoice.paid',
    livemode: true,
    created: 1_796_000_000,
    data: { object },
  })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${mac}` }
  const due = began + (n * 1000) / Number(perSecond)
  return new Promise((resolve, reject) => {
    const sent = request(target, { method: 'POST', headers, agent }, (answer) => {
      answer.resume()
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve(performance.now() - due)
          : reject(new Error(String(answer.statusCode))),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const all = Array.from({ length: Number(perSecond) * Number(seconds) }, async (_, n) => {
  await new Promise((resolve) =>
    setTimeout(resolve, began + (n * 1000) / Number(perSecond) - performance.now()),
  )
  return send(n)
})
process.stdout.write(JSON.stringify(await Promise.all(all)))
