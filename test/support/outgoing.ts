// Where tests may be sent: to this machine, as an operator allows it, and to nothing else of their own.
import type { Outgoing } from '../../src/outgoing/outgoing.ts'
import { parseRanges } from '../../src/schemes/ip.ts'

/** For OUTGOING_ALLOWED_NETWORKS. */
export const loopbackNetworks = '127.0.0.0/8 ::1'

export const toLoopback: Outgoing = {
  allowed: parseRanges(loopbackNetworks) ?? [],
  isChosen: () => false,
}

/** As it is where nobody says anything. */
export const toPublic: Outgoing = { allowed: [], isChosen: () => false }
