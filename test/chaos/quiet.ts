// The end of the faults: everything is brought back, and what is due must come to rest by itself.
// Only then is time put on for what is not due yet, retries that wait for minutes and probes.
import { change } from './people.ts'
import { pause } from './processes.ts'
import { expireAllLeases, startAll, whenUp, type Trial } from './trial.ts'
import { apiKeys } from './world.ts'

export interface Quiet {
  /** Milliseconds until nothing that was due was left, and until nothing at all was; null: never. */
  dueAtRest: number | null
  allAtRest: number | null
  /** What was still open at the end. */
  open: Record<string, number>
}

export async function comeToRest(trial: Trial): Promise<Quiet> {
  await bringBack(trial)
  const began = Date.now()
  const until = began + trial.profile.quietSecondsMax * 1000
  const dueAtRest = await waitFor(trial, until, dueOrStuck)
  const allAtRest = dueAtRest === null ? null : await waitFor(trial, until, waitingForTime)
  return {
    dueAtRest: dueAtRest === null ? null : dueAtRest - began,
    allAtRest: allAtRest === null ? null : allAtRest - began,
    open: await openGrants(trial),
  }
}

async function bringBack(trial: Trial): Promise<void> {
  const { nodes, moab, postgres, senders } = trial
  moab.disarm()
  for (const key of Object.values(apiKeys)) moab.hold(key, null)
  for (const node of nodes) {
    for (const wire of [node.fromSenders, node.toDatabase, node.toMoab]) {
      wire.disarm()
      wire.mend()
    }
    node.thaw()
  }
  await postgres.start()
  if (trial.profile.moveLeases) {
    const from = Date.now()
    for (const node of nodes) await node.kill()
    // It breaks calls in flight like any other.
    trial.journals.faults.write({
      fault: -1,
      kind: 'all relays killed',
      params: {},
      from,
      to: Date.now(),
    })
    await expireAllLeases(trial)
  }
  await startAll(nodes)
  await senders.stop()
  const limitedUntil = 2190
  while (!(await change(trial, 'a', { paused: false, limitedUntil }, () => {}))) await pause(500)
}

async function waitFor(
  trial: Trial,
  until: number,
  left: (trial: Trial) => Promise<number>,
): Promise<number | null> {
  while (Date.now() < until) {
    if ((await whenUp(() => left(trial))) === 0) return Date.now()
    await pause(250)
  }
  return null
}

/** Due and not sent, sent and not settled; what a campaign holds back is waiting rightly. */
async function dueOrStuck({ sql }: Trial): Promise<number> {
  const [row] = await sql`
    select count(*)::int as n from grants g
    join campaign_health h on h.campaign_id = g.campaign_id
    where g.state = 'sending' or (g.state = 'queued' and g.due_at <= now() and h.state = 'healthy')`
  return Number(row?.['n'])
}

async function waitingForTime({ sql }: Trial): Promise<number> {
  await sql`update campaign_health set probe_at = now() where state in ('holding', 'unreachable') and probe_at > now()`
  await sql`update grants set due_at = now() where state = 'queued' and due_at > now()`
  const [row] = await sql`
    select count(*)::int as n from grants g join campaigns c on c.id = g.campaign_id
    where g.state in ('queued', 'sending') or (g.state = 'held' and c.name <> 'stopped')`
  return Number(row?.['n'])
}

async function openGrants({ sql }: Trial): Promise<Record<string, number>> {
  const rows = await sql`
    select c.name || ' ' || g.state || coalesce(' ' || g.reason, '') as what, count(*)::int as n
    from grants g join campaigns c on c.id = g.campaign_id
    where g.state in ('queued', 'sending', 'held', 'attention') group by 1 order by 1`
  return Object.fromEntries(rows.map((row) => [String(row['what']), Number(row['n'])]))
}
