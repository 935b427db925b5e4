// Looking for a provider as people write it: in either alphabet, with or without dots, blanks and doubled letters.
import type { ProviderId } from './index.ts'
import type { Provider } from './provider.ts'

export function isMeant(
  { id, provider }: { id: ProviderId; provider: Provider },
  asked: string,
): boolean {
  const names = [id, provider.name, provider.nameRu ?? '', alsoWritten[id] ?? '']
  return names.some((name) => plain(name).includes(plain(asked)))
}

/** Where letters of the other alphabet do not lead to the name by themselves. */
const alsoWritten: Partial<Record<ProviderId, string>> = {
  cloudpayments: 'клаудпейментс',
  getcourse: 'геткурс',
  github: 'гитхаб',
  paypal: 'пейпал пэйпал',
  shopify: 'шопифай',
  stripe: 'страйп',
  tbank: 'tinkoff т-касса',
  typeform: 'тайпформ',
  webflow: 'вебфлоу',
  yoomoney: 'юмани яндекс деньги',
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[а-яё]/g, (letter) => latin[russian.indexOf(letter)] ?? '')
    .replace(/[\s.\-_]/g, '')
    .replace(/(.)\1/g, '$1')

const russian = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя'
const latin = 'a b v g d e e zh z i y k l m n o p r s t u f h c ch sh sch  y  e yu ya'.split(' ')
