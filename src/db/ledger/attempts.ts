// Calls to MOAB, whichever grant they were made for; newest first. They have no id: a call is known by
// its moment, its grant, its number and the relay that made it.
import { and, desc, eq, exists, inArray, sql, type SQL } from 'drizzle-orm'
import type { AnswerClass } from '../../moab/answer.ts'
import { attempts, campaigns, grants, partners } from '../schema.ts'
import { during, type Page, type PageWanted, type Span } from './page.ts'
import type { Owner, Reader } from './reading.ts'
import { runsOfPartners, search, type Order, type Question } from './search.ts'

export interface AttemptFilter extends Span {
  grantIds?: readonly string[] | undefined
  campaignIds?: readonly string[] | undefined
  answer?: AnswerClass | undefined
  failure?: string | undefined
  ambiguous?: boolean | undefined
}

/** Microseconds, grant, number and relay, each of them as long as every other of its kind. */
const key = sql`
  to_char(extract(epoch from ${attempts.at}) * 1000000, 'FM0000000000000000') || '/' ||
  ${attempts.grantId} || '/' || to_char(${attempts.attempt}, 'FM0000000000') || '/' || ${attempts.node}`
const place = sql`(${attempts.at}, ${attempts.grantId}, ${attempts.attempt}, ${attempts.node})`

const newestFirst: Order = {
  key,
  newestFirst: sql`${desc(attempts.at)}, ${desc(attempts.grantId)}, ${desc(attempts.attempt)}, ${desc(attempts.node)}`,
  after: (after) => sql`${place} < ${placeOf(after)}`,
}

function placeOf(text: string): SQL {
  const [micros, grant, attempt, node] = text.split('/')
  return sql`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond', ${grant}::uuid, ${attempt}::int, ${node}::uuid)`
}

export async function attemptsQuestion(
  tx: Reader,
  owner: Owner,
  { grantIds, campaignIds, answer, failure, ambiguous, ...span }: AttemptFilter,
): Promise<Question & { table: typeof attempts }> {
  return {
    table: attempts,
    order: newestFirst,
    runs: await runsOfPartners(tx, attempts.partnerId, owner),
    range: and(during(attempts.at, span), grantIds && inArray(attempts.grantId, [...grantIds])),
    fits: and(
      answer && eq(attempts.answer, answer),
      failure === undefined ? undefined : eq(attempts.failure, failure),
      ambiguous === undefined ? undefined : eq(attempts.ambiguous, ambiguous),
      campaignIds && exists(grantOf(tx, campaignIds)),
    ),
  }
}

const ofGrant = and(eq(grants.id, attempts.grantId), eq(grants.partnerId, attempts.partnerId))

const grantOf = (tx: Reader, campaignIds: readonly string[]) =>
  tx
    .select({ one: sql`1` })
    .from(grants)
    .where(and(ofGrant, inArray(grants.campaignId, [...campaignIds])))

const columns = {
  key: sql<string>`${key}`,
  partner: { id: partners.id, name: partners.name },
  campaign: { id: campaigns.id, name: campaigns.name },
  grantId: attempts.grantId,
  attempt: attempts.attempt,
  at: attempts.at,
  ms: attempts.ms,
  httpStatus: attempts.httpStatus,
  answer: sql<AnswerClass>`${attempts.answer}`,
  code: attempts.code,
  failure: attempts.failure,
  ambiguous: attempts.ambiguous,
  fenced: attempts.fenced,
  snippet: attempts.snippet,
  node: attempts.node,
}

export type ListedAttempt = Awaited<ReturnType<typeof rowsAt>>[number]

export async function attemptsPage(
  tx: Reader,
  owner: Owner,
  filter: AttemptFilter,
  page: PageWanted,
): Promise<Page<ListedAttempt>> {
  const { rows: keys, next } = await search(tx, await attemptsQuestion(tx, owner, filter), page)
  const rows =
    keys.length === 0
      ? []
      : await rowsAt(
          tx,
          keys.map((row) => row.key),
        )
  return { rows, next }
}

function rowsAt(tx: Reader, keys: readonly string[]) {
  const grantIds = keys.map((text) => text.split('/')[1] ?? '')
  return tx
    .select(columns)
    .from(attempts)
    .innerJoin(grants, ofGrant)
    .innerJoin(partners, eq(partners.id, attempts.partnerId))
    .innerJoin(campaigns, eq(campaigns.id, grants.campaignId))
    .where(and(inArray(grants.id, grantIds), inArray(key, [...keys])))
    .orderBy(newestFirst.newestFirst)
}
