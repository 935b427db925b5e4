// Alarms as they are read, with the name of what they are about.
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { noticeChannels } from '../notices/schema.ts'
import { alarms, campaigns, partners, sources } from '../schema.ts'
import { cutPage, ownRows, type Page, type PageWanted } from './page.ts'
import type { Owner, Reader } from './reading.ts'

export interface AlarmFilter {
  state?: 'open' | 'closed' | undefined
  kind?: string | undefined
}

const columns = {
  id: alarms.id,
  partner: { id: partners.id, name: partners.name },
  kind: alarms.kind,
  subject: alarms.subject,
  /** null: a machine, which is called by its name anyway. */
  subjectName: sql<
    string | null
  >`coalesce(${campaigns.name}, ${sources.name}, ${noticeChannels.name})`,
  cause: alarms.cause,
  detail: alarms.detail,
  openedAt: alarms.openedAt,
  seenAt: alarms.seenAt,
  closedAt: alarms.closedAt,
}

export type AlarmRow = Awaited<ReturnType<typeof alarmsPage>>['rows'][number]

/** Newest first. What belongs to no partner is for operators only. */
export async function alarmsPage(
  tx: Reader,
  owner: Owner,
  { state, kind }: AlarmFilter,
  page: PageWanted,
): Promise<Page<Awaited<ReturnType<typeof rowsOf>>[number]>> {
  const these = and(
    ownRows(owner, alarms, page),
    state === undefined
      ? undefined
      : state === 'open'
        ? isNull(alarms.closedAt)
        : isNotNull(alarms.closedAt),
    kind === undefined ? undefined : eq(alarms.kind, kind),
  )
  return cutPage(await rowsOf(tx, these, page.limit + 1), page.limit)
}

function rowsOf(tx: Reader, these: ReturnType<typeof and>, most: number) {
  return tx
    .select(columns)
    .from(alarms)
    .leftJoin(partners, eq(partners.id, alarms.partnerId))
    .leftJoin(campaigns, sameThing(campaigns))
    .leftJoin(sources, sameThing(sources))
    .leftJoin(
      noticeChannels,
      sql`${noticeChannels.id}::text = ${alarms.subject} and ${noticeChannels.ownerId} is not distinct from ${alarms.partnerId}`,
    )
    .where(these)
    .orderBy(desc(alarms.id))
    .limit(most)
}

function sameThing(table: typeof campaigns | typeof sources) {
  return and(eq(table.partnerId, alarms.partnerId), sql`${table.id}::text = ${alarms.subject}`)
}
