// A partner who means ill: rules that cost as much as a rule may, and bodies that make them cost it.
// All well signed, so nothing is refused for its signature.
import { randomBytes } from 'node:crypto'
import { stripeSignature } from './stand.ts'

const secret = 'whsec_hostile'
const token = 'token-hostile-0123456789'

const filters = `
      - { events: ['*'], email: ['$..[?@..[?@.a == $.data]].c', '$..*..*..*'], campaign: h }
      - { events: ['*'], email: ['$..[?search(@.a, "(a|b|ab)*c")].d', '$..[?count($..*) > 5].e'], campaign: h }
      - { events: ['*'], when: { path: '$..x', op: exists }, email: ['$..[?@ == $].f'], campaign: h }`

export const hostileConfig = `
partner: hostile
campaigns: [{ name: h, mode: sandbox }]
sources:
  - name: filters
    provider: stripe
    key: hostile-stripe-0123456789
    credentials: [{ secret: ${secret} }]
    rules:${filters}
  - name: batches
    provider: auth0-log-stream
    key: hostile-batch-01234567890
    credentials: [{ token: ${token} }]
    rules:${filters}
  - name: forms
    provider: generic-token
    key: hostile-forms-01234567890
    credentials: [{ token: ${token} }]
    rules:${filters}
`

interface HostileRequest {
  path: string
  headers: Record<string, string>
  body: Buffer<ArrayBuffer>
}

/** One more body of each kind for each call; `n` keeps them apart. */
export function hostileRequests(): ((n: number) => HostileRequest)[] {
  const rests = [flat(1_000_000), nested(), quadratic(), ones(), regexes()]
  return [...rests.map((rest) => (n: number) => signed(n, rest)), () => batch(), () => form()]
}

const unique = () => randomBytes(9).toString('hex')

function signed(n: number, rest: string): HostileRequest {
  const body = Buffer.from(
    `{"id":"hostile_${n}_${unique()}","type":"x","livemode":true,"data":${rest}}`,
  )
  return {
    path: '/in/hostile-stripe-0123456789',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': stripeSignature(body, secret),
    },
    body,
  }
}

const many = (bytes: number, one: string) =>
  Array.from({ length: Math.floor(bytes / (one.length + 1)) }, () => one).join(',')

/** A megabyte of small objects. */
const flat = (bytes: number) => `[${many(bytes, '{"a":1,"b":2,"x":3}')}]`
/** As many nodes as a megabyte holds. */
const ones = () => `[${many(1_000_000, '1')}]`
/** As deep as is allowed, again and again. */
const nested = () => `[${many(1_000_000, '[['.repeat(30) + ']]'.repeat(30))}]`
/** Small, and every object is compared with every other. */
const quadratic = () => `[${many(30_000, '{"a":{"a":1},"b":{"a":1}}')}]`
const regexes = () => `[${many(500_000, `{"a":"${'ab'.repeat(500)}"}`)}]`

function batch(): HostileRequest {
  const one = () => ({
    log_id: unique(),
    data: { type: 's', user: { a: 1, b: 2, pad: 'x'.repeat(700) } },
  })
  return {
    path: '/in/hostile-batch-01234567890',
    headers: { 'content-type': 'application/json', authorization: token },
    body: Buffer.from(JSON.stringify(Array.from({ length: 1000 }, one))),
  }
}

function form(): HostileRequest {
  const fields = Array.from({ length: 999 }, (_, n) => `f${n}[a][b]=${'v'.repeat(900)}`)
  return {
    path: '/in/hostile-forms-01234567890',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Bearer ${token}`,
    },
    body: Buffer.from([...fields, `id=${unique()}`].join('&')),
  }
}
