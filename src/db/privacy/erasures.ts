// Erasures as work: asked for, taken up by one relay at a time, carried on by another if that one dies.
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import { cutPage, firstIdAt, ownRows, type PageWanted } from '../ledger/page.ts'
import { ownedBy, type Owner, type Reader } from '../ledger/reading.ts'
import type { Orm, Sql } from '../open.ts'
import { partners } from '../schema.ts'
import { erasedPeople, erasures, type Erased, type ErasurePhase } from './schema.ts'

export interface ErasureToStart {
  partnerId: string
  id: string
  foldedKey: Buffer
  emailSealed: string | null
  requestedBy: string
}

/** Whoever is being erased already is not erased twice: false. The tombstone stands from here on. */
export async function startErasure(
  tx: Pick<Orm, 'insert'>,
  erasure: ErasureToStart,
): Promise<boolean> {
  const { partnerId, foldedKey } = erasure
  await tx.insert(erasedPeople).values({ partnerId, foldedKey }).onConflictDoNothing()
  const started = await tx
    .insert(erasures)
    .values(erasure)
    .onConflictDoNothing()
    .returning({ id: erasures.id })
  return started.length > 0
}

export async function runningErasure(
  orm: Pick<Orm, 'select'>,
  partnerId: string,
  foldedKey: Buffer,
): Promise<string | undefined> {
  const [row] = await orm
    .select({ id: erasures.id })
    .from(erasures)
    .where(
      and(
        eq(erasures.partnerId, partnerId),
        eq(erasures.foldedKey, foldedKey),
        sql`${erasures.phase} <> 'done'`,
      ),
    )
  return row?.id
}

export interface ClaimedErasure {
  partnerId: string
  id: string
  foldedKey: Buffer
  emailSealed: string | null
  phase: ErasurePhase
  position: string
  erased: Partial<Erased>
  older: string[] | null
  requestedAt: Date
  /** How long ago its first turn was over, by the database's clock; null: this is the first. */
  begunMs: number | null
}

/** Under this relay's lease: to be put off again, or done, before it ends. Whoever has had no turn yet comes first. */
export async function claimErasure(
  work: Sql,
  only: string | null = null,
): Promise<ClaimedErasure | undefined> {
  const [row] = await work.unsafe<ClaimedErasure[]>(
    `with due as materialized (
      select ctid as spot from erasures
      where phase <> 'done' and due_at <= now() and ($2::uuid is null or id = $2::uuid)
      order by older is not null, due_at limit 1 for update skip locked
    )
    update erasures e set due_at = now() + $1::int * interval '1 ms' from due where e.ctid = due.spot
    returning e.partner_id as "partnerId", e.id, e.folded_key as "foldedKey", e.email_sealed as "emailSealed", e.phase,
      e.position, e.erased, e.older, e.requested_at as "requestedAt",
      (extract(epoch from now() - e.begun_at) * 1000)::float8 as "begunMs"`,
    [limits.erasureLeaseMs, only],
  )
  return row
}

export type Progress = Pick<ClaimedErasure, 'phase' | 'position' | 'erased' | 'older'> & {
  /** Milliseconds until it may be taken up again. */
  againMs: number
}

/** Only while it is not done: a relay that was frozen changes nothing any more. */
export async function keepProgress(
  work: Sql,
  { partnerId, id }: Pick<ClaimedErasure, 'partnerId' | 'id'>,
  { phase, position, erased, older, againMs }: Progress,
): Promise<void> {
  await work.unsafe(
    `update erasures set phase = $3, position = $4::uuid, erased = $5::text::jsonb, older = $6::text[],
      begun_at = coalesce(begun_at, now()), due_at = now() + $7::int * interval '1 ms'
    where partner_id = $1::uuid and id = $2::uuid and phase <> 'done'`,
    [partnerId, id, phase, position, JSON.stringify(erased), older, againMs],
  )
}

/** False: another relay has finished it. */
export async function finishErasure(
  tx: Pick<Orm, 'update'>,
  { partnerId, id }: Pick<ClaimedErasure, 'partnerId' | 'id'>,
  done: { erased: Partial<Erased>; doneAt: Date; record: string },
): Promise<boolean> {
  const rows = await tx
    .update(erasures)
    .set({ ...done, phase: 'done', emailSealed: null, dueAt: null, older: null })
    .where(
      and(eq(erasures.partnerId, partnerId), eq(erasures.id, id), sql`${erasures.phase} <> 'done'`),
    )
    .returning({ id: erasures.id })
  return rows.length > 0
}

/**
 * The transactions of this database that are open now. One of them may have looked for the tombstone
 * before it stood, and still write what it is to keep out; what begins later cannot. A backup writes
 * nothing, and may take hours; a vacuum belongs to nobody.
 */
export async function openTransactions(work: Sql): Promise<string[]> {
  const rows = await work<{ id: string }[]>`
    select l.virtualtransaction as id from pg_locks l
    join pg_stat_activity a on a.pid = l.pid and a.datname = current_database() and a.usesysid is not null
    where l.locktype = 'virtualxid' and l.granted and l.pid <> pg_backend_pid() and a.application_name <> 'pg_dump'`
  return rows.map(({ id }) => id)
}

/** The least id that a body may have which came shortly before the request. */
export const shortlyBefore = (at: Date): string => firstIdAt(at.getTime() - limits.erasureRecentMs)

const shown = {
  partner: { id: partners.id, name: partners.name },
  id: erasures.id,
  foldedKey: erasures.foldedKey,
  phase: erasures.phase,
  erased: erasures.erased,
  requestedBy: erasures.requestedBy,
  requestedAt: erasures.requestedAt,
  doneAt: erasures.doneAt,
}

export type ErasureRow = Awaited<ReturnType<typeof erasuresPage>>['rows'][number]

/** Newest first. */
export async function erasuresPage(tx: Reader, owner: Owner, page: PageWanted) {
  const rows = await tx
    .select(shown)
    .from(erasures)
    .innerJoin(partners, eq(partners.id, erasures.partnerId))
    .where(and(ownedBy(owner, erasures.partnerId), ownRows(owner, erasures, page)))
    .orderBy(desc(erasures.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

export async function erasureById(tx: Reader, owner: Owner, id: string) {
  const [row] = await tx
    .select({ ...shown, record: erasures.record })
    .from(erasures)
    .innerJoin(partners, eq(partners.id, erasures.partnerId))
    .where(and(ownedBy(owner, erasures.partnerId), eq(erasures.id, id)))
  return row
}

/** Since when this person is erased, of each partner. */
export async function erasedAt(tx: Reader, owner: Owner, foldedKey: Buffer): Promise<Date[]> {
  const rows = await tx
    .select({ since: erasedPeople.since })
    .from(erasedPeople)
    .where(and(ownedBy(owner, erasedPeople.partnerId), eq(erasedPeople.foldedKey, foldedKey)))
    .orderBy(asc(erasedPeople.since))
  return rows.map(({ since }) => since)
}
