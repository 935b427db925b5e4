// What no honest sender sends: nothing of it may be believed, granted or make the relay stumble. What
// is signed all the same is recorded, byte for byte, and unreadable.
import { createHmac, randomUUID } from 'node:crypto'
import { delivery, type Delivery } from './events.ts'
import type { Random } from './random.ts'
import { doors, type DoorName } from './world.ts'

export const hostileKinds = [
  'unsigned',
  'wrong-signature',
  'forged-id',
  'other-partners-secret',
  'closed-source',
  'oversized',
  'broken-json',
  'deep-nesting',
  'nul-bytes',
  'not-utf8',
] as const
export type HostileKind = (typeof hostileKinds)[number]

export interface Hostile {
  delivery: Delivery
  headers: Record<string, string>
}

const neverMayCount = (n: string) => `never.${n}@example.com`

export function hostile(kind: HostileKind, random: Random): Hostile {
  const id = randomUUID()
  const event = (eventId: string) =>
    Buffer.from(
      JSON.stringify({
        id: eventId,
        type: 'invoice.paid',
        livemode: true,
        data: { object: { amount_paid: 9900, customer_email: neverMayCount(id) } },
      }),
    )
  const plain = event(`evt_hostile_${id}`)
  const make: Record<HostileKind, () => Hostile> = {
    unsigned: () => refused(plain, {}),
    'wrong-signature': () => refused(plain, signed(plain, 'whsec_wrong')),
    // An event that may well exist: its record must stay as it is.
    'forged-id': () =>
      refused(
        event(`evt_${random.between(1, 50)}_${random.between(1, 500)}`),
        signed(plain, 'whsec_wrong'),
      ),
    'other-partners-secret': () => refused(plain, signed(plain, doors.store.secret)),
    'closed-source': () => refused(plain, signed(plain, doors.closed.secret), 'closed'),
    oversized: () => refused(Buffer.alloc(1_200_000, 0x20), signed(plain, doors.shop.secret)),
    'broken-json': () => unreadable(plain.subarray(0, plain.length - 7)),
    'deep-nesting': () => unreadable(Buffer.from(`${'['.repeat(5000)}"${id}"${']'.repeat(5000)}`)),
    'nul-bytes': () => unreadable(Buffer.concat([plain, Buffer.alloc(3)])),
    'not-utf8': () => unreadable(Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from(id)])),
  }
  return make[kind]()
}

function refused(body: Buffer, headers: Record<string, string>, door: DoorName = 'shop'): Hostile {
  return {
    delivery: delivery(door, body, [], () => headers),
    headers: { 'content-type': 'application/json', ...headers },
  }
}

/** Signed: it counts as an event, of which nothing comes. */
function unreadable(body: Buffer): Hostile {
  const headers = signed(body, doors.shop.secret)
  const nothing = { key: null, expect: 'none', campaign: null, email: null } as const
  return {
    delivery: delivery('shop', body, [nothing], () => headers),
    headers: { 'content-type': 'application/json', ...headers },
  }
}

function signed(body: Buffer, secret: string): Record<string, string> {
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')
  return { 'stripe-signature': `t=${at},v1=${mac}` }
}
