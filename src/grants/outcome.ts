// What an answer of MOAB means for the grant and for its campaign: the contract's table. Pure.
import { limits } from '../limits.ts'
import type { Answer, AnswerClass } from '../moab/answer.ts'
import { lifecycle, type GrantState, type Outcome } from './lifecycle.ts'
import { retryDelayMs } from './schedule.ts'

const minute = 60_000
const hour = 60 * minute

/** Why a campaign's grants wait, what helps, and how often one is let through to see. */
export const holdReasons = {
  credentials: {
    probeMs: 10 * minute,
    en: 'MOAB does not accept the API key: correct it in the campaign',
    ru: 'MOAB не принимает ключ API: исправьте его в кампании',
  },
  not_started: {
    probeMs: 15 * minute,
    en: 'the promotion has not started: waiting for its start',
    ru: 'акция ещё не началась: ждём начала',
  },
  ended: {
    probeMs: 6 * hour,
    en: 'the promotion has ended: agree a new date with MOAB',
    ru: 'акция завершилась: согласуйте с MOAB новый срок',
  },
  limit_reached: {
    probeMs: 30 * minute,
    en: 'the maximum of users is reached: ask MOAB to raise it',
    ru: 'достигнут предел числа пользователей: попросите MOAB его увеличить',
  },
  in_line: {
    probeMs: null,
    en: 'earlier grants of this campaign are released first',
    ru: 'сначала уйдут более ранние бонусы этой кампании',
  },
  stopped: {
    probeMs: null,
    en: 'the campaign was switched off here',
    ru: 'кампания выключена здесь',
  },
} as const satisfies Record<string, { probeMs: number | null; en: string; ru: string }>
export type HoldReason = keyof typeof holdReasons

/** Why a grant needs a person. */
export const attentionReasons = {
  no_answer: { en: 'MOAB did not answer for 72 hours', ru: 'MOAB не отвечал 72 часа' },
  moab_error: {
    en: 'MOAB kept failing to add the user',
    ru: 'MOAB так и не смог добавить пользователя',
  },
  request_damaged: {
    en: 'MOAB says the request arrived without data: is there a proxy in between?',
    ru: 'MOAB сообщает, что запрос пришёл без данных: нет ли по пути прокси?',
  },
  unknown_answer: { en: 'MOAB gave an answer we do not know', ru: 'MOAB дал неизвестный ответ' },
} as const
export type AttentionReason = keyof typeof attentionReasons

type Effect =
  | { do: 'finish'; outcome: 'ok' | 'known' | 'refuse' }
  | { do: 'hold'; reason: HoldReason }
  | { do: 'retry'; giveUp: AttentionReason; failure: boolean; tries?: number }

/** One row per class of answer. */
export const effects: Record<AnswerClass, Effect> = {
  ok: { do: 'finish', outcome: 'ok' },
  no_data: { do: 'retry', giveUp: 'request_damaged', failure: false, tries: limits.oddAnswersMax },
  no_api_key: { do: 'hold', reason: 'credentials' },
  api_key_malformed: { do: 'hold', reason: 'credentials' },
  no_email: { do: 'retry', giveUp: 'request_damaged', failure: false, tries: 1 },
  wrong_email: { do: 'finish', outcome: 'refuse' },
  partner_not_found: { do: 'hold', reason: 'credentials' },
  not_started: { do: 'hold', reason: 'not_started' },
  ended: { do: 'hold', reason: 'ended' },
  limit_reached: { do: 'hold', reason: 'limit_reached' },
  known: { do: 'finish', outcome: 'known' },
  moab_error: { do: 'retry', giveUp: 'moab_error', failure: true },
  unknown: { do: 'retry', giveUp: 'unknown_answer', failure: false, tries: limits.oddAnswersMax },
  no_answer: { do: 'retry', giveUp: 'no_answer', failure: true },
}

export type HealthEffect =
  | { kind: 'healthy' }
  | { kind: 'hold'; reason: HoldReason; probeMs: number | null }
  | { kind: 'failure' }
  | { kind: 'none' }

export interface Decision {
  state: GrantState
  reason: string | null
  /** Milliseconds until it is due again; only for `queued`. */
  delayMs: number | null
  retries: number
  ambiguous: boolean
  health: HealthEffect
}

export interface BeforeAnswer {
  retries: number
  ambiguous: boolean
}

/** `random` in [0, 1) spreads retries. */
export function decide(answer: Answer, before: BeforeAnswer, random: number): Decision {
  const effect = effects[answer.class]
  const ambiguous = before.ambiguous || answer.ambiguous
  if (effect.do === 'retry') return retry(effect, { ...before, ambiguous }, random)
  if (effect.do === 'hold') {
    const { probeMs } = holdReasons[effect.reason]
    return {
      ...calm(ambiguous, 'hold', effect.reason),
      health: { kind: 'hold', reason: effect.reason, probeMs },
    }
  }
  // Code 10 after a call of ours whose answer was lost: that call was the one that registered.
  const outcome = effect.outcome === 'known' && before.ambiguous ? 'ok' : effect.outcome
  return {
    ...calm(ambiguous, outcome, outcome === 'refuse' ? answer.class : null),
    health: { kind: 'healthy' },
  }
}

function calm(ambiguous: boolean, outcome: Outcome, reason: string | null) {
  return { state: lifecycle.sending[outcome], reason, delayMs: null, retries: 0, ambiguous }
}

function retry(effect: Effect & { do: 'retry' }, before: BeforeAnswer, random: number): Decision {
  const retries = before.retries + 1
  const health: HealthEffect = { kind: effect.failure ? 'failure' : 'none' }
  const delayMs =
    effect.tries !== undefined && retries >= effect.tries ? null : retryDelayMs(retries, random)
  const exhausted = delayMs === null
  return {
    state: lifecycle.sending[exhausted ? 'exhaust' : 'retry'],
    reason: exhausted ? effect.giveUp : null,
    delayMs,
    retries,
    ambiguous: before.ambiguous,
    health,
  }
}
