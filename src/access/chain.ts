// The hash chain over audit entries. Pure: what is stored goes in, hashes and findings come out.
//
// The bytes of an entry are the UTF-8 of a JSON array without spaces (RFC 8785: keys of objects sorted
// by their UTF-16 code units):
//   ["moab-relay audit 1",id,partner|null,at,actor,action,subject|null,detail]
// `at` in UTC with microseconds, 2026-11-25T19:53:39.012345Z; ids in lower case. Then
//   hash(0) = SHA-256("moab-relay audit chain 1 " + the chain's id)
//   hash(n) = SHA-256(hash(n - 1), 32 bytes, followed by the bytes of the entry at seq n)
import { createHash } from 'node:crypto'
import { nilUuid } from '../ids.ts'
import { isJsonObject, type JsonValue } from '../json.ts'
import type { Text } from '../providers/provider.ts'

/** The chain of entries that concern the whole installation. */
export const installationChain = nilUuid

export interface ChainedEntry {
  id: string
  partnerId: string | null
  at: string
  actor: string
  action: string
  subject: string | null
  detail: JsonValue
}

export interface Link {
  seq: number
  entryId: string
  hash: Buffer
}

export interface Head {
  seq: number
  hash: Buffer
}

/** What a chain begins with, before its first link. */
export const origin = (chain: string): Head => ({
  seq: 0,
  hash: createHash('sha256').update(`moab-relay audit chain 1 ${chain}`, 'utf8').digest(),
})

export function linkHash(previous: Buffer, entry: ChainedEntry): Buffer {
  return createHash('sha256').update(previous).update(entryBytes(entry)).digest()
}

export function entryBytes(entry: ChainedEntry): Buffer {
  const { id, partnerId, at, actor, action, subject, detail } = entry
  const parts = ['moab-relay audit 1', id, partnerId, at, actor, action, subject, detail]
  return Buffer.from(canonical(parts), 'utf8')
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
  return `{${pairs.join(',')}}`
}

/** The links that continue a chain with these entries, in this order. */
export function linksFor(head: Head, entries: readonly ChainedEntry[]): Link[] {
  const links: Link[] = []
  let { seq, hash } = head
  for (const entry of entries) {
    hash = linkHash(hash, entry)
    links.push({ seq: ++seq, entryId: entry.id, hash })
  }
  return links
}

/** A link with its entry, as stored; null: the entry is gone. */
export interface LinkedEntry extends Link {
  entry: ChainedEntry | null
}

/** What can be wrong with a link. */
export const linkFaults = {
  link_removed: {
    en: 'links are missing before this one: they were removed',
    ru: 'перед этим звеном не хватает других: их удалили',
  },
  entry_removed: {
    en: 'the entry is gone: it was removed after it had been chained',
    ru: 'записи нет: её удалили, когда она уже была в цепочке',
  },
  entry_changed: {
    en: 'the entry is not the one that was chained: it was changed, or what stood before it was removed',
    ru: 'запись не та, что вошла в цепочку: её изменили или удалили то, что стояло перед ней',
  },
  inserted: {
    en: 'the entry was put in between: the chain goes on as if it were not there',
    ru: 'запись вставили потом: цепочка продолжается так, будто её нет',
  },
  link_changed: {
    en: 'the stored hash does not continue the chain: the link or its entry was changed',
    ru: 'сохранённый хеш не продолжает цепочку: изменили звено или его запись',
  },
} as const satisfies Record<string, Text>
export type LinkFault = keyof typeof linkFaults

/** Nothing when `link` continues the chain. `next`: the one after it, to tell what happened. */
export function faultOf(
  head: Head,
  link: LinkedEntry,
  next: LinkedEntry | undefined,
): LinkFault | undefined {
  if (link.seq !== head.seq + 1) return 'link_removed'
  if (link.entry === null) return 'entry_removed'
  if (linkHash(head.hash, link.entry).equals(link.hash)) return undefined
  const following = next?.entry
  if (next === undefined || following === undefined || following === null) return 'link_changed'
  if (linkHash(head.hash, following).equals(next.hash)) return 'inserted'
  return linkHash(link.hash, following).equals(next.hash) ? 'entry_changed' : 'link_changed'
}
