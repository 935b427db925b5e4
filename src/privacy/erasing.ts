// Carries erasures out: at once what the keys of the person lead to, then the bodies, piece by piece,
// and at the end once more, when nothing that began before the request is at work any more. Every
// relay with a worker does so, one at a time for each erasure; one that is killed is carried on.
import { domainToUnicode } from 'node:url'
import { dropAnswers } from '../access/idempotency.ts'
import { keysUnderWay } from '../db/access/idempotency.ts'
import {
  claimErasure,
  keepProgress,
  openTransactions,
  shortlyBefore,
  type ClaimedErasure,
} from '../db/privacy/erasures.ts'
import { eraseKnown, wouldErase, type ErasedPerson, type Hashes } from '../db/privacy/erase.ts'
import { sendingOfErased, suppressUnsent } from '../db/privacy/unsent.ts'
import { eraseFound, eraseKeyed, eraseParts, eraseRejections } from '../db/privacy/found.ts'
import type { Database } from '../db/open.ts'
import { partnerNow } from '../db/names.ts'
import type { Erased } from '../db/privacy/schema.ts'
import { nilUuid } from '../ids.ts'
import { limits } from '../limits.ts'
import { foldedAddress, normaliseEmail } from '../rules/email.ts'
import { emailKey, hashUnder, hiddenKey, type Vault } from '../vault.ts'
import { completeErasure, erasurePlace } from './erasures.ts'
import { mentions } from './mentions.ts'
import { seeking } from './seeking.ts'
import { Turn } from './turn.ts'

export interface ErasingParts {
  db: Pick<Database, 'work' | 'orm'>
  vault: Vault
  pepper: Buffer
  publicUrl: string | undefined
  /** Takes grants that have not left yet out of this relay's hands: those it had. Absent where nothing is sent. */
  worker?: { node: string; withdraw(ids: readonly string[]): string[] } | undefined
}

export class Erasing {
  readonly #parts: ErasingParts
  #going: Promise<void> | undefined

  constructor(parts: ErasingParts) {
    this.#parts = parts
  }

  /** One round; a round that is still under way is not joined by another. */
  round(): Promise<void> {
    this.#going ??= this.#round().finally(() => (this.#going = undefined))
    return this.#going
  }

  async #round(): Promise<void> {
    await this.#withdraw()
    for (;;) {
      const claimed = await claimErasure(this.#parts.db.work)
      if (claimed === undefined) return
      await erase(this.#parts, claimed)
      await this.#withdraw()
    }
  }

  /** What waits here to be sent to somebody who is being erased is not sent. */
  async #withdraw(): Promise<void> {
    const { db, worker } = this.#parts
    if (worker === undefined) return
    const here = await sendingOfErased(db.work, worker.node)
    const unsent = here.length === 0 ? [] : worker.withdraw(here)
    if (unsent.length > 0) await suppressUnsent(db.work, unsent, worker.node)
  }
}

/** One turn of an erasure: to its end, or until there is something to wait for. */
export async function erase(parts: ErasingParts, claimed: ClaimedErasure): Promise<void> {
  const { db, pepper } = parts
  const person = await personOf(parts, claimed)
  const turn = new Turn(claimed)
  // Asked now: the tombstone is seen by whatever begins from here on.
  turn.older ??= await underWay(parts, claimed.partnerId)
  const hashes = hashesUnder(pepper)
  const late = claimed.begunMs !== null && claimed.begunMs > limits.erasureLostMs
  const { changed, sending } = await eraseKnown(db.work, person, hashes, late)
  turn.add(changed)
  turn.add({ answers: await eraseAnswers(parts, person) })
  await keepProgress(db.work, claimed, turn.progress(limits.erasureLeaseMs))
  if (person.address === null) turn.searched()
  else await search(parts, claimed, turn, { ...person, address: person.address })
  if (
    turn.phase === 'confirming' &&
    sending === 0 &&
    !(await isAnyOpen(parts, person.partnerId, turn.older))
  ) {
    if (turn.older.length > 0) turn.begin(shortlyBefore(claimed.requestedAt))
    else if (await finish(parts, claimed, turn, person)) return
  }
  await keepProgress(db.work, claimed, turn.progress(turn.waits ? limits.erasureAgainMs : 0))
}

/** Answers kept for programs that ask again. */
async function eraseAnswers({ db, vault }: ErasingParts, { partnerId, folded }: Person) {
  if (folded === null) return 0
  return dropAnswers({ orm: db.orm, vault }, partnerId, (body) => mentions(body, folded))
}

type Person = ErasedPerson & { address: string | null }

async function personOf(
  { vault, pepper }: ErasingParts,
  { id, partnerId, foldedKey, emailSealed }: ClaimedErasure,
): Promise<Person> {
  const address = emailSealed === null ? null : await vault.open(emailSealed, erasurePlace(id))
  if (address === null)
    return { partnerId, foldedKey, emailKeys: [], folded: null, spellings: [], address }
  return knownPerson(pepper, partnerId, address)
}

function knownPerson(pepper: Buffer, partnerId: string, address: string): Searched {
  const folded = foldedAddress(address)
  const foldedKey = emailKey(pepper, folded)
  const emailKeys = [emailKey(pepper, address), foldedKey]
  return { partnerId, foldedKey, emailKeys, folded, spellings: spellingsOf(folded), address }
}

/** What an erasure would change, in rows, but for answers kept for programs. `unusable`: this is no address. */
export async function previewErasure(
  { db: { work }, pepper }: Pick<ErasingParts, 'db' | 'pepper'>,
  partnerId: string,
  email: string,
): Promise<Partial<Erased> | 'unusable'> {
  const normalised = normaliseEmail(email)
  if (!normalised.ok) return 'unusable'
  const person = knownPerson(pepper, partnerId, normalised.email.address)
  const { changed, ...known } = await wouldErase(work, person, hashesUnder(pepper))
  const sought = seeking(work, person)
  const [bodies, events] = [new Set(known.bodies), new Set(known.events)]
  for (let at: string | null = nilUuid; at !== null;) {
    const { found, position } = await sought.bodies(at)
    for (const { id } of found) bodies.add(id)
    at = position
  }
  for await (const ids of sought.parts()) for (const id of ids) events.add(id)
  for await (const keys of sought.keys()) for (const { id } of keys) events.add(id)
  let rejections = 0
  for await (const ids of sought.refused()) rejections += ids.length
  const more = {
    events: events.size - known.events.length,
    bodies: bodies.size - known.bodies.length,
  }
  return {
    ...changed,
    rejections,
    events: (changed.events ?? 0) + more.events,
    bodies: (changed.bodies ?? 0) + more.bodies,
  }
}

/** A domain in its own letters is another text. */
function spellingsOf(folded: string): string[] {
  const at = folded.lastIndexOf('@') + 1
  return [...new Set([folded, folded.slice(0, at) + domainToUnicode(folded.slice(at))])]
}

const hashesUnder = (pepper: Buffer): Hashes => ({
  body: (sha256) => hashUnder(pepper, sha256),
  key: (eventKey) => hiddenKey(pepper, eventKey),
})

type Searched = Person & { address: string }

/** On from where it was; what was found is kept with each piece. */
async function search(
  { db: { work }, pepper }: ErasingParts,
  claimed: ClaimedErasure,
  turn: Turn,
  person: Searched,
): Promise<void> {
  const sought = seeking(work, person)
  const hashes = hashesUnder(pepper)
  while (turn.phase === 'searching') {
    const { found, position } = await sought.bodies(turn.position)
    if (found.length > 0)
      turn.add(await eraseFound(work, person, found, { hashes, names: sought.names }))
    if (position === null) {
      for await (const ids of sought.refused())
        turn.add({ rejections: await eraseRejections(work, person.partnerId, ids) })
      for await (const ids of sought.parts()) turn.add(await eraseParts(work, person, ids, hashes))
      for await (const keys of sought.keys()) turn.add(await eraseKeyed(work, person, keys, hashes))
      turn.searched()
    } else turn.position = position
    await keepProgress(work, claimed, turn.progress(limits.erasureLeaseMs))
    if (performance.now() > turn.ends && turn.phase === 'searching') {
      turn.waits = false
      return
    }
  }
}

/** What may still write what it read before: transactions, and changes whose answers will be kept. */
async function underWay({ db }: ErasingParts, partnerId: string): Promise<string[]> {
  return [...(await openTransactions(db.work)), ...(await keysUnderWay(db.orm, partnerId))]
}

async function isAnyOpen(
  parts: ErasingParts,
  partnerId: string,
  older: readonly string[],
): Promise<boolean> {
  if (older.length === 0) return false
  const open = new Set(await underWay(parts, partnerId))
  return older.some((id) => open.has(id))
}

/** All is at rest and searched: signed. False: something is on its way again. */
async function finish(
  parts: ErasingParts,
  claimed: ClaimedErasure,
  turn: Turn,
  person: Person,
): Promise<boolean> {
  const { db, vault, pepper, publicUrl } = parts
  const hashes = hashesUnder(pepper)
  const { changed, sending } = await eraseKnown(db.work, person, hashes, false)
  turn.add(changed)
  turn.add({ answers: await eraseAnswers(parts, person) })
  if (sending > 0) return false
  const partner = await partnerNow(db.orm, claimed.partnerId)
  const signing = { signing: { orm: db.orm, vault }, publicUrl }
  await completeErasure(signing, claimed, {
    partner: partner.name,
    erased: turn.erased,
    at: partner.now,
  })
  return true
}
