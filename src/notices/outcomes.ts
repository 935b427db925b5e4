// What can come of sending a notice: the word that is stored, what a person reads, and whether trying
// again soon can help.
import { refusals } from '../outgoing/refusals.ts'
import type { Text } from '../providers/provider.ts'

interface OutcomeRow {
  says: Text
  /** Only a change of the channel can help: this notice is not tried again. */
  final?: true
}

export const outcomes = {
  delivered: { says: { en: 'delivered', ru: 'доставлено' } },
  url_odd: { final: true, says: refusals.url_odd },
  host_odd: { final: true, says: refusals.host_odd },
  unencrypted: { final: true, says: refusals.unencrypted },
  port_refused: { final: true, says: refusals.port_refused },
  address_refused: { final: true, says: refusals.address_refused },
  name_unknown: { says: refusals.name_unknown },
  unreachable: {
    says: {
      en: 'no connection: is the server running, and reachable from outside?',
      ru: 'нет соединения: работает ли сервер и доступен ли он снаружи?',
    },
  },
  tls_failed: {
    says: {
      en: 'the certificate of the server was not believed: it may be expired, self-signed, or for another name',
      ru: 'сертификату сервера нельзя верить: он истёк, самоподписан или выдан на другое имя',
    },
  },
  timeout: {
    says: { en: 'no answer in time', ru: 'ответ не пришёл вовремя' },
  },
  redirected: {
    final: true,
    says: {
      en: 'the server sends elsewhere, which is not followed: enter the address it sends to',
      ru: 'сервер перенаправляет, а переадресации не выполняются: укажите конечный адрес',
    },
  },
  refused: {
    says: {
      en: 'the receiver refuses: is the token, the secret or the password still right?',
      ru: 'получатель отказывает: верны ли ещё токен, секрет или пароль?',
    },
  },
  gone: {
    final: true,
    says: {
      en: 'there is nobody any more: the URL or the chat was removed, make a new one',
      ru: 'там больше никого нет: адрес или чат удалён, создайте новый',
    },
  },
  rejected: {
    says: {
      en: 'the receiver does not take the notice: its answer says why',
      ru: 'получатель не принимает уведомление: причина в его ответе',
    },
  },
  chat_refused: {
    final: true,
    says: {
      en: 'Telegram does not let the bot write there: add the bot to the chat, or press Start; is chat_id right?',
      ru: 'Telegram не даёт боту писать туда: добавьте бота в чат или нажмите Start; верен ли chat_id?',
    },
  },
  token_refused: {
    final: true,
    says: {
      en: 'Telegram does not know the bot: enter the token that @BotFather gives',
      ru: 'Telegram не знает такого бота: введите токен от @BotFather',
    },
  },
  busy: {
    says: {
      en: 'the receiver asks to come later',
      ru: 'получатель просит прийти позже',
    },
  },
  server_error: {
    says: {
      en: 'the receiver has an error of its own',
      ru: 'у получателя внутренняя ошибка',
    },
  },
  mail_refused: {
    final: true,
    says: {
      en: 'the mail server does not take the message: check the sender and the recipients',
      ru: 'почтовый сервер не принимает письмо: проверьте отправителя и получателей',
    },
  },
  login_refused: {
    final: true,
    says: {
      en: 'the mail server refuses the user name or the password (some want an app password)',
      ru: 'почтовый сервер не принимает имя или пароль (иногда нужен пароль приложения)',
    },
  },
  no_starttls: {
    final: true,
    says: {
      en: 'the mail server offers no encryption on this port: try 465 with security: tls',
      ru: 'почтовый сервер не предлагает шифрования на этом порту: попробуйте 465 и security: tls',
    },
  },
  secret_unusable: {
    final: true,
    says: {
      en: 'the stored secret does not open: enter the settings of the channel again',
      ru: 'сохранённый секрет не открывается: введите настройки канала заново',
    },
  },
  channel_off: {
    final: true,
    says: { en: 'the channel was switched off', ru: 'канал выключен' },
  },
  relay_lost: {
    says: {
      en: 'the relay stopped before it knew the answer',
      ru: 'релей остановился, не узнав ответа',
    },
  },
} as const satisfies Record<string, OutcomeRow>
export type OutcomeWord = keyof typeof outcomes

export const isOutcome = (word: string): word is OutcomeWord => Object.hasOwn(outcomes, word)

export const isFinal = (word: OutcomeWord): boolean => 'final' in outcomes[word]

/** What one try came to. */
export interface Sent {
  outcome: OutcomeWord
  httpStatus: number | null
  /** The beginning of the answer, without secrets and addresses; null: there was none. */
  answer: string | null
  /** When the receiver wants the next try, if it said so. */
  retryAfterMs?: number
}
