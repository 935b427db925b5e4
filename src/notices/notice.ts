// A notice as it is stored: what happened to which alarms, as they were when it was written.
/** opened: first told; still: told again; over: it closed. */
export type Happening = 'opened' | 'still' | 'over'

export interface NoticeItem {
  happened: Happening
  alarmId: string
  kind: string
  subject: string
  /** As it was called then. */
  subjectName: string
  cause: string
  detail: Record<string, number>
  /** ISO 8601. */
  openedAt: string
  closedAt: string | null
}

export interface Notice {
  id: string
  test: boolean
  /** Name of the partner; null: the installation. */
  partner: string | null
  items: readonly NoticeItem[]
  /** Alarms that happened too, but are not among the items. */
  more: number
  /** Alarms that came and went while nothing more might be sent. */
  leftOut: number
}
