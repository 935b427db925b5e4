// The figures, in the order of docs/performance.md.
import { accepting, costing, forwarding } from './accept.ts'
import { draining } from './drain.ts'
import type { Figure } from './figure.ts'
import { memory, starting } from './footprint.ts'
import { growing } from './growth.ts'
import { evenness, underWay } from './latency.ts'
import { nodes } from './nodes.ts'
import { outage } from './outage.ts'
import { besideExpress, besideOthers } from './peers.ts'
import { verifying } from './verification.ts'

export const figures: readonly Figure[] = [
  accepting,
  forwarding,
  costing,
  outage,
  besideExpress,
  besideOthers,
  underWay,
  evenness,
  draining,
  memory,
  starting,
  nodes,
  growing,
  verifying,
]
