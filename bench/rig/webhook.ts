// The webhook of every bench: a Stripe event of 3 kB about one paid invoice, and how its sender signs it.
import { createHmac, timingSafeEqual } from 'node:crypto'

export const secret = 'whsec_bench'

const filler = Object.fromEntries(
  Array.from({ length: 40 }, (_, n) => [`field_${n}`, `value ${n} `.repeat(5)]),
)

/** As text, exactly as it is signed; `id` makes it an event, and an email, of its own. */
export function paidInvoice(id: string): string {
  return JSON.stringify({
    id,
    object: 'event',
    type: 'invoice.paid',
    livemode: true,
    created: 1_796_000_000,
    data: {
      object: { id: `in_${id}`, amount_paid: 4900, customer_email: emailOf(id), metadata: filler },
    },
  })
}

export const emailOf = (id: string): string => `${id}@example.com`

/** Hex of HMAC-SHA256. */
export const macOf = (key: string, ...pieces: readonly (string | Buffer)[]): string =>
  pieces.reduce((mac, piece) => mac.update(piece), createHmac('sha256', key)).digest('hex')

/** The value of Stripe-Signature, at this moment. */
export function stripeSignature(key: string, body: string): string {
  const at = Math.floor(Date.now() / 1000)
  return `t=${at},v1=${macOf(key, `${at}.`, body)}`
}

/** What the least receiver would do about it. */
export function isSigned(key: string, header: string | undefined, body: Buffer): boolean {
  const [, at, signature] = /^t=(\d+),v1=(\w{64})$/.exec(header ?? '') ?? []
  if (at === undefined || signature === undefined) return false
  const mac = createHmac('sha256', key).update(`${at}.`).update(body).digest()
  return timingSafeEqual(mac, Buffer.from(signature, 'hex'))
}
