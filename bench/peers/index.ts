// What the bench sets beside the relay: what a partner would otherwise write or wire up. Each is set as its
// own documentation recommends; none of their packages is a dependency of the relay.
import { expressGraphile, expressPgBoss } from './express.ts'
import { n8n } from './n8n.ts'
import { nodeRed } from './node-red.ts'
import type { Prepared, Running } from './support.ts'
import { webhook } from './webhook.ts'

export interface Peer {
  name: string
  /** What it promises and what not, in one line. */
  what: string
  /** Installs what it needs into `folder`, which is kept between runs; says why where it cannot. */
  prepare(folder: string, say: (line: string) => void): Promise<Prepared>
  /** On loopback, with nothing stored yet. `stub` is MOAB's URL. Resolves when it answers. */
  start(at: { folder: string; stub: string; port: number }): Promise<Running>
  /** Stripe-Signature, or X-Signature: the hex HMAC of the body. */
  signature: 'stripe' | 'plain'
}

export const peers: readonly Peer[] = [expressPgBoss, expressGraphile, nodeRed, n8n, webhook]
