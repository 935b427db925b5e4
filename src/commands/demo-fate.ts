// Waits until the fate of a demo request is known, and says it in a few words.
import { fateOfBody, rejectionOfBody, type FateRow } from '../db/fate.ts'
import type { Sql } from '../db/open.ts'
import { holdReasons } from '../grants/outcome.ts'
import { sayRejection } from '../ledger/rejection-words.ts'
import { sayReason } from '../ledger/words.ts'
import { answers } from '../moab/answer.ts'
import { plural } from '../plural.ts'
import { shownPath } from '../rules/trace.ts'
import type { Language } from './command.ts'
import type { DemoStep } from './demo-steps.ts'

export interface Fate {
  /** In one word, the same in every language; `wordFor` says it. */
  word: string
  says: string[]
}

const waitMsMax = 8000
const lookEveryMs = 25

export async function waitForFate(
  sql: Sql,
  step: DemoStep,
  status: number,
  language: Language,
): Promise<Fate> {
  const until = performance.now() + waitMsMax
  for (;;) {
    const fate =
      status >= 400
        ? await refusal(sql, step, language)
        : fateOf(await fateOfBody(sql, step.request.body), language)
    if (fate !== undefined) return fate
    if (performance.now() > until) return { word: 'unknown', says: [words[language].late] }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

async function refusal(sql: Sql, step: DemoStep, language: Language): Promise<Fate | undefined> {
  const rejection = await rejectionOfBody(sql, step.request.body)
  if (rejection === undefined) return undefined
  const { reason, hint } = rejection
  const why = language === 'en' ? hint : sayRejection(reason, language)
  return { word: 'refused', says: [`${reason}: ${why}`, words[language].sample] }
}

function fateOf(row: FateRow | undefined, language: Language): Fate | undefined {
  if (row === undefined) return undefined
  const say = words[language]
  const says = [say.recorded(row.type, row.trust)]
  if (row.copies > 1) return { word: 'duplicate', says: [say.copies(row.copies)] }
  if (row.eventState !== 'matched')
    return { word: row.eventState, says: [...says, say.noGrant(row.eventReason)] }
  if (row.grantState === null || ['queued', 'sending'].includes(row.grantState)) return undefined
  says.push(say.found(row.paths.map(shownPath).join(', ')))
  if (row.answer !== null && isAnswer(row.answer))
    says.push(say.answered(row.ms ?? 0, answers[row.answer].says[language]))
  if (row.grantReason !== null && isHold(row.grantReason))
    says.push(say.held(holdReasons[row.grantReason][language]))
  return { word: row.grantState, says }
}

const russian: Readonly<Record<string, string>> = {
  granted: 'бонус передан',
  refused: 'отклонено',
  duplicate: 'повтор',
  unmatched: 'без бонуса',
  held: 'отложено',
  already_known: 'уже известен',
  attention: 'требует внимания',
  unknown: 'неизвестно',
}

export const wordFor = (word: string, language: Language): string =>
  language === 'en' ? word : (russian[word] ?? word)

const en = {
  late: 'nothing was recorded in time',
  sample: 'nothing was recorded as an event; a sample is kept for diagnosis',
  recorded: (type: string, trust: string) => `recorded: ${type}, trust ${trust}`,
  copies: (count: number) => `seen ${count} times, recorded once, granted once`,
  noGrant: (reason: string | null) => `no grant: ${reason}`,
  found: (paths: string) => `email found at ${paths}`,
  answered: (ms: number, says: string) => `MOAB (sandbox) answered in ${ms} ms: ${says}`,
  held: (why: string) => `held, not lost: ${why}`,
}

const trusts: Readonly<Record<string, string>> = {
  signed: 'содержимое защищено подписью',
  confirmed: 'провайдер подтвердил',
  token: 'отправитель знал секрет, само содержимое не подписано',
  unsigned: 'не подписано',
}

const ru: typeof en = {
  late: 'вовремя ничего не записано',
  sample: 'событием это не стало; образец сохранён, чтобы разобраться',
  recorded: (type, trust) => `записано: ${type}; ${trusts[trust] ?? trust}`,
  copies: (count) =>
    `пришло ${plural.ru(count, { one: 'раз', few: 'раза', other: 'раз' })}, записано один раз, бонус один`,
  noGrant: (reason) => `бонуса нет: ${sayReason('unmatched', reason, 'ru') ?? ''}`,
  found: (paths) => `email найден в ${paths}`,
  answered: (ms, says) => `MOAB (песочница) ответил за ${ms} мс: ${says}`,
  held: (why) => `отложено, не потеряно: ${why}`,
}

const words: Record<Language, typeof en> = { en, ru }

const isAnswer = (word: string): word is keyof typeof answers => Object.hasOwn(answers, word)
const isHold = (word: string): word is keyof typeof holdReasons => Object.hasOwn(holdReasons, word)
