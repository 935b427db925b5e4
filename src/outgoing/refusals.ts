// Why the relay does not go where it is told to go: the word that is stored, and what a person reads. Pure.
import type { Text } from '../providers/provider.ts'

export const refusals = {
  url_odd: {
    en: 'the URL is not taken: write it plainly, with https://, without a user name',
    ru: 'адрес не принят: запишите его просто, с https:// и без имени пользователя',
  },
  host_odd: {
    en: 'the name of the host is not taken: write it plainly, without a dot at the end',
    ru: 'имя сервера не принято: запишите его просто, без точки на конце',
  },
  unencrypted: {
    en: 'only encrypted connections are allowed there: use https, for mail TLS (the operator may allow more with OUTGOING_ALLOWED_NETWORKS)',
    ru: 'туда разрешены только шифрованные соединения: используйте https, а для почты TLS (оператор может разрешить больше в OUTGOING_ALLOWED_NETWORKS)',
  },
  port_refused: {
    en: 'this port is not allowed: use 443 or 8443, for mail 465, 587 or 2525 (the operator may allow more with OUTGOING_ALLOWED_NETWORKS)',
    ru: 'этот порт не разрешён: используйте 443 или 8443, для почты 465, 587 или 2525 (оператор может разрешить больше в OUTGOING_ALLOWED_NETWORKS)',
  },
  address_refused: {
    en: 'the address leads into a private network: only public ones are reached (the operator may allow more with OUTGOING_ALLOWED_NETWORKS)',
    ru: 'адрес ведёт во внутреннюю сеть: разрешены только публичные (оператор может добавить свои в OUTGOING_ALLOWED_NETWORKS)',
  },
  name_unknown: {
    en: 'the host is not known to DNS: is its name spelled right?',
    ru: 'DNS не знает такого сервера: верно ли написано имя?',
  },
} as const satisfies Record<string, Text>

/** Why nothing may be sent to a place. */
export type PlaceRefusal = Exclude<keyof typeof refusals, 'url_odd'>
/** Why a URL is not taken when it is entered. */
export type UrlRefusal = Exclude<keyof typeof refusals, 'host_odd' | 'name_unknown'>
