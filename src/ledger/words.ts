// What became of an event, and what needs a person, in words: one table for the API, the console, the
// command line and notices.
import { alarmKinds, type AlarmName } from '../alarms/kinds.ts'
import { stateWords } from '../grants/lifecycle.ts'
import { attentionReasons, holdReasons } from '../grants/outcome.ts'
import { unreadableReasons, type UnreadableReason } from '../bodies/read.ts'
import { answers, failures } from '../moab/answer.ts'
import type { Text } from '../providers/provider.ts'
import { deniedReasons, parkedReasons } from '../lookups/outcome.ts'
import { planReasons } from '../rules/plan.ts'
import type { Language } from '../rules/trace.ts'

/** An event ends as its grant does, or before there is one. */
export const fateWords = {
  ...stateWords,
  unmatched: { en: 'no rule led to a grant', ru: 'ни одно правило не привело к бонусу' },
  unreadable: { en: 'could not be read', ru: 'не удалось прочитать' },
  parked: { en: 'parked', ru: 'ждёт проверки' },
} as const satisfies Record<string, Text>
export type FateWord = keyof typeof fateWords
export const isFate = (text: string): text is FateWord => Object.hasOwn(fateWords, text)

const unreadableInRussian: Record<UnreadableReason, string> = {
  not_json: 'тело запроса — не JSON',
  not_utf8: 'тело запроса не в UTF-8',
  too_deep: 'слишком глубокая вложенность в теле запроса',
  not_multipart: 'тело запроса — не multipart/form-data',
  too_many_fields: 'слишком много полей в теле запроса',
  too_many_events: 'слишком много событий в одном запросе',
  empty: 'в теле запроса нет событий',
  not_an_object: 'событие должно быть объектом',
}

const says = Object.fromEntries(Object.entries(answers).map(([word, row]) => [word, row.says]))
const unreadable = Object.fromEntries(
  Object.entries(unreadableReasons).map(([word, en]) => [
    word,
    { en, ru: isUnreadable(word) ? unreadableInRussian[word] : en },
  ]),
)

/** Where the reason of each fate comes from. */
const reasonsOf: Partial<Record<FateWord, Readonly<Record<string, Text>>>> = {
  held: { ...holdReasons },
  attention: {
    ...attentionReasons,
    ...parkedReasons,
    grant_missing: { en: 'its grant is not there', ru: 'бонус не найден' },
  },
  refused: says,
  unmatched: { ...planReasons, ...deniedReasons },
  parked: parkedReasons,
  test: planReasons,
  unreadable,
}

const reasonsToFind: Readonly<Record<'events' | 'grants', Readonly<Record<string, Text>>>> = {
  events: { ...planReasons, ...parkedReasons, ...deniedReasons, ...unreadable },
  grants: { ...says, ...attentionReasons, ...holdReasons },
}

/** Of a sentence, what stands before the advice. */
export const withoutAdvice = (sentence: string) => sentence.split(': ', 1)[0] ?? sentence

/** What can be asked for as a reason, each with its words. */
export const reasonChoices = (of: 'events' | 'grants', language: Language): [string, string][] =>
  Object.entries(reasonsToFind[of]).map(([word, text]) => [word, withoutAdvice(text[language])])

/** The reason as a sentence; null where the fate needs none. */
export function sayReason(
  word: FateWord,
  reason: string | null,
  language: Language,
): string | null {
  if (reason === null) return null
  return wordsFor(reasonsOf[word] ?? {}, reason)?.[language] ?? reason
}

/** `granted`, or `held: the promotion has not started …`. */
export function sayFate(word: FateWord, reason: string | null, language: Language): string {
  const because = sayReason(word, reason, language)
  const words = fateWords[word][language]
  return because === null ? words : `${words}: ${because}`
}

/** What is the matter and what to do; the cause of a hold says more than that there is one. */
export function sayAlarm(kind: AlarmName | null, cause: string, language: Language): string {
  if (kind === null) return cause
  const says = alarmKinds[kind].says[language]
  const because = kind === 'campaign_holding' ? sayReason('held', cause, language) : null
  return because === null ? says : `${because}; ${says}`
}

/** Why a call brought no answer. */
export function sayFailure(failure: string, language: Language): string {
  return wordsFor(callFailures, failure)?.[language] ?? failure
}

const callFailures: Readonly<Record<string, Text>> = {
  ...failures,
  relay_lost: {
    en: 'the relay stopped before the answer came',
    ru: 'релей остановился, не дождавшись ответа',
  },
}

const wordsFor = (table: Readonly<Record<string, Text>>, word: string): Text | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined

function isUnreadable(word: string): word is UnreadableReason {
  return Object.hasOwn(unreadableReasons, word)
}
