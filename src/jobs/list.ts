// A list of people's emails as a plan: read once, whole, and told line by line what is wrong with it.
import { isUtf8 } from 'node:buffer'
import { noteAudit } from '../db/jobs/audit.ts'
import { insertPeople, knownAmong, type ListedPerson } from '../db/jobs/import.ts'
import { fingerprintOf, insertPlan, type PlanRow } from '../db/jobs/plans.ts'
import { ofOneMoment } from '../db/jobs/time.ts'
import type { Sql } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Text } from '../providers/provider.ts'
import { csvRecords, emailColumn } from '../links/csv.ts'
import { foldedAddress, maskEmail, normaliseEmail } from '../rules/email.ts'
import { emailKey } from '../vault.ts'

export interface ListWanted {
  partnerId: string
  campaignId: string
  actor: string
  bytes: Buffer
}

export interface ReadList {
  /** Lines that are not empty, without the header. */
  rows: number
  people: ListedPerson[]
  duplicates: number
  unusable: number
  /** The first of them. */
  mistakes: Mistake[]
}

/** What is wrong with a list, or with one line of it. */
export const listProblems = {
  not_utf8: {
    en: 'the list is not in UTF-8: save it as “CSV UTF-8”',
    ru: 'список не в кодировке UTF-8: сохраните его как «CSV UTF-8»',
  },
  no_column: {
    en: 'the first line is neither a header with a column named email nor a line with an address',
    ru: 'в первой строке нет ни столбца с названием email или «почта», ни самого адреса',
  },
  too_long: {
    en: `the list has more than ${limits.importRowsMax} rows: send it in parts`,
    ru: `в списке больше строк, чем можно за раз (${limits.importRowsMax}): загрузите его по частям`,
  },
  empty: { en: 'the list is empty', ru: 'список пуст' },
  broken_line: {
    en: 'a quote is not closed, or a field is missing',
    ru: 'не закрыта кавычка или не хватает поля',
  },
  no_address: { en: 'empty', ru: 'пусто' },
  not_an_email: { en: 'not an email', ru: 'не адрес электронной почты' },
} as const satisfies Record<string, Text>
export type ListProblem = keyof typeof listProblems
export const isListProblem = (word: string): word is ListProblem =>
  Object.hasOwn(listProblems, word)

interface Mistake {
  line: number
  problem: ListProblem
}

export async function planList(
  sql: Sql,
  pepper: Buffer,
  { partnerId, campaignId, actor, bytes }: ListWanted,
): Promise<{ id: string } | { problem: ListProblem }> {
  const list = await readList(bytes, pepper)
  if ('problem' in list) return list
  const wanted = { campaign: campaignId }
  const plan = { partnerId, id: uuidv7(), kind: 'import', wanted, actor } satisfies PlanRow
  const { rows, people, duplicates, unusable, mistakes } = list
  await ofOneMoment(sql, async (tx) => {
    await insertPeople(tx, plan, people)
    const known = await knownAmong(tx, plan, campaignId)
    const valid = people.length
    const counts = { rows, valid, new: valid - known, duplicates, known, unusable }
    const examples = people
      .slice(0, limits.examplesShown)
      .map(({ line, address }) => ({ line, email: maskEmail(address) }))
    // In English, as programs have read them ever since; with a word that can be said in any language.
    const told = mistakes.map(({ line, problem: reason }) => ({
      line,
      problem: listProblems[reason].en,
      reason,
    }))
    const fingerprint = await fingerprintOf(tx, plan)
    const found = { counts, examples, mistakes: told }
    await insertPlan(tx, plan, { found, fingerprint, items: people.length })
    const detail = { kind: plan.kind, items: people.length }
    await noteAudit(tx, { partnerId, actor, action: 'job.planned', subject: plan.id, detail })
  })
  return { id: plan.id }
}

/** In slices: a list of the largest size takes a second of work, and others are waiting. */
export async function readList(
  bytes: Buffer,
  pepper: Buffer,
): Promise<ReadList | { problem: ListProblem }> {
  if (!isUtf8(bytes)) return { problem: 'not_utf8' }
  const list: ReadList = { rows: 0, people: [], duplicates: 0, unusable: 0, mistakes: [] }
  const seen = new Set<string>()
  let column: number | undefined
  for await (const { line, fields } of csvRecords(inPieces(bytes))) {
    if (column === undefined && fields !== null) {
      const named = emailColumn(fields)
      column = named ?? columnWithAddress(fields)
      if (column < 0) return { problem: 'no_column' }
      if (named !== null) continue
    }
    if (++list.rows > limits.importRowsMax) return { problem: 'too_long' }
    take(list, seen, personOf(line, fields?.[column ?? 0], pepper))
  }
  return list.rows === 0 ? { problem: 'empty' } : list
}

const columnWithAddress = (fields: readonly string[]) =>
  fields.findIndex((field) => normaliseEmail(field).ok)

function take(list: ReadList, seen: Set<string>, person: ReturnType<typeof personOf>): void {
  if ('problem' in person) {
    list.unusable++
    if (list.mistakes.length < limits.importMistakesShown) list.mistakes.push(person)
    return
  }
  const key = person.key.toString('hex')
  if (seen.has(key)) list.duplicates++
  else list.people.push(person)
  seen.add(key)
}

/** `field` is missing where a quote is not closed, or the line is shorter than the others. */
function personOf(line: number, field: string | undefined, pepper: Buffer): ListedPerson | Mistake {
  if (field === undefined) return { line, problem: 'broken_line' }
  const normalised = normaliseEmail(field)
  if (!normalised.ok) return { line, problem: field.trim() === '' ? 'no_address' : 'not_an_email' }
  const { address } = normalised.email
  const folded = foldedAddress(address)
  const key = emailKey(pepper, address)
  return { line, address, key, folded: folded === address ? key : emailKey(pepper, folded) }
}

const pieceBytes = 16 * 1024

async function* inPieces(bytes: Buffer): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await new Promise(setImmediate)
    yield decoder.decode(bytes.subarray(at, at + pieceBytes), { stream: true })
  }
}
