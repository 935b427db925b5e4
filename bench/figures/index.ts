// The figures, in the order of docs/performance.md.
import { accepting, costing, forwarding } from './accept.ts'
import type { Figure } from './figure.ts'

export const figures: readonly Figure[] = [accepting, forwarding, costing]
