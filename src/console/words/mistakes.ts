// Mistakes in what somebody filled in. The grammar of the configuration says them in English; here are
// the same sentences for Russian readers. A sentence that is not here is shown as it is.
import { refusals } from '../../outgoing/refusals.ts'

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^is missing(?:: .*)?$/, 'не заполнено'],
  [/^must not be empty$/, 'не может быть пустым'],
  [/^must have at least (\d+) characters$/, 'не короче $1 символов'],
  [/^may have at most (\d+) characters$/, 'не длиннее $1 символов'],
  [/^may have at most (\d+) entries$/, 'не больше $1'],
  [/^may be at most (\S+)$/, 'не больше $1'],
  [/^must be at least (\S+)$/, 'не меньше $1'],
  [/^must be a number$/, 'должно быть числом'],
  [/^must be text$/, 'должно быть текстом'],
  [/^must be one of (.*)$/, 'одно из: $1'],
  [/^there is already a campaign with this name.*$/, 'кампания с таким названием уже есть'],
  [/^there is already a source with this name.*$/, 'источник с таким названием уже есть'],
  [/^there is already a rule with this name.*$/, 'правило с таким названием уже есть'],
  [/^may hold no control characters$/, 'не может содержать управляющих символов'],
  [/^may hold no "\/"$/, 'не может содержать «/»'],
  [/^must be later than starts_at$/, 'окончание должно быть позже начала'],
  [/^must be a time with its offset.*$/, 'должно быть временем'],
  [/^must lie between the years 2000 and 2200$/, 'год должен быть от 2000 до 2200'],
  [
    /^must be a URL that starts with http:\/\/ or https:\/\/$/,
    'должен начинаться с http:// или https://',
  ],
  [
    /^must be the public URL that the sender signs, with https:\/\/$/,
    'должен быть публичный URL, который подписывает отправитель, с https://',
  ],
  [/^must be a number of seconds from 1 to (\d+)$/, 'число секунд от 1 до $1'],
  [/^must be a JSON Web Key Set.*$/, 'должен быть набор ключей JWKS: { keys: […] }'],
  [
    /^is that of the credential "(.*)" already: paste the new one$/,
    'это уже записанный ключ «$1»: вставьте новый',
  ],
  [
    /^it has ended already: add a new credential instead$/,
    'его срок уже истёк: добавьте новый ключ',
  ],
  [
    /^the source has (\d+) credentials that count: remove one first$/,
    'у источника уже $1 действующих ключей: сначала удалите один',
  ],
  [
    /^the campaign is used by (.*): take .* away first$/,
    'кампанию используют правила: $1. Сначала уберите их',
  ],
  [/^it is archived: restore it first$/, 'это в архиве: сначала верните'],
  [/^it is not archived$/, 'это не в архиве'],
  [
    /^must be given again: another url would get the stored one$/,
    'укажите ключ ещё раз: сохранённый не отправляется на другой URL',
  ],
  [/^its campaign is archived: restore that one first$/, 'кампания в архиве: сначала верните её'],
  [
    /^its rules need the archived campaign (.*): restore that first$/,
    'его правилам нужна кампания из архива: $1. Сначала верните её',
  ],
  [
    /^another \w+ is named "(.*)" now: archive that one first$/,
    'название «$1» теперь занято: сначала уберите в архив другое',
  ],
  [
    /^a path starts with "\$", as in \$\.data\.email$/,
    'путь начинается с «$», например $.data.email',
  ],
  [/^must be a path, like \$\.data\.email$/, 'должен быть путь, например $.data.email'],
  [/^at character (\d+): (.*)$/, 'символ $1: $2'],
  [/^a path may have at most (\d+) characters$/, 'путь не длиннее $1 символов'],
  [
    /^"\*" may stand only at the end, as in invoice\.\*$/,
    '«*» может стоять только в конце, например invoice.*',
  ],
  [/^setting "([^"]+)" is missing.*$/, 'не заполнено: «$1»'],
]

const places = new Map<string, string>(Object.values(refusals).map(({ en, ru }) => [en, ru]))

export function sayMistake(message: string, language: 'en' | 'ru'): string {
  if (language === 'en') return message
  const place = places.get(message)
  if (place !== undefined) return place
  for (const [pattern, sentence] of patterns)
    if (pattern.test(message)) return message.replace(pattern, sentence)
  return message
}
