// Plans: what a filter finds now, as numbered items, with a fingerprint of the state it was found in.
// A statement each, inside the caller's transaction.
import { limits } from '../../limits.ts'
import { firstIdAt } from '../ledger/page.ts'
import type { Statements } from '../open.ts'
import type { JobKind } from './schema.ts'

/** Texts, as a plan keeps them: ids, words, times as ISO. */
export type Wanted = Readonly<Record<string, string>>

export interface PlanRow {
  partnerId: string
  id: string
  kind: JobKind
  wanted: Wanted
  actor: string
}

interface Parameters {
  text: string
  values: (string | null)[]
}

/** Grants by state, and by campaign, reason and time; the state is of a closed list and written out. */
function grantsWanted(partnerId: string, wanted: Wanted): Parameters {
  const state = retryStates.find((each) => each === wanted['state']) ?? 'attention'
  return {
    text: `select id, state, coalesce(reason, '') as reason, attempt::text as more from grants
      where partner_id = $1::uuid and state = '${state}' and email is not null
        and ($2::uuid is null or campaign_id = $2::uuid) and ($3::text is null or reason = $3)
        and ($4::timestamptz is null or (created_at >= $4::timestamptz and id >= $6::uuid))
        and ($5::timestamptz is null or (created_at < $5::timestamptz and id < $7::uuid))`,
    values: [partnerId, wanted['campaign'] ?? null, wanted['reason'] ?? null, ...spanOf(wanted)],
  }
}

/** Events of one source, with the rules that would be applied to them. */
function eventsWanted(partnerId: string, wanted: Wanted): Parameters {
  return {
    text: `select id, state, reason, '' as more from events
      where partner_id = $1::uuid and source_id = $2::uuid and state <> 'parked'
        and ($3::text is null or type = $3) and ($8::text is null or state = $8)
        and ($4::timestamptz is null or (received_at >= $4::timestamptz and id >= $6::uuid))
        and ($5::timestamptz is null or (received_at < $5::timestamptz and id < $7::uuid))`,
    values: [
      partnerId,
      wanted['source'] ?? null,
      wanted['type'] ?? null,
      ...spanOf(wanted),
      wanted['state'] ?? null,
    ],
  }
}

export const retryStates = ['attention', 'refused', 'queued'] as const

function spanOf({ from, to }: Wanted): (string | null)[] {
  const error = limits.idClockErrorMsMax
  const bound = (iso: string | undefined, ms: number) =>
    iso === undefined ? null : firstIdAt(Date.parse(iso) + ms)
  return [from ?? null, to ?? null, bound(from, -error), bound(to, error)]
}

const originals = { retry: grantsWanted, replay: eventsWanted } as const

/** How many items there are now: at most one more than a job may have. */
export async function insertItems(
  sql: Statements,
  { partnerId, id, kind, wanted }: PlanRow & { kind: 'retry' | 'replay' },
): Promise<number> {
  const { text, values } = originals[kind](partnerId, wanted)
  const job = `$${values.length + 1}`
  const rows = await sql.unsafe(
    `insert into job_items (partner_id, job_id, n, original_id, state)
    select $1::uuid, ${job}::uuid, row_number() over (order by id), id, 'waiting'
    from (select id from (${text}) found order by id limit ${limits.jobItemsMax + 1}) bounded`,
    [...values, id],
  )
  return rows.count
}

/**
 * What a plan stands on, as a hash: the things it is about and how each of them is; of events also the
 * rules of their source; of a list who of it is known, and where it goes.
 */
export async function fingerprintOf(
  sql: Statements,
  { partnerId, id, kind, wanted }: Omit<PlanRow, 'actor'>,
): Promise<string> {
  if (kind === 'import') return fingerprintOfList(sql, partnerId, id, wanted)
  const { text, values } = originals[kind](partnerId, wanted)
  const [row] = await sql.unsafe<{ print: string }[]>(
    `select encode(sha256(convert_to(coalesce(string_agg(concat_ws(' ', id, state, reason, more), ',' order by id), '') || ${
      kind === 'replay'
        ? `(select coalesce(string_agg(concat_ws(' ', r.id, r.enabled, r.campaign_id, r.position, r.definition), ',' order by r.id), '')
            from rules r where r.partner_id = $1::uuid and r.source_id = $2::uuid)`
        : `''`
    }, 'UTF8')), 'hex') as print
    from (select * from (${text}) found order by id limit ${limits.jobItemsMax + 1}) bounded`,
    values,
  )
  return row?.print ?? ''
}

async function fingerprintOfList(
  sql: Statements,
  partnerId: string,
  id: string,
  wanted: Wanted,
): Promise<string> {
  const [row] = await sql.unsafe<{ print: string }[]>(
    `select encode(sha256(convert_to(concat_ws(' ', c.mode, c.enabled, h.state = 'stopped',
      (select string_agg(encode(i.email_key, 'hex') || (g.id is not null), ',' order by i.n)
        from job_items i
        left join grants g on g.campaign_id = c.id and g.mode = c.mode and g.email_key = i.email_key and g.state <> 'test'
        where i.partner_id = $1::uuid and i.job_id = $2::uuid)), 'UTF8')), 'hex') as print
    from campaigns c
    join campaign_health h on h.partner_id = c.partner_id and h.campaign_id = c.id
    where c.partner_id = $1::uuid and c.id = $3::uuid`,
    [partnerId, id, wanted['campaign'] ?? null],
  )
  return row?.print ?? ''
}

export interface FoundExample {
  id: string
  email: string | null
  /** Of an event. */
  type: string | null
  word: string
}

/** Numbers by state and reason, and the first few, of whom emails are still to be masked. */
export async function foundOf(
  sql: Statements,
  { partnerId, id, kind }: PlanRow & { kind: 'retry' | 'replay' },
): Promise<{ counts: Record<string, number>; examples: FoundExample[] }> {
  const table = kind === 'retry' ? 'grants' : 'events'
  const word = `concat_ws(': ', o.state, nullif(o.reason, ''))`
  const from = `job_items i join ${table} o on o.partner_id = i.partner_id and o.id = i.original_id
    where i.partner_id = $1::uuid and i.job_id = $2::uuid`
  const counts = await sql.unsafe<{ word: string; n: number }[]>(
    `select ${word} as word, count(*)::int as n from ${from} group by 1 order by 2 desc limit 50`,
    [partnerId, id],
  )
  const examples = await sql.unsafe<FoundExample[]>(
    `select o.id, ${kind === 'retry' ? 'o.email, null as type' : 'null as email, o.type'}, ${word} as word
    from ${from} order by i.n desc limit ${limits.examplesShown}`,
    [partnerId, id],
  )
  return { counts: Object.fromEntries(counts.map((row) => [row.word, row.n])), examples }
}

export async function insertPlan(
  sql: Statements,
  plan: PlanRow,
  { found, fingerprint, items }: { found: object; fingerprint: string; items: number },
): Promise<void> {
  await sql.unsafe(
    `insert into jobs (partner_id, id, kind, wanted, found, fingerprint, planned_by, expires_at, items)
    values ($1::uuid, $2::uuid, $3, $4::text::jsonb, $5::text::jsonb, $6, $7, now() + $8::int * interval '1 ms', $9::int)`,
    [
      plan.partnerId,
      plan.id,
      plan.kind,
      JSON.stringify(plan.wanted),
      JSON.stringify(found),
      fingerprint,
      plan.actor,
      limits.planMs,
      items,
    ],
  )
}
