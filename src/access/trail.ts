// Checks the chains against the entries, link by link and checkpoint by checkpoint, and says where the
// first break is. Reads in pieces, so that a trail of any length takes the same memory.
import type { JSONWebKeySet } from 'jose'
import {
  checkpointsBetween,
  entriesAfter,
  firstLink,
  linkAt,
  linksAfter,
  newestCheckpoint,
  type StoredCheckpoint,
} from '../db/audit/trail.ts'
import type { Sql } from '../db/open.ts'
import { limits } from '../limits.ts'
import { retentionRules } from '../privacy/retention.ts'
import type { Text } from '../providers/provider.ts'
import {
  faultOf,
  installationChain,
  linkFaults,
  origin,
  type Head,
  type LinkedEntry,
} from './chain.ts'
import { readCheckpoint, type Checkpoint } from './checkpoint.ts'

/** All that can be found wrong. */
export const trailFaults = {
  ...linkFaults,
  entry_foreign: {
    en: 'the entry belongs to another chain: it was put here past the relay',
    ru: 'запись из другой цепочки: её внесли сюда в обход релея',
  },
  entry_late: {
    en: 'the entry says that it is older than the checkpoint before it: it was put in later with a false time (or the clock of the database was wrong)',
    ru: 'по времени запись старше отметки, которая стоит перед ней: её внесли позже с ложным временем (или часы базы данных ошибались)',
  },
  entry_outside: {
    en: 'the entry is on no chain, although a later checkpoint was made: it was put in past the relay, or its link was removed',
    ru: 'записи нет ни в одной цепочке, хотя после неё уже сделана отметка: её внесли в обход релея или удалили её звено',
  },
  checkpoint_unsigned: {
    en: 'no key of this installation has signed the checkpoint',
    ru: 'отметку не подписывал ни один ключ этой установки',
  },
  checkpoint_elsewhere: {
    en: 'the checkpoint was signed for another chain or another place',
    ru: 'отметка подписана для другой цепочки или другого места в ней',
  },
  checkpoint_mismatch: {
    en: 'the checkpoint does not match the chain: what stood there was changed',
    ru: 'отметка не сходится с цепочкой: то, что там стояло, изменили',
  },
  cut_early: {
    en: 'the chain begins with a checkpoint that is younger than anything retention may have cut off: what stood before it was removed',
    ru: 'цепочка начинается с отметки, до которой срок хранения ещё не дошёл: то, что стояло перед ней, удалили',
  },
  cut_since: {
    en: 'retention has cut off what stood there since: only a younger checkpoint can be compared',
    ru: 'то, что там стояло, уже удалено по сроку хранения: сравнить можно только более новую отметку',
  },
  chain_short: {
    en: 'the chain ends before the checkpoint: its last links were removed',
    ru: 'цепочка кончается раньше отметки: её последние звенья удалили',
  },
} as const satisfies Record<string, Text>
export type TrailFault = keyof typeof trailFaults

export interface Break {
  fault: TrailFault
  /** Where on the chain; null: on no chain. */
  seq: number | null
  entryId: string | null
}

export interface Checked {
  links: number
  checkpoints: number
  /** Entries that are not chained yet. */
  waiting: number
  broken: Break | null
}

export interface CheckParts {
  sql: Sql
  keys: JSONWebKeySet
}

/** How far the check has come. */
interface Progress {
  head: Head
  checkpoints: number
  last: Checkpoint | undefined
}

export async function checkChain(parts: CheckParts, chain: string): Promise<Checked> {
  const { sql } = parts
  // Asked for first: a relay may add links and checkpoints meanwhile.
  const newest = await newestCheckpoint(sql, chain)
  const begun = await beginningOf(parts, chain)
  if ('fault' in begun) return { links: 0, checkpoints: 0, waiting: 0, broken: begun }
  const progress: Progress = { ...begun }
  const checked = (broken: Break | null, waiting = 0): Checked => ({
    links: progress.head.seq - begun.head.seq,
    checkpoints: progress.checkpoints,
    waiting,
    broken,
  })
  for (;;) {
    const links = await linksAfter(sql, chain, progress.head.seq)
    const broken = await checkPiece(parts, chain, links, progress)
    if (broken !== null) return checked(broken)
    if (links.length < limits.auditVerifiedAtOnce) break
  }
  if (newest !== undefined && newest.seq > progress.head.seq)
    return checked({ fault: 'chain_short', seq: newest.seq, entryId: null })
  const { waiting, outside } = await checkUnlinked(sql, chain, progress.last)
  return checked(outside, waiting)
}

/** The origin; or, once retention has cut the chain, a link that an old checkpoint vouches for. */
async function beginningOf({ sql, keys }: CheckParts, chain: string): Promise<Progress | Break> {
  const first = await firstLink(sql, chain)
  if (first === undefined || first.seq === 1)
    return { head: origin(chain), checkpoints: 0, last: undefined }
  const { seq, hash, entryId, nowMs } = first
  const [checkpoint] = await checkpointsBetween(sql, chain, seq - 1, seq)
  if (checkpoint === undefined) return { fault: 'link_removed', seq, entryId }
  const said = await readStored(keys, chain, checkpoint, hash)
  if (typeof said === 'string') return { fault: said, seq, entryId: null }
  if (Date.parse(said.at) > nowMs - retentionRules.audit.min * 86_400_000)
    return { fault: 'cut_early', seq, entryId: null }
  return { head: { seq, hash }, checkpoints: 1, last: said }
}

async function checkPiece(
  parts: CheckParts,
  chain: string,
  links: readonly LinkedEntry[],
  progress: Progress,
): Promise<Break | null> {
  const from = progress.head.seq
  const upTo = links.at(-1)?.seq ?? from
  const stored = await checkpointsBetween(parts.sql, chain, from, upTo)
  const checkpoints = new Map(stored.map((one) => [one.seq, one]))
  for (const link of links) {
    const fault = await faultAt(parts.sql, chain, link, progress)
    if (fault !== undefined) return { fault, seq: link.seq, entryId: link.entryId }
    progress.head = { seq: link.seq, hash: link.hash }
    const checkpoint = checkpoints.get(link.seq)
    if (checkpoint === undefined) continue
    const said = await readStored(parts.keys, chain, checkpoint, link.hash)
    if (typeof said === 'string') return { fault: said, seq: link.seq, entryId: null }
    progress.checkpoints++
    progress.last = said
  }
  return null
}

async function faultAt(
  sql: Sql,
  chain: string,
  link: LinkedEntry,
  { head, last }: Progress,
): Promise<TrailFault | undefined> {
  const fault = faultOf(head, link, undefined)
  if (fault === 'link_changed') {
    const [next] = await linksAfter(sql, chain, link.seq, 1)
    return faultOf(head, link, next)
  }
  if (fault !== undefined || link.entry === null) return fault
  if ((link.entry.partnerId ?? installationChain) !== chain) return 'entry_foreign'
  if (last === undefined) return undefined
  return isLate(Date.parse(link.entry.at), last) ? 'entry_late' : undefined
}

/** Longer before the checkpoint than any transaction lasts, and yet not under it. */
const isLate = (atMs: number, checkpoint: Checkpoint): boolean =>
  atMs < Date.parse(checkpoint.at) - limits.auditLateMsMax

async function readStored(
  keys: JSONWebKeySet,
  chain: string,
  { seq, jws }: StoredCheckpoint,
  hash: Buffer,
): Promise<Checkpoint | TrailFault> {
  const said = await readCheckpoint(keys, jws)
  if (said === undefined) return 'checkpoint_unsigned'
  if (said.chain !== chain || said.seq !== seq) return 'checkpoint_elsewhere'
  return said.hash === hash.toString('hex') ? said : 'checkpoint_mismatch'
}

/** Young entries wait for their round; an old one should have been chained before the last checkpoint. */
async function checkUnlinked(sql: Sql, chain: string, last: Checkpoint | undefined) {
  let waiting = 0
  let after = installationChain
  for (;;) {
    const entries = await entriesAfter(sql, chain, after)
    for (const { id, at, linked } of entries) {
      if (linked) continue
      waiting++
      if (last === undefined || !isLate(at.getTime(), last)) continue
      const outside: Break = { fault: 'entry_outside', seq: null, entryId: id }
      return { waiting, outside }
    }
    if (entries.length < limits.auditVerifiedAtOnce) return { waiting, outside: null }
    after = entries.at(-1)?.id ?? after
  }
}

/** Does the chain still contain what a kept checkpoint says? Check the chain itself as well. */
export async function checkKept(
  { sql }: CheckParts,
  { chain, seq, hash }: Checkpoint,
): Promise<TrailFault | undefined> {
  const link = await linkAt(sql, chain, seq)
  if (link === undefined) {
    const first = await firstLink(sql, chain)
    return first !== undefined && seq < first.seq ? 'cut_since' : 'chain_short'
  }
  return link.toString('hex') === hash ? undefined : 'checkpoint_mismatch'
}
