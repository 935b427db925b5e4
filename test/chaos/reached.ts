// Whether the run went where it was to go: each counter is a hard place that must have been reached
// for the run to prove anything about it.
import type postgres from 'postgres'
import type { Evidence } from './evidence.ts'

export type Reached = Record<string, number>

export async function reachedPlaces(sql: postgres.Sql, evidence: Evidence): Promise<Reached> {
  const [row] = await sql`
    select
      (select count(*) from grants where state = 'granted' and answer = 'known') as known,
      (select count(*) from attempts where fenced) as fenced,
      (select count(*) from attempts where failure = 'relay_lost') as adopted,
      (select count(*) from attempts where ambiguous and coalesce(failure, '') <> 'relay_lost') as ambiguous,
      (select count(distinct grant_id) from attempts where answer in ('not_started', 'ended', 'limit_reached')) as held,
      (select count(*) from grants where state = 'refused') as refused,
      (select count(*) from grants where attempt > 2) as thrice,
      (select count(*) from events where state = 'unreadable') as unreadable,
      (select count(*) from events where copies > 1) as copies,
      (select count(*) from events e join credentials c on c.id = e.credential_id where c.name = 'second') as rotated,
      (select count(*) from rejections) as rejections`
  const count = (name: string) => Number(row?.[name])
  const sent = [...evidence.sent.values()]
  return {
    'answer lost, then code 10': count('known'),
    'late result fenced': count('fenced'),
    'work adopted after a lease ran out': count('adopted'),
    'calls without an answer': count('ambiguous'),
    'three calls or more for one grant': count('thrice'),
    'held by MOAB, then released': count('held'),
    'refused by MOAB': count('refused'),
    'relay killed with calls in flight': killsWithCalls(evidence),
    '503 seen by senders': evidence.answers[503] ?? 0,
    'no answer seen by senders': evidence.answers[0] ?? 0,
    'acknowledged by both nodes': sent.filter(
      ({ acknowledged: all }) => new Set(all.map(({ node }) => node)).size > 1,
    ).length,
    'acknowledged more than once at the same time': sent.filter(
      ({ kind, acknowledged }) => kind === 'twice-at-once' && acknowledged.length > 1,
    ).length,
    'copies counted': count('copies'),
    'poisoned row refused alone': sent.filter(
      ({ events, refused }) => events[0]?.expect === 'never' && refused.includes(503),
    ).length,
    'unreadable, recorded all the same': count('unreadable'),
    'second secret of a rotation used': count('rotated'),
    'refusals sampled': count('rejections'),
    'questions of one partner answered': evidence.asked,
  }
}

function killsWithCalls({ calls, faults }: Evidence): number {
  const kills = faults.filter(({ kind }) => kind.includes('killed') && kind.includes('relay'))
  return kills.filter(({ from, params }) =>
    calls.some(
      ({ at, ended, node }) => at <= from + 50 && ended >= from && (params.node ?? node) === node,
    ),
  ).length
}
