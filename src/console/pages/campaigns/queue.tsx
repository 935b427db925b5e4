// What waits for MOAB in a campaign: why it waits, the one thing that helps, how much it is and until when.
import type { readQueue } from '../../../ledger/queues.ts'
import { sayReason } from '../../../ledger/words.ts'
import { limits } from '../../../limits.ts'
import { distanceIn, numberIn } from '../../moments.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Ago, upper } from '../../ui/marks.tsx'
import type { Campaign } from '../../ui/standing.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'

type Queue = Awaited<ReturnType<typeof readQueue>>

interface PartProps {
  campaign: Campaign
  visit: Visit
  queue: Queue
  now: number
}

/** What keeps it, and the one thing that helps. */
export function Why({ campaign, visit, queue, now, here }: PartProps & { here: string }) {
  const { language } = visit
  const say = words[language].campaigns.one
  const { state, reason, probe_at: probeAt } = campaign.health
  if (state === 'healthy' || campaign.archived_at !== null) return null
  const why = sayReason('held', reason, language) ?? words[language].campaigns.states[state]
  const help = reason !== null && isHelp(say.helps, reason) ? say.helps[reason] : ''
  const next =
    state === 'stopped'
      ? say.asksNever
      : probeAt !== null && say.probe(distanceIn(language, new Date(probeAt), new Date(now)))
  return (
    <ul class="needs">
      <li>
        <div>
          <strong>{upper(why)}</strong>
          <p class="help">
            {help} {next}
          </p>
        </div>
        {state === 'stopped'
          ? visit.may('config:write') && <Button action={`${here}/on`} label={say.on} />
          : queue.firstHeldId !== null &&
            visit.may('grants:write') && <Button action={`${here}/try`} label={say.tryNow} />}
      </li>
    </ul>
  )
}

const isHelp = <T extends object>(helps: T, reason: PropertyKey): reason is keyof T =>
  Object.hasOwn(helps, reason)

const Button = ({ action, label }: { action: string; label: string }) => (
  <form method="post" action={action}>
    <button type="submit">{label}</button>
  </form>
)

export function Waiting({ campaign, visit, queue, now }: PartProps) {
  const { language, base } = visit
  const { one: say } = words[language].campaigns
  const { per_second: pace, name, health } = campaign
  const ready = health.state === 'healthy' ? readyAt(queue, pace, now) : undefined
  return (
    <>
      <Figures name={name} visit={visit} queue={queue} now={now} />
      <p class="help">
        {pace !== null && `${upper(say.perSecond(numberIn(language, pace)))}. `}
        {ready !== undefined && `${say.ready(distanceIn(language, ready, new Date(now)))} `}
        <a href={hrefWith(`${base}/grants`, { campaign: name })}>{say.see}</a>
      </p>
    </>
  )
}

/** Undefined where nothing waits, where it is not known how much, or where the pace is free. */
function readyAt({ queued, held }: Queue, pace: number | null, now: number): Date | undefined {
  const left = queued + held
  if (pace === null || left === 0 || left >= limits.queueCountedMax) return undefined
  return new Date(now + (left / pace) * 1000)
}

function Figures({ name, visit, queue, now }: Omit<PartProps, 'campaign'> & { name: string }) {
  const { language, base } = visit
  const { one: say } = words[language].campaigns
  const shown = (count: number) => {
    const number = numberIn(language, count)
    return count < limits.queueCountedMax ? number : say.orMore(number)
  }
  const figures = [
    { state: 'queued', label: say.waiting, count: queue.queued },
    { state: 'held', label: say.held, count: queue.held },
    { state: 'attention', label: say.attention, count: queue.attention },
  ]
  return (
    <ul class="figures">
      {figures.map(({ state, label, count }) => (
        <li>
          <a href={hrefWith(`${base}/grants`, { campaign: name, state })}>
            <strong>{shown(count)}</strong>
            <span>{label}</span>
          </a>
        </li>
      ))}
      {queue.oldestAt !== null && (
        <li>
          <strong class="text">
            <Ago at={queue.oldestAt} visit={visit} now={now} />
          </strong>
          <span>{say.oldest}</span>
        </li>
      )}
    </ul>
  )
}
