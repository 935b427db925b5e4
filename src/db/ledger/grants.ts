// Grants and the calls that were made for them.
import { and, desc, eq, inArray, ne, or, sql, type SQL } from 'drizzle-orm'
import type { GrantState } from '../../grants/lifecycle.ts'
import type { AnswerClass } from '../../moab/answer.ts'
import { attempts, campaigns, grants, partners, rules, sources } from '../schema.ts'
import { during, idsDuring, type Page, type PageWanted, type Span } from './page.ts'
import { oneOf, ownedBy, type Owner, type Reader } from './reading.ts'
import { belongsTo, byId, readPage, runsOfPartners, type Question } from './search.ts'

/** A person as the ledger knows one: by keyed hashes of the email, as written and case-folded. */
export interface PersonKeys {
  key: Buffer
  folded: Buffer
}

export interface GrantFilter extends Span {
  campaignIds?: readonly string[] | undefined
  sourceIds?: readonly string[] | undefined
  ruleIds?: readonly string[] | undefined
  state?: GrantState | undefined
  reason?: string | undefined
  person?: PersonKeys | undefined
}

const columns = {
  partner: { id: partners.id, name: partners.name },
  campaign: { id: campaigns.id, name: campaigns.name },
  rule: { id: rules.id, name: rules.name },
  source: { id: sources.id, name: sources.name, provider: sources.provider },
  id: grants.id,
  mode: grants.mode,
  emailKey: grants.emailKey,
  email: grants.email,
  eventId: grants.eventId,
  importId: grants.importId,
  // The database's CHECK holds the column to these words.
  state: sql<GrantState>`${grants.state}`,
  reason: grants.reason,
  answer: sql<AnswerClass | null>`${grants.answer}`,
  createdAt: grants.createdAt,
  dueAt: grants.dueAt,
  settledAt: grants.settledAt,
  attempt: grants.attempt,
  ambiguous: grants.ambiguous,
}

export type GrantRow = Awaited<ReturnType<typeof rowsWhere>>[number]

function rowsWhere(tx: Reader, condition: SQL | undefined) {
  return tx
    .select(columns)
    .from(grants)
    .innerJoin(partners, eq(partners.id, grants.partnerId))
    .innerJoin(
      campaigns,
      and(eq(campaigns.partnerId, grants.partnerId), eq(campaigns.id, grants.campaignId)),
    )
    .leftJoin(rules, and(eq(rules.partnerId, grants.partnerId), eq(rules.id, grants.ruleId)))
    .leftJoin(sources, and(eq(sources.partnerId, rules.partnerId), eq(sources.id, rules.sourceId)))
    .where(condition)
}

/** Newest first. */
export async function grantsPage(
  tx: Reader,
  owner: Owner,
  filter: GrantFilter,
  page: PageWanted,
): Promise<Page<GrantRow>> {
  const question = await grantsQuestion(tx, owner, filter)
  return readPage(tx, question, page, (these, order) => rowsWhere(tx, these).orderBy(order))
}

/**
 * A person has few grants, and few need attention. Others lie campaign by campaign; for an operator the
 * primary key has all.
 */
export async function grantsQuestion(
  tx: Reader,
  owner: Owner,
  filter: GrantFilter,
): Promise<Question & { table: typeof grants }> {
  const { person, state } = filter
  const isApart = person !== undefined || state === 'attention'
  return {
    table: grants,
    order: byId(grants.id),
    runs: person === undefined ? await runsOf(tx, owner, filter) : undefined,
    owned: belongsTo(owner, grants.partnerId),
    range: and(
      person && and(isPerson(person), ownedBy(owner, grants.partnerId)),
      // Written out, not a parameter: only so a partial index on the state can serve.
      state && indexedStates.has(state)
        ? sql`${grants.state} = ${sql.raw(`'${state}'`)}`
        : undefined,
      idsDuring(grants.id, filter),
    ),
    fits: and(
      isApart && filter.campaignIds
        ? inArray(grants.campaignId, [...filter.campaignIds])
        : undefined,
      state && !indexedStates.has(state) ? eq(grants.state, state) : undefined,
      fitting(tx, filter),
    ),
  }
}

/** What no index answers. */
const fitting = (tx: Reader, { reason, ruleIds, sourceIds, ...span }: GrantFilter) =>
  and(
    reason === undefined ? undefined : eq(grants.reason, reason),
    ruleIds && inArray(grants.ruleId, [...ruleIds]),
    sourceIds && inArray(grants.ruleId, rulesOf(tx, sourceIds)),
    during(grants.createdAt, span),
  )

const indexedStates: ReadonlySet<GrantState> = new Set(['held', 'attention'])

/** As the indexes have them: `grants_attention` by partner, `grants_held` and all others by campaign. */
async function runsOf(tx: Reader, owner: Owner, { state, campaignIds }: GrantFilter) {
  if (state === 'attention') return runsOfPartners(tx, grants.partnerId, owner)
  const of = grants.campaignId
  if (campaignIds !== undefined) return { of, keys: campaignIds }
  if (owner === null && state !== 'held') return undefined
  const rows = await tx
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(ownedBy(owner, campaigns.partnerId))
  return { of, keys: rows.map(({ id }) => id) }
}

/** A rule is one source's for good, archived or not: whose rule made a grant, from there its event came. */
const rulesOf = (tx: Reader, sourceIds: readonly string[]) =>
  tx
    .select({ id: rules.id })
    .from(rules)
    .where(inArray(rules.sourceId, [...sourceIds]))

/** As the indexes have it: the folded key is in one only where it is not the key itself. */
const isPerson = ({ key, folded }: PersonKeys) =>
  or(
    inArray(grants.emailKey, [key, folded]),
    and(eq(grants.foldedKey, folded), ne(grants.foldedKey, grants.emailKey)),
  )

export async function grantById(tx: Reader, owner: Owner, id: string) {
  const [row] = await rowsWhere(tx, and(ownedBy(owner, grants.partnerId), eq(grants.id, id)))
  return row
}

/** Grants for these emails, whichever event caused them. */
export async function grantsOfKeys(
  tx: Reader,
  owner: Owner,
  keys: readonly Buffer[],
): Promise<GrantRow[]> {
  if (keys.length === 0) return []
  return rowsWhere(
    tx,
    and(ownedBy(owner, grants.partnerId), inArray(grants.emailKey, [...keys])),
  ).orderBy(grants.id)
}

/** All grants of a person, however the address was capitalised; oldest first. */
export function grantsOfPerson(
  tx: Reader,
  owner: Owner,
  person: PersonKeys,
  most: number,
): Promise<GrantRow[]> {
  return rowsWhere(tx, and(ownedBy(owner, grants.partnerId), isPerson(person)))
    .orderBy(grants.id)
    .limit(most)
}

export type AttemptRow = Awaited<ReturnType<typeof attemptsOf>>[number]

/** The newest calls of each grant, at most so many of each; oldest first. */
export async function attemptsOf(
  tx: Reader,
  ofGrants: readonly { id: string; partner: { id: string } }[],
  mostOfEach: number,
) {
  if (ofGrants.length === 0) return []
  const owners = [...new Set(ofGrants.map(({ partner }) => partner.id))]
  const ids = ofGrants.map(({ id }) => id)
  const numbered = tx
    .select({
      grantId: attempts.grantId,
      attempt: attempts.attempt,
      at: attempts.at,
      ms: attempts.ms,
      httpStatus: attempts.httpStatus,
      answer: sql<AnswerClass>`${attempts.answer}`.as('answer'),
      code: attempts.code,
      failure: attempts.failure,
      ambiguous: attempts.ambiguous,
      fenced: attempts.fenced,
      snippet: attempts.snippet,
      node: attempts.node,
      age: sql<number>`row_number() over (partition by ${attempts.grantId} order by ${attempts.at} desc)`.as(
        'age',
      ),
    })
    .from(attempts)
    .where(and(oneOf(attempts.partnerId, owners), oneOf(attempts.grantId, ids)))
    .as('numbered')
  const rows = await tx
    .select()
    .from(numbered)
    .where(sql`${numbered.age} <= ${mostOfEach}`)
    .orderBy(numbered.at, desc(numbered.age))
  return rows
}
