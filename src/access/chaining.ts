// Round by round, entries that have settled are put on their chains, and chains that have grown get a
// checkpoint. Every relay with a worker does so; one at a time for each chain.
import {
  dueCheckpoints,
  insertCheckpoint,
  linkEntries,
  sweepUnlinked,
  unlinkedLately,
} from '../db/audit/links.ts'
import type { Sql } from '../db/open.ts'
import { limits } from '../limits.ts'
import { installationChain as beginning } from './chain.ts'
import { signCheckpoint } from './checkpoint.ts'
import { openSigner, type SigningParts } from './signing.ts'

export interface ChainingParts extends SigningParts {
  sql: Sql
  now(): number
}

export class Chaining {
  readonly #parts: ChainingParts
  /** The last id that the sweep has looked at. */
  #position: string = beginning
  /** Everything that was there at the start has been looked at: a checkpoint leaves nothing old behind. */
  #swept = false
  #going: Promise<void> | undefined

  constructor(parts: ChainingParts) {
    this.#parts = parts
  }

  /** One round; a round that is still under way is not joined by another. */
  round(): Promise<void> {
    this.#going ??= this.#round().finally(() => (this.#going = undefined))
    return this.#going
  }

  async #round(): Promise<void> {
    const { sql, now } = this.#parts
    const lately = await unlinkedLately(sql, now())
    const { found, position } = await sweepUnlinked(sql, this.#position)
    const wanted = new Map<string, Set<string>>()
    for (const { chain, id } of [...found, ...lately])
      wanted.set(chain, (wanted.get(chain) ?? new Set()).add(id))
    const { left, error } = await this.#link(wanted)
    // What another relay was at is looked at again, in case it fails.
    if (left.size === 0) this.#position = position
    this.#swept ||= left.size === 0 && position === beginning
    const full = [found, lately].some(({ length }) => length === limits.auditLinksPerRound)
    if (this.#swept && !full) await this.#sign(left)
    if (error !== undefined) throw error
  }

  /** What goes wrong with one chain does not stop the others. `left`: chains that nothing came onto. */
  async #link(wanted: ReadonlyMap<string, ReadonlySet<string>>) {
    const left = new Set<string>()
    let error: unknown
    for (const [chain, ids] of wanted) {
      const linked = await linkEntries(this.#parts.sql, chain, [...ids]).catch((why: unknown) => {
        error ??= why
        return false
      })
      if (!linked) left.add(chain)
    }
    return { left, error }
  }

  /** Not where old entries may still wait: whoever checks may then rely on a checkpoint's time. */
  async #sign(left: ReadonlySet<string>): Promise<void> {
    const { sql } = this.#parts
    const due = (await dueCheckpoints(sql)).filter(({ chain }) => !left.has(chain))
    if (due.length === 0) return
    const signer = await openSigner(this.#parts)
    for (const { chain, seq, hash, at } of due) {
      const checkpoint = { chain, seq, hash: hash.toString('hex'), at: at.toISOString() }
      await insertCheckpoint(sql, { chain, seq }, await signCheckpoint(signer, checkpoint))
    }
  }
}
