// What senders send, drawn one after another from the stream of their door: signed by independent
// code in each provider's own way, with what must come of it.
import { createHash, createHmac } from 'node:crypto'
import { randomStream, type Random } from './random.ts'
import { doors, type CampaignName, type DoorName } from './world.ts'

/** What must come of an event once it is acknowledged. */
export type Expectation =
  /** Its grant must exist, and the email be registered unless it waits or is refused. */
  | 'grant'
  /** Recorded, and nothing sent. */
  | 'none'
  /** A rule was being switched meanwhile: as the event's own state says. */
  | 'either'
  /** The database refuses its row: never acknowledged. */
  | 'never'

export interface ExpectedEvent {
  /** null where only the bytes identify it. */
  key: string | null
  expect: Expectation
  campaign: CampaignName | null
  email: string | null
}

export interface Delivery {
  door: DoorName
  body: Buffer
  sha: string
  events: ExpectedEvent[]
  /** Headers of one try: signatures carry the time. */
  headers(secret: string): Record<string, string>
}

interface Drawn {
  type: string
  amount: number
  expect: Expectation
  campaign: CampaignName | null
  emailed: boolean
}

const shopKinds: readonly (readonly [weight: number, drawn: Drawn])[] = [
  [56, paid('acme/bonus', 'invoice.paid')],
  [8, { ...nothing('invoice.paid'), amount: 400 }],
  [6, nothing('product.created')],
  [4, nothing('invoice.voided')],
  [2, { ...nothing('invoice.paid'), emailed: false, amount: 9900 }],
  [9, paid('acme/paused', 'checkout.session.completed')],
  [6, paid('acme/limited', 'charge.succeeded')],
  [3, paid('acme/stopped', 'customer.created')],
  [5, { ...paid('acme/bonus', 'chaos.toggled'), expect: 'either' }],
  [1, { ...paid('acme/bonus', 'chaos.poison'), expect: 'never' }],
]

function paid(campaign: CampaignName, type: string): Drawn {
  return { type, amount: 9900, expect: 'grant', campaign, emailed: true }
}

function nothing(type: string): Drawn {
  return { type, amount: 9900, expect: 'none', campaign: null, emailed: true }
}

export interface Drawing {
  next(): Delivery
}

/** The run's number keeps events of two runs on one database apart. */
export function drawDeliveries(seed: number, door: DoorName): Drawing {
  const random = randomStream(seed, `events ${door}`)
  const { provider, partner } = doors[door]
  const earlier: string[] = []
  let n = 0
  const email = (kind: string) => {
    // One in ten is a person who was there before; one in a hundred MOAB will refuse.
    if (kind === 'grant' && earlier.length > 0 && random.chance(0.1)) return random.pick(earlier)
    const prefix = kind === 'grant' && random.chance(0.01) ? 'wrong.' : ''
    const made = `${prefix}${kind}.${door}.${n}@example.com`
    if (kind === 'grant' && earlier.push(made) > 64) earlier.shift()
    return made
  }
  const context: Context = { seed, door, random, email, filler: filler(random) }
  return {
    next() {
      n++
      if (provider === 'okta') return okta(context, n)
      if (provider === 'auth0-event-stream') return auth0(context, n)
      if (provider === 'standard-webhooks') return standardWebhook(context, n)
      return partner === 'globex' ? store(context, n) : shop(context, n)
    },
  }
}

interface Context {
  seed: number
  door: DoorName
  random: Random
  email(kind: string): string
  filler: string
}

const filler = (random: Random) =>
  Array.from({ length: 60 }, () => random.between(0, 0xffff).toString(16)).join(' ')

function shop(context: Context, n: number): Delivery {
  return stripe(context, n, weighted(shopKinds, context.random))
}

function store(context: Context, n: number): Delivery {
  return stripe(
    context,
    n,
    context.random.chance(0.9) ? paid('globex/bonus', 'invoice.paid') : nothing('charge.failed'),
  )
}

function stripe(context: Context, n: number, drawn: Drawn): Delivery {
  const { seed, door, filler: padding } = context
  const key = `evt_${seed}_${n}`
  // Addresses that may be sent and addresses that must not are told apart by themselves.
  const email = drawn.emailed
    ? context.email(drawn.campaign === null ? 'nothing' : addressed(drawn))
    : null
  const body = Buffer.from(
    JSON.stringify({
      id: key,
      object: 'event',
      type: drawn.type,
      livemode: true,
      created: 1_796_000_000,
      data: {
        object: {
          id: `in_${n}`,
          amount_paid: drawn.amount,
          customer_email: email,
          note: padding,
          seed,
        },
      },
    }),
  )
  return delivery(
    door,
    body,
    [{ key, expect: drawn.expect, campaign: drawn.campaign, email }],
    (secret) => {
      const at = Math.floor(Date.now() / 1000)
      const mac = createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')
      return { 'stripe-signature': `t=${at},v1=${mac}` }
    },
  )
}

/** Those of the campaigns that are not always open share no address with the others. */
const addressed = ({ campaign, expect }: Drawn) =>
  expect === 'grant' && campaign === 'acme/bonus'
    ? 'grant'
    : `${campaign?.slice(campaign.indexOf('/') + 1)}-${expect}`

function auth0({ seed, door, email, filler: padding }: Context, n: number): Delivery {
  const key = `evt_msg_${seed}_${n}`
  const address = email('grant')
  const body = Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id: key,
      type: 'user.created',
      source: 'urn:auth0:chaos.example.com',
      time: '2026-11-30T00:53:20.000Z',
      data: { object: { user_id: `auth0|${n}`, email: address, note: padding } },
    }),
  )
  const event: ExpectedEvent = { key, expect: 'grant', campaign: 'acme/bonus', email: address }
  return delivery(door, body, [event], (token) => ({ authorization: `Bearer ${token}` }))
}

/** One request, one to three events: one is no registration, and now and then one stands in it twice. */
function okta({ seed, door, random, email, filler: padding }: Context, n: number): Delivery {
  const events = Array.from({ length: random.between(1, 3) }, (_, part): ExpectedEvent => {
    const key = `okta-${seed}-${n}-${part}`
    return part === 2
      ? { key, expect: 'none', campaign: null, email: email('nothing') }
      : { key, expect: 'grant', campaign: 'acme/bonus', email: email('grant') }
  })
  const told = random.chance(0.1) ? [...events, ...events.slice(0, 1)] : events
  const body = Buffer.from(
    JSON.stringify({
      eventType: 'com.okta.event_hook',
      eventId: `hook-${seed}-${n}`,
      note: padding,
      data: {
        events: told.map((event) => ({
          uuid: event.key,
          published: '2026-11-30T00:53:20.000Z',
          eventType: event.expect === 'grant' ? 'user.lifecycle.create' : 'user.session.start',
          outcome: { result: 'SUCCESS' },
          target: [{ type: 'User', alternateId: event.email }],
        })),
      },
    }),
  )
  return delivery(door, body, events, (token) => ({ authorization: token }))
}

function standardWebhook({ seed, door, email, filler: padding }: Context, n: number): Delivery {
  const key = `msg_${seed}_${n}`
  const address = email('grant')
  const body = Buffer.from(
    JSON.stringify({
      type: 'user.created',
      timestamp: '2026-11-30T00:53:20Z',
      number: n,
      data: { email: address, note: padding },
    }),
  )
  const event: ExpectedEvent = { key, expect: 'grant', campaign: 'globex/bonus', email: address }
  return delivery(door, body, [event], (secret) => {
    const at = Math.floor(Date.now() / 1000)
    const bytes = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const mac = createHmac('sha256', bytes).update(`${key}.${at}.`).update(body).digest('base64')
    return { 'webhook-id': key, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` }
  })
}

export function delivery(
  door: DoorName,
  body: Buffer,
  events: ExpectedEvent[],
  headers: (secret: string) => Record<string, string>,
): Delivery {
  return { door, body, events, headers, sha: createHash('sha256').update(body).digest('hex') }
}

function weighted<T>(table: readonly (readonly [number, T])[], random: Random): T {
  let left = random.next() * table.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, item] of table) if ((left -= weight) < 0) return item
  throw new Error('an empty table')
}
