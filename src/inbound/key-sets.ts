// Remote key sets (JWKS), cached. The address comes from a source's configuration, never from a
// token, or from a header where the preset names the hosts. However many odd tokens arrive, one address is asked at most once per cooldown; and a key id
// that could not be looked for is "unavailable" (503), never "no such key" (401).
import { createHash } from 'node:crypto'
import { limits } from '../limits.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { PublicKey } from '../schemes/public-keys.ts'
import type { KeyQuestion, KeySetLookup, NoKeySet } from '../schemes/scheme.ts'
import { openKeySetClient } from './key-set-client.ts'

export interface KeySets {
  keySetAt: KeySetLookup
  close(): Promise<void>
}

interface KeySet {
  keys: PublicKey[]
}

/** What is known about one address. Times in milliseconds of the clock given. */
interface Entry {
  set: KeySet | undefined
  fetchedAt: number
  askedAt: number
  /** The fetch under way: concurrent callers share it. True once it brought a set. */
  pending: Promise<boolean> | undefined
  /** Key ids the last fetch was made for, or joined by, and did not bring. */
  absent: Set<string>
  /** Why the last fetch brought none, if it did not. */
  without: NoKeySet
}

interface KeySetsOptions {
  /** The address of a key set is a partner's word. */
  outgoing: Outgoing
  /** Milliseconds, never backwards. */
  clock?: () => number
}

export function createKeySets({ outgoing, ...options }: KeySetsOptions): KeySets {
  const clock = options.clock ?? (() => performance.now())
  const client = openKeySetClient(outgoing)
  const entries = new Map<string, Entry>()

  const budget = newForeignKeys(clock)

  const keySetAt: KeySetLookup = async (url, keyId, foreign) => {
    const name = nameOf(url, foreign?.question)
    if (foreign && !entries.has(name) && !budget.take()) return 'unavailable'
    const entry = recent(entries, name)
    await renew(entry, url, keyId, foreign?.question)
    const { set, fetchedAt } = entry
    if (set === undefined || clock() - fetchedAt > limits.jwksStaleMsMax) return entry.without
    return knows(entry, keyId, clock()) ? set : entry.without
  }

  /** Asks again where the set is old, or says nothing about this key. */
  async function renew(
    entry: Entry,
    url: string,
    keyId: string | undefined,
    question: KeyQuestion | undefined,
  ): Promise<void> {
    if (isFresh(entry, clock()) && knows(entry, keyId, clock())) return
    const fetched = await ask(url, entry, question)
    if (fetched && keyId !== undefined) noteAbsent(entry, keyId)
  }

  function ask(
    url: string,
    entry: Entry,
    question: KeyQuestion | undefined,
  ): Promise<boolean> | boolean {
    if (entry.pending) return entry.pending
    if (clock() - entry.askedAt < limits.jwksCooldownMs) return false
    entry.askedAt = clock()
    entry.pending = refresh(url, entry, question).finally(() => (entry.pending = undefined))
    return entry.pending
  }

  async function refresh(
    url: string,
    entry: Entry,
    question: KeyQuestion | undefined,
  ): Promise<boolean> {
    const keys = await client.fetchKeys(url, question)
    entry.without = keys === 'refused' ? 'refused' : 'unavailable'
    if (!Array.isArray(keys)) return false
    entry.set = { keys }
    entry.fetchedAt = clock()
    entry.absent.clear()
    return true
  }

  return { keySetAt, close: () => client.close() }
}

/**
 * Some senders name the address of their certificate in a header, and some keys are asked for by an id
 * from a token: whoever writes those could make us ask for ever new ones. Known addresses are free.
 */
function newForeignKeys(clock: () => number) {
  let left: number = limits.newForeignKeysPerMinuteMax
  let since = clock()
  return {
    take(): boolean {
      if (clock() - since > 60_000) [since, left] = [clock(), limits.newForeignKeysPerMinuteMax]
      left -= 1
      return left >= 0
    },
  }
}

/** The question holds secrets: only its hash is kept as a name. */
function nameOf(url: string, question: KeyQuestion | undefined): string {
  if (question === undefined) return url
  const { body } = question
  return `${url} ${createHash('sha256').update(JSON.stringify(body)).digest('hex')}`
}

/** The entry of an address, made the most recently used. */
function recent(entries: Map<string, Entry>, url: string): Entry {
  const entry = entries.get(url) ?? newEntry()
  entries.delete(url)
  entries.set(url, entry)
  const [oldest] = entries.keys()
  if (entries.size > limits.keySetsMax && oldest !== undefined) entries.delete(oldest)
  return entry
}

function newEntry(): Entry {
  return {
    set: undefined,
    fetchedAt: -Infinity,
    askedAt: -Infinity,
    pending: undefined,
    absent: new Set(),
    without: 'unavailable',
  }
}

function isFresh({ set, fetchedAt }: Entry, now: number): boolean {
  return set !== undefined && now - fetchedAt <= limits.jwksAgeMsMax
}

/** Whether the set can be trusted about this key: it is there, or was looked for just now. */
function knows({ set, absent, fetchedAt }: Entry, keyId: string | undefined, now: number): boolean {
  if (keyId === undefined || set?.keys.some((key) => key['kid'] === keyId)) return true
  return absent.has(keyId) && now - fetchedAt < limits.jwksCooldownMs
}

function noteAbsent({ absent }: Entry, keyId: string): void {
  if (absent.size < limits.absentKeyIdsMax && keyId.length <= limits.absentKeyIdCharsMax)
    absent.add(keyId)
}
