// What needs, or needed, a person: for the API, the console and `doctor`.
import { isAlarmName, type AlarmName } from '../alarms/kinds.ts'
import { alarmsPage, type AlarmFilter, type AlarmRow } from '../db/ledger/alarms.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { sayAlarm } from './words.ts'
import type { Mentions } from './asking.ts'
import { list, type Asking, type Listed, type Questions } from './listing.ts'
import type { Language } from '../rules/trace.ts'

export interface AlarmsWanted
  extends PageWanted, Pick<Mentions, 'partner'>, Pick<AlarmFilter, 'state'> {
  kind?: AlarmName | undefined
  lang: Language
}

export type AlarmView = ReturnType<typeof viewAlarm>

export function listAlarms(
  ledger: Questions,
  asker: Asking,
  { partner, limit, after, lang, ...filter }: AlarmsWanted,
): Listed<AlarmView> {
  return list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => alarmsPage(tx, owner, filter, { limit, after }),
    (row) => viewAlarm(row, lang),
  )
}

function viewAlarm(row: AlarmRow, language: Language) {
  const kind = isAlarmName(row.kind) ? row.kind : null
  return {
    id: row.id,
    partner: row.partner,
    kind: row.kind,
    subject: { id: row.subject, name: row.subjectName ?? row.subject },
    cause: row.cause,
    detail: row.detail,
    opened_at: row.openedAt.toISOString(),
    seen_at: row.seenAt.toISOString(),
    closed_at: row.closedAt?.toISOString() ?? null,
    told: sayAlarm(kind, row.cause, language),
  }
}
