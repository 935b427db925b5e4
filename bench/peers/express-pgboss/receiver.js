// What a partner's developer writes in an afternoon: Express, Stripe's own SDK, a queue in PostgreSQL.
// The answer comes after the job is stored; pg-boss repeats what failed.
import express from 'express'
import PgBoss from 'pg-boss'
import Stripe from 'stripe'

const { DATABASE_URL, MOAB_URL, MOAB_API_KEY, STRIPE_WEBHOOK_SECRET, PORT } = process.env
const queue = 'bonus'
const stripe = new Stripe('sk_test_unused')

// A job that a killed process held is taken again after `expireInSeconds`, looked for every 10 s; the
// defaults are 15 and 2 minutes.
const boss = new PgBoss({ connectionString: DATABASE_URL, max: 20, maintenanceIntervalSeconds: 10 })
boss.on('error', (error) => process.stderr.write(`${error.stack}\n`))
await boss.start()
await boss.createQueue(queue, {
  retryLimit: 20,
  retryDelay: 1,
  retryBackoff: true,
  expireInSeconds: 30,
})

async function give(email) {
  const response = await fetch(MOAB_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: MOAB_API_KEY, email }),
    signal: AbortSignal.timeout(10_000),
  })
  const answer = await response.json()
  if (answer.status !== 'ok') throw new Error(`MOAB answered ${JSON.stringify(answer)}`)
}

// pg-boss fails or completes a batch as one: those that failed are told apart by hand.
const worker = await boss.work(
  queue,
  { batchSize: 100, pollingIntervalSeconds: 0.5 },
  async (jobs) => {
    const results = await Promise.allSettled(jobs.map(({ data }) => give(data.email)))
    const failed = jobs.filter((_, n) => results[n].status === 'rejected').map(({ id }) => id)
    if (failed.length > 0) await boss.fail(queue, failed)
  },
)

const app = express()
app.disable('x-powered-by')
app.post('/stripe', express.raw({ type: 'application/json' }), async (request, response) => {
  let event
  try {
    event = stripe.webhooks.constructEvent(
      request.body,
      request.headers['stripe-signature'],
      STRIPE_WEBHOOK_SECRET,
    )
  } catch (error) {
    response.status(400).send(`Webhook Error: ${error.message}`)
    return
  }
  const email = event.data.object.customer_email
  if (event.type === 'invoice.paid' && email) {
    await boss.send(queue, { event: event.id, email })
    boss.notifyWorker(worker)
  }
  response.json({ received: true })
})
app.listen(Number(PORT), '127.0.0.1')
