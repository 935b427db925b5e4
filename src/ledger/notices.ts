// Where people want to be told, and what was sent there: for the API and the console.
import {
  channelsPage,
  noticesPage,
  type ChannelFilter,
  type ChannelListed,
  type NoticeFilter,
  type NoticeListed,
} from '../db/ledger/notices.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { limits } from '../limits.ts'
import { isOutcome, outcomes } from '../notices/outcomes.ts'
import type { Language } from '../rules/trace.ts'
import type { Mentions } from './asking.ts'
import { list, type Asking, type Listed, type Questions } from './listing.ts'

interface Wanted extends PageWanted, Pick<Mentions, 'partner'> {
  lang: Language
}

export type ChannelView = ReturnType<typeof viewChannel>

export function listChannels(
  ledger: Questions,
  asker: Asking,
  { partner, limit, after, unowned, lang, ...filter }: Wanted & ChannelFilter,
): Listed<ChannelView> {
  return list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => channelsPage(tx, owner, filter, { limit, after, unowned }),
    (row) => viewChannel(row, lang),
  )
}

export function listNotices(
  ledger: Questions,
  asker: Asking,
  { partner, limit, after, unowned, lang, ...filter }: Wanted & NoticeFilter,
): Listed<ReturnType<typeof viewNotice>> {
  return list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => noticesPage(tx, owner, filter, { limit, after, unowned }),
    (row) => viewNotice(row, lang),
  )
}

/** What came of a try, in words. */
export const sayOutcome = (word: string, language: Language): string =>
  isOutcome(word) ? outcomes[word].says[language] : word

function viewChannel(row: ChannelListed, language: Language) {
  return {
    id: row.id,
    partner: row.partner,
    name: row.name,
    kind: row.kind,
    language: row.language,
    alarms: row.alarms,
    enabled: row.enabled,
    settings: row.shown,
    created_at: row.createdAt.toISOString(),
    health: {
      failing: row.failures >= limits.noticeFailuresMax,
      failures: row.failures,
      problem: row.problem,
      problem_at: row.problemAt?.toISOString() ?? null,
      delivered_at: row.deliveredAt?.toISOString() ?? null,
      told: row.problem === null ? null : sayOutcome(row.problem, language),
    },
  }
}

function viewNotice(row: NoticeListed, language: Language) {
  return {
    id: row.id,
    partner: row.partner,
    channel: row.channel,
    test: row.test,
    alarms: row.items.map(({ happened, alarmId, kind, subject, subjectName, cause }) => ({
      happened,
      id: alarmId,
      kind,
      subject: { id: subject, name: subjectName },
      cause,
    })),
    more: row.more,
    left_out: row.leftOut,
    state: row.state,
    created_at: row.createdAt.toISOString(),
    due_at: row.dueAt?.toISOString() ?? null,
    settled_at: row.settledAt?.toISOString() ?? null,
    tries: row.attempt,
    outcome: row.outcome,
    http_status: row.httpStatus,
    answer: row.answer,
    told: row.outcome === null ? null : sayOutcome(row.outcome, language),
  }
}
