// A notice in words, for a person who reads it on a telephone: what is the matter, with what, since
// when, what to do, and where to look. Names come from people and are made harmless here: one line,
// nothing invisible, never long. Pure.
import { alarmKinds, isAlarmName } from '../alarms/kinds.ts'
import { sayAlarm } from '../ledger/words.ts'
import { limits } from '../limits.ts'
import type { Text } from '../providers/provider.ts'
import type { Language } from '../rules/trace.ts'
import type { Notice, NoticeItem } from './notice.ts'

export interface Told {
  /** One line. */
  subject: string
  text: string
}

export interface Telling {
  language: Language
  /** Where people find the console; undefined: nobody said. */
  publicUrl: string | undefined
}

export function tellNotice(notice: Notice, { language, publicUrl }: Telling): Told {
  const say = words[language]
  const whose = notice.partner === null ? say.installation : plain(notice.partner)
  const link = publicUrl === undefined ? [] : [`${publicUrl}/console`]
  if (notice.test) {
    const subject = `moab-relay · ${whose}: ${say.test}`
    return { subject, text: [subject, say.testText, ...link].join('\n\n') }
  }
  const told = notice.items.map((item) => tellItem(item, language))
  const shown = fitting(told.map(({ text }) => text))
  const more = notice.more + told.length - shown.length
  const lines = [
    `moab-relay · ${whose}`,
    ...shown,
    ...(more > 0 ? [say.more(more)] : []),
    ...(notice.leftOut > 0 ? [say.leftOut(notice.leftOut)] : []),
    ...link,
  ]
  const [first] = told
  const count = told.length + notice.more
  const title = count === 1 ? (first?.title ?? '') : say.several(count, first?.title ?? '')
  return { subject: `${whose}: ${title}`, text: lines.join('\n\n') }
}

/** As many as one message holds; the first in any case. */
function fitting(texts: readonly string[]): string[] {
  let left = limits.noticeTextCharsMax
  const end = texts.findIndex((text) => (left -= text.length + 2) < 0)
  return texts.slice(0, end === -1 ? texts.length : Math.max(1, end))
}

function tellItem(item: NoticeItem, language: Language): Told & { title: string } {
  const say = words[language]
  const kind = isAlarmName(item.kind) ? item.kind : null
  const name = plain(item.subjectName)
  const titled = `${kind === null ? plain(item.kind) : alarmKinds[kind].title[language]}: ${name}`
  const title = say[item.happened](titled)
  const since = momentOf(item.openedAt, language)
  if (item.happened === 'over') {
    const lasted = durationOf(spanMs(item), language)
    return { title, subject: title, text: `${title}\n${say.lasted(lasted)}` }
  }
  const figures = Object.entries(item.detail).flatMap(([figure, value]) => {
    const told = sayFigure(figure, value, language)
    return told === null ? [] : [told]
  })
  const says = capital(sayAlarm(kind, plain(item.cause), language))
  const facts = [say.since(since), ...figures].join('; ')
  return { title, subject: title, text: `${title}\n${says}.\n${capital(facts)}.` }
}

const spanMs = ({ openedAt, closedAt }: NoticeItem) =>
  Date.parse(closedAt ?? openedAt) - Date.parse(openedAt)

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

const unseen = /[\p{C}\p{Zl}\p{Zp}\s]+/gu

/** Of a name, what fits on a line and can neither end it nor turn it round. */
export const plain = (name: string): string => {
  const line = name.toWellFormed().replace(unseen, ' ').trim()
  const most = limits.nameCharsMax
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`
}

const momentOf = (iso: string, language: Language) =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(iso))} UTC`

/** In the largest two units. */
function durationOf(ms: number, language: Language): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  const parts = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor((minutes % 1440) / 60), 'hour'],
    [minutes % 60, 'minute'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count),
    )
    .join(' ')
}

const amount = (value: number, language: Language) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value)

/** What a figure of an alarm's last look says; null for one that is not for people. */
function sayFigure(name: string, value: number, language: Language): string | null {
  const figure = figures.get(name)
  if (figure === undefined) return null
  const { form = amount } = figure
  return figure[language].replace('{}', form(value, language))
}

const seconds = (value: number, language: Language) => durationOf(value * 1000, language)
const gigabytes = (value: number, language: Language) => amount(value / 1e9, language)

type Figure = Text & { form?: (value: number, language: Language) => string }

const figures = new Map<string, Figure>(
  Object.entries({
    waiting: { en: 'bonuses waiting: {}', ru: 'бонусов ждёт: {}' },
    seconds: { en: 'for {}', ru: 'уже {}', form: seconds },
    usual_seconds: { en: 'usually {} at most', ru: 'обычно не дольше {}', form: seconds },
    percent: { en: 'now in {} %', ru: 'сейчас в {} %' },
    before_percent: { en: 'before in {} %', ru: 'раньше в {} %' },
    ms: { en: 'by {} ms', ru: 'на {} мс' },
    free_bytes: { en: 'free: {} GB', ru: 'свободно: {} ГБ', form: gigabytes },
    failures: { en: 'failures in a row: {}', ru: 'неудач подряд: {}' },
    campaigns: { en: 'campaigns concerned: {}', ru: 'затронуто кампаний: {}' },
  }),
)

const words = {
  en: {
    installation: 'the installation',
    opened: (title: string) => title,
    still: (title: string) => `Still: ${title}`,
    over: (title: string) => `Over: ${title}`,
    since: (moment: string) => `since ${moment}`,
    lasted: (span: string) => `It lasted ${span}. Nothing to do.`,
    several: (count: number, first: string) => `${count} alarms: ${first} …`,
    more: (count: number) => `And ${count} more.`,
    leftOut: (count: number) =>
      `Not told, because the limit of notices an hour was reached: alarms that came and went meanwhile: ${count}.`,
    test: 'test',
    testText: 'This is a test. Notices of this channel arrive here; nothing needs to be done.',
  },
  ru: {
    installation: 'вся установка',
    opened: (title: string) => title,
    still: (title: string) => `По-прежнему: ${title}`,
    over: (title: string) => `Закончилось: ${title}`,
    since: (moment: string) => `с ${moment}`,
    lasted: (span: string) => `Длилось ${span}. Делать ничего не нужно.`,
    several: (count: number, first: string) => `тревог: ${count}. ${first} …`,
    more: (count: number) => `И ещё: ${count}.`,
    leftOut: (count: number) =>
      `Не сообщено, потому что достигнут предел уведомлений в час: тревог, которые успели начаться и закончиться: ${count}.`,
    test: 'проверка',
    testText: 'Это проверка. Уведомления этого канала приходят сюда; делать ничего не нужно.',
  },
} as const
