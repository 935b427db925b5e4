// …: what is going on. What needs somebody stands first, in words, with the one thing to do.
import { Hono } from 'hono'
import { alarmKinds, isAlarmName } from '../../../alarms/kinds.ts'
import { listAlarms, type AlarmView } from '../../../ledger/alarms.ts'
import { listCampaigns, listSources } from '../../../ledger/setup.ts'
import { sayReason } from '../../../ledger/words.ts'
import { readStats } from '../../../ledger/stats.ts'
import { readQueue } from '../../../ledger/queues.ts'
import { limits } from '../../../limits.ts'
import { dayStart } from '../../days.ts'
import { numberIn, shareIn } from '../../moments.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Chart, type Bar } from '../../ui/chart.tsx'
import { hrefWith } from '../../ui/lists.tsx'
import { Ago, Empty, Moment, upper, type Tone } from '../../ui/marks.tsx'
import { Logo } from '../../ui/providers.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { CampaignState } from '../campaigns/campaigns.tsx'
import { lastSeen, SourceState } from '../sources/sources.tsx'

export function overviewRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner',
    inside(parts, ['events:read'], (c, visit) => overviewPage(c, visit, parts)),
  )
  return app
}

const dayMs = 86_400_000
const days = 30

async function overviewPage(c: Page, visit: Visit, parts: ConsoleParts) {
  const { ledger, now } = parts
  const { language, base, asker } = visit
  const say = words[language].overview
  const [sources, campaigns, alarms] = await Promise.all([
    listSources(ledger, asker, { limit: limits.overviewThingsShown }),
    listCampaigns(ledger, asker, { limit: limits.overviewThingsShown }),
    listAlarms(ledger, asker, { state: 'open', limit: limits.overviewThingsShown, lang: language }),
  ])
  const those = <T,>(found: { items: T[] } | { unknown: string }) =>
    'items' in found ? found.items : []
  if (those(sources).length === 0 && those(campaigns).length === 0) return firstPage(c, visit)
  const [numbers, waiting] = await Promise.all([
    numbersOf(parts, visit),
    Promise.all(
      those(campaigns).map(({ id }) =>
        readQueue(ledger, { partnerId: visit.partner.id, campaignId: id }),
      ),
    ),
  ])
  const attention = waiting.reduce((sum, queue) => sum + queue.attention, 0)
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'overview' },
    <>
      <Needs
        alarms={those(alarms)}
        campaigns={those(campaigns)}
        attention={attention}
        visit={visit}
      />
      <Figures numbers={numbers} visit={visit} />
      <div class="two even">
        <section>
          <h2>
            <a href={`${base}/sources`}>{say.sources}</a>
          </h2>
          <ul class="rows">
            {those(sources).map((source) => {
              const seen = lastSeen(source)
              const counts = numbers.bySource.get(source.id)
              return (
                <li>
                  <Logo id={source.provider} language={language} />
                  <div>
                    <a href={`${base}/sources/${source.id}`}>
                      <strong>{source.name}</strong>
                    </a>
                    <span class="help">
                      {seen === undefined ? (
                        say.never
                      ) : (
                        <>
                          {say.quiet} <Ago at={seen} visit={visit} now={now()} />
                        </>
                      )}
                      {counts !== undefined &&
                        counts.all > 0 &&
                        ` · ${say.found(shareIn(language, counts.matched, counts.all))}`}
                    </span>
                  </div>
                  <SourceState source={source} visit={visit} />
                </li>
              )
            })}
          </ul>
        </section>
        <section>
          <h2>
            <a href={`${base}/campaigns`}>{say.campaigns}</a>
          </h2>
          <ul class="rows">
            {those(campaigns).map((campaign) => (
              <li>
                <div>
                  <a href={`${base}/campaigns/${campaign.id}`}>
                    <strong>{campaign.name}</strong>
                  </a>
                  <span class="help">{words[language].campaigns.modesShort[campaign.mode]}</span>
                </div>
                <CampaignState campaign={campaign} visit={visit} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>,
  )
}

function firstPage(c: Page, visit: Visit) {
  const say = words[visit.language].overview
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'overview' },
    <Empty>
      <p>
        <strong>{say.first}</strong>
      </p>
      <p>{say.firstHelp}</p>
      {visit.may('config:write') && (
        <p>
          <a class="button" href={`${visit.base}/connect`}>
            {say.connect}
          </a>
        </p>
      )}
    </Empty>,
  )
}

interface Counted {
  all: number
  matched: number
}

interface Numbers {
  today: Record<string, number>
  month: Record<string, number>
  events: Bar[]
  grants: Bar[]
  bySource: Map<string, Counted>
  complete: boolean
}

const tonesOf = {
  events: { matched: 'good', unmatched: 'none', unreadable: 'bad', parked: 'wait', test: 'none' },
  grants: {
    granted: 'good',
    already_known: 'good',
    queued: 'wait',
    sending: 'wait',
    held: 'care',
    attention: 'bad',
    refused: 'bad',
    test: 'none',
    suppressed: 'none',
  },
} as const satisfies Record<string, Record<string, Tone>>

const tones: readonly Tone[] = ['good', 'wait', 'care', 'bad', 'none']

/** By the reader's own days. */
async function numbersOf({ ledger, now }: ConsoleParts, visit: Visit): Promise<Numbers> {
  const { asker, timeZone, language } = visit
  const dates = Array.from({ length: days }, (_, n) =>
    dateIn(now() - (days - 1 - n) * dayMs, timeZone),
  )
  const from = wholeHour(dayStart(dates[0], timeZone) ?? new Date(now() - days * dayMs), Math.floor)
  const to = wholeHour(new Date(now()), Math.ceil)
  const zone = hasWholeHours(timeZone) ? timeZone : 'UTC'
  const asked = { from, to, step: 'day', zone } as const
  const [events, grants, bySource, matchedBySource] = await Promise.all([
    readStats(ledger, asker, { ...asked, of: 'events', by: 'state' }),
    readStats(ledger, asker, { ...asked, of: 'grants', by: 'state' }),
    readStats(ledger, asker, { ...asked, step: 'month', of: 'events', by: 'source' }),
    readStats(ledger, asker, { ...asked, step: 'month', of: 'grants', by: 'source' }),
  ])
  const rows = (found: typeof events) => ('items' in found ? found.items : [])
  const today = dates.at(-1) ?? ''
  const sums = (only?: string) => {
    const total: Record<string, number> = {}
    const add = (word: string, count: number) => (total[word] = (total[word] ?? 0) + count)
    for (const [of, list] of [
      ['events', rows(events)],
      ['grants', rows(grants)],
    ] as const)
      for (const { at, group, count } of list) {
        if (only !== undefined && dateIn(Date.parse(at), zone) !== only) continue
        add(of, count)
        add(`${of}.${group ?? ''}`, count)
      }
    return total
  }
  const counted = new Map<string, Counted>()
  for (const { group, count } of rows(bySource)) {
    const before = counted.get(group ?? '') ?? { all: 0, matched: 0 }
    counted.set(group ?? '', { ...before, all: before.all + count })
  }
  for (const { group, count } of rows(matchedBySource)) {
    const before = counted.get(group ?? '')
    if (before !== undefined)
      counted.set(group ?? '', { ...before, matched: Math.min(before.all, before.matched + count) })
  }
  return {
    today: sums(today),
    month: sums(),
    events: barsOf(dates, rows(events), tonesOf.events, zone, language),
    grants: barsOf(dates, rows(grants), tonesOf.grants, zone, language),
    bySource: counted,
    complete: [events, grants].every((found) => !('complete' in found) || found.complete),
  }
}

function barsOf(
  dates: readonly string[],
  rows: readonly { at: string; group: string | null; count: number }[],
  toneOf: Readonly<Record<string, Tone>>,
  zone: string,
  language: Visit['language'],
): Bar[] {
  const format = new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
  return dates.map((date) => {
    const own = rows.filter(({ at }) => dateIn(Date.parse(at), zone) === date)
    const total = own.reduce((sum, { count }) => sum + count, 0)
    const day = format.format(new Date(`${date}T00:00:00Z`))
    return {
      label: words[language].overview.chart.bar(day, numberIn(language, total)),
      parts: tones.map((tone) => ({
        tone,
        count: own
          .filter(({ group }) => (toneOf[group ?? ''] ?? 'none') === tone)
          .reduce((sum, { count }) => sum + count, 0),
      })),
    }
  })
}

/** `2026-11-28`, as it is there. */
const dateIn = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(at)

const wholeHour = (at: Date, round: (hours: number) => number) =>
  new Date(round(at.getTime() / 3_600_000) * 3_600_000)

/** Hours are what is counted: elsewhere days are those of UTC. */
function hasWholeHours(timeZone: string): boolean {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return !/:[1-5]/.test(format.format(new Date(Date.UTC(2026, 0))).split('GMT')[1] ?? '')
}

type Campaign = Extract<
  Awaited<ReturnType<typeof listCampaigns>>,
  { items: unknown }
>['items'][number]

interface NeedsProps {
  alarms: readonly AlarmView[]
  campaigns: readonly Campaign[]
  attention: number
  visit: Visit
}

/** These begin by themselves, or were a person's own doing. */
const calmReasons: ReadonlySet<string | null> = new Set(['not_started', 'stopped'])

function Needs({ alarms, campaigns, attention, visit }: NeedsProps) {
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

function Figures({ numbers, visit }: { numbers: Numbers; visit: Visit }) {
  const { language, base } = visit
  const say = words[language].overview
  const of = (counts: Record<string, number>, ...names: string[]) =>
    names.reduce((sum, name) => sum + (counts[name] ?? 0), 0)
  const shown = (counts: Record<string, number>) => [
    { label: say.received, count: of(counts, 'events'), to: '/events' },
    { label: say.matched, count: of(counts, 'events.matched'), to: '/events?state=matched' },
    {
      label: say.granted,
      count: of(counts, 'grants.granted', 'grants.already_known'),
      to: '/grants?state=granted',
    },
    { label: say.held, count: of(counts, 'grants.held'), to: '/grants?state=held' },
    { label: say.refused, count: of(counts, 'grants.refused'), to: '/grants?state=refused' },
    { label: say.attention, count: of(counts, 'grants.attention'), to: '/grants?state=attention' },
  ]
  const charts = [
    { title: say.chart.events, bars: numbers.events },
    { title: say.chart.grants, bars: numbers.grants },
  ]
  return (
    <>
      {[
        { title: say.today, counts: numbers.today },
        { title: say.month, counts: numbers.month },
      ].map(({ title, counts }) => (
        <section>
          <h2>{title}</h2>
          <ul class="figures small">
            {shown(counts).map(({ label, count, to }) => (
              <li class={count === 0 ? 'zero' : undefined}>
                <a href={base + to}>
                  <strong>{numberIn(language, count)}</strong>
                  <span>{label}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <div class="two even charts">
        {charts.map(({ title, bars }) => {
          const most = Math.max(
            0,
            ...bars.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0)),
          )
          return (
            <figure class="card">
              <figcaption>
                {title} <span class="help">{say.chart.most(numberIn(language, most))}</span>
              </figcaption>
              <Chart bars={bars} says={`${title}: ${bars.map(({ label }) => label).join('; ')}`} />
            </figure>
          )
        })}
      </div>
      {!numbers.complete && <p class="help">{say.chart.counting}</p>}
    </>
  )
}
