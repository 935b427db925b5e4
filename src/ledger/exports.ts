// Everything that fits a question, as a stream of lines. It begins with an audit entry and ends with one
// that says how many rows were given; a client that goes away, or a time that is up, breaks it off.
import { writeAudit, keyPrefix, type AuditEntry } from '../access/audit.ts'
import { auditQuestion, type AuditFilter } from '../db/ledger/access.ts'
import { attemptsQuestion } from '../db/ledger/attempts.ts'
import { eventsQuestion } from '../db/ledger/events.ts'
import { csvHead, exportPieces, type ExportedName } from '../db/ledger/exports.ts'
import type { ExportFormat } from '../db/ledger/export-cells.ts'
import { grantsQuestion } from '../db/ledger/grants.ts'
import { reading, readingWithPauses, type Pausing, type Reader } from '../db/ledger/reading.ts'
import { rejectionsQuestion } from '../db/ledger/rejections.ts'
import type { Question } from '../db/ledger/search.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import { attemptFilter, type AttemptsMeant } from './attempts.ts'
import {
  find,
  keysOf,
  type Asker,
  type Ledger,
  type Meant,
  type Mentions,
  type Unknown,
} from './asking.ts'
import { eventsOf, type EventsWanted } from './events.ts'
import type { GrantsWanted } from './grants.ts'
import type { RejectionsWanted } from './rejections.ts'

type Filters<Wanted> = Omit<Wanted, 'limit' | 'after'>

/** What each export may be asked for. */
export interface ExportFilters {
  events: Filters<EventsWanted>
  grants: Filters<GrantsWanted>
  attempts: AttemptsMeant
  rejections: Filters<RejectionsWanted>
  'audit-entries': AuditFilter & Pick<Mentions, 'partner'>
}

export interface ExportWanted<What extends ExportedName> {
  what: What
  filters: ExportFilters[What]
  format: ExportFormat
  /** Of a CSV: so that Excel reads it as UTF-8. */
  bom: boolean
}

export interface ExportParts extends Ledger {
  exports: Orm
}

type Mistaken = Unknown | { unusable: 'email' }

/** Rejects, or resolves with `busy`, before anything is given. */
export function createExports(parts: ExportParts) {
  let underWay = 0
  return async <What extends ExportedName>(
    asker: Asker,
    wanted: ExportWanted<What>,
  ): Promise<ReadableStream<Uint8Array> | Mistaken | 'busy'> => {
    if (underWay >= limits.exportsAtOnceMax) return 'busy'
    underWay += 1
    const end = () => void (underWay -= 1)
    try {
      const asked = await ask(parts, asker, wanted)
      if ('owner' in asked) return give(parts, asker, { ...wanted, ...asked }, end)
      end()
      return asked
    } catch (error) {
      end()
      throw error
    }
  }
}

interface Asked {
  owner: Meant['owner']
  question: Question
}

function ask<What extends ExportedName>(
  ledger: Ledger,
  asker: Asker,
  { what, filters }: ExportWanted<What>,
): Promise<Asked | Mistaken> {
  return reading(ledger.orm, asker.owner, async (tx) => {
    const { partner, source, campaign, rule } = namesIn(filters)
    const meant = await find(tx, asker.owner, { partner, source, campaign, rule })
    if ('unknown' in meant) return meant
    const question = await questions[what](tx, ledger, meant, filters)
    return 'unusable' in question ? question : { owner: meant.owner, question }
  })
}

const namesIn = (filters: Mentions): Mentions => filters

type Asks = {
  [What in ExportedName]: (
    tx: Reader,
    ledger: Ledger,
    meant: Meant,
    filters: ExportFilters[What],
  ) => Promise<Question | { unusable: 'email' }>
}

const questions: Asks = {
  async events(tx, ledger, meant, { email, ...filter }) {
    const keys = email === undefined ? undefined : keysOf(ledger, email)
    if (keys === null) return { unusable: 'email' }
    const person = keys && (await eventsOf(tx, meant.owner, keys))
    return eventsQuestion(tx, meant.owner, { ...filter, ...meant, person })
  },
  async grants(tx, ledger, meant, { email, ...filter }) {
    const person = email === undefined ? undefined : keysOf(ledger, email)
    if (person === null) return { unusable: 'email' }
    return grantsQuestion(tx, meant.owner, { ...filter, ...meant, person })
  },
  async attempts(tx, ledger, meant, filters) {
    const filter = await attemptFilter(tx, ledger, meant, filters)
    return 'unusable' in filter ? filter : attemptsQuestion(tx, meant.owner, filter)
  },
  rejections: (tx, _, meant, filter) =>
    rejectionsQuestion(tx, meant.owner, { ...filter, ...meant }),
  'audit-entries': async (_tx, _ledger, { owner }, filter) => auditQuestion(owner, filter),
}

/** The transaction is open until everything is taken, or nobody takes it any more. */
async function give<What extends ExportedName>(
  { changes, exports, ...ledger }: ExportParts,
  asker: Asker,
  wanted: ExportWanted<What> & Asked,
  ended: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const { what, format, bom } = wanted
  const entry = entryOf(ledger, asker, wanted)
  await writeAudit(changes, { ...entry, action: 'export.started' })
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  let rows = 0
  const note = (whole: boolean) =>
    writeAudit(changes, {
      ...entry,
      action: 'export.ended',
      detail: { ...entry.detail, rows, whole },
    })
  const until = performance.now() + limits.exportMsMax
  const pour = async (pausing: Pausing) => {
    if (format === 'csv')
      await writer.write(bytes(`${bom ? byteOrderMark : ''}${csvHead(what)}\r\n`))
    for await (const piece of exportPieces(pausing, what, { ...wanted, reveal: asker.reveal })) {
      if (performance.now() > until) throw new Error('an export took too long')
      await writer.write(bytes(piece.text))
      rows += piece.rows
    }
  }
  readingWithPauses(exports, asker.owner, pour)
    .then(() => note(true))
    .then(() => writer.close())
    .catch(async (error: unknown) => {
      // Not waited for: what nobody reads is never taken.
      writer.abort(error).catch(() => {})
      await note(false).catch(() => {})
    })
    .finally(ended)
  return readable
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const byteOrderMark = '\uFEFF'

/** The filters as they were asked; of a person only the beginning of the hash. */
function entryOf(
  ledger: Pick<Ledger, 'pepper'>,
  { actor, reveal }: Asker,
  { what, filters, format, owner }: ExportWanted<ExportedName> & Asked,
): Omit<AuditEntry, 'action'> & { detail: Record<string, string | number | boolean> } {
  const given = Object.entries(filters).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (name === 'email') {
      const keys = keysOf(ledger, String(value))
      return keys === null ? [] : [['email_key', keyPrefix(keys.key)]]
    }
    return [[name, value instanceof Date ? value.toISOString() : String(value)]]
  })
  const detail = { ...Object.fromEntries(given), format, reveal }
  return { partnerId: owner, actor, subject: what, detail }
}
