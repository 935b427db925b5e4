// What the relay calls a person for. One row per kind: whom it is about, and the words for it. An
// alarm opens when its condition is first seen, stays one however often it is seen again, and closes by
// itself when the condition is gone.
import type { Text } from '../providers/provider.ts'
import { limits } from '../limits.ts'

export interface AlarmKind {
  about: 'campaign' | 'source' | 'channel' | 'relay'
  /** In a few words, to be followed by the name of what it is about. */
  title: Text
  /** What is the matter, and what to do. */
  says: Text
}

const minutes = (ms: number) => Math.round(ms / 60_000)
const days = (ms: number) => Math.round(ms / 86_400_000)

export const alarmKinds = {
  campaign_holding: {
    about: 'campaign',
    title: { en: 'Campaign paused', ru: 'Кампания на паузе' },
    says: {
      en: 'the campaign waits: its bonuses are kept in order and follow when the cause is gone',
      ru: 'кампания ждёт: бонусы сохраняются по порядку и уйдут, когда причина исчезнет',
    },
  },
  moab_unreachable: {
    about: 'campaign',
    title: { en: 'MOAB does not answer', ru: 'MOAB не отвечает' },
    says: {
      en: 'MOAB does not answer, or is not reached: the last attempt says why; the relay tries once a minute and goes on by itself',
      ru: 'MOAB не отвечает или недоступен: причина — в последней попытке; релей пробует раз в минуту и продолжит сам',
    },
  },
  queue_age: {
    about: 'campaign',
    title: { en: 'Bonuses wait too long', ru: 'Бонусы ждут слишком долго' },
    says: {
      en: `bonuses wait for more than ${minutes(limits.queueAgeMsMax)} minutes: raise the campaign’s pace, or start more relays`,
      ru: `бонусы ждут дольше ${minutes(limits.queueAgeMsMax)} минут: увеличьте темп кампании или запустите ещё один релей`,
    },
  },
  lookup_held: {
    about: 'source',
    title: { en: 'Provider cannot be asked', ru: 'Не удаётся спросить провайдера' },
    says: {
      en: 'the provider’s API cannot be asked: events are parked; check the API credential of the source',
      ru: 'не удаётся спросить API провайдера: события отложены; проверьте API-ключ источника',
    },
  },
  parked_over: {
    about: 'source',
    title: { en: 'Waiting events will end', ru: 'Отложенные события будут закрыты' },
    says: {
      en: `events wait to be checked for longer than requests are kept; what still waits ${days(limits.parkedToldMs)} days after this alarm opened ends without a bonus, and its request is removed: correct the API credential of the source, or run moab-relay recheck`,
      ru: `события ждут проверки дольше, чем хранятся запросы; всё, что не проверят за ${days(limits.parkedToldMs)} дней с начала этой тревоги, закроется без бонуса, а запросы удалятся: исправьте API-ключ источника или запустите moab-relay recheck`,
    },
  },
  source_silent: {
    about: 'source',
    title: { en: 'Source is silent', ru: 'Источник молчит' },
    says: {
      en: 'no events for far longer than usual: is the webhook still set up at the provider?',
      ru: 'событий нет гораздо дольше обычного: настроен ли ещё вебхук у провайдера?',
    },
  },
  email_missing: {
    about: 'source',
    title: { en: 'Emails are found less often', ru: 'Адреса находятся реже' },
    says: {
      en: 'an email is found in far fewer events than before: has the provider changed its events?',
      ru: 'адрес находится в событиях гораздо реже, чем раньше: не изменил ли провайдер их состав?',
    },
  },
  channel_failing: {
    about: 'channel',
    title: { en: 'Notices do not arrive', ru: 'Уведомления не доходят' },
    says: {
      en: 'notices of this channel are not taken: send a test, its answer says what to mend',
      ru: 'уведомления этого канала не принимают: отправьте проверку, ответ подскажет, что исправить',
    },
  },
  moab_down: {
    about: 'relay',
    title: { en: 'MOAB is down', ru: 'MOAB недоступен' },
    says: {
      en: 'MOAB does not answer this relay: bonuses are kept and follow by themselves; if it lasts, ask MOAB',
      ru: 'MOAB не отвечает этому релею: бонусы сохраняются и уйдут сами; если это затянется, спросите MOAB',
    },
  },
  partition_missing: {
    about: 'relay',
    title: { en: 'A month has no table', ru: 'У месяца нет таблицы' },
    says: {
      en: 'bodies land outside their month’s table, where retention cannot drop them: see docs/privacy.md',
      ru: 'тела запросов попадают мимо таблицы своего месяца, и срок хранения к ним не применить: см. docs/privacy.ru.md',
    },
  },
  clock_skew: {
    about: 'relay',
    title: { en: 'Clock is wrong', ru: 'Часы идут неверно' },
    says: {
      en: 'this machine’s clock differs from the database’s: signed times are judged by it, set it right',
      ru: 'часы этой машины расходятся с часами базы: по ним проверяется время подписи, исправьте их',
    },
  },
  disk: {
    about: 'relay',
    title: { en: 'Disk nearly full', ru: 'Диск почти заполнен' },
    says: {
      en: 'the volume of the database is nearly full: make room, or webhooks get 503',
      ru: 'диск с базой почти заполнен: освободите место, иначе вебхуки получат 503',
    },
  },
} as const satisfies Record<string, AlarmKind>
export type AlarmName = keyof typeof alarmKinds

export function isAlarmName(text: string): text is AlarmName {
  return Object.hasOwn(alarmKinds, text)
}

export const alarmNames: readonly AlarmName[] = Object.keys(alarmKinds).filter(isAlarmName)
