// What became of one look at the provider, and what follows for the event, for its lookup and for the
// source: one table. Pure.
import { retryDelayMs } from '../grants/schedule.ts'
import { limits } from '../limits.ts'

type Effect = 'confirm' | 'deny' | 'absent' | 'hold' | 'retry' | 'stop' | 'lose'

export const lookupOutcomes = {
  confirmed: { does: 'confirm', en: 'confirmed', ru: 'подтверждено' },
  not_confirmed: {
    does: 'deny',
    en: 'the provider says something else than the event',
    ru: 'данные у провайдера расходятся с событием',
  },
  not_found: {
    does: 'absent',
    en: 'the provider does not know this object',
    ru: 'провайдер не знает такого объекта',
  },
  refused: {
    does: 'hold',
    en: 'the provider does not accept the API credential',
    ru: 'провайдер не принимает ключ доступа к API',
  },
  no_credential: {
    does: 'hold',
    en: 'the source has no API credential',
    ru: 'у источника нет ключа доступа к API',
  },
  busy: {
    does: 'retry',
    en: 'the provider asks to come later',
    ru: 'провайдер просит зайти позже',
  },
  provider_error: {
    does: 'retry',
    en: 'the provider answered with an error',
    ru: 'провайдер ответил ошибкой',
  },
  unexpected: {
    does: 'retry',
    en: 'the provider answered with a status that means nothing here',
    ru: 'провайдер ответил статусом, который здесь ничего не значит',
  },
  unreadable: {
    does: 'retry',
    en: 'the answer is not a JSON object that can be read',
    ru: 'ответ нельзя прочитать как объект JSON',
  },
  timeout: { does: 'retry', en: 'no answer in time', ru: 'ответ не пришёл вовремя' },
  unreachable: {
    does: 'retry',
    en: 'the provider could not be reached',
    ru: 'не удалось связаться с провайдером',
  },
  impossible: {
    does: 'stop',
    en: 'the event does not hold what the question needs',
    ru: 'в событии нет того, о чём спрашивать',
  },
  body_gone: {
    does: 'lose',
    en: 'the request it came in was removed before it was judged',
    ru: 'запрос, с которым оно пришло, удалён раньше, чем его проверили',
  },
} as const satisfies Record<string, { does: Effect; en: string; ru: string }>
export type LookupOutcome = keyof typeof lookupOutcomes

/** Why an event is parked. */
export const parkedReasons = {
  lookup: {
    en: 'waiting for the provider’s confirmation',
    ru: 'ждём подтверждения от провайдера',
  },
  join: {
    en: 'waiting for an event that says this customer’s email',
    ru: 'ждём события, в котором есть email этого клиента',
  },
  lookup_credentials: {
    en: 'the provider does not accept the source’s API credential, or there is none: correct it in the source',
    ru: 'провайдер не принимает ключ доступа к API или ключа нет: исправьте его в источнике',
  },
  lookup_exhausted: {
    en: 'the provider did not confirm it for 72 hours',
    ru: 'провайдер не подтвердил событие за 72 часа',
  },
  lookup_impossible: {
    en: 'it does not hold what the question to the provider needs',
    ru: 'в нём нет данных, чтобы спросить провайдера',
  },
} as const
export type ParkedReason = keyof typeof parkedReasons

/** Of these, those that nothing but a person can end. */
export const strandedReasons = [
  'lookup_exhausted',
  'lookup_impossible',
] as const satisfies ParkedReason[]

/** Why a parked event ended without its rules being applied. */
export const deniedReasons = {
  not_confirmed: {
    en: 'the provider says something else than the event',
    ru: 'данные у провайдера расходятся с событием',
  },
  not_found: {
    en: 'the provider does not know what the event is about',
    ru: 'провайдер не знает того, о чём событие',
  },
  body_gone: {
    en: 'the request it came in was removed before it was judged: if somebody should get a bonus for it, bring them in by a list',
    ru: 'запрос, с которым оно пришло, удалён раньше, чем его проверили: если за него положен бонус, загрузите адрес списком',
  },
  waited_too_long: {
    en: 'it waited to be checked for longer than requests are kept, and its request is gone: if somebody should get a bonus for it, bring them in by a list',
    ru: 'оно ждало проверки дольше, чем хранятся запросы, и его запрос удалён: если за него положен бонус, загрузите адрес списком',
  },
  erased: {
    en: 'the person was erased while it waited',
    ru: 'пока событие ждало, данные человека удалили',
  },
} as const
export type DeniedReason = keyof typeof deniedReasons

export interface LookupDecision {
  lookup: 'waiting' | 'held' | 'stranded' | 'ended'
  /** `planned`: what the rules make of it. */
  event:
    | { state: 'planned' }
    | { state: 'parked'; reason: ParkedReason }
    | { state: 'unmatched'; reason: DeniedReason }
  /** Milliseconds until it is due again; only where it waits. */
  delayMs: number | null
  retries: number
  absences: number
  health: 'healthy' | 'hold' | 'failure' | 'none'
}

export interface BeforeLook {
  retries: number
  absences: number
}

/** `random` in [0, 1) spreads retries. */
export function decide(outcome: LookupOutcome, before: BeforeLook, random: number): LookupDecision {
  return effects[lookupOutcomes[outcome].does](before, random)
}

const calm = { delayMs: null, retries: 0 } as const

const effects: Record<Effect, (before: BeforeLook, random: number) => LookupDecision> = {
  confirm: ({ absences }) => ({
    ...calm,
    lookup: 'ended',
    event: { state: 'planned' },
    absences,
    health: 'healthy',
  }),
  deny: ({ absences }) => ({
    ...calm,
    lookup: 'ended',
    event: { state: 'unmatched', reason: 'not_confirmed' },
    absences,
    health: 'healthy',
  }),
  /** A provider's own copies may lag behind its webhooks: asked a few times before it is believed. */
  absent: (before, random) => {
    const absences = before.absences + 1
    const delayMs = absences < limits.lookupAbsencesMax ? retryDelayMs(absences, random) : null
    const health = 'healthy'
    return delayMs === null
      ? {
          ...calm,
          lookup: 'ended',
          event: { state: 'unmatched', reason: 'not_found' },
          absences,
          health,
        }
      : {
          lookup: 'waiting',
          event: { state: 'parked', reason: 'lookup' },
          delayMs,
          retries: 0,
          absences,
          health,
        }
  },
  hold: ({ absences }) => ({
    ...calm,
    lookup: 'held',
    event: { state: 'parked', reason: 'lookup_credentials' },
    absences,
    health: 'hold',
  }),
  retry: ({ retries: before, absences }, random) => {
    const retries = before + 1
    const delayMs = retryDelayMs(retries, random)
    const reason = delayMs === null ? 'lookup_exhausted' : 'lookup'
    const lookup = delayMs === null ? 'stranded' : 'waiting'
    return {
      lookup,
      event: { state: 'parked', reason },
      delayMs,
      retries,
      absences,
      health: 'failure',
    }
  },
  stop: ({ absences }) => ({
    ...calm,
    lookup: 'stranded',
    event: { state: 'parked', reason: 'lookup_impossible' },
    absences,
    health: 'none',
  }),
  /** Nothing can bring it back, so nobody is made to wait for it. */
  lose: ({ absences }) => ({
    ...calm,
    lookup: 'ended',
    event: { state: 'unmatched', reason: 'body_gone' },
    absences,
    health: 'none',
  }),
}
