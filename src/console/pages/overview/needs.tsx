// What needs somebody, in words, each with the one thing to do.
import { alarmKinds, isAlarmName } from '../../../alarms/kinds.ts'
import type { AlarmView } from '../../../ledger/alarms.ts'
import { sayReason } from '../../../ledger/words.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Moment, upper } from '../../ui/marks.tsx'
import type { Campaign } from '../../ui/standing.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'

interface NeedsProps {
  alarms: readonly AlarmView[]
  campaigns: readonly Campaign[]
  attention: number
  visit: Visit
}

/** These begin by themselves, or were a person's own doing. */
const calmReasons: ReadonlySet<string | null> = new Set(['not_started', 'stopped'])

export function Needs({ alarms, campaigns, attention, visit }: NeedsProps) {
  const { language, base } = visit
  const say = words[language].overview
  const paused = campaigns.filter(
    ({ health: { state, reason } }) =>
      (state === 'holding' || state === 'unreachable') && !calmReasons.has(reason),
  )
  // A campaign says itself what is the matter with it.
  const others = alarms.filter(({ subject }) => !paused.some(({ id }) => id === subject.id))
  if (others.length + paused.length + attention === 0) return <p class="done">{say.calm}</p>
  return (
    <section>
      <h2>{say.needs}</h2>
      <ul class="needs">
        {attention > 0 && (
          <li>
            <div>{say.attentionTold(attention)}</div>
            <a class="button quiet" href={hrefWith(`${base}/grants`, { state: 'attention' })}>
              {say.act.grants}
            </a>
          </li>
        )}
        {paused.map(({ id, name, health: { state, reason, since } }) => (
          <li>
            <div>
              <strong>{name}: </strong>
              {sayReason('held', reason, language) ?? words[language].campaigns.states[state]}
              <span class="help">
                {' · '}
                {say.since} <Moment at={since} visit={visit} />
              </span>
            </div>
            <a class="button quiet" href={`${base}/campaigns/${id}`}>
              {say.act.campaign}
            </a>
          </li>
        ))}
        {others.map((alarm) => (
          <Alarm alarm={alarm} visit={visit} />
        ))}
      </ul>
    </section>
  )
}

const hrefOf = {
  campaign: '/campaigns/',
  source: '/sources/',
  channel: '/settings/notices',
  relay: '',
} as const

function Alarm({ alarm, visit }: { alarm: AlarmView; visit: Visit }) {
  const { language, base } = visit
  const say = words[language].overview
  const about = isAlarmName(alarm.kind) ? alarmKinds[alarm.kind].about : 'relay'
  const to = hrefOf[about]
  return (
    <li>
      <div>
        <strong>{about === 'relay' ? '' : `${alarm.subject.name}: `}</strong>
        {about === 'relay' ? upper(alarm.told) : alarm.told}
        <span class="help">
          {' · '}
          {say.since} <Moment at={alarm.opened_at} visit={visit} />
        </span>
      </div>
      {to !== '' && (
        <a class="button quiet" href={base + (to.endsWith('/') ? to + alarm.subject.id : to)}>
          {say.act[about]}
        </a>
      )}
    </li>
  )
}
