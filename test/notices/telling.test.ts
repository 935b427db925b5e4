import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { alarmKinds, alarmNames } from '../../src/alarms/kinds.ts'
import { limits } from '../../src/limits.ts'
import { channelKinds } from '../../src/notices/channels.ts'
import type { Notice, NoticeItem } from '../../src/notices/notice.ts'
import { plain, tellNotice } from '../../src/notices/telling.ts'
import { slackText } from '../../src/notices/web.ts'

const item = (more: Partial<NoticeItem> = {}): NoticeItem => ({
  happened: 'opened',
  alarmId: 'a',
  kind: 'campaign_holding',
  subject: 's',
  subjectName: 'spring',
  cause: 'limit_reached',
  detail: { waiting: 240 },
  openedAt: '2026-11-28T20:15:00.000Z',
  closedAt: null,
  ...more,
})
const notice = (items: readonly NoticeItem[], more: Partial<Notice> = {}): Notice => ({
  id: 'n',
  test: false,
  partner: 'acme',
  items,
  more: 0,
  leftOut: 0,
  ...more,
})
const tell = (said: Notice, language: 'en' | 'ru' = 'en', publicUrl?: string) =>
  tellNotice(said, { language, publicUrl })

describe('a notice', () => {
  test('says what, why, what to do, since when and where to look', () => {
    const { subject, text } = tell(notice([item()]), 'en', 'https://relay.example.com')
    expect(subject).toBe('acme: Campaign paused: spring')
    expect(text).toMatch(/^moab-relay · acme\n\nCampaign paused: spring\nThe maximum of users/)
    expect(text).toContain('ask MOAB to raise it')
    expect(text).toMatch(/Since 28 Nov 2026.*20:15.* UTC|Since Nov 28, 2026.*UTC/)
    expect(text).toContain('bonuses waiting: 240')
    expect(text).toMatch(/\n\nhttps:\/\/relay\.example\.com\/console$/)
    expect(tell(notice([item()])).text).not.toContain('http')
  })

  test('says it in Russian', () => {
    const { subject, text } = tell(notice([item()]), 'ru')
    expect(subject).toBe('acme: Кампания на паузе: spring')
    expect(text).toContain('бонусов ждёт: 240')
    expect(text.replace(/moab-relay · acme|spring|MOAB|UTC/g, '')).not.toMatch(/[a-z]/i)
  })

  test.each(alarmNames)('of %s has whole sentences in both languages', (kind) => {
    const subject = (happened: NoticeItem['happened'], language: 'en' | 'ru') =>
      tell(notice([item({ kind, happened, closedAt: '2026-11-28T22:20:00Z' })]), language)
    const { title } = alarmKinds[kind]
    for (const language of ['en', 'ru'] as const) {
      expect(subject('opened', language).text).toContain(title[language])
      expect(subject('still', language).subject).toMatch(/^acme: (Still|По-прежнему): /)
      expect(subject('over', language).subject).toMatch(/^acme: (Over|Закончилось): /)
    }
    expect(subject('over', 'en').text).toMatch(/lasted 2 hr 5 min/)
  })

  test('tells as many as fit, and counts the others and what was left out', () => {
    const many = Array.from({ length: limits.noticeItemsMax }, (_, n) =>
      item({ subjectName: `${n} ${'x'.repeat(90)}` }),
    )
    const { subject, text } = tell(notice(many, { more: 100, leftOut: 7 }))
    expect(text.length).toBeLessThan(limits.telegramCharsMax)
    const shown = text.match(/Campaign paused/g)?.length ?? 0
    expect(shown).toBeGreaterThan(5)
    expect(text).toContain(`And ${many.length + 100 - shown} more.`)
    expect(text).toMatch(/came and went meanwhile: 7/)
    expect(subject).toContain('120 alarms')
  })
})

test('the documents name every kind of alarm and of channel', () => {
  const alarms = readFileSync('docs/alarms.md', 'utf8')
  expect(alarmNames.filter((name) => !alarms.includes(`| \`${name}\``))).toEqual([])
  const notices = readFileSync('docs/notices.md', 'utf8')
  expect(channelKinds.filter((kind) => !notices.includes(`| \`${kind}\``))).toEqual([])
})

describe('a hostile name', () => {
  const hostile = 'x\r\nBcc: a@evil.example\u2028\u0000\u202e<!channel> *b* @all & \ud800'
  test('stays on its line, in its direction, and of a bounded length', () => {
    const { subject, text } = tell(notice([item({ subjectName: hostile })], { partner: hostile }))
    for (const line of [subject, plain(hostile)]) expect(line).not.toMatch(/[\p{C}\u2028]/u)
    expect(text.split('\n').filter((line) => line.startsWith('Bcc'))).toEqual([])
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\u2028]/u)
    expect(plain('y'.repeat(1000)).length).toBe(limits.nameCharsMax)
  })
  test('calls nobody in a chat', () => {
    const text = slackText(plain(hostile))
    expect(text).toContain('&lt;!channel&gt;')
    expect(text).toContain('&amp;')
    expect(text).not.toMatch(/@all|<|>/)
  })
})
