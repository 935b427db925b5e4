// What people paid, found in the requests that are still kept. It is not recorded: the relay needs no
// sums, so it keeps none of them longer than the bytes they came in.
import type { TracedEventRow } from '../db/ledger/events.ts'
import type { Owner, Reader } from '../db/ledger/reading.ts'
import { requestsOf, type RequestOfEvent } from '../db/privacy/people.ts'
import { trustAt, type ReadEvent } from '../inbound/event.ts'
import { provenAsKept } from '../inbound/kept.ts'
import { read } from '../inbound/read.ts'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import { eventsOfType } from '../providers/event-types.ts'
import { isProviderId, providers } from '../providers/index.ts'
import type { Amount, Provider } from '../providers/provider.ts'
import { resolveProof, type Resolved } from '../providers/resolve.ts'
import { compileCondition, type Condition } from '../rules/condition.ts'
import { compilePath, type Found } from '../rules/path.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import { moneyOf, type Money } from './money.ts'

export interface Paid extends Money {
  /** The sender's proof covers it. */
  covered: boolean
}

/** By event id, of those whose sum is known: of the newest, as far as a few megabytes reach. */
export async function paidIn(
  tx: Reader,
  owner: Owner,
  events: readonly TracedEventRow[],
): Promise<ReadonlyMap<string, Paid>> {
  const newest = events.filter(mayTell).slice(-limits.storySumsMax)
  const ids = newest.map(({ id }) => id)
  const kept = await requestsOf(tx, owner, ids, {
    bytesMax: limits.storySumsBytesMax,
    first: 'newest',
  })
  const requests = new Map(kept.map((each) => [each.eventId, each]))
  const proofs = new Map<string, Resolved>()
  return new Map(
    newest.flatMap((event) => {
      const { id, provider } = event.source
      const request = requests.get(event.id)
      if (request === undefined || !isProviderId(provider)) return []
      const proof = proofs.get(id) ?? resolveProof(providers[provider], event.settings)
      proofs.set(id, proof)
      const paid = proof.ok ? paidAsKept(event, request, providers[provider], proof.proof) : null
      return paid ? [[event.id, paid] as const] : []
    }),
  )
}

function mayTell({ source, type, state }: TracedEventRow): boolean {
  if (state === 'unreadable' || state === 'parked' || !isProviderId(source.provider)) return false
  return eventsOfType(providers[source.provider], type).some(({ amount }) => amount !== undefined)
}

function paidAsKept(
  { settings, part, trust, type }: TracedEventRow,
  { method, headers, body }: RequestOfEvent,
  provider: Provider,
  proof: CheckedProof,
): Paid | null {
  if (body.length > limits.payloadShownBytesMax) return null
  const { request, verdict } = provenAsKept({ provider, proof }, { method, headers, body }, trust)
  const event = read(provider, request, verdict, settings)[part]
  // The type as recorded: it may have stood in the URL, which is not kept.
  if (event === undefined || event.unreadable !== null) return null
  return paidAs(provider, { ...event, type })
}

/** Null where the event does not say that something was paid, or not how much. */
export function paidAs(provider: Provider, event: ReadEvent): Paid | null {
  for (const { amount, when } of eventsOfType(provider, event.type)) {
    if (amount === undefined || (when !== undefined && !holds(when, event.value))) continue
    return amountIn(event, amount)
  }
  return null
}

function holds(when: Condition, value: JsonValue): boolean {
  const steps = { left: limits.planStepsMax }
  return compileCondition(when)({ value, steps, covered: () => true, note: () => {} }) === true
}

function amountIn(event: ReadEvent, { value, currency, ...amount }: Amount): Paid | null {
  const sum = onlyOne(event, value)
  if (sum === undefined) return null
  const code = currency?.startsWith('$') ? onlyOne(event, currency) : { value: currency }
  const money = moneyOf(amount, sum.value, code?.value)
  const places = [sum, code].flatMap((each) => (each && 'path' in each ? [each.path] : []))
  return money && { ...money, covered: places.every((at) => trustAt(event, at) !== 'unsigned') }
}

/** Two sums are no sum: nobody knows which of them was paid. */
function onlyOne({ value }: ReadEvent, path: string): Found | undefined {
  const found = compilePath(path).find(value)
  return found.length === 1 ? found[0] : undefined
}
