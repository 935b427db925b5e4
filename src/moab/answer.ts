// What MOAB said: the contract's table, and the reading of one HTTP answer into a row of it.
// Pure; it never throws, whatever the bytes. What follows from an answer is decided in grants/.
import { isJsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import { refusals } from '../outgoing/refusals.ts'
import type { Text } from '../providers/provider.ts'
import { snippetOf } from './snippet.ts'

/** One row for each thing MOAB can say; codes are those of its document. */
export const answers = {
  ok: { code: null, says: { en: 'accepted', ru: 'принято' } },
  no_data: { code: 1, says: { en: 'no data was given', ru: 'не переданы данные' } },
  no_api_key: { code: 2, says: { en: 'no API key was given', ru: 'не передан ключ API' } },
  api_key_malformed: {
    code: 3,
    says: { en: 'the API key is malformed', ru: 'ключ API в неверном формате' },
  },
  no_email: { code: 4, says: { en: 'no email was given', ru: 'не передан email' } },
  wrong_email: { code: 5, says: { en: 'the email is wrong', ru: 'передан неверный email' } },
  partner_not_found: {
    code: 6,
    says: { en: 'no partner has this API key', ru: 'партнёр с таким ключом не найден' },
  },
  not_started: {
    code: 7,
    says: { en: 'the promotion has not started yet', ru: 'акция ещё не началась' },
  },
  ended: { code: 8, says: { en: 'the promotion has ended', ru: 'акция уже завершилась' } },
  limit_reached: {
    code: 9,
    says: {
      en: 'the maximum number of users is reached',
      ru: 'достигнуто максимальное количество пользователей',
    },
  },
  known: {
    code: 10,
    says: { en: 'this email was submitted before', ru: 'этот email уже передавали' },
  },
  moab_error: {
    code: 11,
    says: {
      en: 'MOAB failed to add the user',
      ru: 'на стороне MOAB не удалось добавить пользователя',
    },
  },
  unknown: {
    code: null,
    says: {
      en: 'an answer that MOAB’s document does not describe',
      ru: 'ответ, которого нет в описании MOAB',
    },
  },
  no_answer: { code: null, says: { en: 'no usable answer', ru: 'пригодного ответа нет' } },
} as const satisfies Record<string, { code: number | null; says: Text }>

export type AnswerClass = keyof typeof answers

/** Why there is no answer. */
export const failures = {
  key_unusable: {
    en: 'the campaign has no API key that can be used; MOAB was not called',
    ru: 'у кампании нет пригодного ключа API; вызова не было',
  },
  relay_lost: {
    en: 'the relay ended during the call',
    ru: 'релей остановился во время вызова',
  },
  url_unusable: {
    en: 'the MOAB URL is not an http or https URL',
    ru: 'адрес MOAB не http и не https',
  },
  address_refused: refusals.address_refused,
  unencrypted: refusals.unencrypted,
  port_refused: refusals.port_refused,
  name_not_found: { en: 'the host name was not found', ru: 'имя сервера не найдено' },
  connection_refused: { en: 'the connection was refused', ru: 'сервер отказал в соединении' },
  connection_timeout: {
    en: 'no connection within the time allowed',
    ru: 'соединение не установилось вовремя',
  },
  host_unreachable: { en: 'the host cannot be reached', ru: 'сервер недоступен из этой сети' },
  tls_failed: { en: 'the TLS handshake failed', ru: 'не удалось установить защищённое соединение' },
  connection_failed: { en: 'the connection failed', ru: 'ошибка соединения' },
  connection_reset: { en: 'the connection was reset', ru: 'соединение сброшено' },
  connection_lost: {
    en: 'the connection was closed without an answer',
    ru: 'соединение закрыто без ответа',
  },
  deadline: { en: 'no complete answer within the time allowed', ru: 'ответ не пришёл вовремя' },
  cancelled: { en: 'the relay stopped waiting', ru: 'релей прекратил ожидание' },
  not_http: { en: 'the server does not speak HTTP', ru: 'сервер отвечает не по HTTP' },
  http_status: { en: 'the HTTP status was not 200', ru: 'статус HTTP не 200' },
  answer_too_large: { en: 'the answer is too large', ru: 'ответ слишком велик' },
  truncated: { en: 'the answer broke off', ru: 'ответ оборвался' },
  not_json: { en: 'the answer is not JSON', ru: 'ответ не JSON' },
  not_an_object: { en: 'the answer is JSON, but no object', ru: 'ответ — JSON, но не объект' },
} as const satisfies Record<string, Text>

export type FailureWord = keyof typeof failures

export interface Answer {
  class: AnswerClass
  /** The integer MOAB sent, also an unknown one; null where it sent none. */
  code: number | null
  /** Filled if and only if the class is no_answer. */
  failure: FailureWord | null
  /** The request may have reached MOAB although no answer came. */
  ambiguous: boolean
  /** null where no HTTP answer began. */
  httpStatus: number | null
  /** The beginning of the body, without personal data and keys; null where no body was seen. */
  snippet: string | null
}

const classOfCode = new Map<number, AnswerClass>()
for (const [name, { code }] of entriesOf(answers)) if (code !== null) classOfCode.set(code, name)

/**
 * Reads an HTTP answer. `complete` is false where the body broke off; a body over
 * `limits.moabAnswerBytesMax` counts as no answer, so hand over at least one byte more than that.
 * `secrets` are masked in the snippet besides whatever looks like an email or a key.
 */
export function readAnswer(
  httpStatus: number,
  body: Buffer,
  complete: boolean,
  secrets: readonly string[] = [],
): Answer {
  const text = textOf(body)
  const seen = { httpStatus, snippet: snippetOf(text, secrets) }
  if (httpStatus !== 200) return noAnswer('http_status', seen)
  if (body.length > limits.moabAnswerBytesMax) return noAnswer('answer_too_large', seen)
  if (!complete) return noAnswer('truncated', seen)
  const value = parsed(text)
  if (value === undefined) return noAnswer('not_json', seen)
  if (!isJsonObject(value)) return noAnswer('not_an_object', seen)
  const said = meaningOf(value['status'], value['error'])
  // Written out, not spread: in the hot path the spread costs more than all the reading.
  return {
    class: said.class,
    code: said.code,
    failure: null,
    ambiguous: false,
    httpStatus,
    snippet: seen.snippet,
  }
}

/** A call that ended without a whole answer. `seen`: what had come of one until then. */
export function failedCall(
  failure: FailureWord,
  requestWritten: boolean,
  seen?: { httpStatus: number; body: Buffer; secrets: readonly string[] },
): Answer {
  return {
    class: 'no_answer',
    code: null,
    failure,
    ambiguous: requestWritten,
    httpStatus: seen?.httpStatus ?? null,
    snippet: seen ? snippetOf(textOf(seen.body), seen.secrets) : null,
  }
}

// The request was written, or nobody would have answered: so all of these are ambiguous.
function noAnswer(failure: FailureWord, seen: { httpStatus: number; snippet: string }): Answer {
  return { class: 'no_answer', code: null, failure, ambiguous: true, ...seen }
}

// Without the u flag: toLowerCase would also take the Kelvin sign for a k.
const okWord = /^ok$/i
const failWord = /^fail$/i

function meaningOf(status: unknown, error: unknown): { class: AnswerClass; code: number | null } {
  if (isWord(status, okWord)) return { class: 'ok', code: null }
  const code = codeOf(error)
  const named = code === null ? undefined : classOfCode.get(code)
  return { class: isWord(status, failWord) && named ? named : 'unknown', code }
}

function isWord(value: unknown, word: RegExp): boolean {
  return typeof value === 'string' && word.test(value)
}

function codeOf(error: unknown): number | null {
  const number = typeof error === 'string' && /^\d{1,10}$/.test(error) ? Number(error) : error
  if (typeof number !== 'number' || !Number.isInteger(number)) return null
  // + 0 turns -0 into 0, which is the same code.
  return Math.abs(number) <= limits.moabCodeMax ? number + 0 : null
}

function textOf(body: Buffer): string {
  const text = body.toString('utf8', 0, limits.moabAnswerBytesMax)
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function entriesOf<T extends object>(table: T): [keyof T, T[keyof T]][] {
  return Object.entries(table) as [keyof T, T[keyof T]][]
}
