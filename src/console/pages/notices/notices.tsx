// …/settings/notices: where the partner's people are told, and what was sent there.
import { Hono } from 'hono'
import { alarmKinds, isAlarmName } from '../../../alarms/kinds.ts'
import { listChannels, listNotices, type ChannelView } from '../../../ledger/notices.ts'
import { limits } from '../../../limits.ts'
import { channelKinds, type ChannelKind } from '../../../notices/channels.ts'
import { conflicts } from '../../../notices/conflicts.ts'
import { Problem, smallForm, ticksOf } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { givenIn, Pager } from '../../ui/lists.tsx'
import { Empty, Mark, Moment, Told, upper, type Tone } from '../../ui/marks.tsx'
import { inEither, places, type Page, type Standing } from '../../visit.ts'
import { words, type Words } from '../../words.ts'
import { subPage } from '../settings/overview.tsx'
import { channelAt, channelHref, noticesOf, showSecret } from './channel.tsx'
import { ChannelForm } from './form.tsx'
import { ChannelState, Health, placeIn } from './marks.tsx'
import { settingsOf, typedIn, untyped, valuesOf, wrongAtOnce, wrongIn } from './typed.ts'
import type { Typed, Wrong } from './typed.ts'

const isKind = (text: string): text is ChannelKind => channelKinds.some((each) => each === text)

export function noticesRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  for (const place of places) noticesAt(app, `${place}/settings/notices`, parts)
  return app
}

function noticesAt(app: Hono<ConsoleEnv>, path: string, parts: ConsoleParts): void {
  app.get(
    path,
    inEither(parts, ['config:read'], (c, visit) => noticesPage(c, visit, parts)),
  )
  app.get(
    `${path}/new`,
    inEither(parts, ['config:write'], (c, visit) => {
      const kind = c.req.query('kind') ?? ''
      if (!isKind(kind)) return notThere(c)
      const name = words[visit.language].notices.kinds[kind].name
      return newPage(c, visit, { kind, typed: untyped(name, visit) })
    }),
  )
  app.post(
    path,
    smallForm,
    inEither(parts, ['config:write'], (c, visit) => making(c, visit, parts)),
  )
  channelAt(app, `${path}/:id`, parts)
}

async function making(c: Page, visit: Standing, parts: ConsoleParts) {
  const { language, owner: partnerId, actor } = visit
  const given = await ticksOf(c)
  const kind = given.text('kind')
  if (!isKind(kind)) return notThere(c)
  const typed = typedIn(given, kind, visit)
  const wrong = wrongAtOnce(typed, words[language].notices)
  if (wrong.size > 0) return newPage(c, visit, { kind, typed, wrong })
  const { makeChannel } = await import('../../../notices/editing.ts')
  const values = { ...valuesOf(typed, visit), enabled: true }
  const by = { actor, partnerId }
  const made = await makeChannel(parts, by, kind, values, settingsOf(kind, typed, false))
  if (made.ok) return showSecret(c, parts, visit, made)
  if ('mistakes' in made) {
    const at = wrongIn(made.mistakes, { typed, isThere: false, language })
    return newPage(c, visit, { kind, typed, wrong: at })
  }
  if ('missing' in made) return notThere(c)
  const problem = `${upper(conflicts[made.conflict][language])}.`
  return newPage(c, visit, { kind, typed, problem })
}

interface NewTold {
  kind: ChannelKind
  typed: Typed
  wrong?: Wrong
  problem?: string
}

function newPage(c: Page, visit: Standing, { kind, typed, wrong, problem }: NewTold) {
  const { notices: say, settings } = words[visit.language]
  const isRefused = wrong !== undefined || problem !== undefined
  const above = { href: noticesOf(visit), label: settings.pages.notices.title }
  const title = say.newTitle(say.kinds[kind].name)
  return answerIn(
    c,
    visit,
    { title, place: 'settings', above, status: isRefused ? 422 : 200 },
    <>
      {isRefused && <Problem>{problem ?? say.mistaken}</Problem>}
      <p>{say.about[kind]}</p>
      <ChannelForm
        visit={visit}
        kind={kind}
        action={noticesOf(visit)}
        typed={typed}
        wrong={wrong ?? new Map()}
        isThere={false}
      />
    </>,
  )
}

async function noticesPage(c: Page, visit: Standing, { ledger }: ConsoleParts) {
  const say = words[visit.language].notices
  const { asker, language: lang } = visit
  const { after, done } = givenIn(c, ['after', 'done'])
  const unowned = true
  const [channels, sent] = await Promise.all([
    listChannels(ledger, asker, { limit: limits.noticeChannelsPerPartnerMax, unowned, lang }),
    listNotices(ledger, asker, { limit: limits.consoleRowsShown, after, unowned, lang }),
  ])
  const items = 'items' in channels ? channels.items : []
  return answerIn(
    c,
    visit,
    subPage(visit, 'notices'),
    <>
      {done === 'removed' && <Told>{say.done.removed}</Told>}
      {items.length === 0 ? (
        <Empty>
          <p>
            <strong>{say.none}</strong>
          </p>
          <p>{say.noneHelp}</p>
        </Empty>
      ) : (
        <section>
          <h2>{say.channels}</h2>
          <ul class="rows">
            {items.map((channel) => (
              <ChannelRow channel={channel} visit={visit} />
            ))}
          </ul>
        </section>
      )}
      {visit.may('config:write') && <Add visit={visit} count={items.length} />}
      {(items.length > 0 || after !== undefined) && (
        <Sent found={sent} visit={visit} after={after} />
      )}
    </>,
  )
}

function ChannelRow({ channel, visit }: { channel: ChannelView; visit: Standing }) {
  const say = words[visit.language].notices
  const { alarms } = channel
  return (
    <li>
      <div>
        <a href={channelHref(visit, channel.id)}>
          <strong>{channel.name}</strong>
        </a>
        <span class="help">
          {say.kinds[channel.kind].name} · {placeIn(channel)} ·{' '}
          {alarms === null ? say.all : say.some(alarms.length)}
        </span>
        <span class="help">
          <Health channel={channel} visit={visit} />
        </span>
      </div>
      <ChannelState channel={channel} visit={visit} />
    </li>
  )
}

function Add({ visit, count }: { visit: Standing; count: number }) {
  const say = words[visit.language].notices
  if (count >= limits.noticeChannelsPerPartnerMax) return <p class="help">{say.tooMany}</p>
  return (
    <section>
      <h2>{say.add}</h2>
      <ul class="grid wide">
        {channelKinds.map((kind) => (
          <li>
            <a href={`${noticesOf(visit)}/new?kind=${kind}`}>
              <div>
                <strong>{say.kinds[kind].name}</strong>
                <small>{say.kinds[kind].help}</small>
              </div>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

type Listed = Awaited<ReturnType<typeof listNotices>>
type Notice = Extract<Listed, { items: unknown }>['items'][number]

const tones = {
  queued: 'wait',
  sending: 'wait',
  delivered: 'good',
  given_up: 'bad',
} as const satisfies Record<Notice['state'], Tone>

interface SentProps {
  found: Listed
  visit: Standing
  after: string | undefined
}

function Sent({ found, visit, after }: SentProps) {
  const say = words[visit.language].notices
  const notices = 'items' in found ? found.items : []
  return (
    <section>
      <h2>{say.sent}</h2>
      {notices.length === 0 && <p class="help">{say.noneSent}</p>}
      {notices.length > 0 && (
        <ul class="rows">
          {notices.map((notice) => (
            <NoticeRow notice={notice} visit={visit} />
          ))}
        </ul>
      )}
      <Pager
        visit={visit}
        here={noticesOf(visit)}
        given={{}}
        after={after}
        next={'next' in found ? found.next : null}
      />
    </section>
  )
}

function NoticeRow({ notice, visit }: { notice: Notice; visit: Standing }) {
  const say = words[visit.language].notices
  const { state, tries, told, http_status: status } = notice
  const came = [
    notice.channel.name,
    ...(tries > 1 ? [say.tries(tries)] : []),
    ...(told !== null && state !== 'delivered' ? [told] : []),
    ...(status === null || state === 'delivered' ? [] : [`HTTP ${status}`]),
  ]
  return (
    <li>
      <div>
        {notice.test && <strong>{say.testNotice}</strong>}
        {notice.alarms.map((alarm) => (
          <span class="line">{sayAlarm(alarm, say, visit)}</span>
        ))}
        {notice.more > 0 && <span class="help">{say.andMore(notice.more)}</span>}
        {notice.left_out > 0 && <span class="help">{say.leftOut(notice.left_out)}</span>}
        <span class="help">
          {came.join(' · ')} · <Moment at={notice.created_at} visit={visit} />
        </span>
      </div>
      <Mark tone={tones[state]}>{say.states[state]}</Mark>
    </li>
  )
}

function sayAlarm(
  { kind, subject, happened }: Notice['alarms'][number],
  say: Words['notices'],
  { language }: Standing,
) {
  const title = isAlarmName(kind) ? alarmKinds[kind].title[language] : kind
  return `${title}: ${subject.name} (${say.happened[happened]})`
}
