// What comes in, told as it comes: events and refused requests, the oldest first, and events again whose
// bonus went on since.
import { limits } from '../limits.ts'
import type { Asker, Ledger, Mentions, Unknown } from './asking.ts'
import { listEvents, type EventView } from './events.ts'
import { listRejections, type RejectionView } from './rejections.ts'

export type News =
  /** `again`: it was told before, with another fate. */
  | { kind: 'event'; again: boolean; at: string; event: EventView }
  | { kind: 'rejection'; at: string; rejection: RejectionView }

export interface Tail {
  /**
   * What is new since it was asked last; at first the newest `lines`. Of more than a person can read only the
   * newest are told: `missed` says so.
   */
  next(): Promise<{ news: News[]; missed: boolean } | Unknown>
}

export function createTail(
  ledger: Ledger,
  asker: Asker,
  about: Pick<Mentions, 'partner' | 'source'>,
  lines: number,
): Tail {
  const fates = createMemory<string>()
  const refused = createMemory<true>()
  let isFirst = true

  return {
    async next() {
      const [events, rejections] = await Promise.all([
        newest((page) => listEvents(ledger, asker, { ...about, ...page }), fates),
        newest((page) => listRejections(ledger, asker, { ...about, ...page }), refused),
      ])
      if ('unknown' in events) return events
      if ('unknown' in rejections) return rejections
      const told = [
        ...events.items.toReversed().flatMap(tellEvent),
        ...rejections.items.toReversed().flatMap(tellRejection),
      ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
      if (!isFirst) return { news: told, missed: events.missed || rejections.missed }
      isFirst = false
      return { news: told.slice(Math.max(told.length - lines, 0)), missed: false }
    },
  }

  function tellEvent(event: EventView): News[] {
    const fate = `${event.fate} ${event.fate_reason}`
    const before = fates.get(event.id)
    fates.keep(event.id, fate)
    if (before === fate) return []
    return [{ kind: 'event', again: before !== undefined, at: event.received_at, event }]
  }

  function tellRejection(rejection: RejectionView): News[] {
    if (refused.has(rejection.id)) return []
    refused.keep(rejection.id, true)
    return [{ kind: 'rejection', at: rejection.at, rejection }]
  }
}

interface Memory {
  has(id: string): boolean
  /** The oldest that was there at first; what is older is no news. */
  start: string | undefined
}

type Found<Item> = { items: Item[]; next: string | null } | Unknown | { unusable: 'email' }

/** The newest page, and older ones until one holds something that was told; at first one page. */
async function newest<Item extends { id: string }>(
  pageOf: (page: { limit: number; after?: string | undefined }) => Promise<Found<Item>>,
  memory: Memory,
): Promise<{ items: Item[]; missed: boolean } | Unknown> {
  const items: Item[] = []
  let after: string | undefined
  for (let pages = 0; pages < limits.tailPagesMax; pages++) {
    const page = await pageOf({ limit: limits.tailRows, after })
    if (!('items' in page)) return 'unknown' in page ? page : { items, missed: false }
    const { start } = memory
    items.push(...page.items.filter(({ id }) => start === undefined || id >= start))
    if (start === undefined) {
      memory.start = items.at(-1)?.id ?? ''
      return { items, missed: false }
    }
    const isMet = page.items.some(({ id }) => memory.has(id) || id < start)
    if (isMet || page.next === null) return { items, missed: false }
    after = page.next
  }
  return { items, missed: true }
}

/** The newest of what was told: more than one question reads. */
function createMemory<Value>() {
  const kept = new Map<string, Value>()
  const most = 2 * limits.tailRows * limits.tailPagesMax
  const memory: Memory = { has: (id) => kept.has(id), start: undefined }
  return Object.assign(memory, {
    get: (id: string) => kept.get(id),
    keep(id: string, value: Value) {
      kept.delete(id)
      kept.set(id, value)
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    },
  })
}
