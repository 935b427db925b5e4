// Planning takes connections that deliveries need as well: whoever plans, by API or console, comes through here.
import { Gate } from '../access/gate.ts'
import { limits } from '../limits.ts'

export const planGate = new Gate(limits.plansMax, limits.plansWaitingMax)
