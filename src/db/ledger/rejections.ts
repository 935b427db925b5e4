// Requests that were not believed, as far as samples of them are kept.
import { and, eq, sql } from 'drizzle-orm'
import { partners, rejections, sources } from '../schema.ts'
import { during, idsDuring, type Page, type PageWanted, type Span } from './page.ts'
import { ownedBy, type Owner, type Reader } from './reading.ts'
import { belongsTo, byId, readPage, runsOfPartners, type Question } from './search.ts'

export interface RejectionFilter extends Span {
  sourceIds?: readonly string[] | undefined
  reason?: string | undefined
}

const columns = {
  partner: { id: partners.id, name: partners.name },
  source: { id: sources.id, name: sources.name, provider: sources.provider },
  id: rejections.id,
  at: rejections.at,
  reason: rejections.reason,
  hint: rejections.hint,
  method: rejections.method,
  bodyBytes: rejections.bodyBytes,
  ip: rejections.ip,
}

export type RejectionRow = Omit<NonNullable<Awaited<ReturnType<typeof rejectionById>>>, 'headers'>

/** Newest first. */
export async function rejectionsPage(
  tx: Reader,
  owner: Owner,
  filter: RejectionFilter,
  page: PageWanted,
): Promise<Page<RejectionRow>> {
  const question = await rejectionsQuestion(tx, owner, filter)
  return readPage(tx, question, page, (these, order) =>
    tx
      .select(columns)
      .from(rejections)
      .innerJoin(partners, eq(partners.id, rejections.partnerId))
      .innerJoin(sources, sourceOf)
      .where(these)
      .orderBy(order),
  )
}

export async function rejectionsQuestion(
  tx: Reader,
  owner: Owner,
  { sourceIds, reason, ...span }: RejectionFilter,
): Promise<Question & { table: typeof rejections }> {
  return {
    table: rejections,
    order: byId(rejections.id),
    runs: sourceIds
      ? { of: rejections.sourceId, keys: sourceIds }
      : await runsOfPartners(tx, rejections.partnerId, owner),
    owned: belongsTo(owner, rejections.partnerId),
    range: idsDuring(rejections.id, span),
    fits: and(
      reason === undefined ? undefined : eq(rejections.reason, reason),
      during(rejections.at, span),
    ),
  }
}

const sourceOf = and(
  eq(sources.partnerId, rejections.partnerId),
  eq(sources.id, rejections.sourceId),
)

export async function rejectionById(tx: Reader, owner: Owner, id: string) {
  const [row] = await tx
    .select({ ...columns, headers: sql<Record<string, string[]>>`${rejections.headers}` })
    .from(rejections)
    .innerJoin(partners, eq(partners.id, rejections.partnerId))
    .innerJoin(sources, sourceOf)
    .where(and(ownedBy(owner, rejections.partnerId), eq(rejections.id, id)))
  return row
}

/** As it came, as far as it was kept: to be tried again, and shown to nobody. */
export async function rejectionForDiagnosis(tx: Reader, owner: Owner, id: string) {
  const [row] = await tx
    .select({
      at: rejections.at,
      method: rejections.method,
      headers: sql<Record<string, string[]>>`${rejections.headers}`,
      body: rejections.body,
      bodyBytes: rejections.bodyBytes,
      ip: rejections.ip,
    })
    .from(rejections)
    .where(and(ownedBy(owner, rejections.partnerId), eq(rejections.id, id)))
  return row
}

/** The first bytes that were kept. */
export async function bodyOfRejection(tx: Reader, owner: Owner, id: string) {
  const [row] = await tx
    .select({ partnerId: rejections.partnerId, body: rejections.body })
    .from(rejections)
    .where(and(ownedBy(owner, rejections.partnerId), eq(rejections.id, id)))
  return row
}
