// How a channel is doing, and where it leads, without what is secret.
import { alarmKinds, isAlarmName } from '../../../alarms/kinds.ts'
import type { ChannelView } from '../../../ledger/notices.ts'
import { Mark, Moment, upper } from '../../ui/marks.tsx'
import type { Standing } from '../../visit.ts'
import { words } from '../../words.ts'
import { shownText } from './typed.ts'

interface Props {
  channel: ChannelView
  visit: Standing
}

export function ChannelState({ channel: { enabled, health }, visit }: Props) {
  const say = words[visit.language].notices.state
  if (!enabled) return <Mark tone="none">{say.off}</Mark>
  if (health.failing) return <Mark tone="bad">{say.failing}</Mark>
  if (health.problem !== null) return <Mark tone="care">{say.refused}</Mark>
  return <Mark tone="good">{say.on}</Mark>
}

/** The address, the chat, the recipients: whatever tells this channel from another. */
export function placeIn(channel: ChannelView): string {
  if (channel.kind === 'telegram') return shownText(channel, 'chat_id')
  return shownText(channel, channel.kind === 'email' ? 'to' : 'url')
}

/** What came of the last tries. */
export function Health({ channel: { health }, visit }: Props) {
  const say = words[visit.language].notices
  const { delivered_at: delivered, problem_at: problemAt, told } = health
  return (
    <>
      {delivered === null && told === null && say.never}
      {delivered !== null && (
        <>
          {say.delivered} <Moment at={delivered} visit={visit} />
        </>
      )}
      {delivered !== null && told !== null && ' · '}
      {told !== null && problemAt !== null && (
        <>
          {say.problem} <Moment at={problemAt} visit={visit} />: {told}
        </>
      )}
    </>
  )
}

export function Facts({ channel, visit }: Props) {
  const { language } = visit
  const say = words[language].notices
  const { kind, alarms, health } = channel
  return (
    <dl class="facts">
      <dt>{say.leads}</dt>
      <dd>
        {say.kinds[kind].name} · {placeIn(channel)}
      </dd>
      <dt>{say.alarms}</dt>
      <dd>
        {alarms === null
          ? say.all
          : alarms
              .map((name) => (isAlarmName(name) ? alarmKinds[name].title[language] : name))
              .join(', ')}
      </dd>
      {health.delivered_at !== null && (
        <>
          <dt>{upper(say.delivered)}</dt>
          <dd>
            <Moment at={health.delivered_at} visit={visit} />
          </dd>
        </>
      )}
      {health.told !== null && health.problem_at !== null && (
        <>
          <dt>{upper(say.problem)}</dt>
          <dd>
            <Moment at={health.problem_at} visit={visit} />: {health.told}
          </dd>
        </>
      )}
    </dl>
  )
}
