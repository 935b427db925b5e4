// A database with partners and channels, and time that can be moved on.
import { AlarmWatch } from '../../src/alarms/watch.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import type { ChannelKind, Fields } from '../../src/notices/channels.ts'
import { makeChannel, type EditingParts, type Values } from '../../src/notices/editing.ts'
import { Notices, type Noticed, type NoticesOptions } from '../../src/notices/round.ts'
import { parseRanges } from '../../src/schemes/ip.ts'
import { createVault, type Vault } from '../../src/vault.ts'
import { freshDatabase } from '../support/database.ts'

export interface NoticeRow {
  id: string
  channelId: string
  state: string
  outcome: string | null
  attempt: number
  items: { happened: string; kind: string; subject: string }[]
  more: number
  leftOut: number
}

export interface NoticeScene {
  db: Database
  vault: Vault
  parts: EditingParts
  /** A relay's part in it, with what it says of its tries and its failures. */
  relay(more?: Partial<NoticesOptions>): { notices: Notices; noticed: Noticed[]; errors: unknown[] }
  /** One look at what may need a person. */
  look(): Promise<void>
  makeChannel(
    partnerId: string | null,
    kind: ChannelKind,
    settings: Fields,
    values?: Partial<Values>,
  ): Promise<string>
  /** As if all that is written had been so long ago. */
  pass(ms: number): Promise<void>
  rows(): Promise<NoticeRow[]>
  close(): Promise<void>
}

export const minute = 60_000
export const hour = 60 * minute

export async function openNoticeScene(): Promise<NoticeScene> {
  const fresh = await freshDatabase()
  const db = openDatabase(fresh.options)
  const relayDb = openDatabase(fresh.options, fresh.options, true)
  const vault = createVault([Buffer.alloc(32, 7)])
  const common = { allowed: parseRanges('127.0.0.1') ?? [], publicUrl: undefined, now: Date.now }
  const parts = { ...common, orm: relayDb.orm, vault, deadlineMs: 2000 }
  let names = 0
  return {
    db,
    vault,
    parts,
    relay(more = {}) {
      const noticed: Noticed[] = []
      const errors: unknown[] = []
      const notices = new Notices({
        ...parts,
        sql: relayDb.work,
        node: uuidv7(),
        random: () => 0,
        noticed: (one) => noticed.push(one),
        failed: (error) => errors.push(error),
        ...more,
      })
      return { notices, noticed, errors }
    },
    look: () => new AlarmWatch({ sql: relayDb.work, dataDir: undefined, machine: 'one' }).look(),
    async makeChannel(partnerId, kind, settings, values = {}) {
      const all = { name: `c${names++}`, language: 'en' as const, alarms: null, enabled: true }
      const by = { partnerId, actor: 'test' }
      const made = await makeChannel(parts, by, kind, { ...all, ...values }, settings)
      if (!made.ok) throw new Error(JSON.stringify(made))
      return made.id
    },
    async pass(ms) {
      const earlier = (column: string) => `${column} = ${column} - ${ms} * interval '1 ms'`
      const all = {
        alarms: ['opened_at', 'seen_at', 'closed_at'],
        notice_ladders: ['began_at', 'due_at', 'over_at'],
        notices: ['created_at', 'due_at', 'lease_until', 'settled_at'],
      }
      for (const [table, columns] of Object.entries(all))
        await db.work.unsafe(`update ${table} set ${columns.map(earlier).join(', ')}`)
    },
    rows: async () => [
      ...(await db.work<NoticeRow[]>`
        select id, channel_id as "channelId", state, outcome, attempt, items, more, left_out as "leftOut"
        from notices where not test order by id`),
    ],
    close: async () => {
      await relayDb.close()
      await db.close()
      await fresh.drop()
    },
  }
}
