// As ../express-pgboss, with Graphile Worker as the queue: it is woken by NOTIFY and repeats what failed.
// A job that a killed process held is taken again after four hours, which cannot be set; sooner where somebody
// who knows that the process is dead calls forceUnlockWorkers.
import express from 'express'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import Stripe from 'stripe'

const { DATABASE_URL, MOAB_URL, MOAB_API_KEY, STRIPE_WEBHOOK_SECRET, PORT } = process.env
const stripe = new Stripe('sk_test_unused')
// As it comes, it writes a line for each job.
const logger = new Logger(() => (level, message) => {
  if (level === 'error') process.stderr.write(`${message}\n`)
})
const worker = { connectionString: DATABASE_URL, maxPoolSize: 24, logger }

async function give({ email }) {
  const response = await fetch(MOAB_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: MOAB_API_KEY, email }),
    signal: AbortSignal.timeout(10_000),
  })
  const answer = await response.json()
  if (answer.status !== 'ok') throw new Error(`MOAB answered ${JSON.stringify(answer)}`)
}

const utils = await makeWorkerUtils(worker)
await utils.migrate()
await run({ ...worker, concurrency: 20, taskList: { bonus: give } })

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
    await utils.addJob('bonus', { event: event.id, email }, { jobKey: event.id })
  }
  response.json({ received: true })
})
app.listen(Number(PORT), '127.0.0.1')
