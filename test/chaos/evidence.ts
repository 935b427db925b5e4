// Everything the checker judges by: the ledger of the senders, the log of MOAB, the journal of faults
// and the rows of the database. Read once, after the end.
import { join } from 'node:path'
import type postgres from 'postgres'
import type { ExpectedEvent } from './events.ts'
import { linesOf } from './journal.ts'
import type { Call } from './moab.ts'
import { apiKeys, doors, type CampaignName, type DoorName } from './world.ts'

export interface Sent {
  sent: number
  at: number
  door: DoorName
  sha: string
  kind: string
  events: ExpectedEvent[]
  tries: number
  acknowledged: { node: string; at: number }[]
  refused: number[]
  /** Refused for good although signed as it should be, with a secret that the relay has long had. */
  blamed: number[]
}

export interface FaultLine {
  kind: string
  params: { node?: string; ms?: number }
  from: number
  to: number
}

export interface EventRow {
  source: string
  key: string
  state: string
  reason: string
  copies: number
  part: number
  sha: string | null
}

export interface GrantRow {
  id: string
  campaign: string
  email: string
  state: string
  reason: string | null
  attempt: number
  ambiguous: boolean
  answer: string | null
}

export interface Evidence {
  sent: Map<number, Sent>
  /** By status. */
  answers: Record<number, number>
  acknowledgements: { node: string; at: number }[]
  gaveUp: number
  calls: Call[]
  faults: FaultLine[]
  /** Far ports of MOAB connections that were tampered with. */
  touched: Map<number, number[]>
  strangers: number
  asked: number
  hung: number
  events: EventRow[]
  grants: GrantRow[]
}

export const sourceOf = (door: DoorName) => `${doors[door].partner}/${door}`
/** A person in a campaign, as MOAB sees it. */
export const pairOf = (key: string, email: string) => `${key} ${email}`
export const pairIn = (campaign: CampaignName, email: string) => pairOf(apiKeys[campaign], email)

export async function gatherEvidence(folder: string, sql: postgres.Sql): Promise<Evidence> {
  const evidence: Evidence = {
    sent: new Map(),
    answers: {},
    acknowledgements: [],
    gaveUp: 0,
    calls: [],
    faults: [],
    touched: new Map(),
    strangers: 0,
    asked: 0,
    hung: 0,
    events: [],
    grants: [],
  }
  await readLedger(join(folder, 'ledger.jsonl'), evidence)
  for await (const call of linesOf<Call>(join(folder, 'calls.jsonl'))) evidence.calls.push(call)
  evidence.calls.sort((one, other) => one.at - other.at)
  await readFaults(join(folder, 'faults.jsonl'), evidence)
  await readDatabase(sql, evidence)
  return evidence
}

type LedgerLine =
  | Omit<Sent, 'tries' | 'acknowledged' | 'refused' | 'blamed'>
  | { answered: number; node: string; status: number; at: number; fresh?: true }
  | { gaveUp: number }

async function readLedger(path: string, evidence: Evidence): Promise<void> {
  for await (const line of linesOf<LedgerLine>(path)) {
    if ('gaveUp' in line) evidence.gaveUp++
    else if ('sent' in line)
      evidence.sent.set(line.sent, { ...line, tries: 0, acknowledged: [], refused: [], blamed: [] })
    else answered(evidence, line)
  }
}

function answered(
  evidence: Evidence,
  { answered: number, node, status, at, fresh }: Extract<LedgerLine, { answered: number }>,
): void {
  evidence.answers[status] = (evidence.answers[status] ?? 0) + 1
  const sent = evidence.sent.get(number)
  if (sent === undefined) throw new Error(`the ledger answers what was never sent: ${number}`)
  sent.tries++
  if (status >= 200 && status < 300) {
    sent.acknowledged.push({ node, at })
    evidence.acknowledgements.push({ node, at })
  } else if (status !== 0) {
    sent.refused.push(status)
    if (status < 500 && fresh !== true && sent.events.length > 0) sent.blamed.push(status)
  }
}

type FaultsLine =
  | (FaultLine & { fault: number })
  | { touched: number; at: number }
  | { asked: string; strangers: number }
  | { hung: string }
  | { failed: string }

async function readFaults(path: string, evidence: Evidence): Promise<void> {
  for await (const line of linesOf<FaultsLine>(path)) {
    if ('touched' in line) {
      const times = evidence.touched.get(line.touched)
      if (times === undefined) evidence.touched.set(line.touched, [line.at])
      else times.push(line.at)
    } else if ('asked' in line) {
      evidence.asked++
      evidence.strangers += line.strangers
    } else if ('hung' in line) evidence.hung++
    else if ('fault' in line) evidence.faults.push(line)
  }
}

async function readDatabase(sql: postgres.Sql, evidence: Evidence): Promise<void> {
  const events = sql<EventRow[]>`
    select p.name || '/' || s.name as source, e.event_key as key, e.state, e.reason, e.copies, e.part,
      encode(sha256(b.body), 'hex') as sha
    from events e
    join partners p on p.id = e.partner_id
    join sources s on s.id = e.source_id
    left join event_bodies b on b.id = e.body_id and b.received_at = e.received_at`
  for await (const rows of events.cursor(5000)) evidence.events.push(...rows)
  const grants = sql<GrantRow[]>`
    select g.id, p.name || '/' || c.name as campaign, g.email, g.state, g.reason, g.attempt, g.ambiguous, g.answer
    from grants g
    join partners p on p.id = g.partner_id
    join campaigns c on c.id = g.campaign_id`
  for await (const rows of grants.cursor(5000)) evidence.grants.push(...rows)
}
