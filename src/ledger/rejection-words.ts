// Why a request was refused, in a few words; what to do about it is the diagnosis’s business.
import type { Reason } from '../schemes/reasons.ts'

const en: Record<Reason, string> = {
  no_credential: 'the source has no credential yet',
  header_missing: 'the signature is missing',
  header_repeated: 'the signature came more than once',
  header_malformed: 'the signature is malformed',
  signature_mismatch: 'the signature does not match',
  timestamp_missing: 'the signed time is missing',
  timestamp_malformed: 'the signed time is malformed',
  timestamp_too_old: 'the signed time is too old',
  timestamp_in_future: 'the signed time lies in the future',
  token_missing: 'the token is missing',
  token_mismatch: 'the token is a wrong one',
  token_malformed: 'the token is malformed',
  algorithm_not_allowed: 'the token uses another algorithm',
  key_not_found: 'no key fits the token',
  keys_unavailable: 'the provider’s keys could not be fetched',
  keys_refused: 'the provider’s keys lie where the relay does not go',
  claim_mismatch: 'the token was made for somebody else',
  token_expired: 'the token has expired',
  token_not_yet_valid: 'the token is not valid yet',
  body_hash_mismatch: 'the token was made for another body',
  password_mismatch: 'user name or password is wrong',
  credential_unusable: 'the credential cannot be used',
  field_mismatch: 'a field has another value than it must have',
  address_mismatch: 'it came from a foreign address',
  not_covered: 'the signature does not cover enough',
  address_not_allowed: 'the certificate is not the provider’s',
  setting_missing: 'a setting of the source is missing',
  address_unknown: 'the sender’s address cannot be seen',
  method_not_allowed: 'wrong HTTP method',
  encoding_not_supported: 'the body is compressed',
  body_too_large: 'the body is too large',
  body_too_slow: 'the body came too slowly',
  host_ambiguous: 'it names two hosts',
}

const ru: Record<Reason, string> = {
  no_credential: 'у источника ещё нет ключа',
  header_missing: 'нет подписи',
  header_repeated: 'подпись пришла несколько раз',
  header_malformed: 'подпись записана неверно',
  signature_mismatch: 'подпись не сходится',
  timestamp_missing: 'нет подписанного времени',
  timestamp_malformed: 'подписанное время записано неверно',
  timestamp_too_old: 'подписанное время слишком давнее',
  timestamp_in_future: 'подписанное время в будущем',
  token_missing: 'нет токена',
  token_mismatch: 'токен не тот',
  token_malformed: 'токен записан неверно',
  algorithm_not_allowed: 'у токена другой алгоритм',
  key_not_found: 'к токену не подходит ни один ключ',
  keys_unavailable: 'не удалось получить ключи провайдера',
  keys_refused: 'релею нельзя обращаться туда, где лежат ключи провайдера',
  claim_mismatch: 'токен выдан не для вас',
  token_expired: 'срок токена истёк',
  token_not_yet_valid: 'токен ещё не действует',
  body_hash_mismatch: 'токен выдан для другого тела',
  password_mismatch: 'неверное имя или пароль',
  credential_unusable: 'ключ непригоден',
  field_mismatch: 'у поля не то значение, какое должно быть',
  address_mismatch: 'пришло с чужого адреса',
  not_covered: 'подпись защищает не всё, что нужно',
  address_not_allowed: 'сертификат не от провайдера',
  setting_missing: 'не заполнена настройка источника',
  address_unknown: 'адрес отправителя не виден',
  method_not_allowed: 'не тот метод HTTP',
  encoding_not_supported: 'тело сжато',
  body_too_large: 'тело слишком велико',
  body_too_slow: 'тело приходило слишком медленно',
  host_ambiguous: 'названы два сервера',
}

const words = { en, ru }

const isReason = (text: string): text is Reason => Object.hasOwn(en, text)

export const sayRejection = (reason: string, language: keyof typeof words): string =>
  isReason(reason) ? words[language][reason] : reason

export const rejectionReasons: readonly Reason[] = Object.keys(en).filter(isReason)
